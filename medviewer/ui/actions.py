"""Everything the program can do at a key or from a menu, as one table.

Menu bar, toolbar, key sheet and command palette are built from `ACTIONS`. An action that cannot run says why not.
Texts are English source strings (contexts ``"Actions"`` and ``"WhyNot"``) that `ActionSet` translates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP
from PySide6.QtGui import QKeySequence

from medviewer.ui.commands import Commands

Run = Callable[[Commands], object]
WhyNot = Callable[[Commands], str]
Checked = Callable[[Commands], bool]


def _always(_commands: Commands) -> str:
    return ""


@dataclass(frozen=True)
class Action:
    """One thing that can be done.

    Attributes
    ----------
    id : str
        Stable name, ``group.what``; settings, tests and the palette use it.
    title : str
        As in a menu; an ellipsis where a question follows.
    menu : str
        Menu that lists it (a key of `MENUS`), empty for keys only; ``"View/Layout"`` is a submenu.
    keys : tuple of str
        Shortcuts in Qt's portable text, the first is shown.
    why_not : callable
        Empty text when it can run now, else the reason.
    checked : callable or None
        For actions that are on or off.
    radio : str
        Actions of one radio group exclude each other.
    navigation : bool
        A key that moves through images: lists and fields that need the same key for themselves keep it.
    separator : bool
        A line above it in its menu.
    """

    id: str
    title: str
    run: Run
    menu: str = ""
    icon: str = ""
    keys: tuple[str, ...] = ()
    why_not: WhyNot = _always
    checked: Checked | None = None
    radio: str = ""
    navigation: bool = False
    separator: bool = False
    help: str = ""

    @property
    def group(self) -> str:
        """The heading on the key sheet."""
        return self.menu.partition("/")[0] or self.id.partition(".")[0].capitalize()


MENUS: Final = (
    QT_TRANSLATE_NOOP("Actions", "File"),
    QT_TRANSLATE_NOOP("Actions", "Edit"),
    QT_TRANSLATE_NOOP("Actions", "View"),
    QT_TRANSLATE_NOOP("Actions", "Image"),
    QT_TRANSLATE_NOOP("Actions", "Navigate"),
    QT_TRANSLATE_NOOP("Actions", "Tools"),
    QT_TRANSLATE_NOOP("Actions", "Help"),
)
SUBMENUS: Final = (
    QT_TRANSLATE_NOOP("Actions", "Layout"),
    QT_TRANSLATE_NOOP("Actions", "Presets"),
    QT_TRANSLATE_NOOP("Actions", "Theme"),
    QT_TRANSLATE_NOOP("Actions", "Language"),
)


# -- why not


def needs_series(commands: Commands) -> str:
    """Open a series first."""
    if commands.series_key:
        return ""
    return QT_TRANSLATE_NOOP("WhyNot", "The active pane is empty. Open a series first.")


def needs_several_images(commands: Commands) -> str:
    """More than one image."""
    reason = needs_series(commands)
    if reason:
        return reason
    if commands.image_count > 1:
        return ""
    return QT_TRANSLATE_NOOP("WhyNot", "The series has only one image.")


def needs_volume(commands: Commands) -> str:
    """A stack that planes can be cut through."""
    return needs_series(commands) or commands.why_no_planes()


def needs_open_studies(commands: Commands) -> str:
    """Something in the list of studies."""
    if commands.has_studies:
        return ""
    return QT_TRANSLATE_NOOP("WhyNot", "The list of studies is empty. Open a folder first.")


def needs_several_panes(commands: Commands) -> str:
    """More than one pane."""
    if commands.pane_count > 1:
        return ""
    return QT_TRANSLATE_NOOP("WhyNot", "Only one pane is shown. Choose another layout first.")


def needs_undo(commands: Commands) -> str:
    """Something to undo."""
    return "" if commands.undo_text else QT_TRANSLATE_NOOP("WhyNot", "Nothing was done yet.")


def needs_redo(commands: Commands) -> str:
    """Something to redo."""
    return "" if commands.redo_text else QT_TRANSLATE_NOOP("WhyNot", "Nothing was undone.")


def needs_measurement(commands: Commands) -> str:
    """A selected measurement."""
    if commands.selected_measurement:
        return ""
    return QT_TRANSLATE_NOOP("WhyNot", "No measurement is selected. Click one on the image.")


def needs_measurements(commands: Commands) -> str:
    """Any measurement."""
    if commands.measurement_count:
        return ""
    return QT_TRANSLATE_NOOP("WhyNot", "There is no measurement yet.")


def needs_processing(commands: Commands) -> str:
    """A recipe on the active series."""
    reason = needs_series(commands)
    if reason or commands.has_recipe:
        return reason
    return QT_TRANSLATE_NOOP("WhyNot", "No processing step is applied to this series.")


def _needs_sample(commands: Commands) -> str:
    if commands.has_sample:
        return ""
    return QT_TRANSLATE_NOOP("WhyNot", "The sample studies are not installed.")


# -- the table


def _tool(name: str, title: str, key: str, *, separator: bool = False) -> Action:
    return Action(
        f"tool.{name}",
        title,
        lambda c: c.set_tool(name),
        "Tools",
        {"best-window": "window"}.get(name, name),
        (key,) if key else (),
        needs_series,
        lambda c: c.tool == name,
        radio="tool",
        separator=separator,
    )


def _layout(rows: int, columns: int, title: str, key: str = "") -> Action:
    icons = {(1, 1): "layout-1x1", (1, 2): "layout-1x2", (1, 3): "layout-1x3", (2, 1): "layout-2x1"}
    return Action(
        f"layout.{rows}x{columns}",
        title,
        lambda c: c.set_layout(rows, columns),
        "View/Layout",
        icons.get((rows, columns), "layout-2x2"),
        (key,) if key else (),
        checked=lambda c: c.shows_grid(rows, columns),
        radio="layout",
    )


def _preset(digit: int) -> Action:
    return Action(
        f"window.preset-{digit}",
        QT_TRANSLATE_NOOP("Actions", "Window preset {n}"),
        lambda c: c.apply_preset(digit),
        "Image/Presets",
        "presets",
        (str(digit),),
        lambda c: needs_series(c) or c.why_no_preset(digit),
    )


def _choice(section: str, value: str, title: str, menu: str, icon: str) -> Action:
    return Action(
        f"{section}.{value.lower()}",
        title,
        lambda c: c.choose(section, value),
        menu,
        icon,
        checked=lambda c: c.chosen(section) == value,
        radio=section,
    )


ACTIONS: Final[tuple[Action, ...]] = (
    # File
    Action(
        "file.open-folder",
        QT_TRANSLATE_NOOP("Actions", "Open folder…"),
        lambda c: c.open_folder(),
        "File",
        "open-folder",
        ("Ctrl+O",),
    ),
    Action(
        "file.open-files",
        QT_TRANSLATE_NOOP("Actions", "Open files…"),
        lambda c: c.open_files(),
        "File",
        "open-file",
        ("Ctrl+Shift+O",),
    ),
    Action(
        "file.sample",
        QT_TRANSLATE_NOOP("Actions", "Try a sample study"),
        lambda c: c.open_sample(),
        "File",
        "study",
        why_not=_needs_sample,
    ),
    Action(
        "file.copy-picture",
        QT_TRANSLATE_NOOP("Actions", "Copy picture"),
        lambda c: c.copy_picture(),
        "File",
        "copy",
        ("Ctrl+Shift+C",),
        needs_series,
        separator=True,
    ),
    Action(
        "file.save-picture",
        QT_TRANSLATE_NOOP("Actions", "Save picture as…"),
        lambda c: c.save_picture(),
        "File",
        "save-picture",
        ("Ctrl+Shift+S",),
        needs_series,
    ),
    Action(
        "file.close-series",
        QT_TRANSLATE_NOOP("Actions", "Close series in pane"),
        lambda c: c.close_series(),
        "File",
        "close",
        ("Ctrl+W",),
        needs_series,
        separator=True,
    ),
    Action(
        "file.quit",
        QT_TRANSLATE_NOOP("Actions", "Quit"),
        lambda c: c.quit(),
        "File",
        "",
        ("Ctrl+Q",),
        separator=True,
    ),
    # Edit
    Action(
        "edit.undo",
        QT_TRANSLATE_NOOP("Actions", "Undo"),
        lambda c: c.undo(),
        "Edit",
        "undo",
        ("Ctrl+Z",),
        needs_undo,
    ),
    Action(
        "edit.redo",
        QT_TRANSLATE_NOOP("Actions", "Redo"),
        lambda c: c.redo(),
        "Edit",
        "redo",
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        needs_redo,
    ),
    Action(
        "edit.delete-measurement",
        QT_TRANSLATE_NOOP("Actions", "Delete measurement"),
        lambda c: c.delete_measurement(),
        "Edit",
        "delete",
        ("Del",),
        needs_measurement,
        navigation=True,
        separator=True,
    ),
    Action(
        "edit.delete-measurements",
        QT_TRANSLATE_NOOP("Actions", "Delete all measurements"),
        lambda c: c.delete_all_measurements(),
        "Edit",
        "",
        (),
        needs_measurements,
    ),
    Action(
        "edit.preferences",
        QT_TRANSLATE_NOOP("Actions", "Preferences…"),
        lambda c: c.show_preferences(),
        "Edit",
        "settings",
        ("Ctrl+,",),
        separator=True,
    ),
    # View
    Action(
        "view.review",
        QT_TRANSLATE_NOOP("Actions", "Review"),
        lambda c: c.show_workspace("review"),
        "View",
        "review",
        ("Ctrl+Alt+1",),
        checked=lambda c: c.workspace_name == "review",
        radio="workspace",
    ),
    Action(
        "view.process",
        QT_TRANSLATE_NOOP("Actions", "Process"),
        lambda c: c.show_workspace("process"),
        "View",
        "process",
        ("Ctrl+Alt+2",),
        checked=lambda c: c.workspace_name == "process",
        radio="workspace",
    ),
    _layout(1, 1, QT_TRANSLATE_NOOP("Actions", "One pane"), "Ctrl+1"),
    _layout(1, 2, QT_TRANSLATE_NOOP("Actions", "Two panes"), "Ctrl+2"),
    _layout(1, 3, QT_TRANSLATE_NOOP("Actions", "Three panes"), "Ctrl+3"),
    _layout(2, 2, QT_TRANSLATE_NOOP("Actions", "Four panes"), "Ctrl+4"),
    Action(
        "layout.mpr",
        QT_TRANSLATE_NOOP("Actions", "MPR: axial, coronal, sagittal"),
        lambda c: c.set_mpr(),
        "View/Layout",
        "mpr",
        ("Ctrl+5",),
        needs_volume,
        lambda c: c.shows_mpr(with_stack=False),
        radio="layout",
    ),
    Action(
        "layout.mpr-stack",
        QT_TRANSLATE_NOOP("Actions", "MPR and stack"),
        lambda c: c.set_mpr(with_stack=True),
        "View/Layout",
        "layout-mpr",
        ("Ctrl+6",),
        needs_volume,
        lambda c: c.shows_mpr(with_stack=True),
        radio="layout",
    ),
    _layout(2, 1, QT_TRANSLATE_NOOP("Actions", "Two panes, one above the other")),
    _layout(2, 3, QT_TRANSLATE_NOOP("Actions", "Six panes")),
    _layout(3, 3, QT_TRANSLATE_NOOP("Actions", "Nine panes")),
    _layout(4, 4, QT_TRANSLATE_NOOP("Actions", "Sixteen panes")),
    Action(
        "layout.default",
        QT_TRANSLATE_NOOP("Actions", "Default for this study"),
        lambda c: c.set_default_layout(),
        "View/Layout",
        "reset",
        ("Ctrl+0",),
        separator=True,
    ),
    Action(
        "view.maximise",
        QT_TRANSLATE_NOOP("Actions", "Maximise pane"),
        lambda c: c.toggle_maximised(),
        "View",
        "maximise",
        ("Return",),
        needs_several_panes,
        lambda c: c.is_maximised,
        navigation=True,
    ),
    Action(
        "view.overlay",
        QT_TRANSLATE_NOOP("Actions", "Text on the image: full, minimal, off"),
        lambda c: c.cycle_overlay(),
        "View",
        "overlay",
        ("Space",),
        needs_series,
        navigation=True,
        separator=True,
    ),
    Action(
        "view.reference-lines",
        QT_TRANSLATE_NOOP("Actions", "Reference lines"),
        lambda c: c.toggle_link("reference_lines"),
        "View",
        "reference-lines",
        ("L",),
        checked=lambda c: c.link("reference_lines"),
    ),
    Action(
        "view.crosshair",
        QT_TRANSLATE_NOOP("Actions", "Show crosshair"),
        lambda c: c.toggle_link("crosshair"),
        "View",
        "crosshair",
        ("Shift+X",),
        checked=lambda c: c.link("crosshair"),
    ),
    Action(
        "view.linked-scroll",
        QT_TRANSLATE_NOOP("Actions", "Scroll panes together"),
        lambda c: c.toggle_link("linked_scroll"),
        "View",
        "sync",
        ("Y",),
        checked=lambda c: c.link("linked_scroll"),
        help=QT_TRANSLATE_NOOP("Actions", "By patient position, within one frame of reference"),
    ),
    Action(
        "view.processed",
        QT_TRANSLATE_NOOP("Actions", "Show processed image"),
        lambda c: c.toggle_processed(),
        "View",
        "before-after",
        ("O",),
        needs_processing,
        lambda c: c.shows_processed,
    ),
    Action(
        "view.browser",
        QT_TRANSLATE_NOOP("Actions", "Studies"),
        lambda c: c.toggle_dock("browser"),
        "View",
        "browser-panel",
        ("Ctrl+B",),
        checked=lambda c: c.dock_visible("browser"),
        separator=True,
    ),
    Action(
        "view.panels",
        QT_TRANSLATE_NOOP("Actions", "Panels"),
        lambda c: c.toggle_dock("panels"),
        "View",
        "side-panel",
        ("Ctrl+Shift+B",),
        checked=lambda c: c.dock_visible("panels"),
    ),
    Action(
        "view.jobs",
        QT_TRANSLATE_NOOP("Actions", "Jobs and messages"),
        lambda c: c.toggle_dock("jobs"),
        "View",
        "jobs",
        ("Ctrl+J",),
        checked=lambda c: c.dock_visible("jobs"),
    ),
    Action(
        "view.next-area",
        QT_TRANSLATE_NOOP("Actions", "Next area of the window"),
        lambda c: c.next_area(1),
        "View",
        "",
        ("F6",),
    ),
    Action(
        "view.full-screen",
        QT_TRANSLATE_NOOP("Actions", "Full screen"),
        lambda c: c.toggle_full_screen(),
        "View",
        "full-screen",
        ("F11",),
        checked=lambda c: c.is_full_screen,
        separator=True,
    ),
    _choice("theme", "dark", QT_TRANSLATE_NOOP("Actions", "Dark"), "View/Theme", "moon"),
    _choice("theme", "light", QT_TRANSLATE_NOOP("Actions", "Light"), "View/Theme", "sun"),
    _choice("theme", "system", QT_TRANSLATE_NOOP("Actions", "As the system"), "View/Theme", ""),
    _choice("language", "en", "English", "View/Language", ""),
    _choice("language", "zh_CN", "简体中文", "View/Language", ""),
    _choice("language", "system", QT_TRANSLATE_NOOP("Actions", "As the system"), "View/Language", ""),
    # Image
    Action(
        "window.default",
        QT_TRANSLATE_NOOP("Actions", "Window of the file"),
        lambda c: c.apply_preset(0),
        "Image/Presets",
        "window",
        ("0",),
        needs_series,
    ),
    Action(
        "window.auto",
        QT_TRANSLATE_NOOP("Actions", "Automatic window (1–99 %)"),
        lambda c: c.auto_window(),
        "Image/Presets",
        "auto",
        ("Shift+0",),
        needs_series,
    ),
    *(_preset(digit) for digit in range(1, 10)),
    Action(
        "image.invert",
        QT_TRANSLATE_NOOP("Actions", "Invert"),
        lambda c: c.invert(),
        "Image",
        "invert",
        ("I",),
        needs_series,
        lambda c: c.is_inverted,
    ),
    Action(
        "image.flip-h",
        QT_TRANSLATE_NOOP("Actions", "Flip left and right"),
        lambda c: c.flip_h(),
        "Image",
        "flip-h",
        ("H",),
        needs_series,
        lambda c: c.is_flipped_h,
        separator=True,
    ),
    Action(
        "image.flip-v",
        QT_TRANSLATE_NOOP("Actions", "Flip top and bottom"),
        lambda c: c.flip_v(),
        "Image",
        "flip-v",
        ("V",),
        needs_series,
        lambda c: c.is_flipped_v,
    ),
    Action(
        "image.rotate-right",
        QT_TRANSLATE_NOOP("Actions", "Rotate right"),
        lambda c: c.rotate(90),
        "Image",
        "rotate",
        ("Ctrl+R",),
        needs_series,
    ),
    Action(
        "image.rotate-left",
        QT_TRANSLATE_NOOP("Actions", "Rotate left"),
        lambda c: c.rotate(-90),
        "Image",
        "rotate-left",
        ("Ctrl+Shift+R",),
        needs_series,
    ),
    Action(
        "image.fit",
        QT_TRANSLATE_NOOP("Actions", "Fit to pane"),
        lambda c: c.zoom_fit(),
        "Image",
        "reset",
        ("Ctrl+Shift+F",),
        needs_series,
        separator=True,
    ),
    Action(
        "image.one-to-one",
        QT_TRANSLATE_NOOP("Actions", "One image pixel to one screen pixel"),
        lambda c: c.zoom_one_to_one(),
        "Image",
        "zoom",
        ("Ctrl+Shift+1",),
        needs_series,
    ),
    Action(
        "image.cine",
        QT_TRANSLATE_NOOP("Actions", "Cine"),
        lambda c: c.toggle_cine(),
        "Image",
        "play",
        ("C",),
        needs_several_images,
        lambda c: c.is_playing,
        separator=True,
    ),
    Action(
        "image.reset",
        QT_TRANSLATE_NOOP("Actions", "Cancel tool, then reset view"),
        lambda c: c.escape(),
        "Image",
        "reset",
        ("Esc",),
        needs_series,
        navigation=True,
        separator=True,
    ),
    # Navigate
    Action(
        "go.next-image",
        QT_TRANSLATE_NOOP("Actions", "Next image"),
        lambda c: c.step(1),
        "Navigate",
        "",
        ("Down",),
        needs_several_images,
        navigation=True,
    ),
    Action(
        "go.previous-image",
        QT_TRANSLATE_NOOP("Actions", "Previous image"),
        lambda c: c.step(-1),
        "Navigate",
        "",
        ("Up",),
        needs_several_images,
        navigation=True,
    ),
    Action(
        "go.ten-on",
        QT_TRANSLATE_NOOP("Actions", "Ten images on"),
        lambda c: c.step(10),
        "Navigate",
        "",
        ("Shift+Down",),
        needs_several_images,
        navigation=True,
    ),
    Action(
        "go.ten-back",
        QT_TRANSLATE_NOOP("Actions", "Ten images back"),
        lambda c: c.step(-10),
        "Navigate",
        "",
        ("Shift+Up",),
        needs_several_images,
        navigation=True,
    ),
    Action(
        "go.first-image",
        QT_TRANSLATE_NOOP("Actions", "First image"),
        lambda c: c.home(),
        "Navigate",
        "",
        ("Home",),
        needs_several_images,
        navigation=True,
    ),
    Action(
        "go.last-image",
        QT_TRANSLATE_NOOP("Actions", "Last image"),
        lambda c: c.end(),
        "Navigate",
        "",
        ("End",),
        needs_several_images,
        navigation=True,
    ),
    Action(
        "go.next-series",
        QT_TRANSLATE_NOOP("Actions", "Next series"),
        lambda c: c.next_series(1),
        "Navigate",
        "",
        ("Right",),
        needs_open_studies,
        navigation=True,
        separator=True,
    ),
    Action(
        "go.previous-series",
        QT_TRANSLATE_NOOP("Actions", "Previous series"),
        lambda c: c.next_series(-1),
        "Navigate",
        "",
        ("Left",),
        needs_open_studies,
        navigation=True,
    ),
    Action(
        "go.next-study",
        QT_TRANSLATE_NOOP("Actions", "Next study"),
        lambda c: c.next_study(1),
        "Navigate",
        "",
        ("Ctrl+Right",),
        needs_open_studies,
        navigation=True,
    ),
    Action(
        "go.previous-study",
        QT_TRANSLATE_NOOP("Actions", "Previous study"),
        lambda c: c.next_study(-1),
        "Navigate",
        "",
        ("Ctrl+Left",),
        needs_open_studies,
        navigation=True,
    ),
    Action(
        "go.next-page",
        QT_TRANSLATE_NOOP("Actions", "Next page of series"),
        lambda c: c.page(1),
        "Navigate",
        "",
        ("PgDown",),
        needs_open_studies,
        navigation=True,
    ),
    Action(
        "go.previous-page",
        QT_TRANSLATE_NOOP("Actions", "Previous page of series"),
        lambda c: c.page(-1),
        "Navigate",
        "",
        ("PgUp",),
        needs_open_studies,
        navigation=True,
    ),
    Action(
        "go.next-pane",
        QT_TRANSLATE_NOOP("Actions", "Next pane"),
        lambda c: c.next_pane(1),
        "Navigate",
        "",
        ("Tab",),
        needs_several_panes,
        navigation=True,
        separator=True,
    ),
    Action(
        "go.previous-pane",
        QT_TRANSLATE_NOOP("Actions", "Previous pane"),
        lambda c: c.next_pane(-1),
        "Navigate",
        "",
        ("Shift+Tab",),
        needs_several_panes,
        navigation=True,
    ),
    # Tools
    _tool("window", QT_TRANSLATE_NOOP("Actions", "Window/level"), "W"),
    _tool("zoom", QT_TRANSLATE_NOOP("Actions", "Zoom"), "Z"),
    _tool("pan", QT_TRANSLATE_NOOP("Actions", "Pan"), "P"),
    _tool("scroll", QT_TRANSLATE_NOOP("Actions", "Scroll"), "S"),
    _tool("crosshair", QT_TRANSLATE_NOOP("Actions", "Crosshair"), "X"),
    _tool("best-window", QT_TRANSLATE_NOOP("Actions", "Best window in a box"), "Shift+W"),
    _tool("distance", QT_TRANSLATE_NOOP("Actions", "Distance"), "D", separator=True),
    _tool("angle", QT_TRANSLATE_NOOP("Actions", "Angle"), "A"),
    _tool("ellipse", QT_TRANSLATE_NOOP("Actions", "Ellipse"), "E"),
    _tool("rectangle", QT_TRANSLATE_NOOP("Actions", "Rectangle"), "R"),
    _tool("freehand", QT_TRANSLATE_NOOP("Actions", "Freehand region"), "F"),
    Action(
        "tool.keep",
        QT_TRANSLATE_NOOP("Actions", "Keep the measuring tool"),
        lambda c: c.toggle_keep_tool(),
        "Tools",
        "pin",
        ("Shift+K",),
        checked=lambda c: c.keeps_tool,
        separator=True,
    ),
    # Help
    Action(
        "help.palette",
        QT_TRANSLATE_NOOP("Actions", "Search everything"),
        lambda c: c.show_palette(),
        "Help",
        "search",
        ("Ctrl+K",),
    ),
    Action(
        "help.keys",
        QT_TRANSLATE_NOOP("Actions", "Keys and mouse"),
        lambda c: c.show_keys(),
        "Help",
        "keys",
        ("?", "F1"),
    ),
    Action(
        "help.filter",
        QT_TRANSLATE_NOOP("Actions", "Filter studies"),
        lambda c: c.focus_filter(),
        "Help",
        "filter",
        ("Ctrl+F",),
    ),
    Action(
        "help.logs",
        QT_TRANSLATE_NOOP("Actions", "Show log folder"),
        lambda c: c.show_log_folder(),
        "Help",
        "document",
        separator=True,
    ),
    Action(
        "help.about",
        QT_TRANSLATE_NOOP("Actions", "About medviewer"),
        lambda c: c.show_about(),
        "Help",
        "info",
    ),
)
BY_ID: Final[Mapping[str, Action]] = {action.id: action for action in ACTIONS}

# Toolbar from left to right: ids, "|" a line. Layouts and presets are buttons with a menu.
TOOLBAR: Final = (
    "file.open-folder",
    "|",
    "View/Layout",
    "|",
    "tool.window",
    "tool.zoom",
    "tool.pan",
    "tool.scroll",
    "tool.crosshair",
    "|",
    "tool.distance",
    "tool.angle",
    "tool.ellipse",
    "tool.rectangle",
    "tool.freehand",
    "|",
    "Image/Presets",
    "image.invert",
    "image.reset",
    "image.cine",
    "|",
    "edit.undo",
    "edit.redo",
)


def keys_in_force(action: Action, overrides: Mapping[str, str]) -> tuple[str, ...]:
    """The shortcuts of an action with the user's changes; an empty override takes them away."""
    if action.id not in overrides:
        return action.keys
    override = overrides[action.id]
    return (override,) if override else ()


def conflicts(overrides: Mapping[str, str], actions: Iterable[Action] = ACTIONS) -> dict[str, tuple[str, ...]]:
    """Shortcuts that more than one action has: portable key text to the ids of the actions."""
    owners: dict[str, list[str]] = {}
    for action in actions:
        for key in keys_in_force(action, overrides):
            text = QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)
            owners.setdefault(text, []).append(action.id)
    return {key: tuple(ids) for key, ids in owners.items() if len(ids) > 1}
