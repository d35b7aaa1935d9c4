"""The settings as typed sections. Each field says its name, its range and its help once; forms are made of that.

Labels and helps are English source strings of the translation context ``"Settings"``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Final

from medviewer.document.titles import QT_TRANSLATE_NOOP
from medviewer.ops.params import Choices, Help, Label, Range, Step, Unit

LANGUAGES: Final = Choices(
    {"system": QT_TRANSLATE_NOOP("Settings", "As the system"), "en": "English", "zh_CN": "简体中文"}
)
THEMES: Final = Choices(
    {
        "dark": QT_TRANSLATE_NOOP("Settings", "Dark"),
        "light": QT_TRANSLATE_NOOP("Settings", "Light"),
        "system": QT_TRANSLATE_NOOP("Settings", "As the system"),
    }
)
CORNER_TEXTS: Final = Choices(
    {
        "full": QT_TRANSLATE_NOOP("Settings", "Full"),
        "minimal": QT_TRANSLATE_NOOP("Settings", "Minimal"),
        "off": QT_TRANSLATE_NOOP("Settings", "Off"),
    }
)
DRAGS: Final = Choices(
    {
        "window": QT_TRANSLATE_NOOP("Settings", "Window/level"),
        "zoom": QT_TRANSLATE_NOOP("Settings", "Zoom"),
        "pan": QT_TRANSLATE_NOOP("Settings", "Pan"),
        "scroll": QT_TRANSLATE_NOOP("Settings", "Scroll"),
        "crosshair": QT_TRANSLATE_NOOP("Settings", "Crosshair"),
        "none": QT_TRANSLATE_NOOP("Settings", "Nothing"),
    }
)
WHEELS: Final = Choices(
    {"scroll": QT_TRANSLATE_NOOP("Settings", "Scroll"), "zoom": QT_TRANSLATE_NOOP("Settings", "Zoom")}
)


@dataclass(frozen=True)
class General:
    """Language, theme and start."""

    language: Annotated[str, Label(QT_TRANSLATE_NOOP("Settings", "Language")), LANGUAGES] = "system"
    theme: Annotated[str, Label(QT_TRANSLATE_NOOP("Settings", "Theme")), THEMES] = "dark"
    restore_session: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Settings", "Open what was open last time")),
        Help(QT_TRANSLATE_NOOP("Settings", "Series, layout and measurements come back when the program starts.")),
    ] = False


@dataclass(frozen=True)
class Display:
    """How images are shown and windowed."""

    interpolate: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Settings", "Smooth pixels")),
        Help(QT_TRANSLATE_NOOP("Settings", "Off shows each pixel as a square.")),
    ] = True
    corner_text: Annotated[str, Label(QT_TRANSLATE_NOOP("Settings", "Corner texts")), CORNER_TEXTS] = "full"
    window_invert_level: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Settings", "Dragging down darkens")),
        Help(QT_TRANSLATE_NOOP("Settings", "Without it, dragging down brightens the image.")),
    ] = False
    window_swap_axes: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Settings", "Width up and down, level left and right")),
    ] = False
    window_gain: Annotated[
        float,
        Label(QT_TRANSLATE_NOOP("Settings", "Speed of window/level")),
        Range(0.1, 10.0),
        Step(0.1),
    ] = 1.0
    crosshair: Annotated[bool, Label(QT_TRANSLATE_NOOP("Settings", "Show the crosshair"))] = True
    reference_lines: Annotated[bool, Label(QT_TRANSLATE_NOOP("Settings", "Show reference lines"))] = True
    cine_fps: Annotated[
        float,
        Label(QT_TRANSLATE_NOOP("Settings", "Cine rate")),
        Help(QT_TRANSLATE_NOOP("Settings", "Used when the file does not say its own.")),
        Range(1.0, 60.0),
        Step(1.0),
        Unit("1/s"),
    ] = 15.0
    keep_tool: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Settings", "Keep the measuring tool")),
        Help(QT_TRANSLATE_NOOP("Settings", "Without it, the pointer comes back after each measurement.")),
    ] = False


@dataclass(frozen=True)
class Mouse:
    """What the buttons and the wheel do on an image."""

    left: Annotated[str, Label(QT_TRANSLATE_NOOP("Settings", "Left button")), DRAGS] = "window"
    middle: Annotated[str, Label(QT_TRANSLATE_NOOP("Settings", "Middle button")), DRAGS] = "pan"
    right: Annotated[str, Label(QT_TRANSLATE_NOOP("Settings", "Right button")), DRAGS] = "zoom"
    wheel: Annotated[str, Label(QT_TRANSLATE_NOOP("Settings", "Wheel")), WHEELS] = "scroll"


@dataclass(frozen=True)
class Painting:
    """How masks were painted last: `brush_size` in mm (pixels where they have no size)."""

    brush_size: float = 10.0
    ball: bool = False
    erase_only_active: bool = False


@dataclass(frozen=True)
class Keys:
    """Shortcuts that differ from the program's own: action id to key sequence in Qt's portable text; empty: none."""

    shortcuts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PresetSetting:
    """A window preset of the user: centre and width in modality units, and the digit that calls it (-1: none).

    `function`, `colour_map` and `unit` are those of `core.presets.Preset`.
    """

    name: str
    center: float
    width: float
    key: int = -1
    function: str = "LINEAR"
    colour_map: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Presets:
    """The user's window presets by modality; a modality that is not here has the program's own."""

    windows: dict[str, tuple[PresetSetting, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Memory:
    """How much memory the program allows itself."""

    budget_mb: Annotated[
        int,
        Label(QT_TRANSLATE_NOOP("Settings", "Memory for images")),
        Help(QT_TRANSLATE_NOOP("Settings", "0 takes half of the computer's memory.")),
        Range(0, 4_194_304),
        Step(256),
        Unit("MiB"),
    ] = 0


@dataclass(frozen=True)
class Data:
    """Folders used last."""

    recent_paths: tuple[str, ...] = ()
    open_folder: str = ""
    export_folder: str = ""


@dataclass(frozen=True)
class WindowState:
    """Where the window and its docks stood (Qt's own bytes, base64)."""

    geometry: str = ""
    state: str = ""
    workspace: str = "review"


@dataclass(frozen=True)
class SeriesOverride:
    """What the user has decided for one series, found by its key on another day.

    `window` is (centre, width) in modality units; `spacing_mm` (row, column) a calibration by hand; `unit` asks for
    another unit of values (``"g/ml{SUVbw}"``); empty or None: as the file says.
    """

    window: tuple[float, float] | None = None
    colour_map: str = ""
    spacing_mm: tuple[float, float] | None = None
    unit: str = ""


@dataclass(frozen=True)
class SeriesSection:
    """Overrides by series key; the oldest fall out beyond a thousand."""

    overrides: dict[str, SeriesOverride] = field(default_factory=dict)
