"""Why a command cannot be given to the canvas now."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from medviewer.core import slicing
from medviewer.ui.canvas.pane import Pane
from medviewer.ui.told import told

translate = QCoreApplication.translate

_ALWAYS = frozenset(
    {
        "set_layout",
        "next_pane",
        "cycle_overlay",
        "set_overlay",
        "toggle_reference_lines",
        "toggle_crosshair",
        "toggle_linked_scroll",
        "show_series",
        "set_tool",
        "cancel",
    }
)
_NEEDS_STACK = frozenset({"step", "page", "home", "end", "toggle_cine", "scroll"})
_NEEDS_GREY = frozenset(
    {
        "apply_preset",
        "set_window",
        "file_window",
        "auto_window",
        "full_range",
        "set_colour_map",
        "best-window",
        "window",
        "invert",
    }
)
_NEEDS_POSITION = frozenset({"crosshair"})
_NEEDS_PICTURE = frozenset({"copy_image", "save_png", "distance", "angle", "ellipse", "rectangle", "freehand"})
_PAINTS = frozenset({"brush", "eraser", "polygon", "lasso", "fill"})


def why_not(command: str, pane: Pane, selected_measurement: str) -> str:
    """The reason as a sentence; empty when the command can be given to a pane.

    Parameters
    ----------
    command : str
        Name of a method of `CanvasCommands`, or of a tool.
    pane : Pane
        The active one.
    selected_measurement : str
        Id of the selected measurement, or empty.
    """
    if command in _ALWAYS:
        return ""
    if pane.source is None:
        return translate("CanvasCommands", "Open a series first.")
    image = pane.source.stack
    if image is None:
        failed = pane.source.loaded.failure
        return told(failed.message) if failed else translate("CanvasCommands", "The series is still being opened.")
    if command == "set_mpr":
        return told(slicing.reconstructable(image))
    if command == "set_slab":
        return pane.source.why_no_slab
    if command == "toggle_split" and not pane.has_recipe:
        return translate("CanvasCommands", "No processing step is applied to this series.")
    if command in _NEEDS_STACK and pane.slice_count < 2:
        return translate("CanvasCommands", "There is only one image.")
    if command in _NEEDS_GREY and image.is_colour:
        return translate("CanvasCommands", "A colour image has no window.")
    if command in _NEEDS_POSITION and not image.facts.has_patient_position:
        return translate("CanvasCommands", "The file does not say where its slices lie in the patient.")
    if command in (_NEEDS_PICTURE | _PAINTS) and pane.frame is None:
        return translate("CanvasCommands", "There is no picture yet.")
    if command == "delete_selected" and not selected_measurement:
        return translate("CanvasCommands", "No measurement is selected.")
    return ""
