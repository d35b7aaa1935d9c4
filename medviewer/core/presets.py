"""Window presets by modality, and their exchange as JSON.

The numbers for CT are the ones most programs agree on (Slicer, Horos, Weasis, OHIF and VolView were compared); every
department has its own, so that users can change, add, export and import them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from medviewer.core.marking import QT_TRANSLATE_NOOP
from medviewer.core.voi import VoiFunction, Window
from medviewer.errors import SettingsError

SCHEMA_VERSION = 1
_MAX_PRESETS = 500
_MAX_NAME = 60


class Preset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A named window.

    Attributes
    ----------
    name : str
        As shown; the names of the built-in ones are translated by the interface.
    center, width : float
        In modality units; the width is positive.
    key : str
        Digit ``"1"`` to ``"9"`` that chooses it, or empty.
    function : str
        VOILUTFunction.
    colour_map : str
        Empty: the pane's colour map stays.
    unit : str
        Unit that the image must have, as a prefix (``"g/ml"`` for SUV); empty: any.
    """

    name: str
    center: float
    width: float
    key: str = ""
    function: VoiFunction = VoiFunction.LINEAR
    colour_map: str = ""
    unit: str = ""

    @property
    def window(self) -> Window:
        """The window, with the preset's name."""
        return Window(self.center, self.width, self.function, self.name)


def _preset(name: str, width: float, center: float, key: str = "", **more: str) -> Preset:
    return Preset(name=name, center=center, width=width, key=key, **more)  # type: ignore[arg-type]


def _suv(name: str, upper: float, key: str, colour_map: str) -> Preset:
    return Preset(
        name=name,
        center=upper / 2,
        width=upper,
        key=key,
        function=VoiFunction.LINEAR_EXACT,
        colour_map=colour_map,
        unit="g/ml",
    )


PRESETS: Mapping[str, tuple[Preset, ...]] = {
    "CT": (
        _preset(QT_TRANSLATE_NOOP("Presets", "Brain"), 80, 40, "1"),
        _preset(QT_TRANSLATE_NOOP("Presets", "Subdural"), 200, 75, "2"),
        _preset(QT_TRANSLATE_NOOP("Presets", "Stroke"), 40, 40, "3"),
        _preset(QT_TRANSLATE_NOOP("Presets", "Soft tissue"), 400, 40, "4"),
        _preset(QT_TRANSLATE_NOOP("Presets", "Liver"), 150, 90, "5"),
        _preset(QT_TRANSLATE_NOOP("Presets", "Mediastinum"), 350, 50, "6"),
        _preset(QT_TRANSLATE_NOOP("Presets", "Lung"), 1500, -600, "7"),
        _preset(QT_TRANSLATE_NOOP("Presets", "Bone"), 2000, 400, "8"),
        _preset(QT_TRANSLATE_NOOP("Presets", "Angiography"), 600, 200, "9"),
        _preset(QT_TRANSLATE_NOOP("Presets", "Air"), 1000, -426),
    ),
    "PT": (
        _suv(QT_TRANSLATE_NOOP("Presets", "SUV 0–7"), 7, "1", "inverse grey"),
        _suv(QT_TRANSLATE_NOOP("Presets", "SUV 0–10 hot"), 10, "2", "hot-iron"),
        _suv(QT_TRANSLATE_NOOP("Presets", "SUV 0–5"), 5, "3", "inverse grey"),
        _suv(QT_TRANSLATE_NOOP("Presets", "SUV 0–15"), 15, "4", "inverse grey"),
    ),
}


def presets_for(presets: Mapping[str, Iterable[Preset]], modality: str, unit: str) -> tuple[Preset, ...]:
    """The presets that make sense for an image: of its modality, in its unit.

    CT presets are in HU, and so wait for an image that has them (a scout or a derived CT may not).
    """
    if modality == "CT" and unit not in {"HU", "HU_MOD"}:
        return ()
    return tuple(p for p in presets.get(modality, ()) if unit.lower().startswith(p.unit.lower()))


def presets_to_json(presets: Mapping[str, Iterable[Preset]]) -> bytes:
    """Presets of all modalities as a JSON file, for another workplace."""
    content = {
        "medviewer_presets": SCHEMA_VERSION,
        "presets": {modality: list(group) for modality, group in presets.items()},
    }
    return msgspec.json.format(msgspec.json.encode(content), indent=2)


def presets_from_json(data: bytes) -> dict[str, tuple[Preset, ...]]:
    """Presets from a JSON file.

    Raises
    ------
    SettingsError
        When the file is not one that `presets_to_json` writes, or a preset in it cannot be used.
    """
    hint = "Choose a file that was exported from the window panel."
    try:
        content: Any = msgspec.json.decode(data)
        version = content["medviewer_presets"]
        groups = msgspec.convert(content["presets"], dict[str, tuple[Preset, ...]])
    except (msgspec.MsgspecError, KeyError, TypeError, UnicodeDecodeError, RecursionError):
        raise SettingsError("The file does not hold window presets.", hint) from None
    if not isinstance(version, int) or version > SCHEMA_VERSION:
        raise SettingsError("The presets were written by a newer version of this program.", "Update the program.")
    if sum(len(group) for group in groups.values()) > _MAX_PRESETS:
        raise SettingsError(f"The file holds more than {_MAX_PRESETS} presets.", hint)
    for group in groups.values():
        for preset in group:
            check_preset(preset)
    return groups


def check_preset(preset: Preset) -> None:
    """Refuse a preset that cannot be used.

    Raises
    ------
    SettingsError
        No name or one that is too long, a width that is not positive, numbers that are not finite, a key that is not
        a digit.
    """
    if not preset.name.strip() or len(preset.name) > _MAX_NAME:
        raise SettingsError("A preset has no name, or one that is too long.", f"Use 1 to {_MAX_NAME} characters.")
    if not preset.window.is_valid:
        raise SettingsError(
            f"The preset “{preset.name}” has no usable window.", "The width must be a number greater than zero."
        )
    if preset.key and preset.key not in set("123456789"):
        raise SettingsError(f"The preset “{preset.name}” has an unusable key.", "Use a digit from 1 to 9, or none.")
