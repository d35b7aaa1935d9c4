"""``python -m medviewer`` and the command ``medviewer``: a command of the command line, else the window."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse


def main() -> int:
    """Run the program; the exit code."""
    # In a frozen program this is what a decoder process starts with: it must come before anything else.
    multiprocessing.freeze_support()
    from medviewer import cli

    return cli.main(sys.argv[1:], open_window, window_check)


def open_window(paths: list[str], options: argparse.Namespace) -> int:
    """Open the window; the exit code when it is closed."""
    from medviewer import app

    return app.main(paths, options.data_dir, options.cache_dir, options.log_dir)


def window_check() -> Mapping[str, Any]:
    """For the self-test: whether this Qt keeps its references, and a window can be painted (without a screen)."""
    import os

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6 import __version__ as pyside_version
    from PySide6.QtCore import QObject, Signal
    from PySide6.QtWidgets import QApplication, QLabel

    class Sender(QObject):
        sent = Signal(object)

    app = QApplication.instance() or QApplication(sys.argv[:1])
    sender = Sender()
    sender.sent.connect(lambda _value: None)
    # PySide6 6.12.0 on Python 3.11 loses one reference to True with each emit, and the program aborts later.
    before = sys.getrefcount(True)
    for _ in range(2000):
        sender.sent.emit(True)
    lost = before - sys.getrefcount(True)
    if lost > 100:
        raise RuntimeError(f"this PySide6 loses references ({lost} of 2000)")
    label = QLabel("medviewer")
    label.resize(64, 24)
    picture = label.grab().toImage()
    if picture.isNull() or picture.width() < 64:
        raise RuntimeError("nothing was painted")
    del app
    return {"pyside6": pyside_version, "references_lost": max(0, lost), "painted": f"{picture.width()}x24"}


if __name__ == "__main__":
    sys.exit(main())
