"""Typed settings and the file they live in."""

from __future__ import annotations

import json
import os

import pytest

from medviewer.errors import InputError
from medviewer.services import settings as module
from medviewer.services.settings import (
    FORM_SECTIONS,
    SECTIONS,
    PresetSetting,
    SeriesOverride,
    Settings,
    section_fields,
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "settings.json"


def stored(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_change_is_saved_announced_and_read_again(path):
    settings = Settings(path, {})
    sections = []
    settings.changed.connect(lambda section: sections.append(section))
    settings.change("general", theme="light")
    settings.change("general", theme="light")  # nothing new
    settings.change("presets", windows={"CT": (PresetSetting("Lung", -600, 1500, 2),)})
    assert sections == ["general", "presets"]
    again = Settings(path, {})
    assert again.general.theme == "light"
    assert again.presets.windows["CT"] == (PresetSetting("Lung", -600.0, 1500.0, 2),)
    assert again.problems == []


def test_values_are_checked_before_anything_changes(path):
    settings = Settings(path, {})
    for section, values in [
        ("general", {"language": "klingon"}),
        ("display", {"cine_fps": 0.0}),
        ("display", {"cine_fps": float("nan")}),
        ("display", {"keep_tool": 1}),
        ("memory", {"budget_mb": -1}),
        ("mouse", {"left": "zoom", "wheel": "pan"}),
        ("keys", {"shortcuts": [1]}),
    ]:
        with pytest.raises(InputError):
            settings.change(section, **values)
    assert settings.mouse == SECTIONS["mouse"]()
    assert not path.exists()
    with pytest.raises(ValueError, match="no such setting"):
        settings.change("general", colour="red")


def test_defaults_of_every_form_field_are_allowed_and_labelled():
    for section in FORM_SECTIONS:
        for field in section_fields(section):
            assert field.convert(field.default) == field.default
            assert field.label


def test_environment_wins_and_is_never_saved(path):
    environ = {
        "MEDVIEWER_GENERAL_LANGUAGE": "zh_CN",
        "MEDVIEWER_DISPLAY_CINE_FPS": "30",
        "MEDVIEWER_MEMORY_BUDGET_MB": "lots",
    }
    settings = Settings(path, environ)
    assert settings.general.language == "zh_CN"
    assert settings.is_overridden("general", "language")
    assert settings.display.cine_fps == 30.0
    assert "MEDVIEWER_MEMORY_BUDGET_MB" in settings.problems[0].message
    settings.change("general", theme="light")
    assert stored(path)["general"]["language"] == "system"
    assert Settings(path, {}).general.language == "system"


def test_unknown_keys_of_another_version_are_kept(path):
    path.parent.mkdir()
    document = {"schema_version": 1, "future": {"x": 1}, "general": {"theme": "light", "sound": "loud"}}
    path.write_text(json.dumps(document))
    settings = Settings(path, {})
    assert settings.general.theme == "light"
    settings.change("general", theme="dark")
    after = stored(path)
    assert after["future"] == {"x": 1}
    assert after["general"]["sound"] == "loud"
    assert after["general"]["theme"] == "dark"


def test_newer_schema_version_is_not_lowered(path):
    path.parent.mkdir()
    path.write_text(json.dumps({"schema_version": 7, "general": {"theme": "light"}}))
    settings = Settings(path, {})
    assert settings.general.theme == "light"
    settings.change("general", theme="system")
    assert stored(path)["schema_version"] == 7


def test_older_version_is_migrated_after_a_backup(path, monkeypatch):
    path.parent.mkdir()
    path.write_text(json.dumps({"schema_version": 1, "general": {"dark": False}}))
    original = path.read_bytes()

    def to_2(raw):
        raw["general"]["theme"] = "dark" if raw["general"].pop("dark") else "light"
        return raw

    monkeypatch.setattr(module, "SCHEMA_VERSION", 3)
    monkeypatch.setitem(module.MIGRATIONS, 1, to_2)
    settings = Settings(path, {})
    assert settings.general.theme == "light"
    assert (path.parent / "settings.json.version-1").read_bytes() == original
    settings.change("display", keep_tool=True)
    assert stored(path)["schema_version"] == 3


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"schema_version": "x"}', b"[" * 100_000])
def test_damaged_file_is_told_kept_and_replaced_by_defaults(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    settings = Settings(path, {})
    assert settings.general == SECTIONS["general"]()
    assert len(settings.problems) == 1
    assert "damaged" in settings.problems[0].message
    assert (path.parent / "settings.json.damaged").read_bytes() == content
    settings.change("general", theme="light")
    assert Settings(path, {}).problems == []


def test_one_bad_value_costs_only_itself(path):
    path.parent.mkdir()
    values = {"general": {"language": "klingon", "theme": "light"}, "display": 5, "mouse": {"left": 3}}
    path.write_text(json.dumps({"schema_version": 1, **values}))
    settings = Settings(path, {})
    assert settings.general.language == "system"
    assert settings.general.theme == "light"
    assert settings.mouse.left == "window"
    assert len(settings.problems) == 2


def test_reset_of_a_field_and_of_a_section():
    settings = Settings(None, {})
    settings.change("display", keep_tool=True, cine_fps=30.0)
    settings.reset("display", "cine_fps")
    assert (settings.display.keep_tool, settings.display.cine_fps) == (True, 15.0)
    settings.reset("display")
    assert settings.display == SECTIONS["display"]()


def test_series_overrides_are_bounded(monkeypatch):
    monkeypatch.setattr(module, "MAX_OVERRIDES", 3)
    settings = Settings(None, {})
    for n in range(5):
        settings.override_series(str(n), SeriesOverride(colour_map="hot"))
    assert list(settings.series.overrides) == ["2", "3", "4"]
    settings.override_series("3", None)
    settings.override_series("4", SeriesOverride())  # nothing decided: nothing kept
    assert list(settings.series.overrides) == ["2"]


def test_recent_paths_have_no_doubles_and_an_end():
    settings = Settings(None, {})
    for name in [*"abcdefghijklmn", "m"]:
        settings.add_recent(name)
    assert settings.data.recent_paths == tuple("mnlkjihgfe")


def test_full_disk_is_told_not_raised(path, monkeypatch):
    settings = Settings(path, {})

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    settings.change("general", theme="light")
    assert settings.general.theme == "light"
    assert "could not be saved" in settings.problems[0].message
    assert not path.exists()


def test_writing_can_be_left_to_another_thread(path):
    waiting = []
    settings = Settings(path, {}, background=waiting.append)
    settings.change("general", theme="light")
    settings.change("general", language="en")
    assert not path.exists()
    for write in waiting:
        write()
    assert stored(path)["general"] == {"language": "en", "theme": "light", "restore_session": False}
