"""PySide6 6.12.0 drops a reference to None with every void call and aborts Python 3.11 after some thousands of them.

Python 3.12 and later keep None and True for ever, so there the counts say nothing and nothing can happen.
"""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal since Python 3.12")

CALLS = 500


def test_void_calls_keep_none(qtbot: QtBot) -> None:
    button = QPushButton("x")
    qtbot.addWidget(button)
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        button.setEnabled(True)
    assert sys.getrefcount(None) > before - CALLS // 2


def test_emits_keep_none_and_true(qtbot: QtBot) -> None:
    class Sender(QObject):
        sent = Signal(object)

    sender = Sender()
    received: list[object] = []
    sender.sent.connect(received.append)
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(CALLS):
        sender.sent.emit(1)
    assert len(received) == CALLS
    assert sys.getrefcount(None) > before[0] - CALLS // 2
    assert sys.getrefcount(True) > before[1] - CALLS // 2
