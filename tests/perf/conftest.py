"""One table for all measurements of a run: printed at the end, written where ``--perf-table`` says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.perf.measure import Table

_TABLE = Table()


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--perf-table FILE`` (or the variable MEDVIEWER_PERF_TABLE, when pytest was started from another folder)."""
    parser.addoption("--perf-table", default=None, help="write the performance table as markdown to this file")


@pytest.fixture(scope="session")
def table() -> Table:
    """The table of this run."""
    return _TABLE


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table and write it."""
    if not _TABLE.rows:
        return
    text = _TABLE.markdown()
    path = config.getoption("--perf-table", default=None) or os.environ.get("MEDVIEWER_PERF_TABLE")
    if path:
        Path(path).write_text(text, encoding="utf-8")
    terminalreporter.write_line("")
    terminalreporter.write_line(text)
