"""What holds for every file of the project: it names no machine, modules stay small, resources are complete."""

from __future__ import annotations

import ast
import getpass
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RESOURCES = ROOT / "resources"
REAL_HOME = os.path.expanduser(f"~{getpass.getuser()}")  # HOME is a temporary folder in tests
MAX_LINES = 600
TEXT = {".py", ".md", ".toml", ".txt", ".json", ".svg", ".qss", ".ts", ".spec", ".desktop", ".yml", ".cfg", ".sh", ""}

# Absolute folders of a build machine, and package sources that only one machine has. Written in pieces, so that this
# file does not find itself.
HERE = [re.escape(str(ROOT)) + r"\b"] + [re.escape(home) + "/" for home in [REAL_HOME] if len(home) > 5]
BUILD_PLACES = re.compile(
    "|".join(
        [
            *HERE,
            r"(?<![\w./~{}$-])/(?:work|root)" + r"/[\w.-]+",
            r"[A-Z]:\\" + r"Users\\",
            "file:" + "///",
            r"\.libr" + r"ary/",
            "find-" + r"links\s*=",
        ]
    )
)


def tracked_files() -> list[Path]:
    """What is or will be committed."""
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        pytest.skip("this copy of the project is not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def modules() -> list[Path]:
    return sorted((ROOT / "medviewer").rglob("*.py"))


def test_no_file_names_the_machine_it_was_written_on() -> None:
    found = []
    for path in tracked_files():
        if path.suffix not in TEXT or path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), start=1):
            if match := BUILD_PLACES.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {match[0]}")
    assert found == []


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("see /" + "work/main/x", True),
        ("'/" + "root/.venv/bin'", True),
        ("file:" + "///opt/x", True),
        ("C:" + "\\Users\\me", True),
        ("~/.local/share", False),
        ("../shared/data", False),
        ("/usr/bin/medviewer", False),
        ("network/" + "root/x", False),
    ],
)
def test_the_pattern_for_build_places_finds_them(text: str, bad: bool) -> None:
    assert bool(BUILD_PLACES.search(text)) is bad


def test_the_program_never_looks_for_the_shared_test_data() -> None:
    found = [path.name for path in modules() if re.search(r"""["'/](?:\.\./)?shared/data""", path.read_text("utf-8"))]
    assert found == []


def test_no_module_is_long() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in [*modules(), *(ROOT / "packaging").glob("*.py")]
    }
    assert {name: lines for name, lines in lengths.items() if lines > MAX_LINES} == {}


def test_no_module_has_a_name_without_meaning() -> None:
    banned = {"utils", "util", "helpers", "helper", "manager", "misc", "common"}
    assert [
        path.name for path in modules() if path.stem in banned or path.stem.endswith(("_utils", "_manager"))
    ] == []


def test_modules_are_typed_for_others() -> None:
    assert (ROOT / "medviewer" / "py.typed").exists()


def icon_names() -> set[str]:
    """Every icon name that the code asks for in words: `icon("name", …)`, and `icon="name"` of a table."""
    names = set()
    for path in (ROOT / "medviewer" / "ui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            given = [node.args[0]] if called == "icon" and node.args else []
            given += [keyword.value for keyword in node.keywords if keyword.arg == "icon"]
            names |= {
                value.value for value in given if isinstance(value, ast.Constant) and isinstance(value.value, str)
            }
    return names - {""}


def test_every_icon_asked_for_exists_and_can_be_coloured() -> None:
    icons = {path.stem: path for path in (RESOURCES / "icons").rglob("*.svg")}
    wanted = icon_names()
    assert len(wanted) >= 5
    assert sorted(wanted - set(icons)) == []
    for path in (RESOURCES / "icons").glob("*.svg"):
        root = ET.parse(path).getroot()
        assert root.tag.endswith("svg"), path.name
        assert "viewBox" in root.attrib, path.name
        assert "currentColor" in path.read_text("utf-8"), f"{path.name} cannot follow the theme"


def test_translations_are_compiled_and_finished() -> None:
    sources = sorted((RESOURCES / "translations").glob("*.ts"))
    assert sources, "resources/translations holds no .ts file"
    for source in sources:
        assert source.with_suffix(".qm").exists(), f"{source.name} is not compiled"
        unfinished = [
            message.findtext("source")
            for message in ET.parse(source).iter("message")
            if (translation := message.find("translation")) is None
            or translation.get("type") == "unfinished"
            or not (translation.text or list(translation))
        ]
        assert unfinished == [], f"{source.name} has texts without a translation"


def test_data_that_is_not_ours_is_attributed() -> None:
    text = (RESOURCES / "help" / "data-attributions.md").read_text("utf-8")
    for folder in (path for path in (RESOURCES / "samples").iterdir() if path.is_dir()):
        assert folder.name in text
    for licence in ("CC BY 3.0", "PDDL 1.0"):
        assert licence in text


def test_the_wheel_would_hold_the_resources_where_the_program_looks(tmp_path: Path) -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"] == {
        "resources": "medviewer/resources"
    }
    assert project["project"]["scripts"] == {"medviewer": "medviewer.__main__:main"}
    assert sys.version_info >= (3, 11)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no such bit")
def test_the_ci_script_can_be_run_and_calls_the_one_command() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert "packaging/bootstrap.py test" in script.read_text("utf-8")


def test_readme_links_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *(RESOURCES / "help").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists() or (ROOT / target).exists(), f"{page.name}: {target}"
