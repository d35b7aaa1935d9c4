"""The actions that paint masks."""

from __future__ import annotations

from typing import Final

from medviewer.document.titles import QT_TRANSLATE_NOOP
from medviewer.ui.action import Action, needs_series

MENU: Final = "Tools/Masks"


def _tool(name: str, title: str, key: str, help_text: str) -> Action:
    return Action(
        f"tool.{name}",
        title,
        lambda c: c.set_tool(name),
        MENU,
        name,
        (key,),
        lambda c: needs_series(c) or c.why_not(name),
        lambda c: c.tool == name,
        radio="tool",
        help=help_text,
    )


def _label(number: int) -> Action:
    return Action(
        f"mask.label-{number}",
        QT_TRANSLATE_NOOP("Actions", "Paint with label {n}"),
        lambda c: c.painting.choose_label(number),
        "Tools/Labels",
        "",
        (f"Alt+{number}",),
        lambda c: needs_series(c) or c.painting.why_no_label(number),
        lambda c: c.painting.label_number == number,
        radio="label",
    )


PAINT_TOOLS: Final = ("tool.brush", "tool.eraser", "tool.polygon", "tool.lasso", "tool.fill")

PAINT: Final[tuple[Action, ...]] = (
    _tool(
        "brush",
        QT_TRANSLATE_NOOP("Actions", "Brush"),
        "B",
        QT_TRANSLATE_NOOP("Actions", "Drag to paint the active label; Ctrl erases, Ctrl and wheel change the size."),
    ),
    _tool(
        "eraser",
        QT_TRANSLATE_NOOP("Actions", "Eraser"),
        "Shift+E",
        QT_TRANSLATE_NOOP("Actions", "Drag to take labels away."),
    ),
    _tool(
        "polygon",
        QT_TRANSLATE_NOOP("Actions", "Polygon"),
        "Shift+P",
        QT_TRANSLATE_NOOP("Actions", "Click the corners; a double click or the first corner closes and fills."),
    ),
    _tool(
        "lasso",
        QT_TRANSLATE_NOOP("Actions", "Lasso"),
        "Shift+L",
        QT_TRANSLATE_NOOP("Actions", "Drag around a region to fill it; Ctrl erases it."),
    ),
    _tool(
        "fill",
        QT_TRANSLATE_NOOP("Actions", "Fill"),
        "G",
        QT_TRANSLATE_NOOP("Actions", "Click an area of one label to fill it; Shift fills through all slices."),
    ),
    Action(
        "mask.ball",
        QT_TRANSLATE_NOOP("Actions", "Brush as a 3-D ball"),
        lambda c: c.painting.toggle_ball(),
        MENU,
        "ball",
        ("Shift+B",),
        needs_series,
        lambda c: c.painting.is_ball,
        separator=True,
        help=QT_TRANSLATE_NOOP("Actions", "Brush and eraser go through neighbouring slices."),
    ),
    Action(
        "mask.smaller",
        QT_TRANSLATE_NOOP("Actions", "Smaller brush"),
        lambda c: c.painting.resize(-1),
        MENU,
        "",
        ("[",),
        needs_series,
    ),
    Action(
        "mask.larger",
        QT_TRANSLATE_NOOP("Actions", "Larger brush"),
        lambda c: c.painting.resize(1),
        MENU,
        "",
        ("]",),
        needs_series,
    ),
    Action(
        "mask.interpolate",
        QT_TRANSLATE_NOOP("Actions", "Interpolate between slices"),
        lambda c: c.painting.interpolate(),
        MENU,
        "interpolate",
        ("Shift+I",),
        lambda c: needs_series(c) or c.painting.why_no_label(1),
        separator=True,
        help=QT_TRANSLATE_NOOP("Actions", "Fill the slices between those that the active label was drawn on."),
    ),
    Action(
        "mask.new",
        QT_TRANSLATE_NOOP("Actions", "New mask"),
        lambda c: c.painting.add_layer(),
        MENU,
        "add",
        ("Shift+N",),
        needs_series,
    ),
    *(_label(number) for number in range(1, 9)),
)
