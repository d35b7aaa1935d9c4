"""How rows of the browser are painted: patients and studies as headings, series with picture, kind and counts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from medviewer.core.person_name import readable_date, readable_time
from medviewer.io.series_folds import SeriesFold
from medviewer.ui.browser.model import Node, NodeRole, ThumbnailRole
from medviewer.ui.icons import icon
from medviewer.ui.theme import Theme
from medviewer.ui.told import told, told_reason

PICTURE = 56
EYE = 16
SERIES_HEIGHT = 64
HEADING_HEIGHT = 40


class BrowserDelegate(QStyledItemDelegate):
    """Paints one row; sizes are in device-independent pixels on the 8-pixel grid."""

    def __init__(self, theme: Theme, is_in_a_pane: Callable[[str], bool] = lambda _key: False) -> None:
        super().__init__()
        self._theme = theme
        self._is_in_a_pane = is_in_a_pane

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        node: Node | None = index.data(NodeRole)
        height = SERIES_HEIGHT if node is not None and node.series_row is not None else HEADING_HEIGHT
        return QSize(160, height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        node: Node | None = index.data(NodeRole)
        if node is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        state = option.state
        rect: QRect = option.rect
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, self._theme.color("selection"))
            painter.fillRect(QRect(rect.left(), rect.top(), 2, rect.height()), self._theme.color("accent"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, self._theme.color("raised"))
        inner = rect.adjusted(4, 4, -8, -4)
        if node.series_row is not None:
            self._paint_series(painter, inner, node, index.data(ThumbnailRole), str(index.data()))
        else:
            self._paint_heading(painter, inner, node, str(index.data()))
        painter.restore()

    def _fonts(self) -> tuple[QFont, QFont, QFont]:
        body = QFont(QApplication.font())
        bold = QFont(body)
        bold.setWeight(QFont.Weight.DemiBold)
        small = QFont(body)
        small.setPixelSize(11)
        return body, bold, small

    def _line(
        self, painter: QPainter, rect: QRect, text: str, font: QFont, token: str, *, centre: bool = False
    ) -> None:
        painter.setFont(font)
        painter.setPen(self._theme.color(token))
        # Of a file name the end tells most, of words the beginning.
        mode = Qt.TextElideMode.ElideRight if " " in text else Qt.TextElideMode.ElideMiddle
        shown = QFontMetrics(font).elidedText(text, mode, rect.width())
        side = Qt.AlignmentFlag.AlignHCenter if centre else Qt.AlignmentFlag.AlignLeft
        painter.drawText(rect, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)

    def _paint_heading(self, painter: QPainter, rect: QRect, node: Node, title: str) -> None:
        body, bold, small = self._fonts()
        half = rect.height() // 2
        top = QRect(rect.left(), rect.top(), rect.width(), half)
        bottom = QRect(rect.left(), rect.top() + half, rect.width(), half)
        row = node.row
        if node.level == "patient":
            facts = [row.patient_id, readable_date(row.birth_date), row.sex]
            self._line(painter, top, title, bold, "text")
        else:
            n = int(row.n_series)
            count = self.tr("1 series") if n == 1 else self.tr("{n} series").format(n=n)
            facts = [readable_time(row.time), " ".join(row.modalities), count]
            self._line(painter, top, title, body, "text")
        self._line(painter, bottom, " · ".join(str(f) for f in facts if f), small, "dim")

    def _paint_series(self, painter: QPainter, rect: QRect, node: Node, picture: QImage | None, title: str) -> None:
        body, _bold, small = self._fonts()
        row = node.series_row
        fold = node.row if isinstance(node.row, SeriesFold) else None
        frame = QRect(rect.left(), rect.top(), PICTURE, PICTURE)
        painter.fillRect(frame, Qt.GlobalColor.black)
        if picture is not None:
            size = picture.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRect(0, 0, size.width(), size.height())
            target.moveCenter(frame.center())
            painter.drawImage(target, picture)
        else:
            self._line(painter, frame.adjusted(2, 0, -2, 0), self._sign(row), small, "dim-on-image", centre=True)
        if any(self._is_in_a_pane(str(part.key)) for part in (fold.parts if fold is not None else (row,))):
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawRect(frame)
            self._paint_eye(painter, frame)
        else:
            painter.setPen(QPen(self._theme.color("line"), 1))
            painter.drawRect(frame)

        left = frame.right() + 9
        width = rect.right() - left
        third = PICTURE // 3
        self._line(painter, QRect(left, rect.top(), width, third), title, body, "text")
        count = self._count(row) if fold is None else self._fold_count(fold)
        second = " · ".join(t for t in (row.modality, count) if t)
        self._line(painter, QRect(left, rect.top() + third, width, third), second, small, "dim")
        number = f"#{row.number}" if row.number is not None else ""
        size_text = f"{row.columns} × {row.rows}" if row.columns and row.rows else ""
        notes = [text for text in (number, size_text) if text]
        if fold is not None:
            notes = [f"{told_reason(row.split_reason)} … {told_reason(fold.parts[-1].split_reason)}", *notes]
        elif row.split_reason:
            notes = [f"{row.part}/{row.parts} {told_reason(row.split_reason)}", *notes]
        warnings = node.row.warnings
        if warnings:
            notes = ["⚠ " + told(warnings[0])]
        if notes:
            token = "warn" if warnings else "dim"
            self._line(painter, QRect(left, rect.top() + 2 * third, width, third), " · ".join(notes), small, token)

    def _paint_eye(self, painter: QPainter, frame: QRect) -> None:
        """A small eye in the corner: this series is in a pane (colour alone would not be enough)."""
        corner = QRect(frame.right() - EYE, frame.bottom() - EYE, EYE, EYE)
        painter.fillRect(corner, self._theme.color("accent"))
        icon("review", self._theme, "on-accent").paint(painter, corner.adjusted(1, 1, -1, -1))

    def _sign(self, row: object) -> str:
        """What stands in the frame while there is no picture."""
        modality = str(getattr(row, "modality", ""))
        return "RT" if modality.startswith("RT") else modality[:6] or "…"

    def _fold_count(self, fold: SeriesFold) -> str:
        n = len(fold.parts)
        if not fold.has_volumes:
            return self.tr("{n} images").format(n=n)
        return self.tr("{n} volumes of {images} images").format(n=n, images=fold.first.n_frames)

    def _count(self, row: object) -> str:
        frames = int(getattr(row, "n_frames", 0))
        kind = str(getattr(row, "kind", "image"))
        if kind in {"waveform", "report", "document", "presentation", "other"} or (kind == "rt" and not frames):
            words = {
                "rt": self.tr("radiotherapy object"),
                "waveform": self.tr("waveform"),
                "report": self.tr("report"),
                "document": self.tr("document"),
                "presentation": self.tr("presentation state"),
                "other": self.tr("object without image"),
            }
            return words[kind]
        if not frames:
            return self.tr("no image")
        return self.tr("1 image") if frames == 1 else self.tr("{n} images").format(n=frames)
