"""A decision tree drawn: questions with their thresholds, shares of the classes; the wheel zooms, the hand pans."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from medviewer.lab.tree_drawing import TreeNode
from medviewer.ui.theme import GRID, HALF_GRID, RADIUS, Theme, small_font

BOX = (152.0, 56.0)
GAP = (16.0, 40.0)
ZOOM = 1.15
LEAST_FIT = 0.6


class TreeView(QGraphicsView):
    """The tree of the decision tree, learned from all cases that may be learned from."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lab-tree")
        self._theme = theme
        self._nodes: tuple[TreeNode, ...] = ()
        self._classes: tuple[str, ...] = ()
        self._units: Mapping[str, str] = {}
        self._is_fitted = True
        self.setScene(QGraphicsScene(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        theme.changed.connect(self._draw)

    def show_tree(self, nodes: tuple[TreeNode, ...], classes: tuple[str, ...], units: Mapping[str, str]) -> None:
        """Draw a tree, or nothing."""
        self._nodes, self._classes, self._units = nodes, classes, units
        self._is_fitted = True
        self._draw()

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self._draw()

    def _place(self, node: TreeNode) -> QRectF:
        return QRectF(node.x * (BOX[0] + GAP[0]), node.depth * (BOX[1] + GAP[1]), *BOX)

    def _draw(self) -> None:
        scene, theme = self.scene(), self._theme
        scene.clear()
        scene.setBackgroundBrush(theme.color("panel"))
        by_number = {node.number: node for node in self._nodes}
        line = QPen(theme.color("dim"), 1.2)
        small = small_font(self.font())
        for node in self._nodes:
            for child, words in ((node.left, self.tr("yes")), (node.right, self.tr("no"))):
                if child < 0:
                    continue
                start = QPointF(self._place(node).center().x(), self._place(node).bottom())
                end = QPointF(self._place(by_number[child]).center().x(), self._place(by_number[child]).top())
                path = QPainterPath(start)
                middle = (start.y() + end.y()) / 2
                path.cubicTo(QPointF(start.x(), middle), QPointF(end.x(), middle), end)
                scene.addPath(path, line)
                label = scene.addSimpleText(words, small)
                label.setBrush(theme.color("dim"))
                half = label.boundingRect().width() / 2
                shift = -half - GRID * 2 if child == node.left else GRID * 2 - half
                label.setPos((start.x() + end.x()) / 2 + shift, middle - 2 * GRID)
        for node in self._nodes:
            self._draw_node(node)
        scene.setSceneRect(scene.itemsBoundingRect().adjusted(-GRID, -GRID, GRID, GRID))
        self._fit()

    def _draw_node(self, node: TreeNode) -> None:
        scene, theme, rect = self.scene(), self._theme, self._place(node)
        is_leaf = not node.column
        best = max(range(len(node.shares)), key=lambda c: node.shares[c])
        path = QPainterPath()
        path.addRoundedRect(rect, RADIUS, RADIUS)
        edge = theme.mask_color(best + 1) if is_leaf else theme.color("line")
        scene.addPath(path, QPen(edge, 1.5), theme.color("raised"))
        words, fixed = self._classes[best], ""
        if not is_leaf:
            unit = self._units.get(node.column, "")
            words, fixed = node.column, f" ≤ {node.threshold:.4g}" + (f" {unit}" if unit else "")
        metrics = QFontMetricsF(self.font())
        room = rect.width() - 2 * GRID - metrics.horizontalAdvance(fixed)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, room) + fixed
        title = scene.addSimpleText(shown, self.font())
        title.setBrush(theme.color("text"))
        title.setPos(rect.left() + GRID, rect.top() + HALF_GRID)
        title.setToolTip(words + fixed)
        small = small_font(self.font())
        counted = self.tr("{n} cases, {share} % {name}").format(
            n=node.n, share=round(100 * node.shares[best]), name=self._classes[best]
        )
        width = rect.width() - 2 * GRID
        below = scene.addSimpleText(
            QFontMetricsF(small).elidedText(counted, Qt.TextElideMode.ElideRight, width), small
        )
        below.setToolTip(counted)
        below.setBrush(theme.color("dim"))
        below.setPos(rect.left() + GRID, rect.top() + 24)
        left = rect.left() + GRID
        for number, share in enumerate(node.shares):
            width = share * (rect.width() - 2 * GRID)
            if width > 0:
                bar = scene.addRect(
                    QRectF(left, rect.bottom() - 10, width, 5), QPen(Qt.PenStyle.NoPen), theme.mask_color(number + 1)
                )
                bar.setToolTip(f"{self._classes[number]}: {100 * share:.1f} %")
                left += width

    def _fit(self) -> None:
        if not self._nodes or not self._is_fitted or self.viewport().width() < 10:
            return
        self.resetTransform()
        wanted = self.sceneRect()
        factor = min(self.viewport().width() / wanted.width(), self.viewport().height() / wanted.height(), 1.0)
        factor = max(LEAST_FIT, factor)
        self.scale(factor, factor)
        root = self._place(self._nodes[0])
        self.centerOn(root.center().x(), min(wanted.center().y(), self.viewport().height() / factor / 2))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the tree in sight until the hand has zoomed."""
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom to the pointer."""
        self._is_fitted = False
        factor = ZOOM ** (event.angleDelta().y() / 120)
        new = self.transform().m11() * factor
        if 0.05 <= new <= 4:
            self.scale(factor, factor)
        event.accept()

    def mouseDoubleClickEvent(self, event: object) -> None:
        """Fit again."""
        self._is_fitted = True
        self._fit()
