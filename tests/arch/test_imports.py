"""What may be loaded when: the window comes first, heavy libraries after it; every module imports by itself."""

from __future__ import annotations

import json
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("torch", "monai", "sklearn", "scipy", "SimpleITK", "cv2")

REPORT = f"print(json.dumps(sorted(name for name in {HEAVY!r} if name in sys.modules)))"


def loaded_after(code: str, tmp_path: Path) -> list[str]:
    """Which of the heavy libraries a fresh interpreter holds after `code`."""
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen", MEDVIEWER_DATA_DIR=str(tmp_path / "data"))
    done = subprocess.run(
        [sys.executable, "-c", f"import json, sys\n{code}\n{REPORT}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    names: list[str] = json.loads(done.stdout.strip().splitlines()[-1])
    return names


def test_the_measure_sees_a_heavy_library(tmp_path: Path) -> None:
    assert loaded_after("import scipy", tmp_path) == ["scipy"]


@pytest.mark.process
@pytest.mark.parametrize("module", ["medviewer.app", "medviewer.cli", "medviewer.__main__"])
def test_importing_the_program_loads_no_heavy_library(module: str, tmp_path: Path) -> None:
    assert loaded_after(f"import {module}", tmp_path) == []


@pytest.mark.process
def test_no_heavy_library_is_loaded_when_the_first_window_shows(tmp_path: Path) -> None:
    code = (
        "import medviewer.app\n"
        "application, window = medviewer.app.build([])\n"
        "window.show()\n"
        "assert window.isVisible()\n"
    )
    assert loaded_after(code, tmp_path) == []


@pytest.mark.process
def test_every_module_can_be_imported_first() -> None:
    """A module that only imports after another one hides a cycle; each is imported in a process forked before any."""
    package = ROOT / "medviewer"
    names = [module.name for module in pkgutil.walk_packages([str(package)], "medviewer.")]
    names = [name for name in names if not name.endswith("__main__")]
    assert len(names) > 20
    code = (
        # Other projects' modules are loaded once, before: it is ours whose order is looked at.
        "import importlib, os, sys\n"
        "import numpy, msgspec, sqlite3, PySide6.QtWidgets, PySide6.QtSvg\n"
        "failed = []\n"
        "for name in sys.argv[1:]:\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        try:\n"
        "            importlib.import_module(name)\n"
        "        except BaseException as error:\n"
        "            print(name, repr(error), flush=True)\n"
        "            os._exit(1)\n"
        "        os._exit(0)\n"
        "    failed += [name] if os.waitpid(child, 0)[1] else []\n"
        "sys.exit(bool(failed))\n"
    )
    if not hasattr(os, "fork"):
        pytest.skip("this system has no fork")
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a module is imported by many others: compile it once
    command = [sys.executable, "-c", code, *names]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
