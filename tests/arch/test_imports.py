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
@pytest.mark.parametrize("order", ["ascending", "descending"])
def test_every_module_can_be_imported_whichever_comes_first(order: str, tmp_path: Path) -> None:
    """A module that can be imported only after another hides a cycle; two opposite orders find one of any pair."""
    names = [module.name for module in pkgutil.walk_packages([str(ROOT / "medviewer")], "medviewer.")]
    names = sorted((name for name in names if not name.endswith("__main__")), reverse=order == "descending")
    assert len(names) > 100
    assert loaded_after(f"import importlib\nfor name in {names!r}: importlib.import_module(name)", tmp_path) == []
