"""The words of the undo menu, as English source strings that the window translates."""

from __future__ import annotations

from typing import Final

CONTEXT: Final = "Undo"
"""The translation context of every title."""


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """`text` itself; the name makes the translation tools find it (Qt's convention, without Qt)."""
    return text


SCROLL = QT_TRANSLATE_NOOP("Undo", "scrolling")
MOVE_IMAGE = QT_TRANSLATE_NOOP("Undo", "zoom and pan")
TURN_IMAGE = QT_TRANSLATE_NOOP("Undo", "flip or rotate")
SHOW_ORIGINAL = QT_TRANSLATE_NOOP("Undo", "original or processed")
BEFORE_AFTER = QT_TRANSLATE_NOOP("Undo", "before/after line")
SLAB = QT_TRANSLATE_NOOP("Undo", "slab")
RESET_VIEW = QT_TRANSLATE_NOOP("Undo", "reset view")
WINDOW = QT_TRANSLATE_NOOP("Undo", "window/level")
COLOUR_MAP = QT_TRANSLATE_NOOP("Undo", "colour map")
INVERT = QT_TRANSLATE_NOOP("Undo", "invert")
INTERPOLATION = QT_TRANSLATE_NOOP("Undo", "interpolation")
SCALE = QT_TRANSLATE_NOOP("Undo", "unit of values")
LAYOUT = QT_TRANSLATE_NOOP("Undo", "layout")
SHOW_SERIES = QT_TRANSLATE_NOOP("Undo", "show series")
CLOSE_SERIES = QT_TRANSLATE_NOOP("Undo", "close series")
SWAP_PANES = QT_TRANSLATE_NOOP("Undo", "swap panes")
MAXIMISE = QT_TRANSLATE_NOOP("Undo", "maximise pane")
RESTORE = QT_TRANSLATE_NOOP("Undo", "restore panes")
ACTIVATE = QT_TRANSLATE_NOOP("Undo", "choose pane")
LINKS = QT_TRANSLATE_NOOP("Undo", "links between panes")
CROSSHAIR = QT_TRANSLATE_NOOP("Undo", "move crosshair")
RENAME_MEASUREMENT = QT_TRANSLATE_NOOP("Undo", "rename measurement")
CHANGE_MEASUREMENT = QT_TRANSLATE_NOOP("Undo", "change measurement")
DELETE_MEASUREMENT = QT_TRANSLATE_NOOP("Undo", "delete measurement")
DELETE_MEASUREMENTS = QT_TRANSLATE_NOOP("Undo", "delete {n} measurements")
RESTORE_MEASUREMENTS = QT_TRANSLATE_NOOP("Undo", "measurements of another day")
CHANGE_RECIPE = QT_TRANSLATE_NOOP("Undo", "change recipe")
ADD_STEP = QT_TRANSLATE_NOOP("Undo", "add step")
REMOVE_STEP = QT_TRANSLATE_NOOP("Undo", "remove step")
MOVE_STEP = QT_TRANSLATE_NOOP("Undo", "move step")
SWITCH_STEP = QT_TRANSLATE_NOOP("Undo", "switch step on or off")
CHANGE_STEP = QT_TRANSLATE_NOOP("Undo", "change parameters")
ADD_LAYER = QT_TRANSLATE_NOOP("Undo", "new mask")
REMOVE_LAYER = QT_TRANSLATE_NOOP("Undo", "delete mask")
CHANGE_LAYER = QT_TRANSLATE_NOOP("Undo", "change mask")
SHOW_LAYER = QT_TRANSLATE_NOOP("Undo", "show mask")
HIDE_LAYER = QT_TRANSLATE_NOOP("Undo", "hide mask")
LAYER_LOOK = QT_TRANSLATE_NOOP("Undo", "look of the mask")
CHANGE_LABELS = QT_TRANSLATE_NOOP("Undo", "change labels")
CHOOSE_LABEL = QT_TRANSLATE_NOOP("Undo", "choose label")
PAINT = QT_TRANSLATE_NOOP("Undo", "brush stroke")
ERASE = QT_TRANSLATE_NOOP("Undo", "erase")
POLYGON = QT_TRANSLATE_NOOP("Undo", "polygon")
LASSO = QT_TRANSLATE_NOOP("Undo", "lasso")
FILL = QT_TRANSLATE_NOOP("Undo", "fill")
CLEAR_LABEL = QT_TRANSLATE_NOOP("Undo", "clear label")
REMOVE_LABEL = QT_TRANSLATE_NOOP("Undo", "delete label")
INTERPOLATE = QT_TRANSLATE_NOOP("Undo", "interpolate between slices")
CHANGE_MASK = QT_TRANSLATE_NOOP("Undo", "change of the mask")
SEVERAL = QT_TRANSLATE_NOOP("Undo", "several changes")

ADD_MEASUREMENT: Final = {
    "distance": QT_TRANSLATE_NOOP("Undo", "add distance"),
    "angle": QT_TRANSLATE_NOOP("Undo", "add angle"),
    "ellipse": QT_TRANSLATE_NOOP("Undo", "add ellipse"),
    "rectangle": QT_TRANSLATE_NOOP("Undo", "add rectangle"),
    "freehand": QT_TRANSLATE_NOOP("Undo", "add freehand region"),
}
