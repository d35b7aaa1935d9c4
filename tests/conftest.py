"""What every test stands on: no window system, no home folder, and the shared test data where there is any.

The three settings below happen while pytest imports this file, before any test module and so before Qt, platformdirs
or medviewer is imported. Subprocesses that tests start inherit them.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = PROJECT_ROOT.parent / "shared" / "data"

# ``from tests.helpers import ...`` works whichever way pytest was started.
if str(PROJECT_ROOT) not in sys.path:
    sys.path.insert(0, str(PROJECT_ROOT))

# A display test says QT_QPA_PLATFORM=xcb itself (under xvfb-run); everything else needs no screen.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# No test reads or writes the user's own settings, catalog, cache or log, on any of the three systems.
_HOME = Path(tempfile.mkdtemp(prefix="medviewer-tests-"))
for _variable, _folder in {
    "XDG_DATA_HOME": "data",
    "XDG_CONFIG_HOME": "config",
    "XDG_CACHE_HOME": "cache",
    "XDG_STATE_HOME": "state",
    "XDG_RUNTIME_DIR": "run",
    "HOME": "home",
    "APPDATA": "roaming",
    "LOCALAPPDATA": "local",
}.items():
    (_HOME / _folder).mkdir(mode=0o700)
    os.environ[_variable] = str(_HOME / _folder)
for _variable in ("MEDVIEWER_DATA_DIR", "MEDVIEWER_CACHE_DIR", "MEDVIEWER_LOG_DIR"):
    os.environ.pop(_variable, None)


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--perf-table FILE`` writes what ``tests/perf`` measured; it lives here so that it is known from the root."""
    parser.addoption("--perf-table", default=None, help="write the performance table as markdown to this file")


def pytest_configure(config: pytest.Config) -> None:
    """Let test modules of different folders share a name (tests/unit/io/test_series.py, tests/ui/test_series.py)."""
    if config.option.importmode == "prepend":
        config.option.importmode = "importlib"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests marked ``gl`` need a screen with OpenGL: ``QT_QPA_PLATFORM=xcb xvfb-run -a pytest -m gl``."""
    if os.environ["QT_QPA_PLATFORM"] in {"offscreen", "minimal"}:
        for item in items:
            if item.get_closest_marker("gl"):
                item.add_marker(pytest.mark.skip(reason="needs a screen with OpenGL, and this run has none"))


def pytest_unconfigure() -> None:
    """Leave nothing behind in the temporary folder."""
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The folder that holds pyproject.toml."""
    return PROJECT_ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real test studies beside the project; the test is skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the shared test data (../shared/data beside the project) is not on this machine")
    return SHARED_DATA
