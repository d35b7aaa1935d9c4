"""The browser dock: filter, tree of patients ▸ studies ▸ series, import progress, files left out."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QProgressBar,
    QPushButton,
    QStackedLayout,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from medviewer.document.changes import Change, Flags
from medviewer.services.workspace import Workspace
from medviewer.ui.browser.delegate import BrowserDelegate
from medviewer.ui.browser.left_out import LeftOutDialog
from medviewer.ui.browser.model import CatalogModel, Node, NodeRole
from medviewer.ui.icons import icon
from medviewer.ui.theme import Theme

FILTER_DELAY_MS = 60
EXPAND_UP_TO = 12  # studies; with more, the tree starts folded


class BrowserPanel(QWidget):
    """Shows the catalog and asks to open what is chosen.

    Signals
    -------
    open_requested(int, int)
        Series id and pane (-1: the active pane).
    open_folder_requested()
        The empty state's button.
    tags_requested(int)
        Series id whose tags to show.
    """

    open_requested = Signal(int, int)
    open_folder_requested = Signal()
    sample_requested = Signal()
    tags_requested = Signal(int)

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("browser-panel")
        self._workspace = workspace
        self._theme = theme
        self._model = CatalogModel(workspace, self)
        self._build()
        self._delay = QTimer(self, singleShot=True, interval=FILTER_DELAY_MS)
        self._delay.timeout.connect(self._apply_filter)
        self._filter.textChanged.connect(lambda _text: self._delay.start())
        self._disconnect = (
            workspace.catalog_changed.connect(self._catalog_changed),
            workspace.document.changed.connect(self._document_changed),
        )
        self._later = QTimer(self, singleShot=True, interval=250)
        self._later.timeout.connect(self.reload)
        self.reload()

    # -- construction

    def _build(self) -> None:
        self._filter = QLineEdit(self)
        self._filter.setObjectName("browser-filter")
        self._filter.setClearButtonEnabled(True)
        self._filter.addAction(icon("search", self._theme), QLineEdit.ActionPosition.LeadingPosition)
        self._tree = QTreeView(self)
        self._tree.setObjectName("browser-tree")
        self._tree.setModel(self._model)
        self._delegate = BrowserDelegate(self._theme, self._is_in_a_pane)
        self._tree.setItemDelegate(self._delegate)
        self._tree.setHeaderHidden(True)
        self._tree.setIndentation(12)
        self._tree.setFrameShape(QFrame.Shape.NoFrame)
        self._tree.setMouseTracking(True)
        self._tree.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._tree.setDragEnabled(True)
        self._tree.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self._tree.setExpandsOnDoubleClick(False)
        self._tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._tree.customContextMenuRequested.connect(self._menu)
        self._tree.activated.connect(self._activated)
        self._tree.doubleClicked.connect(self._activated)
        self._tree.clicked.connect(self._clicked)

        self._empty = QWidget(self)
        self._empty_text = QLabel(self._empty, wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self._empty_text.setTextFormat(Qt.TextFormat.PlainText)
        self._empty_text.setProperty("role", "dim")
        self._empty_button = QPushButton(self._empty)
        self._empty_button.clicked.connect(self._empty_pressed)
        inside = QVBoxLayout(self._empty)
        inside.setContentsMargins(16, 16, 16, 16)
        inside.addStretch()
        inside.addWidget(self._empty_text)
        inside.addSpacing(8)
        inside.addWidget(self._empty_button, alignment=Qt.AlignmentFlag.AlignHCenter)
        inside.addStretch()

        self._progress = QProgressBar(self, textVisible=False)
        self._progress.setFixedHeight(4)
        self._progress_text = QLabel(self)
        self._progress_text.setTextFormat(Qt.TextFormat.PlainText)
        self._progress_text.setProperty("role", "dim")
        self._cancel = QPushButton(self, flat=True)
        self._cancel.setIcon(icon("close", self._theme))
        self._cancel.clicked.connect(self._workspace.cancel_import)
        self._strip = QWidget(self)
        strip = QVBoxLayout(self._strip)
        strip.setContentsMargins(8, 4, 8, 4)
        line = QHBoxLayout()
        line.addWidget(self._progress_text, 1)
        line.addWidget(self._cancel)
        strip.addLayout(line)
        strip.addWidget(self._progress)
        self._strip.hide()

        self._left_out = QPushButton(self, flat=True)
        self._left_out.setObjectName("left-out")
        self._left_out.setIcon(icon("warn", self._theme))
        self._left_out.clicked.connect(self._show_left_out)
        self._left_out.hide()

        self._stack = QStackedLayout()
        self._stack.addWidget(self._tree)
        self._stack.addWidget(self._empty)
        head = QHBoxLayout()
        head.setContentsMargins(8, 8, 8, 8)
        head.addWidget(self._filter)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(head)
        outer.addLayout(self._stack, 1)
        outer.addWidget(self._strip)
        outer.addWidget(self._left_out)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self._filter.setPlaceholderText(self.tr("Filter name, ID, description, modality, date"))
        self._filter.setAccessibleName(self.tr("Filter the list of studies"))
        self._tree.setAccessibleName(self.tr("Patients, studies and series"))
        self._cancel.setToolTip(self.tr("Stop the import; what was read stays in the list"))
        self._update_state()

    def changeEvent(self, event: object) -> None:
        """React to a change of language."""
        from PySide6.QtCore import QEvent

        if isinstance(event, QEvent):
            if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_stack"):
                self.retranslate()
            super().changeEvent(event)

    # -- content

    def reload(self) -> None:
        """Read the catalog again and keep what was open and selected."""
        chosen = self.selected_series()
        open_rows, known = self._expanded_rows()
        scroll = self._tree.verticalScrollBar().value()
        self._model.reload()
        self._restore(open_rows, known, chosen)
        self._tree.verticalScrollBar().setValue(scroll)
        self._update_state()

    def _apply_filter(self) -> None:
        self._model.reload(self._filter.text().strip())
        self._restore(set(), set(), [])
        self._update_state()

    def _expanded_rows(self) -> tuple[set[tuple[str, int]], set[tuple[str, int]]]:
        """Patients, studies and folds that are unfolded, and all patients and studies that are known."""
        rows: set[tuple[str, int]] = set()
        known: set[tuple[str, int]] = set()

        def look(parent: QModelIndex) -> None:
            for n in range(self._model.rowCount(parent)):
                index = self._model.index(n, 0, parent)
                node = self._model.node(index)
                if node.level == "series":
                    continue
                known.add((node.level, int(node.row.id)))
                if self._tree.isExpanded(index):
                    rows.add((node.level, int(node.row.id)))
                    look(index)  # what is inside a folded row opens folded
                elif node.level == "patient":
                    look(index)

        look(QModelIndex())
        return rows, known

    def _restore(self, open_rows: set[tuple[str, int]], known: set[tuple[str, int]], chosen: list[int]) -> None:
        """Unfold what was unfolded; in a short list, what is new too."""
        few = self._model.rowCount() <= EXPAND_UP_TO

        def is_open(index: QModelIndex) -> bool:
            node = self._model.node(index)
            row = (node.level, int(node.row.id))
            return row in open_rows or (few and row not in known)

        for p in range(min(self._model.rowCount(), 400)):
            patient = self._model.index(p, 0)
            if not is_open(patient):
                continue
            self._tree.expand(patient)
            self._model.fetchMore(patient)
            for s in range(self._model.rowCount(patient)):
                study = self._model.index(s, 0, patient)
                if is_open(study):
                    self._model.fetchMore(study)
                    self._tree.expand(study)
                    self._unfold(study, open_rows)
        found = self._chosen(chosen)
        if found:
            self._tree.setCurrentIndex(found[-1])
        for index in found:
            self._tree.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)

    def _chosen(self, series_ids: list[int]) -> list[QModelIndex]:
        """The rows of series that are in the tree as fetched; all parts of a fold are its own row."""
        ids = set(series_ids)
        found: list[QModelIndex] = []
        for series_id in series_ids:
            index, fold = self._model.index_of_series(series_id), self._model.index_of_fold(series_id)
            if fold.isValid() and ids.issuperset(self._model.node(fold).all_series()):
                index = fold
            if index.isValid() and index not in found[-1:]:
                found.append(index)
        return found

    def _unfold(self, study: QModelIndex, open_rows: set[tuple[str, int]]) -> None:
        """Unfold again the parts of series that were; nothing else does: folded they are one series."""
        if not any(level == "fold" for level, _ in open_rows):
            return
        for n in range(self._model.rowCount(study)):
            index = self._model.index(n, 0, study)
            node = self._model.node(index)
            if node.level == "fold" and any(("fold", part) in open_rows for part in node.all_series()):
                self._tree.expand(index)

    def selected_series(self) -> list[int]:
        """Ids of the selected series, in the order of the tree; a folded row stands for all its parts."""
        nodes: list[Node] = [index.data(NodeRole) for index in self._tree.selectionModel().selectedIndexes()]
        return list(dict.fromkeys(series_id for node in nodes for series_id in node.all_series()))

    def select_series(self, series_id: int) -> None:
        """Show and select a series, if it is in the list as fetched."""
        index = self._model.index_of_series(series_id)
        fold = self._model.index_of_fold(series_id)
        if fold.isValid() and not self._tree.isExpanded(fold):
            index = fold
        if index.isValid():
            self._tree.setCurrentIndex(index)
            self._tree.scrollTo(index)

    def focus_filter(self) -> None:
        """Put the cursor into the filter."""
        self._filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._filter.selectAll()

    def _is_in_a_pane(self, series_key: str) -> bool:
        state = self._workspace.document.state
        return any(state.view(n).series_key.partition("#")[0] == series_key for n in state.layout.visible)

    def _document_changed(self, change: Change) -> None:
        if change.flags & (Flags.SERIES | Flags.LAYOUT):
            self._tree.viewport().update()  # the series in the panes are marked

    def _catalog_changed(self, _what: object) -> None:
        # Rows arrive in batches; the tree is read again at most four times a second. Selection and focus stay.
        if not self._later.isActive():
            self._later.start()

    def show_progress(self, done: int, left_out: int, fraction: float | None) -> None:
        """Show how far the import is; a fraction of 1 hides the strip."""
        if fraction is not None and fraction >= 1.0:
            self._strip.hide()
            self._catalog_changed(None)
            return
        self._strip.show()
        self._progress.setRange(0, 0 if fraction is None else 1000)
        if fraction is not None:
            self._progress.setValue(round(1000 * fraction))
        text = self.tr("Reading headers: {n} files").format(n=done)
        if left_out:
            text += " · " + self.tr("{n} not shown").format(n=left_out)
        self._progress_text.setText(text)

    def _update_state(self) -> None:
        rows = self._model.rowCount()
        self._stack.setCurrentWidget(self._tree if rows else self._empty)
        if self._model.text:
            self._empty_text.setText(self.tr("Nothing matches “{text}”.").format(text=self._model.text))
            self._empty_button.setText(self.tr("Clear filter"))
        else:
            self._empty_text.setText(self.tr("No studies yet. Drop files or folders here, or open a folder."))
            self._empty_button.setText(self.tr("Open folder…"))
        count = self._workspace.catalog.left_out_count()
        self._left_out.setVisible(count > 0)
        one = self.tr("1 file is not shown: see why")
        self._left_out.setText(one if count == 1 else self.tr("{n} files are not shown: see why").format(n=count))

    # -- hands

    def _empty_pressed(self) -> None:
        if self._model.text:
            self._filter.clear()
        else:
            self.open_folder_requested.emit()

    def _clicked(self, index: QModelIndex) -> None:
        node = self._model.node(index)
        if node.level in {"patient", "study"}:
            self._tree.setExpanded(index, not self._tree.isExpanded(index))

    def _activated(self, index: QModelIndex) -> None:
        row = self._model.node(index).series_row
        if row is not None:
            self.open_requested.emit(int(row.id), -1)

    def _menu(self, position: QPoint) -> None:
        menu = self.context_menu(self._tree.indexAt(position))
        if menu is not None:
            menu.exec(self._tree.viewport().mapToGlobal(position))

    def context_menu(self, index: QModelIndex) -> QMenu | None:
        """The menu of a row, or None where there is nothing to do."""
        if not index.isValid():
            return None
        node = self._model.node(index)
        menu = QMenu(self)
        if node.series_row is not None:
            series_id = int(node.series_row.id)
            chosen = self.selected_series() or node.all_series()
            menu.addAction(
                icon("open-folder", self._theme), self.tr("Open"), lambda: self.open_requested.emit(series_id, -1)
            )
            menu.addAction(
                icon("tags", self._theme), self.tr("Show tags"), lambda: self.tags_requested.emit(series_id)
            )
            menu.addAction(self.tr("Show in file manager"), lambda: self._reveal(series_id))
            menu.addSeparator()
            merge = menu.addAction(self.tr("Merge the selected series"), lambda: self._regroup("merge", chosen))
            merge.setEnabled(len(chosen) > 1)
            splitting = menu.addMenu(self.tr("Split by"))
            for by, title in (
                ("instance", self.tr("File")),
                ("orientation", self.tr("Orientation")),
                ("image_type", self.tr("Image type")),
                ("echo", self.tr("Echo")),
                ("b_value", self.tr("b-value")),
                ("acquisition", self.tr("Acquisition number")),
                ("position", self.tr("Repetition at the same position")),
            ):
                splitting.addAction(title, partial(self._regroup, "split", [series_id], by))
            menu.addAction(self.tr("Group automatically again"), lambda: self._regroup("reset", [series_id]))
            menu.addSeparator()
            parts = node.all_series()
            menu.addAction(self.tr("Remove from the list (files stay)"), lambda: self._forget("series", *parts))
        elif node.level == "study":
            menu.addAction(
                self.tr("Remove from the list (files stay)"), lambda: self._forget("study", int(node.row.id))
            )
        else:
            menu.addAction(
                self.tr("Remove from the list (files stay)"), lambda: self._forget("patient", int(node.row.id))
            )
        return menu

    def _reveal(self, series_id: int) -> None:
        instances = self._workspace.catalog.series(series_id).instances
        if instances:
            folder = os.path.dirname(instances[0].path)
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(folder))))

    def _regroup(self, how: str, series_ids: list[int], by: str = "") -> None:
        self._workspace.regroup(how, series_ids, by)  # the catalog says when it has changed; errors are told

    def _forget(self, level: str, *row_ids: int) -> None:
        self._workspace.forget(level, row_ids)

    def _show_left_out(self) -> None:
        LeftOutDialog(self._workspace.catalog.left_out(), self._theme, self).show()
