"""The panel Masks: layers and their labels, how they look, how large they are, and how the tools paint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QIcon, QKeySequence, QMouseEvent, QPainter, QPixmap, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QColorDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSlider,
    QStackedLayout,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from medviewer.core.labels import Label
from medviewer.document import edits
from medviewer.document.changes import Change, Flags
from medviewer.document.layers import LabelLayer
from medviewer.document.state import View
from medviewer.errors import MedviewerError
from medviewer.services import label_layers
from medviewer.services.label_values import Amount, LayerChange
from medviewer.services.loading import LoadedSeries
from medviewer.services.workspace import Workspace
from medviewer.ui.brush_fields import BrushFields, named
from medviewer.ui.icons import icon
from medviewer.ui.theme import GRID, HALF_GRID, ICON, MASK_COUNT, Theme

WAIT_MS = 120
NAME, AMOUNT = 0, 1
_LAYER = Qt.ItemDataRole.UserRole
_VALUE = Qt.ItemDataRole.UserRole + 1
_SWATCH = 14
BUTTONS_A_ROW = 5


class LayersPanel(QWidget):
    """The masks of the series in the active pane; every change is an edit of the document."""

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layers-panel")
        self._workspace = workspace
        self._theme = theme
        self._labels = label_layers.of(workspace)
        self._filling = False  # the list is being made: its signals are not the hand's
        self._quiet = False  # the list need not be made anew for what is done now
        self._build()
        self._later = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._later.timeout.connect(self._show_amounts)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.refresh)
        self._disconnect = (
            workspace.document.changed.connect(self._document_changed),
            workspace.series_opened.connect(self._series_opened),
            self._labels.changed.connect(self._layer_changed),
            self._labels.active_changed.connect(self._active_changed),
        )
        theme.changed.connect(self.refresh)
        self.retranslate()
        self.refresh()

    # -- building

    def _build(self) -> None:
        self._hint = QLabel(self, wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self._hint.setProperty("role", "dim")
        self._first = named(QPushButton(self), "layers-first")
        self._first.setIcon(icon("add", self._theme))
        self._first.clicked.connect(self.add_layer)
        empty = QWidget(self)
        words = QVBoxLayout(empty)
        words.addStretch(1)
        words.addWidget(self._hint)
        words.addWidget(self._first, 0, Qt.AlignmentFlag.AlignHCenter)
        words.addStretch(2)
        self._tree = named(QTreeWidget(self), "layers-tree")
        self._tree.setColumnCount(2)
        self._tree.setHeaderHidden(True)
        self._tree.setFrameShape(QFrame.Shape.NoFrame)
        self._tree.setIndentation(2 * GRID)
        self._tree.setIconSize(QSize(_SWATCH, _SWATCH))
        self._tree.setUniformRowHeights(True)
        self._tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._tree.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self._tree.setMinimumHeight(12 * GRID)
        header = self._tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(AMOUNT, QHeaderView.ResizeMode.ResizeToContents)
        self._tree.itemChanged.connect(self._item_changed)
        self._tree.currentItemChanged.connect(lambda *_: self._current_changed())
        self._tree.viewport().installEventFilter(self)
        context = Qt.ShortcutContext.WidgetShortcut
        QShortcut(QKeySequence.StandardKey.Delete, self._tree, self.delete_current, context=context)
        self._buttons: dict[str, QToolButton] = {}
        rows = QGridLayout()  # two rows: one would be wider than the dock
        rows.setSpacing(HALF_GRID)
        for name, picture, slot, checkable in (
            ("add", "add", self.add_layer, False),
            ("add-label", "label", self.add_label, False),
            ("colour", "colour-map", self.ask_colour, False),
            ("visible", "eye", self._toggle_visible, True),
            ("lock", "lock", self._toggle_locked, True),
            ("outline", "outline", self._toggle_outline, True),
            ("largest", "select", self.go_to_largest, False),
            ("interpolate", "interpolate", self.interpolate, False),
            ("clear", "eraser", self.clear_current, False),
            ("delete", "delete", self.delete_current, False),
        ):
            button = self._tool(picture, f"layers-{name}", slot)
            button.setCheckable(checkable)
            place = len(self._buttons)
            rows.addWidget(button, place // BUTTONS_A_ROW, place % BUTTONS_A_ROW)
            self._buttons[name] = button
        rows.setColumnStretch(BUTTONS_A_ROW, 1)
        self._opacity_label = QLabel(self)
        self._opacity = named(QSlider(Qt.Orientation.Horizontal, self), "layers-opacity")
        self._opacity.setRange(0, 100)
        self._opacity.valueChanged.connect(self._opacity_moved)
        look = QHBoxLayout()
        look.setSpacing(GRID)
        look.addWidget(self._opacity_label)
        look.addWidget(self._opacity, 1)
        self._brush = BrushFields(self._labels, self._series_key, self)
        filled = QWidget(self)
        full = QVBoxLayout(filled)
        full.setContentsMargins(0, 0, 0, 0)
        full.setSpacing(GRID)
        full.addWidget(self._tree, 1)
        full.addLayout(rows)
        full.addLayout(look)
        self._stack = QStackedLayout()
        self._stack.addWidget(empty)
        self._stack.addWidget(filled)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.setSpacing(GRID)
        column.addLayout(self._stack, 1)
        column.addWidget(self._brush)

    def _tool(self, picture: str, name: str, slot: Callable[[], object]) -> QToolButton:
        button = named(QToolButton(self), name)
        button.setIcon(icon(picture, self._theme))
        button.setIconSize(QSize(ICON, ICON))
        button.clicked.connect(lambda _checked=False: slot())
        return button

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self._first.setText(self.tr("New mask"))
        self._opacity_label.setText(self.tr("Opacity"))
        self._opacity.setAccessibleName(self.tr("Opacity of the mask"))
        self._tree.setAccessibleName(self.tr("Masks and labels"))
        for name, text in (
            ("add", self.tr("New mask")),
            ("add-label", self.tr("New label in this mask")),
            ("colour", self.tr("Colour of the label")),
            ("visible", self.tr("Show or hide the mask")),
            ("lock", self.tr("Lock the mask against painting")),
            ("outline", self.tr("Outline only")),
            ("largest", self.tr("Go to the slice where the label is largest")),
            ("interpolate", self.tr("Interpolate between slices, across the plane of the active pane")),
            ("clear", self.tr("Clear the label: take it away from every slice")),
            ("delete", self.tr("Delete the label, or the mask")),
        ):
            self._buttons[name].setToolTip(text)
            self._buttons[name].setAccessibleName(text)
        self._brush.retranslate()

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_later"):
            self.retranslate()
            self.refresh()
        super().changeEvent(event)

    # -- keeping up

    @property
    def _view(self) -> View:
        state = self._workspace.document.state
        return state.view(state.layout.active)

    def _series_key(self) -> str:
        return self._view.series_key

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up when the panel becomes visible."""
        super().showEvent(event)
        self.refresh()

    def _document_changed(self, change: Change) -> None:
        if change.flags & (Flags.LAYOUT | Flags.SERIES | Flags.RESET):
            self.refresh()

    def _series_opened(self, loaded: LoadedSeries) -> None:
        if loaded.key == self._series_key():
            self.refresh()

    def _active_changed(self, series_key: str) -> None:
        if series_key == self._series_key() and not self._quiet:
            self.refresh()

    def _layer_changed(self, change: LayerChange) -> None:
        if change.series_key != self._series_key() or self._quiet:
            return
        if change.box is None:
            self.refresh()
        elif not self._later.isActive():
            self._later.start()

    def refresh(self) -> None:
        """Show the masks of the active pane's series."""
        key = self._series_key()
        layers = self._labels.layers(key)
        self._filling = True
        try:
            self._fill(layers)
        finally:
            self._filling = False
        self._stack.setCurrentIndex(1 if layers else 0)
        loaded = self._workspace.loaded(key) if key else None
        is_open = loaded is not None and loaded.is_open
        self._first.setEnabled(is_open)
        if is_open:
            hint = self.tr("No mask yet. Paint one with the brush (B), or add an empty one.")
        else:
            hint = self.tr("Open a series, then paint masks on it.")
        self._hint.setText(hint)
        self._brush.setEnabled(is_open)
        self._brush.refresh()
        self._show_state()
        self._show_amounts()

    def _fill(self, layers: tuple[LabelLayer, ...]) -> None:
        active = self._labels.active(self._series_key())
        self._tree.clear()
        for number, layer in reversed(list(enumerate(layers, 1))):
            top = QTreeWidgetItem([layer.name or self.tr("Mask {n}").format(n=number), ""])
            top.setData(NAME, _LAYER, layer.id)
            top.setFlags(top.flags() | Qt.ItemFlag.ItemIsEditable)
            top.setIcon(NAME, icon("eye" if layer.visible else "eye-off", self._theme, "text"))
            self._tree.addTopLevelItem(top)
            for label in layer.labels:
                item = QTreeWidgetItem([self.label_name(label), ""])
                item.setData(NAME, _LAYER, layer.id)
                item.setData(NAME, _VALUE, label.value)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
                item.setIcon(NAME, _swatch(self.colour_of(label), self.devicePixelRatioF()))
                item.setTextAlignment(AMOUNT, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                top.addChild(item)
                if active is not None and layer.id == active.id and label.value == layer.active_label:
                    self._tree.setCurrentItem(item)
            top.setExpanded(True)

    def label_name(self, label: Label) -> str:
        """What a label is called in the list."""
        return label.name or self.tr("Label {n}").format(n=label.value)

    def colour_of(self, label: Label) -> QColor:
        """The colour that a label has on the image."""
        return (
            QColor(label.colour) if label.colour else self._theme.color(f"mask-{(label.value - 1) % MASK_COUNT + 1}")
        )

    def _show_amounts(self) -> None:
        if not self.isVisible():
            return
        self._filling = True
        for top in self._tops():
            layer_id = top.data(NAME, _LAYER)
            if self._workspace.document.state.layer(layer_id) is None:
                continue
            amounts = self._labels.amounts(layer_id)
            for n in range(top.childCount()):
                item = top.child(n)
                if item is not None:
                    item.setText(AMOUNT, self._amount_text(amounts.get(item.data(NAME, _VALUE))))
        self._filling = False

    def _amount_text(self, amount: Amount | None) -> str:
        if amount is None:
            return self.tr("empty")
        if amount.ml is None:
            return self.tr("{n} px").format(n=f"{amount.voxels:,}")
        digits = 3 if amount.ml < 1 else 2 if amount.ml < 10 else 1 if amount.ml < 1000 else 0
        return self.tr("{volume} ml").format(volume=f"{amount.ml:,.{digits}f}")

    def _show_state(self) -> None:
        layer, value = self.current()
        for name, button in self._buttons.items():
            if name != "add":
                button.setEnabled(layer is not None)
        self._buttons["colour"].setEnabled(value is not None)
        self._opacity.setEnabled(layer is not None and not layer.outline_only)
        if layer is None:
            return
        self._filling = True
        self._opacity.setValue(round(100 * layer.opacity))
        for name, on in (("visible", layer.visible), ("lock", layer.locked), ("outline", layer.outline_only)):
            self._buttons[name].setChecked(on)
        self._buttons["visible"].setIcon(icon("eye" if layer.visible else "eye-off", self._theme))
        self._buttons["lock"].setIcon(icon("lock" if layer.locked else "unlock", self._theme))
        self._filling = False

    # -- the current one

    def _tops(self) -> list[QTreeWidgetItem]:
        found = (self._tree.topLevelItem(n) for n in range(self._tree.topLevelItemCount()))
        return [item for item in found if item is not None]

    def current(self) -> tuple[LabelLayer | None, int | None]:
        """The layer that is chosen in the list, and the label where one is."""
        item = self._tree.currentItem()
        if item is None:
            return self._labels.active(self._series_key()), None
        value = item.data(NAME, _VALUE)
        return self._workspace.document.state.layer(item.data(NAME, _LAYER)), value if value is not None else None

    def _current_changed(self) -> None:
        if self._filling:
            return
        layer, value = self.current()
        if layer is None:
            return
        self._quiet = True
        self._labels.choose(layer.id)
        if value is not None and value != layer.active_label:
            self._workspace.document.apply(edits.ChooseLabel(layer.id, value), initiator=self)
        self._quiet = False
        self._show_state()

    def _value(self) -> tuple[LabelLayer, int] | None:
        layer, value = self.current()
        if layer is None:
            return None
        return layer, layer.active_label if value is None else value

    def _item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        """A name was typed."""
        if self._filling or column != NAME:
            return
        layer = self._workspace.document.state.layer(item.data(NAME, _LAYER))
        if layer is None:
            return
        text, value = item.text(NAME).strip(), item.data(NAME, _VALUE)
        self._quiet = True  # items must not go while one of them is being edited
        if value is None:
            self._workspace.document.apply(edits.ChangeLayer(layer.id, name=text))
        else:
            self._change_label(layer, value, lambda label: replace(label, name=text))
        self._quiet = False
        self._soon.start()

    def _change_label(self, layer: LabelLayer, value: int, change: Callable[[Label], Label]) -> None:
        labels = tuple(change(label) if label.value == value else label for label in layer.labels)
        if labels != layer.labels:
            self._workspace.document.apply(edits.ChangeLayer(layer.id, labels=labels))

    # -- what can be done

    def _try(self, run: Callable[[], object]) -> None:
        try:
            run()
        except MedviewerError as error:
            self._workspace.told.emit(error)

    def add_layer(self) -> None:
        """Add an empty mask."""
        self._try(lambda: self._labels.add(self._series_key()))

    def add_label(self) -> None:
        """Add a label to the chosen mask."""
        layer, _ = self.current()
        if layer is not None:
            self._labels.add_label(layer.id)

    def ask_colour(self) -> None:
        """Choose another colour for the label."""
        found = self._value()
        label = found[0].label(found[1]) if found is not None else None
        if found is None or label is None:
            return
        colour = QColorDialog.getColor(self.colour_of(label), self, self.tr("Colour of the label"))
        if colour.isValid():
            self.set_colour(found[0].id, found[1], colour.name())

    def set_colour(self, layer_id: str, value: int, colour: str) -> None:
        """Give a label a colour (``"#rrggbb"``)."""
        layer = self._workspace.document.state.layer(layer_id)
        if layer is not None:
            self._change_label(layer, value, lambda label: replace(label, colour=colour))

    def _toggle(self, change: Callable[[LabelLayer], edits.ChangeLayer]) -> None:
        layer, _ = self.current()
        if layer is not None:
            self._workspace.document.apply(change(layer))
        self._show_state()

    def _toggle_visible(self) -> None:
        self._toggle(lambda layer: edits.ChangeLayer(layer.id, visible=not layer.visible))

    def _toggle_locked(self) -> None:
        self._toggle(lambda layer: edits.ChangeLayer(layer.id, locked=not layer.locked))

    def _toggle_outline(self) -> None:
        self._toggle(lambda layer: edits.ChangeLayer(layer.id, outline_only=not layer.outline_only))

    def _opacity_moved(self, percent: int) -> None:
        layer, _ = self.current()
        if self._filling or layer is None:
            return
        self._quiet = True
        self._workspace.document.apply(edits.ChangeLayer(layer.id, opacity=percent / 100), merge=True)
        self._quiet = False

    def go_to_largest(self) -> None:
        """Show the slice, in the plane of the active pane, that holds most of the label."""
        found = self._value()
        if found is None:
            return
        view, pane = self._view, self._workspace.document.state.layout.active
        index = self._labels.largest_slice(found[0].id, found[1], view.plane)
        if index is not None:
            self._workspace.document.apply(edits.SetIndex.of(pane, index))

    def interpolate(self) -> None:
        """Fill the slices between those that the label was drawn on."""
        found = self._value()
        if found is not None:
            self._try(lambda: self._labels.interpolate(found[0].id, found[1], self._view.plane))

    def clear_current(self) -> None:
        """Take the label away from every voxel; undo brings it back."""
        found = self._value()
        if found is not None:
            self._try(lambda: self._labels.clear_label(found[0].id, found[1]))

    def delete_current(self) -> None:
        """Delete the chosen label; with a mask chosen, or its only label, the mask. Undo brings it back."""
        layer, value = self.current()
        if layer is None:
            return
        if value is None or len(layer.labels) == 1:
            self._workspace.document.apply(edits.RemoveLayer(layer.id))
        else:
            self._try(lambda: self._labels.remove_label(layer.id, value))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click on the eye of a mask shows or hides it."""
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            at = event.position().toPoint()
            item = self._tree.itemAt(at)
            if item is not None and item.parent() is None:
                left = self._tree.visualItemRect(item).left()
                if left <= at.x() <= left + _SWATCH + HALF_GRID:
                    self._tree.setCurrentItem(item)
                    self._toggle_visible()
                    return True
        return False


def _swatch(colour: QColor, ratio: float) -> QIcon:
    picture = QPixmap(round(_SWATCH * ratio), round(_SWATCH * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(1, 1, _SWATCH - 2, _SWATCH - 2, 3, 3)
    painter.end()
    return QIcon(picture)
