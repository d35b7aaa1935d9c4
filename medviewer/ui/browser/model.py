"""The tree of patients, studies and series as an item model over pages of catalog rows.

Rows are fetched when the view asks for them, so that 10,000 series cost as little as ten. Thumbnails are asked for
when a row is painted and arrive later. The volumes of a 4-D series are one row (`fold`) over their own rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from PySide6.QtCore import QAbstractItemModel, QByteArray, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage

from medviewer.core.person_name import readable_date, readable_name
from medviewer.io.series_folds import SeriesFold, folds
from medviewer.services.workspace import Workspace
from medviewer.ui.plain_text import tool_tip
from medviewer.ui.told import told, told_reason

MIME_SERIES = "application/x-medviewer-series"
PAGE = 200

Level = Literal["root", "patient", "study", "fold", "series"]
AnyIndex = QModelIndex | QPersistentModelIndex

NodeRole = int(Qt.ItemDataRole.UserRole) + 1
ThumbnailRole = NodeRole + 1


@dataclass(eq=False)
class Node:
    """A row of the tree: its level, its catalog row (of a fold a `SeriesFold`) and its children as far as fetched."""

    level: Level
    row: Any
    parent: Node | None
    position: int = 0
    children: list[Node] = field(default_factory=list)
    complete: bool = False

    @property
    def child_level(self) -> Level:
        """The level below."""
        return cast(Level, {"root": "patient", "patient": "study", "study": "series"}.get(self.level, "series"))

    @property
    def series_row(self) -> Any:
        """The catalog row of the series that opens: itself, of a fold the first part, of others None."""
        return self.row.first if self.level == "fold" else self.row if self.level == "series" else None

    def all_series(self) -> list[int]:
        """Ids of the series that the row stands for."""
        if self.level == "fold":
            return [int(row.id) for row in self.row.parts]
        return [int(self.row.id)] if self.level == "series" else []


class CatalogModel(QAbstractItemModel):
    """Patients ▸ studies ▸ series of the catalog, filtered by a text.

    Parameters
    ----------
    workspace : Workspace
        Gives the catalog and the thumbnails.
    """

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._text = ""
        self._root = Node("root", None, None)
        self._thumbnails: dict[int, QImage | None] = {}
        self._series_nodes: dict[int, Node] = {}

    # -- content

    @property
    def text(self) -> str:
        """The filter."""
        return self._text

    def reload(self, text: str | None = None) -> None:
        """Read again from the catalog, with another filter if given."""
        self.beginResetModel()
        if text is not None:
            self._text = text
        self._root = Node("root", None, None)
        self._series_nodes.clear()
        self._fetch(self._root)
        self.endResetModel()

    def node(self, index: AnyIndex) -> Node:
        """The node behind an index (the root for an invalid one)."""
        return cast(Node, index.internalPointer()) if index.isValid() else self._root

    def index_of_series(self, series_id: int) -> QModelIndex:
        """Index of a series that has been fetched, else an invalid one."""
        node = self._series_nodes.get(series_id)
        return self.createIndex(node.position, 0, node) if node is not None else QModelIndex()

    def index_of_fold(self, series_id: int) -> QModelIndex:
        """Index of the fold that a fetched series is in, an invalid one where it is in none."""
        node = self._series_nodes.get(series_id)
        fold = node.parent if node is not None else None
        if fold is None or fold.level != "fold":
            return QModelIndex()
        return self.createIndex(fold.position, 0, fold)

    def _query(self, node: Node, offset: int) -> list[Any]:
        catalog = self._workspace.catalog
        if node.level == "root":
            return list(catalog.patients(self._text, limit=PAGE, offset=offset))
        if node.level == "patient":
            return list(catalog.studies(self._text, patient=node.row.id, limit=PAGE, offset=offset))
        if node.level == "study":
            return folds(catalog.series_of(node.row.id, self._text))
        return []

    def _fetch(self, node: Node) -> None:
        """Ask for the next page of children."""
        self._take_in(node, self._query(node, len(node.children)))

    def _take_in(self, node: Node, rows: list[Any]) -> None:
        for row in rows:
            level: Level = "fold" if isinstance(row, SeriesFold) else node.child_level
            child = Node(level, row, node, len(node.children))
            node.children.append(child)
            if level == "fold":
                self._take_in(child, list(row.parts))
            elif level == "series":
                child.complete = True
                self._series_nodes[row.id] = child
        node.complete = len(rows) < PAGE or node.level in {"study", "fold"}

    # -- QAbstractItemModel

    def index(self, row: int, column: int, parent: AnyIndex = QModelIndex()) -> QModelIndex:  # noqa: B008
        node = self.node(parent)
        if column == 0 and 0 <= row < len(node.children):
            return self.createIndex(row, 0, node.children[row])
        return QModelIndex()

    def parent(self, index: AnyIndex = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        node = self.node(index)
        if node.parent is None or node.parent is self._root or node is self._root:
            return QModelIndex()
        return self.createIndex(node.parent.position, 0, node.parent)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return len(self.node(parent).children)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 1

    def hasChildren(self, parent: AnyIndex = QModelIndex()) -> bool:  # noqa: B008
        node = self.node(parent)
        return node.level != "series" and (bool(node.children) or not node.complete)

    def canFetchMore(self, parent: AnyIndex) -> bool:
        return not self.node(parent).complete

    def fetchMore(self, parent: AnyIndex) -> None:
        node = self.node(parent)
        if node.complete:
            return
        rows = self._query(node, len(node.children))
        start = len(node.children)
        if rows:
            self.beginInsertRows(cast(QModelIndex, parent), start, start + len(rows) - 1)
        self._take_in(node, rows)
        if rows:
            self.endInsertRows()

    def data(self, index: AnyIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        node = self.node(index)
        if role == NodeRole:
            return node
        if role == ThumbnailRole:
            return self._thumbnail(node)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text_of(node)
        if role == Qt.ItemDataRole.ToolTipRole and node.series_row is not None:
            return self._tool_tip(node)
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        base = super().flags(index)
        if index.isValid() and self.node(index).series_row is not None:
            base |= Qt.ItemFlag.ItemIsDragEnabled
        return base

    def mimeTypes(self) -> list[str]:
        return [MIME_SERIES]

    def mimeData(self, indexes: Any) -> QMimeData:
        mime = QMimeData()
        ids = [str(row.id) for i in indexes if (row := self.node(i).series_row) is not None]
        if ids:
            mime.setData(MIME_SERIES, QByteArray(ids[0].encode("ascii")))
        return mime

    # -- texts and pictures

    def _text_of(self, node: Node) -> str:
        row = node.row
        if node.level == "patient":
            return readable_name(row.name) or row.patient_id or self.tr("No name")
        if node.level == "study":
            return f"{readable_date(row.date)} {row.description}".strip() or self.tr("Study without description")
        return node.series_row.description or self.tr("Series without description")

    def _tool_tip(self, node: Node) -> str:
        row = node.series_row
        lines = [self._text_of(node), f"{row.modality} · {row.n_frames} × {row.columns} × {row.rows}"]
        if node.level == "fold":
            lines.append(self.tr("{n} parts, which can be unfolded").format(n=len(node.row.parts)))
            lines.append(f"{told_reason(row.split_reason)} … {told_reason(node.row.parts[-1].split_reason)}")
        elif row.split_reason:
            lines.append(
                self.tr("Part {part} of {parts}: {reason}").format(
                    part=row.part, parts=row.parts, reason=told_reason(row.split_reason)
                )
            )
        lines.extend(told(line) for line in node.row.warnings)
        return tool_tip("\n".join(lines))

    def _thumbnail(self, node: Node) -> QImage | None:
        if node.series_row is None:
            return None
        series_id = node.series_row.id
        if series_id not in self._thumbnails:
            self._thumbnails[series_id] = None
            self._workspace.thumbnail(series_id, self._thumbnail_arrives(series_id))
        return self._thumbnails[series_id]

    def _thumbnail_arrives(self, series_id: int) -> Callable[[bytes | None], None]:
        def arrives(png: bytes | None) -> None:
            if not png:
                return
            image = QImage.fromData(png)
            if image.isNull():
                return
            self._thumbnails[series_id] = image
            index = self.index_of_series(series_id)
            fold = self.index_of_fold(series_id)
            for changed in (index, fold):
                if changed.isValid():
                    self.dataChanged.emit(changed, changed, [ThumbnailRole])

        return arrives

    def forget_thumbnail(self, series_id: int) -> None:
        """Ask for the picture of a series again when it is next painted."""
        self._thumbnails.pop(series_id, None)
