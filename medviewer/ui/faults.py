"""Bugs: whatever is raised and not caught ends here. A report without patient data, a word to the user, and on."""

from __future__ import annotations

import faulthandler
import json
import logging
import sys
import threading
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler

from medviewer.errors import Cancelled, MedviewerError
from medviewer.log import traceback_text, without_patient_data

log = logging.getLogger(__name__)

MAX_REPORTS = 20  # kept on disk, and written in one run
QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.DEBUG,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class Faults(QObject):
    """Catches what nothing else caught, in any thread.

    Parameters
    ----------
    report_dir : Path
        Where reports are written (made when the first is).

    Signals
    -------
    told(object)
        The error, in the window's thread: a MedviewerError to be told as it is, anything else a bug.
    """

    told = Signal(object)

    def __init__(self, report_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._report_dir = report_dir
        self._written = 0
        self._native: TextIO | None = None

    def install(self) -> None:
        """Take over the hooks of Python, its threads, and Qt."""
        sys.excepthook = self._raised
        threading.excepthook = lambda args: self._raised(args.exc_type, args.exc_value, args.exc_traceback)
        qInstallMessageHandler(_qt_says)
        try:
            self._report_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._native = (self._report_dir / "native.txt").open("w", encoding="utf-8")
            faulthandler.enable(self._native)  # a crash in a library written in C leaves its stack there
        except OSError as error:
            log.warning("no report of native crashes: %s", error.strerror)

    def remove(self) -> None:
        """Give the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)
        if self._native is not None:
            faulthandler.disable()
            self._native.close()
            self._native = None

    def _raised(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), trace)
            return
        self.caught((error or kind()).with_traceback(trace))

    def caught(self, error: BaseException) -> Path | None:
        """Write a report unless the error is one for the user, and tell; returns the report.

        The journal goes on writing every edit within a second, so the work is safe whatever was raised.
        """
        if isinstance(error, Cancelled):
            return None
        report = None
        if not isinstance(error, MedviewerError):
            log.error("bug", exc_info=error)
            if sys.stderr is not None:  # a windowed program on Windows has none
                sys.stderr.write(traceback_text(error) + "\n")
            report = self._write(error)
        self.told.emit(error)  # queued to the window's thread when this is another one
        return report

    def _write(self, error: BaseException) -> Path | None:
        self._written += 1
        if self._written > MAX_REPORTS:
            return None
        from medviewer.services.diagnostics import environment_report

        try:
            environment = json.dumps(environment_report(), indent=1, default=str)
        except Exception as second:  # noqa: BLE001 - a report without its environment is still a report
            environment = f"not known ({type(second).__name__})"
        text = "\n\n".join(
            (
                "medviewer fault report. It holds no patient data and no paths of yours.",
                datetime.now().astimezone().isoformat(timespec="seconds"),
                traceback_text(error),
                without_patient_data(environment),
            )
        )
        stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
        path = self._report_dir / f"report-{stamp}-{self._written}.txt"
        try:
            self._report_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.write_text(text + "\n", "utf-8")
            path.chmod(0o600)
            for old in sorted(self._report_dir.glob("report-*.txt"))[:-MAX_REPORTS]:
                old.unlink(missing_ok=True)
        except OSError as failed:
            log.warning("no fault report could be written: %s", failed.strerror)
            return None
        return path


def _qt_says(kind: QtMsgType, _context: QMessageLogContext, message: str | None) -> None:
    logging.getLogger("qt").log(QT_LEVELS.get(kind, logging.WARNING), "%s", message or "")
