"""The action table brought to life: one `QAction` for each record, its shortcut, its state and the reason why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

from medviewer.errors import MedviewerError
from medviewer.ui.action import Action
from medviewer.ui.actions import ACTIONS, BY_ID, MENUS, keys_in_force
from medviewer.ui.commands import Commands
from medviewer.ui.icons import icon
from medviewer.ui.theme import Theme

REFRESH_MS = 30
ARROWS = {"Up": "↑", "Down": "↓", "Left": "←", "Right": "→"}
# Widgets that need the arrows, Home, Tab or Space for themselves.
_KEEPS_KEYS = (
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QMenuBar,
    QMenu,
)
# Beside the canvas these move the focus or press the button that has it.
_FOCUS_KEYS = {"Tab", "Shift+Tab", "Space", "Return"}


class ActionSet(QObject):
    """Owns the window's actions.

    Parameters
    ----------
    window : QWidget
        The shortcuts are its own.
    canvas : QWidget
        Where the keys that move through images always work.
    commands : Commands
        What the actions act on.
    overrides : mapping
        The user's shortcuts by action id.
    told : callable
        Receives ``(title, reason)`` when the key of a disabled action is pressed.
    failed : callable
        Receives the error when an action cannot be done.
    """

    def __init__(
        self,
        window: QWidget,
        canvas: QWidget,
        commands: Commands,
        theme: Theme,
        overrides: Mapping[str, str],
        told: Callable[[str, str], object],
        failed: Callable[[MedviewerError], object],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._canvas = canvas
        self._commands = commands
        self._theme = theme
        self._told = told
        self._failed = failed
        self._actions: dict[str, QAction] = {}
        self._shortcuts: dict[str, QShortcut] = {}
        self._reasons: dict[str, str] = {}
        self._groups: dict[str, QActionGroup] = {}
        self._keys_kept = ""
        for record in ACTIONS:
            self._make(record)
        self.set_overrides(overrides)
        self.retranslate()
        self._later = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._later.timeout.connect(self.refresh)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_changed)

    def _make(self, record: Action) -> None:
        action = QAction(self._window)
        action.setObjectName(record.id)
        if record.icon:
            action.setIcon(icon(record.icon, self._theme))
        action.setCheckable(record.checked is not None)
        action.triggered.connect(partial(self.run, record.id))
        if record.radio:
            group = self._groups.get(record.radio)
            if group is None:
                group = self._groups[record.radio] = QActionGroup(self)
                # A layout that is none of the table's leaves its whole group off.
                group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
            group.addAction(action)
        self._window.addAction(action)
        self._actions[record.id] = action
        # A disabled action swallows nothing, so the same key may say why it does nothing.
        shortcut = QShortcut(self._window)
        shortcut.setEnabled(False)
        shortcut.activated.connect(partial(self._say_why, record.id))
        self._shortcuts[record.id] = shortcut
        self._reasons[record.id] = ""

    def action(self, action_id: str) -> QAction:
        """The QAction of an id."""
        return self._actions[action_id]

    def why_not(self, action_id: str) -> str:
        """Why an action cannot run now, translated; empty when it can. Asked afresh."""
        reason = BY_ID[action_id].why_not(self._commands)
        return QCoreApplication.translate("WhyNot", reason) if reason else ""

    def title(self, action_id: str) -> str:
        """The translated title."""
        return _title(BY_ID[action_id])

    @staticmethod
    def menu_title(name: str) -> str:
        """The translated title of a menu or submenu."""
        return QCoreApplication.translate("Actions", name)

    def keys(self, action_id: str) -> list[QKeySequence]:
        """The shortcuts in force."""
        return self._actions[action_id].shortcuts()

    def run(self, action_id: str, _checked: bool = False) -> None:
        """Do it, or say why not."""
        reason = self.why_not(action_id)
        if reason:
            self._told(self.title(action_id), reason)
        else:
            try:
                BY_ID[action_id].run(self._commands)
            except MedviewerError as error:
                self._failed(error)
        self.refresh()

    def _say_why(self, action_id: str) -> None:
        self._told(self.title(action_id), self._reasons[action_id])

    # -- state

    def stop(self) -> None:
        """Look at nothing any more; the window is closing."""
        self._later.stop()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.disconnect(self._focus_changed)

    def refresh_later(self, *_anything: object) -> None:
        """Look at everything again soon; many calls make one look."""
        if not self._later.isActive():
            self._later.start()

    def refresh(self) -> None:
        """Ask each record whether it can run and whether it is on."""
        for record in ACTIONS:
            action = self._actions[record.id]
            reason = self.why_not(record.id)
            if reason != self._reasons[record.id] or action.isEnabled() == bool(reason):
                self._reasons[record.id] = reason
                action.setEnabled(not reason)
                self._shortcuts[record.id].setEnabled(bool(reason) and not self._is_kept(record))
                self._set_tip(record)
            if record.checked is not None:
                checked = record.checked(self._commands)
                if action.isChecked() != checked:
                    action.setChecked(checked)
        for action_id, text in (("edit.undo", self._commands.undo_text), ("edit.redo", self._commands.redo_text)):
            title = self.title(action_id)
            self._actions[action_id].setText(f"{title}: {text}" if text else title)

    def _set_tip(self, record: Action) -> None:
        action = self._actions[record.id]
        keys = key_text(action.shortcut())
        lines = [_title(record).rstrip("…") + (f"  ({keys})" if keys else "")]
        if record.help:
            lines.append(QCoreApplication.translate("Actions", record.help))
        if self._reasons[record.id]:
            lines.append(self._reasons[record.id])
        action.setToolTip("\n".join(lines))
        action.setStatusTip("")

    # -- keys

    def set_overrides(self, overrides: Mapping[str, str]) -> None:
        """Put the user's shortcuts in force."""
        for record in ACTIONS:
            sequences = [QKeySequence(key) for key in keys_in_force(record, overrides)]
            self._actions[record.id].setShortcuts(sequences)
            self._shortcuts[record.id].setKeys(sequences)
            self._set_tip(record)

    def _focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        inside = new is None or new is self._canvas or self._canvas.isAncestorOf(new)
        kept = "" if inside else "all" if isinstance(new, _KEEPS_KEYS) else "focus"
        if kept == self._keys_kept:
            return
        self._keys_kept = kept
        for record in ACTIONS:
            if record.navigation:
                here = self._is_kept(record)
                context = Qt.ShortcutContext.WidgetShortcut if here else Qt.ShortcutContext.WindowShortcut
                self._actions[record.id].setShortcutContext(context)
                self._shortcuts[record.id].setEnabled(bool(self._reasons[record.id]) and not here)

    def _is_kept(self, record: Action) -> bool:
        """Whether the widget with the focus needs this key for itself."""
        if not record.navigation or not self._keys_kept:
            return False
        return self._keys_kept == "all" or any(key in _FOCUS_KEYS for key in record.keys)

    # -- words and menus

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        for record in ACTIONS:
            self._actions[record.id].setText(_title(record))
            if self._reasons[record.id]:
                self._reasons[record.id] = self.why_not(record.id)
            self._set_tip(record)

    def fill_menu_bar(self, bar: QMenuBar) -> None:
        """Build the menu bar from the table."""
        bar.clear()
        for name in MENUS:
            self.fill_menu(bar.addMenu(QCoreApplication.translate("Actions", name)), name)

    def fill_menu(self, menu: QMenu, path: str) -> QMenu:
        """Put the actions of a menu (``"View"``) or submenu (``"View/Layout"``) into it."""
        menu.setToolTipsVisible(True)
        submenus: dict[str, QMenu] = {}
        for record in ACTIONS:
            if record.menu == path:
                if record.separator and not menu.isEmpty():
                    menu.addSeparator()
                menu.addAction(self._actions[record.id])
            elif record.menu.startswith(path + "/"):
                name = record.menu[len(path) + 1 :]
                if name not in submenus:
                    submenus[name] = menu.addMenu(QCoreApplication.translate("Actions", name))
                    self.fill_menu(submenus[name], record.menu)
        return menu


def key_text(sequence: QKeySequence) -> str:
    """A shortcut as people read it: in the system's words, arrows as arrows."""
    text = sequence.toString(QKeySequence.SequenceFormat.NativeText)
    # The word for an arrow key is in the system's language: the portable form tells which key it is.
    key = sequence.toString(QKeySequence.SequenceFormat.PortableText).rpartition("+")[2]
    arrow = ARROWS.get(key, "")
    if arrow and not text.endswith(arrow):
        head, plus, _word = text.rpartition("+")
        text = head + plus + arrow
    return text


def _title(record: Action) -> str:
    title = QCoreApplication.translate("Actions", record.title)
    return title.replace("{n}", record.id.rpartition("-")[2])
