"""The title of a dock: its name and a cross, in the program's own look; the bar can still be dragged."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QToolButton, QWidget

from medviewer.ui.icons import icon
from medviewer.ui.theme import GRID, HALF_GRID, Theme


class DockTitle(QWidget):
    """Follows the dock's window title. Mouse events it does not use go to the dock, which moves."""

    def __init__(self, dock: QDockWidget, theme: Theme) -> None:
        super().__init__(dock)
        self.setObjectName("dock-title")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._dock = dock
        self._label = QLabel(self)
        self._close = QToolButton(self)
        self._close.setProperty("compact", True)
        self._close.setIcon(icon("close", theme, "dim"))
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.clicked.connect(dock.close)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID + HALF_GRID, HALF_GRID, HALF_GRID, HALF_GRID)
        row.addWidget(self._label, 1)
        row.addWidget(self._close)
        dock.windowTitleChanged.connect(self._label.setText)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self._close.setToolTip(self.tr("Hide"))
        self._close.setAccessibleName(self.tr("Hide this panel"))

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_close"):
            self.retranslate()
