"""Everything the program can do at a key or from a menu, as one table.

Menu bar, toolbar, key sheet and command palette are built from `ACTIONS`. An action that cannot run says why not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from PySide6.QtGui import QKeySequence

from medviewer.document.titles import QT_TRANSLATE_NOOP
from medviewer.ui.action import Action
from medviewer.ui.image_actions import IMAGE_NAVIGATE_TOOLS
from medviewer.ui.paint_actions import PAINT, PAINT_TOOLS
from medviewer.ui.window_actions import FILE_EDIT_VIEW, HELP

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
    QT_TRANSLATE_NOOP("Actions", "Masks"),
    QT_TRANSLATE_NOOP("Actions", "Labels"),
    QT_TRANSLATE_NOOP("Actions", "Theme"),
    QT_TRANSLATE_NOOP("Actions", "Language"),
)


ACTIONS: Final[tuple[Action, ...]] = (*FILE_EDIT_VIEW, *IMAGE_NAVIGATE_TOOLS, *PAINT, *HELP)
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
    *PAINT_TOOLS,
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
