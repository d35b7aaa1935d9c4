"""The menu that adds a step: groups of operations, and a field that finds one as you type."""

from __future__ import annotations

import functools

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget, QWidgetAction

from medviewer.ops import registry
from medviewer.ops.operation import Operation
from medviewer.services import processing
from medviewer.ui.plain_text import tool_tip
from medviewer.ui.theme import GRID, HALF_GRID

CONTEXT = "Operations"
MOST_FOUND = 12


def operation_words(text: str) -> str:
    """A title, group or label of an operation in the user's language."""
    return QCoreApplication.translate(CONTEXT, text)


def operation_title(operation_id: str) -> str:
    """The title of an operation in the user's language."""
    return operation_words(registry.get(operation_id).title)


class _SearchField(QLineEdit):
    """Hands the arrow keys on to the menu."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        menu = self.parentWidget()
        while menu is not None and not isinstance(menu, OperationMenu):
            menu = menu.parentWidget()
        if isinstance(menu, OperationMenu) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            menu.take_first()
        elif isinstance(menu, OperationMenu) and event.key() == Qt.Key.Key_Down:
            menu.setFocus()
            QCoreApplication.sendEvent(menu, event)
        else:
            super().keyPressEvent(event)


class OperationMenu(QMenu):
    """Every operation there is.

    Signals
    -------
    chosen(Operation)
        The user has picked one.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        self._groups: list[QMenu] = []
        self._found: list[QAction] = []
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        self.clear()
        for menu in self._groups:
            menu.deleteLater()
        self._groups, self._found = [], []
        self._field = _SearchField(self)
        self._field.setObjectName("operation-search")
        self._field.setPlaceholderText(QCoreApplication.translate("Form", "Find a step"))
        self._field.setClearButtonEnabled(True)
        self._field.textChanged.connect(self._search)
        holder = QWidgetAction(self)
        self._field.setContentsMargins(GRID, HALF_GRID, GRID, HALF_GRID)
        holder.setDefaultWidget(self._field)
        self.addAction(holder)
        for group, operations in processing.operations_by_group():
            menu = QMenu(operation_words(group), self)
            menu.setToolTipsVisible(True)
            menu.setObjectName(f"group-{group}")
            for operation in operations:
                menu.addAction(self._action(operation, menu))
            self._groups.append(menu)
            self.addMenu(menu)
        self._field.setFocus()

    def _action(self, operation: Operation, parent: QMenu) -> QAction:
        action = QAction(operation_words(operation.title), parent)
        action.setObjectName(f"add-{operation.id}")
        action.setToolTip(tool_tip(operation.description.split("\n\n")[0]))
        action.triggered.connect(functools.partial(self._chosen, operation))
        return action

    def _chosen(self, operation: Operation, _checked: bool = False) -> None:
        self.chosen.emit(operation)

    def _search(self, text: str) -> None:
        for action in self._found:
            self.removeAction(action)
            action.deleteLater()
        self._found = []
        words = text.casefold().split()
        for menu in self._groups:
            menu.menuAction().setVisible(not words)
        if not words:
            return
        ranked = []
        for group, operations in processing.operations_by_group():
            for operation in operations:
                title = f"{operation_words(operation.title)} {operation.title} {operation.id}".casefold()
                all_text = f"{title} {operation_words(group)} {group} {operation.description}".casefold()
                if all(word in all_text for word in words):
                    ranked.append((sum(word not in title for word in words), title, operation))
        for _, _, operation in sorted(ranked, key=lambda entry: entry[:2])[:MOST_FOUND]:
            action = self._action(operation, self)
            self.addAction(action)
            self._found.append(action)
        if not self._found:
            nothing = self.addAction(QCoreApplication.translate("Form", "No step of that name"))
            nothing.setEnabled(False)
            self._found.append(nothing)

    def take_first(self) -> None:
        """Pick the best find."""
        if self._found and self._found[0].isEnabled():
            self.close()
            self._found[0].trigger()
