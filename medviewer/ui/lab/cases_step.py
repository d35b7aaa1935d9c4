"""The first step: where cases come from, which column is the label, whose they are, what is learned from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from medviewer.errors import MedviewerError
from medviewer.services import classification, result_tables
from medviewer.services.classification import Classification
from medviewer.services.workspace import Workspace
from medviewer.ui.icons import icon
from medviewer.ui.lab.feature_list import FeatureDelegate, FeatureFilter, FeatureModel
from medviewer.ui.lab.words import count_text
from medviewer.ui.theme import GRID, HALF_GRID, Theme
from medviewer.ui.told import told

SOURCE_ROW = 26
MOST_SOURCE_ROWS = 4
FEATURE_ROWS = 150


class CasesStep(QWidget):
    """Choices of the cases.

    Signals
    -------
    typing_wanted()
        Labels are to be typed: the list of cases is to be shown.
    told(MedviewerError)
        What could not be taken.
    """

    typing_wanted = Signal()
    told = Signal(object)

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lab-cases-step")
        self._workspace = workspace
        self._theme = theme
        self._lab: Classification = classification.of(workspace)
        self._build()
        self.retranslate()

    def _build(self) -> None:
        theme = self._theme
        self._hint = QLabel(self, wordWrap=True)
        self._hint.setProperty("role", "dim")
        self._add = QPushButton(self)
        self._add.setObjectName("lab-add")
        self._add.setIcon(icon("add", theme))
        self._menu = QMenu(self._add)
        self._menu.aboutToShow.connect(self._fill_menu)
        self._add.setMenu(self._menu)
        self._sources = QListWidget(self)
        self._sources.setObjectName("lab-sources")
        self._sources.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._sources.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._sources.setMinimumWidth(1)
        self._sources.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._sources.customContextMenuRequested.connect(self._source_menu)
        self._remove = QToolButton(self)
        self._remove.setObjectName("lab-remove-source")
        self._remove.setIcon(icon("delete", theme))
        self._remove.clicked.connect(self._remove_source)
        top = QHBoxLayout()
        top.setSpacing(HALF_GRID)
        top.addWidget(self._add, 1)
        top.addWidget(self._remove)
        self._label_title, self._group_title, self._feature_title = QLabel(self), QLabel(self), QLabel(self)
        self._label, self._group = QComboBox(self), QComboBox(self)
        for combo, name, slot in (
            (self._label, "lab-label", self._label_chosen),
            (self._group, "lab-group", self._group_chosen),
        ):
            combo.setObjectName(name)
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(6)
            combo.activated.connect(slot)
        self._type = QToolButton(self)
        self._type.setObjectName("lab-type-labels")
        self._type.setIcon(icon("edit", theme))
        self._type.clicked.connect(self.start_typing)
        label_row = QHBoxLayout()
        label_row.setSpacing(HALF_GRID)
        label_row.addWidget(self._label, 1)
        label_row.addWidget(self._type)
        self._label_why, self._group_why = QLabel(self, wordWrap=True), QLabel(self, wordWrap=True)
        for why in (self._label_why, self._group_why):
            why.setTextFormat(Qt.TextFormat.PlainText)
        self._filter = QLineEdit(self)
        self._filter.setObjectName("lab-feature-filter")
        self._filter.setClearButtonEnabled(True)
        self._all = QToolButton(self)
        self._all.setObjectName("lab-tick-all")
        self._all.setIcon(icon("tick-box", theme))
        self._all.clicked.connect(self._tick_shown)
        self._suggested = QToolButton(self)
        self._suggested.setObjectName("lab-suggested")
        self._suggested.setIcon(icon("undo", theme))
        self._suggested.clicked.connect(lambda: self._lab.choose(features=None))
        filter_row = QHBoxLayout()
        filter_row.setSpacing(HALF_GRID)
        for widget in (self._filter, self._all, self._suggested):
            filter_row.addWidget(widget)
        self._model = FeatureModel(self)
        self._model.ticked.connect(lambda used: self._lab.choose(features=used))
        self._rows = FeatureFilter(self)
        self._rows.setSourceModel(self._model)
        self._rows.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._filter.textChanged.connect(self._rows.setFilterFixedString)
        self._features = QListView(self)
        self._features.setObjectName("lab-features")
        self._features.setModel(self._rows)
        self._features.setItemDelegate(FeatureDelegate(theme, self._features))
        self._features.setUniformItemSizes(True)
        self._features.setFixedHeight(FEATURE_ROWS)
        self._features.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._columns = QWidget(self)
        inner = QVBoxLayout(self._columns)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(HALF_GRID)
        inner.addWidget(self._label_title)
        inner.addLayout(label_row)
        inner.addWidget(self._label_why)
        inner.addSpacing(HALF_GRID)
        inner.addWidget(self._group_title)
        inner.addWidget(self._group)
        inner.addWidget(self._group_why)
        inner.addSpacing(HALF_GRID)
        inner.addWidget(self._feature_title)
        inner.addLayout(filter_row)
        inner.addWidget(self._features)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, 0, GRID, GRID)
        layout.setSpacing(HALF_GRID)
        layout.addWidget(self._hint)
        layout.addLayout(top)
        layout.addWidget(self._sources)
        layout.addWidget(self._columns)
        self._label_title.setBuddy(self._label)
        self._group_title.setBuddy(self._group)

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self._hint.setText(
            self.tr(
                "A case is a row: what was measured, its class, and whose it is. Take measured tables, a file, or "
                "pictures sorted into a folder for each class."
            )
        )
        self._add.setText(self.tr("Add cases"))
        self._label_title.setText(self.tr("Label"))
        self._group_title.setText(self.tr("Patient"))
        self._filter.setPlaceholderText(self.tr("Filter columns"))
        for widget, words in (
            (self._label, self.tr("Column of the classes")),
            (self._group, self.tr("Column of the patients: a patient is never on both sides of a split")),
            (self._type, self.tr("Type labels into the list of cases")),
            (self._remove, self.tr("Take the chosen source away")),
            (self._all, self.tr("Tick or untick the columns shown")),
            (self._suggested, self.tr("Tick what is suggested")),
            (self._sources, self.tr("Where the cases come from")),
            (self._features, self.tr("Columns to learn from")),
            (self._filter, self.tr("Filter columns")),
        ):
            widget.setToolTip(words)
            widget.setAccessibleName(words)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_columns"):
            self.retranslate()
        super().changeEvent(event)

    # -- showing

    def refresh(self) -> None:
        """Show the state of the experiment."""
        lab = self._lab
        has_cases = bool(lab.sources)
        self._hint.setVisible(not has_cases)
        self._show_sources()
        self._columns.setVisible(has_cases)
        self._columns.setEnabled(not lab.is_surveying)
        self._add.setProperty("role", "" if has_cases else "primary")
        self._add.style().unpolish(self._add)
        self._add.style().polish(self._add)
        if not has_cases:
            return
        columns, chosen = lab.survey.columns, lab.choices
        able = [(c.title, c.key) for c in columns if c.may_be_label]
        if lab.labels_are_typed and all(key != chosen.label for _, key in able):
            able.insert(0, (self.tr("class, by hand"), chosen.label))
        _fill(self._label, able, chosen.label, self.tr("Choose…"))
        groups = [(c.title, c.key) for c in columns if c.key != chosen.label and c.n_different > 1]
        _fill(self._group, groups, chosen.group, self.tr("Not known"))
        self._show_reasons()
        taken = {chosen.label, chosen.group, chosen.part}
        offered = tuple(c for c in columns if c.key not in taken and c.n_known)
        used = lab.used() & {c.key for c in offered}
        self._model.show_columns(offered, used)
        self._feature_title.setText(self.tr("Features: {used} of {all}").format(used=len(used), all=len(offered)))

    def _show_sources(self) -> None:
        sources = self._lab.sources
        with QSignalBlocker(self._sources):
            self._sources.clear()
            for source in sources:
                rows = count_text("case", source.table.n_rows)
                item = QListWidgetItem(f"{source.name} · {rows}")
                item.setData(Qt.ItemDataRole.UserRole, source.number)
                item.setToolTip(source.name)
                self._sources.addItem(item)
            if sources:
                self._sources.setCurrentRow(len(sources) - 1)
        self._sources.setVisible(bool(sources))
        self._remove.setVisible(bool(sources))
        self._sources.setFixedHeight(SOURCE_ROW * min(MOST_SOURCE_ROWS, max(1, len(sources))) + HALF_GRID)

    def _show_reasons(self) -> None:
        lab = self._lab
        guess = lab.survey.label
        why = ""
        if lab.labels_are_typed:
            known = sum(v is not None for v in lab.table.column(lab.choices.label).values)
            why = self.tr("{n} of {all} cases have a label.").format(n=known, all=lab.table.n_rows)
        elif not lab.choices.label:
            why = self.tr("No column holds classes. Choose one, or type the labels.")
        elif guess.key == lab.choices.label and guess.why:
            why = self.tr("Guessed: {why}.").format(why=told(guess.why))
        _say(self._label_why, why, "small" if lab.choices.label else "bad")
        guess = lab.survey.group
        if not lab.choices.group:
            text = self.tr("Every row counts as a patient of its own: the numbers may be far too good.")
            _say(self._group_why, text, "bad")
        elif guess.key == lab.choices.group:
            _say(self._group_why, self.tr("Guessed: {why}.").format(why=told(guess.why)), "small")
        else:
            _say(self._group_why, "", "small")

    # -- what the user does

    def _label_chosen(self, _index: int) -> None:
        key = str(self._label.currentData() or "")
        group = "" if self._lab.choices.group == key else self._lab.choices.group
        self._lab.choose(label=key, group=group)

    def _group_chosen(self, _index: int) -> None:
        self._lab.choose(group=str(self._group.currentData() or ""))

    def _tick_shown(self) -> None:
        shown = self._rows.kept()
        self._model.tick(shown, not shown <= self._model.used)

    def start_typing(self) -> None:
        """Make a column for labels, and show the list of cases to type them in."""
        self._lab.start_typing()
        self.typing_wanted.emit()

    def _source_menu(self, at: QPoint) -> None:
        if self._sources.itemAt(at) is not None:
            menu = QMenu(self)
            menu.addAction(self.tr("Take away"), self._remove_source)
            menu.popup(self._sources.viewport().mapToGlobal(at))

    def _remove_source(self) -> None:
        item = self._sources.currentItem()
        if item is not None:
            self._lab.remove(int(item.data(Qt.ItemDataRole.UserRole)))

    def _fill_menu(self) -> None:
        menu = self._menu
        menu.clear()
        tables = result_tables.of(self._workspace).tables
        if tables:
            menu.addSection(self.tr("Measured tables"))
            for table in tables[-10:]:
                words = f"{table.name} ({table.table.n_rows})"
                menu.addAction(words.replace("&", "&&"), partial(self.add_tables, (table,)))
            if len(tables) > 1:
                menu.addAction(self.tr("All measured tables"), partial(self.add_tables, tables))
            menu.addSeparator()
        menu.addAction(icon("open-file", self._theme), self.tr("Table (CSV, XLSX)…"), self._ask_table)
        menu.addAction(
            icon("open-folder", self._theme), self.tr("Folder of pictures, one folder per class…"), self._ask_folder
        )
        menu.addAction(icon("import", self._theme), self.tr("Pictures in a ZIP or NPZ file…"), self._ask_archive)
        menu.addSeparator()
        menu.addAction(icon("mask", self._theme), self.tr("Labels of the active mask"), self.add_mask)
        menu.addAction(icon("series", self._theme), self.tr("Slices of the shown series"), self.add_slices)

    def add_tables(self, tables: tuple[result_tables.ResultTable, ...]) -> None:
        """Take measured tables."""
        self._guarded(lambda: self._lab.add_result_tables(tables))

    def _ask_table(self) -> None:
        self._ask(self.tr("Table of cases"), self.tr("Tables (*.csv *.tsv *.txt *.xlsx *.xlsm)"))

    def _ask_archive(self) -> None:
        self._ask(self.tr("Pictures of cases"), self.tr("Pictures (*.zip *.npz)"))

    def _ask(self, title: str, pattern: str) -> None:
        dialog = QFileDialog(self, title, "", pattern)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._open(dialog)

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Folder of pictures"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._open(dialog)

    def _open(self, dialog: QFileDialog) -> None:
        dialog.fileSelected.connect(self.add_path)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def add_path(self, path: str) -> None:
        """Take a file or folder."""
        self._guarded(lambda: self._lab.add_path(path, label=self.tr("Reading cases")))

    def add_mask(self) -> None:
        """Take the labels of the active mask of the active series."""
        state = self._workspace.document.state
        key = state.view(state.layout.active).series_key
        self._guarded(lambda: self._lab.add_masks(key, self.tr("Measuring regions")))

    def add_slices(self) -> None:
        """Take every slice of the series that are shown."""
        state = self._workspace.document.state
        keys = tuple(
            dict.fromkeys(state.view(n).series_key for n in state.layout.visible if state.view(n).series_key)
        )
        self._guarded(lambda: self._lab.add_open_images(keys, self.tr("Measuring slices")))

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except MedviewerError as error:
            self.told.emit(error)

    def summary(self) -> str:
        """What was chosen, in a line."""
        lab = self._lab
        if not lab.sources:
            return self.tr("none yet")
        check = lab.check
        if check is not None and check.cases is not None:
            cases = check.cases
            who = count_text("patient", cases.n_groups) if cases.groups_known else self.tr("patients not known")
            many = count_text("case", cases.n)
            return f"{many} · " + count_text("class", len(cases.classes)) + f" · {who}"
        return count_text("case", lab.table.n_rows)


def _fill(combo: QComboBox, items: list[tuple[str, str]], chosen: str, nothing: str) -> None:
    with QSignalBlocker(combo):
        combo.clear()
        combo.addItem(nothing, "")
        for title, key in items:
            combo.addItem(title, key)
        combo.setCurrentIndex(max(0, combo.findData(chosen)))


def _say(label: QLabel, text: str, role: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))
    if label.property("role") != role:
        label.setProperty("role", role)
        label.style().unpolish(label)
        label.style().polish(label)
