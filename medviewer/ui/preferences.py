"""The preferences: pages made from the typed settings, in force as soon as they are changed; shortcuts by hand."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from medviewer.errors import InputError
from medviewer.services.settings import FORM_SECTIONS, SECTIONS, Settings, section_fields
from medviewer.ui.action_set import ActionSet, key_text
from medviewer.ui.actions import ACTIONS, BY_ID, conflicts, keys_in_force
from medviewer.ui.form import Form
from medviewer.ui.theme import GRID, Theme

AnyIndex = QModelIndex | QPersistentModelIndex
PORTABLE = QKeySequence.SequenceFormat.PortableText


class SettingsPage(QWidget):
    """The form of one section, two-way: what is changed is in force at once, what changes elsewhere is shown."""

    def __init__(self, settings: Settings, section: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._section = section
        self.form = Form(SECTIONS[section], theme, settings.section(section), "Settings", self)
        self.form.changed.connect(self._edited)
        self._note = QLabel(self)
        self._note.setProperty("role", "dim")
        fixed = [field.name for field in section_fields(section) if settings.is_overridden(section, field.name)]
        for name in fixed:
            control = self.form.findChild(QWidget, f"field-{name}")
            if control is not None:
                control.setEnabled(False)
        self._note.setVisible(bool(fixed))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, GRID, 0)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.form)
        layout.addWidget(self._note)
        layout.addStretch()
        self._disconnect = settings.changed.connect(self._settings_changed)
        self.retranslate()

    def _edited(self, values: Any) -> None:
        now = self._settings.section(self._section)
        names = [field.name for field in section_fields(self._section)]
        # Only what differs: a value set by the environment must not reach the file.
        changes = {name: getattr(values, name) for name in names if getattr(values, name) != getattr(now, name)}
        try:
            self._settings.change(self._section, **changes)
        except InputError as error:
            self.form.show_error(error)

    def _settings_changed(self, section: str) -> None:
        if section == self._section:
            self.form.set_value(self._settings.section(section))

    def reset(self) -> None:
        """Back to the defaults."""
        self._settings.reset(self._section)

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self._note.setText(self.tr("What is grey is set by the environment of this computer."))
        budget = self.form.findChild(QSpinBox, "field-budget_mb")
        if budget is not None:
            budget.setSpecialValueText(self.tr("automatic"))


class KeyModel(QAbstractTableModel):
    """Every action with its shortcuts in force."""

    def __init__(self, actions: ActionSet, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._actions = actions
        self._settings = settings

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(ACTIONS)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 3

    def data(self, index: AnyIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        record = ACTIONS[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return record.id
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if index.column() == 0:
            return self._actions.title(record.id)
        if index.column() == 1:
            keys = keys_in_force(record, self._settings.keys.shortcuts)
            return ", ".join(key_text(QKeySequence(key)) for key in keys)
        return " ▸ ".join(self._actions.menu_title(part) for part in record.menu.split("/"))

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Action"), self.tr("Key"), self.tr("Menu"))[section]

    def refresh(self) -> None:
        """The shortcuts or the language have changed."""
        self.dataChanged.emit(self.index(0, 0), self.index(len(ACTIONS) - 1, 2))


class KeysPage(QWidget):
    """The table of shortcuts, and a field to give the selected action another one."""

    def __init__(self, settings: Settings, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._actions = actions
        self._model = KeyModel(actions, settings, self)
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(self._model)
        self._proxy.setFilterKeyColumn(-1)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._filter = QLineEdit(self)
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(self._proxy.setFilterFixedString)
        self.table = QTableView(self)
        self.table.setModel(self._proxy)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(28)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.setColumnWidth(1, 150)
        self.table.setColumnWidth(2, 130)
        self.table.selectionModel().currentChanged.connect(self._chosen)
        self.field = QKeySequenceEdit(self)
        self.field.setMaximumSequenceLength(1)
        self.field.setClearButtonEnabled(True)
        self.field.keySequenceChanged.connect(self._check)
        self._set = QPushButton(self)
        self._set.setAutoDefault(False)
        self._set.clicked.connect(self.assign)
        self._default = QPushButton(self)
        self._default.setAutoDefault(False)
        self._default.clicked.connect(self.restore)
        self.message = QLabel(self, wordWrap=True)
        self.message.setProperty("role", "warn")
        row = QHBoxLayout()
        row.addWidget(self.field, 1)
        row.addWidget(self._set)
        row.addWidget(self._default)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._filter)
        layout.addWidget(self.table, 1)
        layout.addLayout(row)
        layout.addWidget(self.message)
        self._disconnect = settings.changed.connect(self._settings_changed)
        self.retranslate()
        self.choose(ACTIONS[0].id)

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self._filter.setPlaceholderText(self.tr("Filter actions and keys"))
        self._set.setText(self.tr("Set key"))
        self._default.setText(self.tr("Default"))
        self._model.refresh()

    def choose(self, action_id: str) -> None:
        """Select an action."""
        source = self._model.index(list(BY_ID).index(action_id), 0)
        self.table.setCurrentIndex(self._proxy.mapFromSource(source))

    @property
    def _action_id(self) -> str:
        index = self.table.currentIndex()
        return str(index.data(Qt.ItemDataRole.UserRole)) if index.isValid() else ""

    def _chosen(self) -> None:
        if self._action_id:
            keys = keys_in_force(BY_ID[self._action_id], self._settings.keys.shortcuts)
            self.field.setKeySequence(QKeySequence(keys[0] if keys else ""))
        self._check()

    def owners(self) -> tuple[str, ...]:
        """Other actions that have the key in the field already."""
        key = self.field.keySequence().toString(PORTABLE)
        if not key or not self._action_id:
            return ()
        wanted = {**self._settings.keys.shortcuts, self._action_id: key}
        return tuple(a for a in conflicts(wanted).get(key, ()) if a != self._action_id)

    def _check(self) -> None:
        others = self.owners()
        names = ", ".join(self._actions.title(other).rstrip("…") for other in others)
        text = self.tr("This key belongs to “{name}”. Give that another key first.").format(name=names)
        self.message.setText(text if others else "")
        self._set.setEnabled(bool(self._action_id) and not others)

    def assign(self) -> None:
        """Give the selected action the key in the field; an empty field takes its keys away."""
        if self._action_id and not self.owners():
            key = self.field.keySequence().toString(PORTABLE)
            shortcuts = {**self._settings.keys.shortcuts, self._action_id: key}
            self._settings.change("keys", shortcuts=shortcuts)

    def restore(self) -> None:
        """Give the selected action the program's own keys again, unless another action has them now."""
        kept = {k: v for k, v in self._settings.keys.shortcuts.items() if k != self._action_id}
        if conflicts(kept):
            self.field.setKeySequence(QKeySequence(BY_ID[self._action_id].keys[0]))  # says whose it is
            return
        self._settings.change("keys", shortcuts=kept)
        self._chosen()

    def reset(self) -> None:
        """The program's own keys for every action."""
        self._settings.change("keys", shortcuts={})
        self._chosen()

    def _settings_changed(self, section: str) -> None:
        if section == "keys":
            self._model.refresh()
            self._check()


class Preferences(QDialog):
    """A window beside the work; not modal, nothing to confirm."""

    def __init__(self, settings: Settings, actions: ActionSet, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preferences")
        self.resize(720, 520)
        self.pages: dict[str, SettingsPage | KeysPage] = {
            name: SettingsPage(settings, name, theme, self) for name in FORM_SECTIONS
        }
        self.pages["keys"] = KeysPage(settings, actions, self)
        self._list = QListWidget(self)
        self._list.setFixedWidth(152)
        self._stack = QStackedWidget(self)
        for name, page in self.pages.items():
            self._list.addItem(name)
            if isinstance(page, KeysPage):
                self._stack.addWidget(page)
                continue
            scroll = QScrollArea(self)
            scroll.setWidgetResizable(True)
            scroll.setWidget(page)
            self._stack.addWidget(scroll)
        self._list.currentRowChanged.connect(self._stack.setCurrentIndex)
        self._list.setCurrentRow(0)
        self._note = QLabel(self)
        self._note.setProperty("role", "dim")
        self._reset = QPushButton(self)
        self._reset.setAutoDefault(False)
        self._reset.clicked.connect(self._reset_page)
        self._close = QPushButton(self)
        self._close.setAutoDefault(False)
        self._close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addWidget(self._note, 1)
        foot.addWidget(self._reset)
        foot.addWidget(self._close)
        body = QHBoxLayout()
        body.setSpacing(3 * GRID)
        body.addWidget(self._list)
        body.addWidget(self._stack, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(body, 1)
        layout.addLayout(foot)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self.setWindowTitle(self.tr("Preferences"))
        titles = {
            "general": self.tr("General"),
            "display": self.tr("Display"),
            "mouse": self.tr("Mouse"),
            "memory": self.tr("Memory"),
            "keys": self.tr("Keys"),
        }
        for row, name in enumerate(self.pages):
            self._list.item(row).setText(titles[name])
        self._note.setText(self.tr("Changes are in force at once."))
        self._reset.setText(self.tr("Reset this page"))
        self._close.setText(self.tr("Close"))

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_close"):
            self.retranslate()
            for page in self.pages.values():
                page.retranslate()

    def show_page(self, name: str) -> None:
        """Open on a page."""
        self._list.setCurrentRow(list(self.pages).index(name))

    def _reset_page(self) -> None:
        list(self.pages.values())[self._list.currentRow()].reset()
