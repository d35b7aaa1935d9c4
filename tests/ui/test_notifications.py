"""What is told: errors with their hint, cancelled in silence, bugs without their insides; nothing is modal."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from medviewer.errors import Cancelled, InputError, UnreadableFile
from medviewer.ui.notifications import MAX_TOASTS, Deed, Kind, Notifications
from medviewer.ui.panels.log import MessageLog
from medviewer.ui.theme import Theme


@pytest.fixture
def host(qapp: QApplication) -> Iterator[QWidget]:
    made = QWidget()
    made.resize(900, 700)
    made.show()
    yield made
    made.deleteLater()


@pytest.fixture
def notifications(host: QWidget) -> Notifications:
    return Notifications(Theme("dark"), host)


def _words(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def test_an_error_is_told_with_its_hint(notifications: Notifications) -> None:
    notifications.tell(UnreadableFile("The file ends before its pixels do.", "Copy it again."))
    (toast,) = notifications.toasts
    assert "The file ends before its pixels do." in _words(toast)
    assert "Copy it again." in _words(toast)
    assert "Error" in _words(toast)  # a word beside colour and sign
    assert toast.property("kind") == "bad"
    assert notifications.past[0].code == "data.unreadable"


def test_a_value_that_does_not_fit_is_a_warning(notifications: Notifications) -> None:
    notifications.tell(InputError("Sigma cannot be 0."))
    assert notifications.past[0].kind is Kind.WARN


def test_cancelled_is_silent(notifications: Notifications) -> None:
    notifications.tell(Cancelled())
    assert notifications.past == ()
    assert notifications.toasts == ()


def test_a_bug_shows_nothing_of_its_insides(notifications: Notifications) -> None:
    notifications.tell(ZeroDivisionError("patient Doe^Jane"))
    words = _words(notifications.toasts[0])
    assert "Zero" not in words
    assert "Doe" not in words
    assert "saved" in words


def test_the_same_told_again_is_counted(notifications: Notifications) -> None:
    for _ in range(3):
        notifications.say("Slice 3 is damaged.", kind=Kind.WARN)
    assert len(notifications.toasts) == 1
    assert notifications.past[0].count == 3
    assert "× 3" in _words(notifications.toasts[0])
    notifications.say("Slice 4 is damaged.", kind=Kind.WARN)
    assert len(notifications.past) == 2


def test_few_are_shown_and_all_are_kept(notifications: Notifications) -> None:
    for n in range(MAX_TOASTS + 2):
        notifications.say(f"Note {n}")
    assert [t.note.message for t in notifications.toasts] == ["Note 2", "Note 3", "Note 4"]
    assert len(notifications.past) == MAX_TOASTS + 2


def test_toasts_stand_inside_the_window_and_do_not_overlap(host: QWidget, notifications: Notifications) -> None:
    notifications.tell(UnreadableFile("A long sentence that needs more than one line " * 3, "And a hint."))
    notifications.say("Short.", kind=Kind.GOOD)
    notifications.say("With buttons.", "", Kind.INFO, Deed("One", lambda: None), Deed("Two", lambda: None))
    for size in ((900, 700), (700, 600)):
        host.resize(*size)
        QApplication.processEvents()
        frames = [toast.geometry() for toast in notifications.toasts]
        for frame in frames:
            assert host.rect().contains(frame)
        for above, below in itertools.pairwise(frames):
            assert above.bottom() < below.top()


def test_a_button_does_its_deed_and_the_note_goes(notifications: Notifications) -> None:
    done: list[str] = []
    notifications.say("Bring it back?", "", Kind.INFO, Deed("Bring back", lambda: done.append("back")))
    button = notifications.toasts[0].findChild(QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == ["back"]
    assert notifications.toasts == ()
    assert len(notifications.past) == 1


def test_received_text_is_never_markup(notifications: Notifications) -> None:
    notifications.say("<b>bold</b><img src='x'>")
    labels = notifications.toasts[0].findChildren(QLabel)
    message = next(label for label in labels if "bold" in label.text())
    assert message.textFormat() == Qt.TextFormat.PlainText


def test_the_log_shows_the_newest_first(qapp: QApplication, notifications: Notifications) -> None:
    log = MessageLog(notifications, Theme("dark"))
    notifications.say("First")
    notifications.tell(UnreadableFile("Second.", "Hint."))
    assert log.model.rowCount() == 2
    assert log.model.index(0, 2).data() == "Second. Hint."
    assert "First" in log.model.as_text()
    log.deleteLater()
