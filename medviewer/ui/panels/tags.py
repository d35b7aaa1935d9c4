"""The tag panel: every attribute of the instance on screen, searched as one types."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QLineEdit,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from medviewer.io.tags import TagRow
from medviewer.services.loading import LoadedSeries
from medviewer.services.workspace import Workspace
from medviewer.ui.icons import icon
from medviewer.ui.plain_text import tool_tip
from medviewer.ui.theme import Theme
from medviewer.ui.told import told

INDENT = "\u2003"
TAG_FROM, VR_FROM = 360, 420  # widths of the panel in px


class TagModel(QAbstractTableModel):
    """Tag, keyword, VR and value of each attribute, sequences indented."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[TagRow] = ()

    def show_rows(self, rows: Sequence[TagRow]) -> None:
        """Replace what is shown."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 4

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> str | None:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) or not index.isValid():
            return None
        row = self._rows[index.row()]
        cells = (row.tag, INDENT * row.depth + row.keyword, row.vr, row.value)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tool_tip(f"{row.tag} {row.vr}  {row.keyword}\n{row.value}")
        return cells[index.column()]

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> str | None:
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (self.tr("Tag"), self.tr("Name"), self.tr("VR"), self.tr("Value"))[section]


class TagPanel(QWidget):
    """Tags of the slice in the active pane; read by a job, filtered at once."""

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tag-panel")
        self._workspace = workspace
        self._shown: tuple[str, int] | None = None
        self._model = TagModel()
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(self._model)
        self._proxy.setFilterKeyColumn(-1)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._search = QLineEdit(self)
        self._search.setObjectName("tag-filter")
        self._search.setClearButtonEnabled(True)
        self._search.addAction(icon("search", theme), QLineEdit.ActionPosition.LeadingPosition)
        self._wait = QTimer(self, singleShot=True, interval=80)
        self._wait.timeout.connect(lambda: self._proxy.setFilterFixedString(self._search.text().strip()))
        self._search.textChanged.connect(lambda _text: self._wait.start())
        self._table = QTableView(self)
        self._table.setModel(self._proxy)
        self._table.setFrameShape(QFrame.Shape.NoFrame)
        self._table.setShowGrid(False)
        self._table.setWordWrap(False)
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setDefaultSectionSize(24)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self._table.horizontalHeader().setStretchLastSection(True)
        for column, width in enumerate((92, 112, 32)):
            self._table.setColumnWidth(column, width)
        QShortcut(QKeySequence.StandardKey.Copy, self._table, self._copy, context=Qt.ShortcutContext.WidgetShortcut)
        self._hint = QLabel(self, wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self._hint.setProperty("role", "dim")
        self._hint.setMargin(16)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._hint)
        self._stack.addWidget(self._table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self._search)
        layout.addLayout(self._stack, 1)
        self._later = QTimer(self, singleShot=True, interval=120)
        self._later.timeout.connect(self.refresh)
        self._disconnect = (
            workspace.document.changed.connect(self._document_changed),
            workspace.series_opened.connect(self._series_opened),
        )
        self.retranslate()

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self._search.setPlaceholderText(self.tr("Filter tag, name or value"))
        if self._shown is None:
            self._hint.setText(self.tr("Open a series to see its tags."))

    def changeEvent(self, event: object) -> None:
        """React to a change of language."""
        from PySide6.QtCore import QEvent

        if isinstance(event, QEvent):
            if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_stack"):
                self.retranslate()
            super().changeEvent(event)

    def resizeEvent(self, event: object) -> None:
        """Keep name and value in sight: a narrow panel leaves number and VR to the tool tip."""
        width = self.width()
        self._table.setColumnHidden(0, width < TAG_FROM)
        self._table.setColumnHidden(2, width < VR_FROM)

    def showEvent(self, event: object) -> None:
        """Read the tags when the panel becomes visible."""
        from PySide6.QtGui import QShowEvent

        if isinstance(event, QShowEvent):
            super().showEvent(event)
            self._later.start()

    def _document_changed(self, _change: object) -> None:
        # Scrolling must not read a file per notch: wait until the hand rests.
        if self.isVisible():
            self._later.start()

    def _series_opened(self, loaded: LoadedSeries) -> None:
        # What was asked for while the series was being opened is there now.
        if self._shown is not None and self._shown[0] == loaded.key:
            self._shown = None
        if self.isVisible():
            self._later.start()

    def refresh(self) -> None:
        """Show the tags of the slice in the active pane."""
        layout = self._workspace.document.state.layout
        view = self._workspace.document.state.view(layout.active)
        wanted = (view.series_key, view.index) if view.series_key else None
        if wanted == self._shown:
            return
        self._shown = wanted
        if wanted is None:
            self._model.show_rows(())
            self._stack.setCurrentWidget(self._hint)
            self.retranslate()
            return
        self._workspace.tags(view.series_key, view.plane, view.index, self._arrived, self._failed)

    def _arrived(self, rows: Sequence[TagRow]) -> None:
        self._model.show_rows(rows)
        self._stack.setCurrentWidget(self._table)

    def _failed(self, error: BaseException) -> None:
        self._model.show_rows(())
        self._hint.setText(told(str(error)))
        self._stack.setCurrentWidget(self._hint)

    def _copy(self) -> None:
        lines = []
        for index in self._table.selectionModel().selectedRows():
            cells = [str(self._proxy.index(index.row(), column).data()) for column in range(4)]
            lines.append("\t".join(cells))
        QGuiApplication.clipboard().setText("\n".join(lines))
