"""One action as a record, and the conditions that many of them share.

Texts are English source strings (contexts ``"Actions"`` and ``"WhyNot"``) that `ActionSet` translates.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from medviewer.document.titles import QT_TRANSLATE_NOOP
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
    return needs_series(commands) or commands.why_not("set_mpr")


def needs_window(commands: Commands) -> str:
    """An image whose values are windowed."""
    return needs_series(commands) or commands.why_not("apply_preset")


def needs_picture(commands: Commands) -> str:
    """A picture on screen."""
    return needs_series(commands) or commands.why_not("copy_image")


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


def needs_sample(commands: Commands) -> str:
    """Sample studies."""
    if commands.has_sample:
        return ""
    return QT_TRANSLATE_NOOP("WhyNot", "The sample studies are not installed.")
