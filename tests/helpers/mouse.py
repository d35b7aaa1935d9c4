"""Mouse and wheel as the window system would send them.

``QTest.mouseMove`` moves the cursor and reports no button, so a drag never happens; these events carry their buttons.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

LEFT = Qt.MouseButton.LeftButton
MIDDLE = Qt.MouseButton.MiddleButton
RIGHT = Qt.MouseButton.RightButton
NONE = Qt.MouseButton.NoButton
PLAIN = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier

Position = tuple[float, float]


def _send(
    widget: QWidget,
    kind: QEvent.Type,
    at: Position,
    button: Qt.MouseButton,
    buttons: Qt.MouseButton,
    keys: Qt.KeyboardModifier,
) -> None:
    local = QPointF(*at)
    event = QMouseEvent(kind, local, QPointF(widget.mapToGlobal(local)), button, buttons, keys)
    QApplication.sendEvent(widget, event)


def press(widget: QWidget, at: Position, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = PLAIN) -> None:
    """Put a button down."""
    _send(widget, QEvent.Type.MouseButtonPress, at, button, button, keys)


def move(widget: QWidget, to: Position, button: Qt.MouseButton = NONE, keys: Qt.KeyboardModifier = PLAIN) -> None:
    """Move with a button held (or none)."""
    _send(widget, QEvent.Type.MouseMove, to, NONE, button, keys)


def release(widget: QWidget, at: Position, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = PLAIN) -> None:
    """Let the button go."""
    _send(widget, QEvent.Type.MouseButtonRelease, at, button, NONE, keys)


def click(widget: QWidget, at: Position, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = PLAIN) -> None:
    """Press and release in one place."""
    press(widget, at, button, keys)
    release(widget, at, button, keys)


def double_click(widget: QWidget, at: Position, button: Qt.MouseButton = LEFT) -> None:
    """The four events of a double click."""
    click(widget, at, button)
    _send(widget, QEvent.Type.MouseButtonDblClick, at, button, button, PLAIN)
    release(widget, at, button)


def drag(
    widget: QWidget,
    path: Iterable[Position],
    button: Qt.MouseButton = LEFT,
    keys: Qt.KeyboardModifier = PLAIN,
    *,
    steps: int = 4,
) -> None:
    """Press at the first point, move along the path in small steps, release at the last."""
    points = list(path)
    press(widget, points[0], button, keys)
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        for i in range(1, steps + 1):
            move(widget, (x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps), button, keys)
    release(widget, points[-1], button, keys)


def wheel(
    widget: QWidget, delta: int, at: Position | None = None, keys: Qt.KeyboardModifier = PLAIN, *, horizontal: int = 0
) -> None:
    """Turn the wheel by `delta` eighths of a degree (120 is one notch; negative is towards the hand)."""
    local = QPointF(*at) if at is not None else QPointF(widget.width() / 2, widget.height() / 2)
    event = QWheelEvent(
        local,
        QPointF(widget.mapToGlobal(local)),
        QPoint(),
        QPoint(horizontal, delta),
        NONE,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
