"""One table for all measurements of a run: printed at the end, written where ``--perf-table`` says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.perf.catalogs import fill_catalog
from tests.perf.measure import Table

_TABLE = Table()


@pytest.fixture(scope="session")
def table() -> Table:
    """The table of this run."""
    return _TABLE


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table and write it."""
    if not _TABLE.rows:
        return
    text = _TABLE.markdown()
    path = config.getoption("--perf-table")
    if path:
        Path(path).write_text(text, encoding="utf-8")
    terminalreporter.write_line("")
    terminalreporter.write_line(text)


@pytest.fixture(scope="session")
def large_catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog of 100,000 instances: 63 patients, 125 studies, 500 series."""
    folder = tmp_path_factory.mktemp("large")
    fill_catalog(folder / "catalog", 100_000)
    return folder / "catalog"
