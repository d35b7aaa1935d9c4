"""The package: what it states, what it holds, and that nothing the program needs is left out of it."""

from __future__ import annotations

import ast
import configparser
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]
PACKAGING = ROOT / "packaging"


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(PACKAGING))
    return importlib.import_module("build_package")


def test_control_file_asks_for_every_library_that_the_set_up_installs(build: ModuleType) -> None:
    fields = dict(line.split(": ", 1) for line in build.control_file(10, "amd64").splitlines() if ": " in line)
    assert fields["Version"] == build.version()
    assert fields["Installed-Size"] == "10"
    for _, package in build.bootstrap.LIBRARIES + build.bootstrap.SCREEN_LIBRARIES:
        assert re.search(rf"(^|[ ,]){re.escape(package)}(,|$)", fields["Depends"]), package


def test_version_of_the_package_is_that_of_the_program(build: ModuleType) -> None:
    import medviewer

    assert build.version() == medviewer.__version__
    assert f'version = "{medviewer.__version__}"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_licences_of_all_that_is_shipped_and_nothing_else(build: ModuleType, tmp_path: Path) -> None:
    build.write_licenses(tmp_path / "licenses")
    listed = (tmp_path / "licenses" / "README.txt").read_text("utf-8")
    for name in ("PySide6_Essentials", "numpy", "torch", "pydicom", "Python"):
        assert re.search(rf"^{name} \S+: \S", listed, re.MULTILINE), name
    assert "pytest" not in listed
    assert "GPL" in listed
    assert "BSD" in (tmp_path / "licenses" / "numpy" / "LICENSE.txt").read_text("utf-8")


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="dpkg-deb is not on this system")
def test_deb_holds_program_link_menu_entry_and_icons(build: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "dist" / "medviewer"
    (folder / "_internal").mkdir(parents=True)
    (folder / "medviewer").write_text("#!/bin/sh\n")
    (folder / "medviewer").chmod(0o755)
    package = build.build_deb(folder, tmp_path / "dist", tmp_path / "work")
    subprocess.run(["dpkg-deb", "-x", str(package), str(tmp_path / "root")], check=True)
    root = tmp_path / "root"
    assert os.readlink(root / "usr" / "bin" / "medviewer") == "/opt/medviewer/medviewer"
    assert os.access(root / "opt" / "medviewer" / "medviewer", os.X_OK)
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(root / "usr" / "share" / "applications" / "medviewer.desktop", "utf-8")
    icon = entry["Desktop Entry"]["Icon"]
    assert list((root / "usr" / "share" / "icons").rglob(f"{icon}.svg"))
    assert list((root / "usr" / "share" / "icons").rglob(f"48x48/apps/{icon}.png"))
    notice = (root / "usr" / "share" / "doc" / "medviewer" / "copyright").read_text("utf-8")
    assert "WITHOUT WARRANTY OF ANY KIND" in notice
    assert folder.exists()


@pytest.mark.process
def test_nothing_that_the_spec_leaves_out_is_needed(tmp_path: Path) -> None:
    """The self-test passes and the window opens where the excluded modules cannot be imported."""
    spec = (PACKAGING / "pyinstaller" / "medviewer.spec").read_text("utf-8")
    found = re.search(r"^excludes = (\[.*?^\])", spec, re.MULTILINE | re.DOTALL)
    assert found is not None
    excluded: list[str] = ast.literal_eval(found[1])
    assert "tkinter" in excluded
    (tmp_path / "blocked.py").write_text(
        f"""
import json, sys

EXCLUDED = {excluded!r}


class Block:
    def find_spec(self, name, path=None, target=None):
        if any(name == blocked or name.startswith(blocked + ".") for blocked in EXCLUDED):
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Block())
from medviewer import app
from medviewer.services import diagnostics

application, window = app.build([])
window.show()
application.processEvents()
report = diagnostics.selftest()
lists = [report["libraries"], report["transfer_syntaxes"]]
print(json.dumps([check for checks in lists for check in checks if check["status"] != "passed"]))
sys.stdout.flush()
import os
os._exit(0)
""",
        "utf-8",
    )
    environment = dict(os.environ, PYTHONPATH=str(ROOT), QT_QPA_PLATFORM="offscreen")
    environment["MEDVIEWER_DATA_DIR"] = str(tmp_path / "data")
    command = [sys.executable, str(tmp_path / "blocked.py")]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.strip().splitlines()[-1]) == []


def test_the_spec_ships_the_resources_where_the_program_looks_for_them() -> None:
    spec = (PACKAGING / "pyinstaller" / "medviewer.spec").read_text("utf-8")
    assert '(str(ROOT / "resources"), "medviewer/resources")' in spec
    entry = (PACKAGING / "pyinstaller" / "entry.py").read_text("utf-8")
    # A decoder process of the packaged program starts here: nothing may come before this line.
    assert entry.index("freeze_support()") < entry.index("from medviewer")


def test_package_sources_of_both_formats_are_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PACKAGING))
    check = importlib.import_module("check_package")
    monkeypatch.setattr(check, "release", lambda: "bookworm")
    for text in (
        "Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\n",
        "deb [signed-by=/x.gpg] http://mirror.example/debian bookworm main\n",
        "deb http://mirror.example/debian bookworm main contrib\n",
    ):
        assert check.mirror_in(text) == "http://mirror.example/debian"
    assert check.mirror_in("deb http://other.example/debian trixie main\n") == ""
