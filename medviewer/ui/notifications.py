"""What the program tells its user: short notes at the edge of the window, never a dialog that must be answered.

This is the only place where errors become words on screen: a `MedviewerError` is told with its hint, `Cancelled` is
silent, anything else is a bug, told without its name or its stack.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from medviewer.errors import Cancelled, InputError, MedviewerError
from medviewer.ui.icons import icon, pixmap
from medviewer.ui.theme import GRID, ICON, Theme
from medviewer.ui.told import told

TOAST_WIDTH = 360
MAX_TOASTS = 3
MAX_PAST = 200
SHOWN_MS = {"info": 5000, "good": 4000, "warn": 9000}  # a "bad" one stays until it is closed
REPEAT_WITHIN_S = 10.0


class Kind(StrEnum):
    """How grave a note is; icon, word and colour say the same thing."""

    INFO = "info"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Deed:
    """A button of a note: what to do about it."""

    title: str
    run: Callable[[], object]


@dataclass(frozen=True)
class Note:
    """One thing that was told.

    Attributes
    ----------
    message, hint : str
        One sentence each, translated.
    code : str
        Stable name of the error, empty for other notes.
    count : int
        How often the same was told in a row.
    """

    kind: Kind
    message: str
    hint: str = ""
    code: str = ""
    deeds: tuple[Deed, ...] = ()
    time: datetime = field(default_factory=datetime.now)
    count: int = 1

    @property
    def word(self) -> str:
        """The kind as a word, so that colour is never the only cue."""
        words = {
            Kind.INFO: QCoreApplication.translate("Notifications", "Note"),
            Kind.GOOD: QCoreApplication.translate("Notifications", "Done"),
            Kind.WARN: QCoreApplication.translate("Notifications", "Warning"),
            Kind.BAD: QCoreApplication.translate("Notifications", "Error"),
        }
        return words[self.kind]


class Toast(QFrame):
    """One note on screen.

    Signals
    -------
    closed(object)
        The toast itself, when it goes.
    """

    closed = Signal(object)

    def __init__(self, note: Note, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self.setProperty("kind", note.kind.value)
        self.setFixedWidth(TOAST_WIDTH)
        self.note = note
        picture = QLabel(self)
        picture.setPixmap(pixmap(note.kind.value, theme, ICON, _token(note.kind), self.devicePixelRatioF()))
        self._word = QLabel(self)
        self._word.setProperty("role", {"info": "section"}.get(note.kind.value, note.kind.value))
        self._message = QLabel(self, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._hint = QLabel(note.hint, self, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._hint.setProperty("role", "dim")
        self._hint.setVisible(bool(note.hint))
        close = QToolButton(self)
        close.setProperty("compact", True)
        close.setIcon(icon("close", theme, "dim"))
        close.setAccessibleName(self.tr("Close this note"))
        close.setToolTip(self.tr("Close"))
        close.clicked.connect(self.leave)
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(picture)
        head.addWidget(self._word, 1)
        head.addWidget(close)
        body = QVBoxLayout(self)
        body.setContentsMargins(12, GRID, GRID, 12)
        body.setSpacing(4)
        body.addLayout(head)
        body.addWidget(self._message)
        body.addWidget(self._hint)
        if note.deeds:
            row = QHBoxLayout()
            row.addStretch()
            for deed in note.deeds:
                button = QPushButton(deed.title, self)
                button.clicked.connect(lambda _checked=False, deed=deed: self._do(deed))
                row.addWidget(button)
            body.addSpacing(4)
            body.addLayout(row)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.leave)
        self.update_note(note)

    def update_note(self, note: Note) -> None:
        """Show a repeated note's count, and begin its time anew."""
        self.note = note
        self._word.setText(note.word if note.count == 1 else f"{note.word} × {note.count}")
        self._message.setText(note.message)
        self.setAccessibleName(f"{note.word}: {note.message} {note.hint}".strip())
        shown_ms = SHOWN_MS.get(note.kind.value)
        if shown_ms is not None and not note.deeds:
            self._timer.start(shown_ms)

    def _do(self, deed: Deed) -> None:
        self.leave()
        deed.run()

    def leave(self) -> None:
        """Go away."""
        self._timer.stop()
        self.hide()
        self.closed.emit(self)
        self.deleteLater()

    def enterEvent(self, event: object) -> None:
        """Stay while it is being read."""
        self._timer.stop()

    def leaveEvent(self, event: object) -> None:
        """Begin its time anew."""
        shown_ms = SHOWN_MS.get(self.note.kind.value)
        if shown_ms is not None and not self.note.deeds:
            self._timer.start(shown_ms)


def _token(kind: Kind) -> str:
    return "accent" if kind is Kind.INFO else kind.value


class Notifications(QObject):
    """Tells, and remembers what was told.

    Parameters
    ----------
    theme : Theme
        Colours of the toasts.
    host : QWidget
        Toasts stand at its lower right corner, above everything.

    Signals
    -------
    changed()
        The list of past notes has changed.
    whispered(str)
        A short sentence for the status bar, gone after a few seconds and not remembered.
    """

    changed = Signal()
    whispered = Signal(str)

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self._theme = theme
        self._host = host
        self._toasts: list[Toast] = []
        self._past: list[Note] = []
        self.bottom_margin = GRID
        host.installEventFilter(self)

    @property
    def past(self) -> tuple[Note, ...]:
        """What was told, oldest first."""
        return tuple(self._past)

    @property
    def toasts(self) -> tuple[Toast, ...]:
        """What is on screen, oldest first."""
        return tuple(self._toasts)

    def tell(self, error: BaseException, *deeds: Deed) -> None:
        """Tell an error.

        `Cancelled` is silent. A MedviewerError shows its message and hint; an `InputError` is a warning, because the
        form still waits for a better value. Anything else is a bug and is told without its details.
        """
        if isinstance(error, Cancelled):
            return
        if isinstance(error, MedviewerError):
            kind = Kind.WARN if isinstance(error, InputError) else Kind.BAD
            self._add(Note(kind, told(error.message), told(error.hint), error.code, deeds))
        else:
            self.tell_bug(*deeds)

    def tell_bug(self, *deeds: Deed) -> None:
        """Tell that something went wrong inside; the work is saved and the program goes on."""
        message = self.tr("Something went wrong inside the program. Your work is saved and you can go on.")
        hint = self.tr("A report without patient data was written; it helps to repair the fault.")
        self._add(Note(Kind.BAD, message, hint, "bug", deeds))

    def say(self, message: str, hint: str = "", kind: Kind = Kind.INFO, *deeds: Deed) -> None:
        """Say something that is no error."""
        self._add(Note(kind, message, hint, "", deeds))

    def whisper(self, message: str) -> None:
        """Say something in the status bar that need not be remembered."""
        self.whispered.emit(message)

    def clear(self) -> None:
        """Close every toast and forget the list."""
        for toast in list(self._toasts):
            toast.leave()
        self._past.clear()
        self.changed.emit()

    def _add(self, note: Note) -> None:
        last = self._past[-1] if self._past else None
        same = last is not None and (last.kind, last.message, last.hint) == (note.kind, note.message, note.hint)
        if last is not None and same and (note.time - last.time).total_seconds() < REPEAT_WITHIN_S:
            note = replace(note, count=last.count + 1)
            self._past[-1] = note
            shown = next((t for t in self._toasts if t.note == last), None)
        else:
            self._past.append(note)
            del self._past[:-MAX_PAST]
            shown = None
        if shown is not None:
            shown.update_note(note)
        else:
            self._show(note)
        self.changed.emit()

    def _show(self, note: Note) -> None:
        while len(self._toasts) >= MAX_TOASTS:
            self._toasts[0].leave()  # it stays in the list
        toast = Toast(note, self._theme, self._host)
        toast.closed.connect(self._closed)
        self._toasts.append(toast)
        toast.show()
        self.place()
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(toast, toast.accessibleName()))

    def _closed(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
        self.place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the host."""
        if event.type() == QEvent.Type.Resize:
            self.place()
        return False

    def place(self) -> None:
        """Stack the toasts from the lower right corner upwards, the newest lowest."""
        bottom = self._host.height() - self.bottom_margin
        for toast in reversed(self._toasts):
            height = toast.heightForWidth(TOAST_WIDTH) if toast.hasHeightForWidth() else toast.sizeHint().height()
            toast.resize(TOAST_WIDTH, max(height, toast.minimumSizeHint().height()))
            toast.move(self._host.width() - TOAST_WIDTH - 2 * GRID, bottom - toast.height())
            toast.raise_()
            bottom -= toast.height() + GRID
