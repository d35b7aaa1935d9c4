"""The context menu of a pane."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu

from medviewer.core import display
from medviewer.document.state import Plane
from medviewer.ui.canvas.commands import CanvasCommands
from medviewer.ui.canvas.pane import Pane

translate = QCoreApplication.translate


def context_menu(canvas: CanvasCommands, pane: Pane) -> QMenu:
    """The menu for a pane, which is the active one; entries that cannot be chosen say why."""
    menu = QMenu(canvas)
    menu.setToolTipsVisible(True)

    def add(where: QMenu, title: str, command: str, run: Callable[[], object], *, on: bool | None = None) -> None:
        action = where.addAction(title)
        reason = canvas.why_not(command)
        action.setEnabled(not reason)
        action.setToolTip(reason)
        if on is not None:
            action.setCheckable(True)
            action.setChecked(on)
        action.triggered.connect(lambda _checked=False: run())

    if canvas.selected_measurement:
        add(menu, translate("PaneMenu", "Delete measurement"), "delete_selected", canvas.delete_selected)
        menu.addSeparator()
    window = menu.addMenu(translate("PaneMenu", "Window"))
    add(window, translate("PaneMenu", "File default"), "file_window", canvas.file_window)
    add(window, translate("PaneMenu", "Auto (1–99 %)"), "auto_window", canvas.auto_window)
    add(window, translate("PaneMenu", "Full range"), "full_range", canvas.full_range)
    add(window, translate("PaneMenu", "From a box…"), "best-window", lambda: canvas.set_tool("best-window"))
    presets = canvas.preset_list()
    if presets:
        window.addSeparator()
    for preset in presets:
        title = translate("Presets", preset.name) + (f"\t{preset.key}" if preset.key else "")
        add(window, title, "set_window", partial(canvas.use_preset, preset))
    colours = menu.addMenu(translate("PaneMenu", "Colours"))
    add(
        colours,
        translate("PaneMenu", "Invert"),
        "invert",
        canvas.invert,
        on=pane.view.appearance.invert,
    )
    add(
        colours,
        translate("PaneMenu", "Smooth pixels"),
        "toggle_interpolation",
        canvas.toggle_interpolation,
        on=pane.view.appearance.interpolate,
    )
    colours.addSeparator()
    for name in display.COLOUR_MAPS:
        chosen = pane.view.appearance.colour_map == name
        title = translate("ColourMaps", name)
        add(colours, title, "set_colour_map", partial(canvas.set_colour_map, name), on=chosen)
    measure = menu.addMenu(translate("PaneMenu", "Measure"))
    for tool, title in (
        ("distance", translate("PaneMenu", "Distance")),
        ("angle", translate("PaneMenu", "Angle")),
        ("ellipse", translate("PaneMenu", "Ellipse")),
        ("rectangle", translate("PaneMenu", "Rectangle")),
        ("freehand", translate("PaneMenu", "Freehand")),
    ):
        add(measure, title, tool, partial(canvas.set_tool, tool))
    menu.addSeparator()
    add(menu, translate("PaneMenu", "Fit"), "zoom_fit", canvas.zoom_fit)
    add(menu, translate("PaneMenu", "1 : 1"), "zoom_one_to_one", canvas.zoom_one_to_one)
    add(menu, translate("PaneMenu", "Flip left–right"), "flip_h", canvas.flip_h)
    add(menu, translate("PaneMenu", "Flip top–bottom"), "flip_v", canvas.flip_v)
    add(menu, translate("PaneMenu", "Rotate right"), "rotate", canvas.rotate)
    add(menu, translate("PaneMenu", "Reset view"), "reset_view", canvas.reset_view)
    menu.addSeparator()
    planes = menu.addMenu(translate("PaneMenu", "Plane"))
    for plane, title in (
        (Plane.STACK, translate("PaneMenu", "As stored")),
        (Plane.AXIAL, translate("PaneMenu", "Axial")),
        (Plane.CORONAL, translate("PaneMenu", "Coronal")),
        (Plane.SAGITTAL, translate("PaneMenu", "Sagittal")),
    ):
        command = "set_plane" if plane is Plane.STACK else "set_mpr"
        add(planes, title, command, partial(canvas.set_plane, plane), on=pane.view.plane is plane)
    add(menu, translate("PaneMenu", "Three planes"), "set_mpr", canvas.set_mpr)
    menu.addSeparator()
    add(menu, translate("PaneMenu", "Copy picture"), "copy_image", canvas.copy_image)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu
