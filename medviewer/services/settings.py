"""The user's settings: typed sections, checked on the way in, kept in a JSON file that survives its versions."""

from __future__ import annotations

import copy
import logging
import os
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from medviewer.core.observe import Signal
from medviewer.document.durable import atomic_write, private_folder
from medviewer.errors import InputError, SettingsError
from medviewer.ops.params import Field, fields_of
from medviewer.services.setting_sections import (
    Data,
    Display,
    General,
    Keys,
    Memory,
    Mouse,
    Painting,
    Presets,
    PresetSetting,
    SeriesOverride,
    SeriesSection,
    WindowState,
)

__all__ = ["FORM_SECTIONS", "SECTIONS", "PresetSetting", "SeriesOverride", "Settings", "section_fields"]

log = logging.getLogger(__name__)
S = TypeVar("S")

SCHEMA_VERSION: Final = 1
SECTIONS: Final[dict[str, type[Any]]] = {
    "general": General,
    "display": Display,
    "mouse": Mouse,
    "painting": Painting,
    "keys": Keys,
    "presets": Presets,
    "memory": Memory,
    "data": Data,
    "window": WindowState,
    "series": SeriesSection,
}
FORM_SECTIONS: Final = ("general", "display", "mouse", "memory")
"""The sections that preferences show; the others are kept by the program itself."""
MAX_OVERRIDES: Final = 1000
MAX_FILE_BYTES: Final = 16 * 2**20

Migration = Callable[[dict[str, Any]], dict[str, Any]]
MIGRATIONS: Final[dict[int, Migration]] = {}
"""From schema version to the function that makes the next one of it; applied in order."""


def section_fields(section: str) -> tuple[Field, ...]:
    """The fields of a section of `FORM_SECTIONS` with label, help, range and choices, for forms and help."""
    return fields_of(SECTIONS[section])


def _run_now(work: Callable[[], None]) -> None:
    work()


class Settings:
    """The settings of one user.

    Parameters
    ----------
    path : Path or None
        The file; None: in memory only (tests).
    environ : mapping, optional
        Where overrides are looked up: ``MEDVIEWER_GENERAL_LANGUAGE=zh_CN`` wins over the file and is never saved.
    background : callable, optional
        Runs the writing off the window's thread; by default it runs at once.

    Attributes
    ----------
    changed : Signal of str
        Name of the section that changed.
    problems : list of SettingsError
        What was wrong with the file when it was read; to be told once the window stands.
    """

    def __init__(
        self,
        path: Path | None = None,
        environ: Mapping[str, str] | None = None,
        background: Callable[[Callable[[], None]], object] = _run_now,
    ) -> None:
        self._path = path
        self._background = background
        self.changed: Signal[str] = Signal()
        self.problems: list[SettingsError] = []
        self._raw: dict[str, Any] = {}
        self._values: dict[str, Any] = {name: cls() for name, cls in SECTIONS.items()}
        self._overrides: dict[tuple[str, str], Any] = {}
        self._read()
        self._read_environment(os.environ if environ is None else environ)

    # -- sections

    def _section(self, cls: type[S], name: str) -> S:
        value: S = self._values[name]
        changes = {field: v for (section, field), v in self._overrides.items() if section == name}
        return replace(value, **changes) if changes else value  # type: ignore[type-var]

    @property
    def general(self) -> General:
        return self._section(General, "general")

    @property
    def display(self) -> Display:
        return self._section(Display, "display")

    @property
    def mouse(self) -> Mouse:
        return self._section(Mouse, "mouse")

    @property
    def painting(self) -> Painting:
        return self._section(Painting, "painting")

    @property
    def keys(self) -> Keys:
        return self._section(Keys, "keys")

    @property
    def presets(self) -> Presets:
        return self._section(Presets, "presets")

    @property
    def memory(self) -> Memory:
        return self._section(Memory, "memory")

    @property
    def data(self) -> Data:
        return self._section(Data, "data")

    @property
    def window(self) -> WindowState:
        return self._section(WindowState, "window")

    @property
    def series(self) -> SeriesSection:
        return self._section(SeriesSection, "series")

    def section(self, name: str) -> Any:
        """A section by name."""
        return self._section(SECTIONS[name], name)

    def is_overridden(self, section: str, field: str) -> bool:
        """Whether the environment decides this value."""
        return (section, field) in self._overrides

    # -- changing

    def change(self, section: str, **values: Any) -> None:
        """Change fields of a section; checked, saved, announced.

        Raises
        ------
        InputError
            When a value is not allowed; nothing is changed then.
        """
        checked = {name: _converted(section, name, value) for name, value in values.items()}
        changed = replace(self._values[section], **checked)
        if changed == self._values[section]:
            return
        self._values[section] = changed
        self.save()
        self.changed.emit(section)

    def reset(self, section: str, *names: str) -> None:
        """Back to the defaults: the fields named, or the whole section."""
        defaults = SECTIONS[section]()
        names = names or tuple(field.name for field in fields(defaults))
        self.change(section, **{name: getattr(defaults, name) for name in names})

    def override_series(self, key: str, override: SeriesOverride | None) -> None:
        """Remember what the user decided for a series; None forgets it."""
        overrides = {k: v for k, v in self._values["series"].overrides.items() if k != key}
        if override is not None and override != SeriesOverride():
            overrides[key] = override
        while len(overrides) > MAX_OVERRIDES:
            overrides.pop(next(iter(overrides)))
        self.change("series", overrides=overrides)

    def add_recent(self, path: str, limit: int = 10) -> None:
        """Put a path first in the list of recent ones."""
        kept = [p for p in self._values["data"].recent_paths if p != path]
        self.change("data", recent_paths=(path, *kept)[:limit])

    # -- the file

    def _as_document(self) -> dict[str, Any]:
        document = copy.deepcopy(self._raw)
        version = document.get("schema_version")
        document["schema_version"] = max(SCHEMA_VERSION, version) if isinstance(version, int) else SCHEMA_VERSION
        for name, value in self._values.items():
            # Keys that this version does not know (a newer one wrote them) stay as they are.
            before = document.get(name)
            kept = dict(before) if isinstance(before, dict) else {}
            document[name] = kept | msgspec.to_builtins(value)
        return document

    def save(self) -> None:
        """Write the file, in the background; failing is told through `problems` and the log, not raised."""
        if self._path is None:
            return
        path, data = self._path, msgspec.json.format(msgspec.json.encode(self._as_document()), indent=1)

        def write() -> None:
            try:
                private_folder(path.parent)
                atomic_write(path, data)
            except OSError as error:
                log.warning("settings could not be saved: %s", os.strerror(error.errno or 0))
                self.problems.append(SettingsError("The settings could not be saved.", "Make room on the disk."))

        self._background(write)

    def _read(self) -> None:
        path = self._path
        if path is None:
            return
        try:
            if path.stat().st_size > MAX_FILE_BYTES:
                raise ValueError("too large")
            raw = msgspec.json.decode(path.read_bytes())
            if not isinstance(raw, dict):
                raise ValueError("not an object")
            self._raw = self._migrated(raw)
        except FileNotFoundError:
            return
        except OSError:
            self._tell("The settings file cannot be read; the defaults are used.")
            return
        except (ValueError, msgspec.MsgspecError, RecursionError):
            self._set_aside("damaged")
            self._tell("The settings file was damaged; the defaults are used.")
            return
        for name, cls in SECTIONS.items():
            self._values[name] = self._read_section(name, cls)

    def _tell(self, message: str) -> None:
        assert self._path is not None
        self.problems.append(SettingsError(message, f"The file is kept beside {self._path.name}."))

    def _set_aside(self, why: str) -> None:
        """Keep a copy of the file before it is replaced."""
        assert self._path is not None
        try:
            atomic_write(self._path.with_name(f"{self._path.name}.{why}"), self._path.read_bytes())
        except OSError as error:
            log.warning("no copy of the settings could be kept: %s", os.strerror(error.errno or 0))

    def _migrated(self, raw: dict[str, Any]) -> dict[str, Any]:
        version = raw.get("schema_version", SCHEMA_VERSION)
        if not isinstance(version, int):
            raise ValueError("no version")
        if version < SCHEMA_VERSION:
            self._set_aside(f"version-{version}")
        while version < SCHEMA_VERSION:
            if version in MIGRATIONS:
                raw = MIGRATIONS[version](raw)
            version += 1
            raw["schema_version"] = version
        return raw

    def _read_section(self, name: str, cls: type[Any]) -> Any:
        stored = self._raw.get(name, {})
        if not isinstance(stored, dict):
            stored = {}
        values = {}
        for field in fields(cls):
            if field.name not in stored:
                continue
            try:
                values[field.name] = _converted(name, field.name, stored[field.name])
            except InputError:
                # One bad value costs itself only.
                self._tell(f"The setting {name}.{field.name} was not understood; its default is used.")
        return cls(**values)

    def _read_environment(self, environ: Mapping[str, str]) -> None:
        for section, cls in SECTIONS.items():
            for field in fields(cls):
                variable = f"MEDVIEWER_{section}_{field.name}".upper()
                if variable not in environ:
                    continue
                try:
                    value = _converted(section, field.name, _parsed(section, field.name, environ[variable]))
                except InputError as error:
                    self.problems.append(SettingsError(f"{variable}: {error.message}", error.hint))
                    continue
                self._overrides[section, field.name] = value


def _type_of(section: str, name: str) -> Any:
    hints = typing.get_type_hints(SECTIONS[section])
    if name not in hints:
        raise ValueError(f"no such setting: {section}.{name}")
    return hints[name]


def _parsed(section: str, name: str, text: str) -> Any:
    """A value of the environment: JSON, except for text."""
    if _type_of(section, name) is str:
        return text
    try:
        return msgspec.json.decode(text)
    except msgspec.MsgspecError as error:
        raise InputError(f"“{text}” is not a value for {section}.{name}.") from error


def _converted(section: str, name: str, value: Any) -> Any:
    """`value` in the field's own type.

    Raises
    ------
    InputError
        When it has another type, lies outside the range or is no choice.
    """
    kind = _type_of(section, name)
    if section in FORM_SECTIONS:
        return next(field for field in section_fields(section) if field.name == name).convert(value)
    try:
        return msgspec.convert(msgspec.to_builtins(value), kind)
    except (msgspec.MsgspecError, TypeError) as error:
        raise InputError(f"This is not a value for {section}.{name}.") from error
