"""The context menu of a pane."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu

from medviewer.core import display
from medviewer.document.state import Plane, Slab
from medviewer.services.scales import NATIVE
from medviewer.ui.canvas.commands import CanvasCommands
from medviewer.ui.canvas.pane import Pane
from medviewer.ui.canvas.slab import mode_name, steps_for
from medviewer.ui.canvas.trust import short_unit

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
    _add_scales(menu, canvas, pane)
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
    slab = menu.addMenu(translate("PaneMenu", "Slab"))
    slab.setToolTipsVisible(True)
    shown = pane.source.slab_of(pane.view) if pane.source is not None else 0.0
    single = translate("PaneMenu", "Single slice")
    add(slab, single, "set_slab", partial(canvas.set_slab, 0.0), on=shown <= 0)
    for mm in steps_for(pane.source.step_mm if pane.source is not None else 0.0):
        if mm <= 100:
            add(slab, f"{mm:g} mm", "set_slab", partial(canvas.set_slab, mm), on=shown == mm)
    slab.addSeparator()
    for mode in Slab:
        chosen = shown > 0 and pane.view.slab_mode is mode
        add(slab, mode_name(mode), "set_slab", partial(canvas.set_slab_mode, mode), on=chosen)
    if pane.has_recipe:
        split = translate("PaneMenu", "Before/after line")
        add(menu, split, "toggle_split", canvas.toggle_split, on=pane.split_x is not None)
    _add_stacks(menu, canvas, pane)
    menu.addSeparator()
    add(menu, translate("PaneMenu", "Copy picture"), "copy_image", canvas.copy_image)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu


def _add_scales(menu: QMenu, canvas: CanvasCommands, pane: Pane) -> None:
    """What the values can be read in, where there is a choice; a scale that is not available says why."""
    loaded = pane.source.loaded if pane.source is not None else None
    if loaded is None or not loaded.is_open or len(loaded.scales.choices) < 2:
        return
    scales = menu.addMenu(translate("PaneMenu", "Values in"))
    scales.setToolTipsVisible(True)
    for scale in loaded.scales.choices:
        name = short_unit(scale.unit) or translate("PaneMenu", "file's own values")
        if scale.name not in {NATIVE, name}:
            name = f"{scale.name} ({name})" if scale.unit else scale.name
        title = name if scale.slope is not None else f"{name} – {scale.reason}"
        action = scales.addAction(title.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(scale.name == loaded.scales.current.name)
        action.setEnabled(scale.slope is not None)
        action.setToolTip(scale.reason)
        action.triggered.connect(partial(_set_scale, canvas, loaded.key, scale.name))


def _set_scale(canvas: CanvasCommands, series_key: str, name: str, _checked: bool = False) -> None:
    canvas.workspace.set_scale(series_key, name)


def _add_stacks(menu: QMenu, canvas: CanvasCommands, pane: Pane) -> None:
    """The stacks of an enhanced multi-frame file that holds several."""
    source = pane.source
    if source is None or len(source.stacks) < 2:
        return
    stacks = menu.addMenu(translate("PaneMenu", "Stack"))
    key = source.loaded.key.partition("#")[0]
    for number in range(len(source.stacks)):
        action = stacks.addAction(source.stack_title(number).replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(number == source.stack_number)
        action.triggered.connect(partial(_show_stack, canvas, f"{key}#{number}" if number else key, pane.number))


def _show_stack(canvas: CanvasCommands, series_key: str, pane: int, _checked: bool = False) -> None:
    canvas.show_key(series_key, pane)
