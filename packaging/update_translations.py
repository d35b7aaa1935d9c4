"""Collect the texts of the program for translation (lupdate) and compile the translations (lrelease).

    python packaging/update_translations.py            write the .ts and .qm files
    python packaging/update_translations.py --check    only tell what is missing or stale; exit code 1 if anything

A text without translation stays English on screen and is listed here. Both tools come with PySide6.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("zh_CN",)


def _tool(name: str) -> str:
    import PySide6

    folder = Path(PySide6.__file__).parent
    for candidate in (folder / name, folder / f"{name}.exe"):
        if candidate.is_file():
            return str(candidate)
    raise SystemExit(f"{name} is not part of this PySide6.")


def sources() -> list[str]:
    """The Python files that may hold texts, in a stable order."""
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "medviewer").rglob("*.py"))


def update(ts: Path) -> None:
    """Bring a .ts file up to date with the sources; translations are kept, texts that are gone are dropped."""
    command = [_tool("lupdate"), "-silent", "-no-obsolete", "-locations", "none", *sources(), "-ts", str(ts)]
    subprocess.run(command, cwd=ROOT, check=True)


def release(ts: Path, qm: Path) -> None:
    """Compile a .ts file."""
    subprocess.run([_tool("lrelease"), "-silent", str(ts), "-qm", str(qm)], cwd=ROOT, check=True)


def messages(ts: Path) -> dict[tuple[str, str], str | None]:
    """Context and source text of every message, with its translation; None where it is not finished."""
    found: dict[tuple[str, str], str | None] = {}
    for context in ElementTree.parse(ts).getroot().iter("context"):
        name = context.findtext("name") or ""
        for message in context.iter("message"):
            translation = message.find("translation")
            done = translation is not None and translation.get("type") is None and translation.text
            text = translation.text if translation is not None and done else None
            found[name, message.findtext("source") or ""] = text
    return found


def check() -> list[str]:
    """What is wrong with the translations, one sentence each; empty when all is well."""
    problems = []
    with tempfile.TemporaryDirectory() as scratch:
        for language in LANGUAGES:
            ts, qm = FOLDER / f"medviewer_{language}.ts", FOLDER / f"medviewer_{language}.qm"
            fresh_ts, fresh_qm = Path(scratch) / ts.name, Path(scratch) / qm.name
            fresh_ts.write_bytes(ts.read_bytes())
            update(fresh_ts)
            fresh = messages(fresh_ts)
            gone = messages(ts).keys() - fresh.keys()
            problems += [
                f"{language}: {context}: “{text}” is not translated" for (context, text), t in fresh.items() if not t
            ]
            problems += [f"{language}: {context}: “{text}” is no longer used" for context, text in gone]
            release(ts, fresh_qm)
            if not qm.is_file() or qm.read_bytes() != fresh_qm.read_bytes():
                problems.append(f"{language}: {qm.name} is stale")
    return problems


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--check", action="store_true", help="change nothing, tell what is missing or stale")
    if not parser.parse_args().check:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for language in LANGUAGES:
            ts = FOLDER / f"medviewer_{language}.ts"
            if not ts.exists():
                head = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'
                ts.write_text(f'{head}<TS version="2.1" language="{language}" sourcelanguage="en"></TS>\n', "utf-8")
            update(ts)
            release(ts, FOLDER / f"medviewer_{language}.qm")
    problems = check()
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
