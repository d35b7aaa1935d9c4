"""The window presets in force: the user's own by modality, the program's where there are none. No Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from medviewer.core.presets import PRESETS, Preset, check_preset, presets_for, presets_from_json, presets_to_json
from medviewer.core.voi import VoiFunction
from medviewer.errors import SettingsError
from medviewer.services.paths import atomic_write
from medviewer.services.setting_sections import PresetSetting
from medviewer.services.settings import Settings

MAX_FILE_BYTES = 1 << 20


def preset_of(setting: PresetSetting) -> Preset:
    """A stored preset as a preset; a function that this version does not know counts as LINEAR."""
    known = setting.function in set(VoiFunction)
    return Preset(
        name=setting.name,
        center=setting.center,
        width=setting.width,
        key=str(setting.key) if 1 <= setting.key <= 9 else "",
        function=VoiFunction(setting.function) if known else VoiFunction.LINEAR,
        colour_map=setting.colour_map,
        unit=setting.unit,
    )


def setting_of(preset: Preset) -> PresetSetting:
    """A preset as it is stored."""
    key = int(preset.key) if preset.key else -1
    return PresetSetting(
        preset.name, preset.center, preset.width, key, preset.function.value, preset.colour_map, preset.unit
    )


class PresetStore:
    """Reads and changes the presets in the settings.

    Parameters
    ----------
    settings : Settings
        Keeps the user's own presets; a modality that was never changed has the program's.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def is_own(self, modality: str) -> bool:
        """Whether the user has changed the presets of a modality."""
        return modality in self._settings.presets.windows

    def group(self, modality: str) -> tuple[Preset, ...]:
        """All presets of a modality."""
        own = self._settings.presets.windows.get(modality)
        if own is None:
            return PRESETS.get(modality, ())
        return tuple(preset_of(setting) for setting in own)

    def in_force(self, modality: str, unit: str) -> tuple[Preset, ...]:
        """The presets that make sense for an image of a modality in a unit."""
        if self.is_own(modality):
            return tuple(p for p in self.group(modality) if unit.lower().startswith(p.unit.lower()))
        return presets_for(PRESETS, modality, unit)

    def save_group(self, modality: str, presets: Iterable[Preset]) -> None:
        """Replace the presets of a modality.

        Raises
        ------
        SettingsError
            When one of them cannot be used; nothing is changed then.
        """
        group = tuple(presets)
        for preset in group:
            check_preset(preset)
        windows = dict(self._settings.presets.windows)
        windows[modality] = tuple(setting_of(preset) for preset in group)
        self._settings.change("presets", windows=windows)

    def put(self, modality: str, preset: Preset, instead_of: Preset | None = None) -> None:
        """Add a preset, or put it in the place of another; one of the same name or key gives way.

        Raises
        ------
        SettingsError
            When it cannot be used.
        """
        group = list(self.group(modality))
        if instead_of in group:
            group[group.index(instead_of)] = preset
        else:
            group = [p for p in group if p.name != preset.name] + [preset]
        if preset.key:
            group = [p if p is preset or p.key != preset.key else _without_key(p) for p in group]
        self.save_group(modality, group)

    def delete(self, modality: str, preset: Preset) -> None:
        """Take a preset away."""
        self.save_group(modality, (p for p in self.group(modality) if p != preset))

    def reset(self, modality: str) -> None:
        """Take the program's own presets of a modality again."""
        windows = {name: group for name, group in self._settings.presets.windows.items() if name != modality}
        self._settings.change("presets", windows=windows)

    def export_to(self, path: Path) -> None:
        """Write the presets of all modalities as JSON.

        Raises
        ------
        SettingsError
            When the file cannot be written.
        """
        modalities = [*PRESETS, *(m for m in self._settings.presets.windows if m not in PRESETS)]
        data = presets_to_json({modality: self.group(modality) for modality in modalities})
        try:
            atomic_write(path, data)
        except OSError:
            raise SettingsError("The presets could not be written.", "Choose another folder.") from None

    def import_from(self, path: Path) -> tuple[str, ...]:
        """Read presets from JSON; they replace those of the modalities in the file, which are returned.

        Raises
        ------
        SettingsError
            When the file cannot be read or is not one of presets; nothing is changed then.
        """
        try:
            too_large = path.stat().st_size > MAX_FILE_BYTES
            data = b"" if too_large else path.read_bytes()
        except OSError:
            raise SettingsError("The file cannot be read.", "Choose another file.") from None
        groups = presets_from_json(data)
        windows = dict(self._settings.presets.windows)
        windows |= {modality: tuple(setting_of(p) for p in group) for modality, group in groups.items()}
        self._settings.change("presets", windows=windows)
        return tuple(groups)


def _without_key(preset: Preset) -> Preset:
    return preset_of(replace(setting_of(preset), key=-1))
