"""``?``: all keys and what the mouse does, over the window; made from the action table and the settings."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from medviewer.services.settings import Settings, section_fields
from medviewer.ui.action_set import ActionSet, key_text
from medviewer.ui.actions import ACTIONS, MENUS
from medviewer.ui.icons import icon
from medviewer.ui.theme import GRID, Theme

COLUMN_WIDTH = 296
MAX_COLUMNS = 4
MARGIN = 3 * GRID


class KeySheet(QFrame):
    """A sheet over the window; ``?``, Esc or a click beside it closes it.

    Parameters
    ----------
    actions : ActionSet
        Titles and the shortcuts in force.
    settings : Settings
        What the mouse buttons do.
    """

    def __init__(self, actions: ActionSet, settings: Settings, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._actions = actions
        self._settings = settings
        self._before: QWidget | None = None
        self._title = QLabel(self)
        self._title.setProperty("role", "heading")
        self._hint = QLabel(self)
        self._hint.setProperty("role", "dim")
        self._close = QToolButton(self)
        self._close.setProperty("compact", True)
        self._close.setIcon(icon("close", theme))
        self._close.clicked.connect(self.dismiss)
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addSpacing(2 * GRID)
        head.addWidget(self._hint, 1)
        head.addWidget(self._close)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, GRID, GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(head)
        layout.addWidget(self._scroll, 1)
        parent.installEventFilter(self)
        self.hide()

    def toggle(self) -> None:
        """Show it, or hide it."""
        if self.isVisible():
            self.dismiss()
            return
        self._before = self.window().focusWidget()
        self._title.setText(self.tr("Keys and mouse"))
        self._hint.setText(self.tr("Change them in Preferences ▸ Keys"))
        self._close.setToolTip(self.tr("Close"))
        self._scroll.setWidget(self._contents())
        self._place()
        self.show()
        self.raise_()
        self.setFocus()

    def dismiss(self) -> None:
        """Go away; the focus returns to where it was."""
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus()

    # -- contents

    def _contents(self) -> QWidget:
        page = QWidget()
        columns = [QVBoxLayout() for _ in range(self._columns())]
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, GRID, 0)
        row.setSpacing(4 * GRID)
        groups = [(self.tr("Mouse"), self.mouse_rows()), *self.key_groups()]
        # Each group goes to the column that is shortest so far; the order of the menus is roughly kept.
        heights = [0] * len(columns)
        for title, lines in groups:
            at = heights.index(min(heights))
            columns[at].addLayout(self._group(title, lines))
            columns[at].addSpacing(2 * GRID)
            heights[at] += len(lines) + 3
        for column in columns:
            column.addStretch()
            row.addLayout(column, 1)
        return page

    def key_groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Headings with (keys, title) of every action that has a key."""
        groups = []
        for menu in MENUS:
            lines: list[tuple[str, str]] = []
            for record in ACTIONS:
                if record.group != menu:
                    continue
                keys = self._actions.keys(record.id)
                if not keys:
                    continue
                if record.id.startswith("window.preset-"):
                    if record.id.endswith("-1"):
                        lines.append(("1 – 9", self.tr("Window presets")))
                    continue
                shown = ", ".join(key_text(key) for key in keys)
                lines.append((shown, self._actions.title(record.id).rstrip("…")))
            if lines:
                groups.append((self._actions.menu_title(menu), lines))
        return groups

    def mouse_rows(self) -> list[tuple[str, str]]:
        """What buttons and wheel do, as the settings say."""
        mouse = self._settings.mouse
        names = {
            field.name: QCoreApplication.translate("Settings", field.words(getattr(mouse, field.name)))
            for field in section_fields("mouse")
        }
        return [
            (self.tr("Left drag"), names["left"]),
            (self.tr("Right drag"), names["right"]),
            (self.tr("Middle drag"), names["middle"]),
            (self.tr("Wheel"), names["wheel"]),
            (self.tr("Ctrl + wheel"), self.tr("Zoom at the pointer")),
            (self.tr("Shift + move"), self.tr("3-D cursor in all panes")),
            (self.tr("Right click"), self.tr("Menu of the pane")),
            (self.tr("Double click"), self.tr("Maximise pane, and back")),
            (self.tr("Ctrl / Shift + drag"), self.tr("Window faster / finer")),
        ]

    def _columns(self) -> int:
        host = self.parentWidget()
        room = host.width() - 2 * MARGIN - 8 * GRID if host is not None else 0
        return max(1, min(MAX_COLUMNS, room // COLUMN_WIDTH))

    def _group(self, title: str, lines: list[tuple[str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        heading = QLabel(title)
        heading.setProperty("role", "section")
        grid.addWidget(heading, 0, 0, 1, 2)
        for i, (keys, what) in enumerate(lines, 1):
            key = QLabel(keys, alignment=Qt.AlignmentFlag.AlignCenter)
            key.setProperty("role", "key")
            grid.addWidget(key, i, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(QLabel(what), i, 1)
        return grid

    # -- hands

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Esc is the sheet's, not the canvas's, while it is open."""
        is_key = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_key and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size; a click beside the sheet closes it."""
        if self.isVisible():
            if event.type() == QEvent.Type.Resize:
                self._place()
            elif event.type() == QEvent.Type.MouseButtonPress:
                self.dismiss()
        return False

    def _place(self) -> None:
        host = self.parentWidget()
        page = self._scroll.widget()
        if host is None or page is None:
            return
        width = min(self._columns() * COLUMN_WIDTH + 8 * GRID, host.width() - 2 * MARGIN)
        height = min(page.sizeHint().height() + 80, host.height() - 2 * MARGIN)
        self.setGeometry((host.width() - width) // 2, (host.height() - height) // 2, width, height)
