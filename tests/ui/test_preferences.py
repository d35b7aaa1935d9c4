"""The preferences: every visible setting has a field, a change is in force and kept at once, keys never collide."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QWidget

from medviewer.services.settings import FORM_SECTIONS, Settings, section_fields
from medviewer.ui.preferences import KeysPage, Preferences, SettingsPage
from medviewer.ui.theme import Theme
from tests.helpers.shell import Shell, make_shell


@pytest.fixture
def shell(qapp: QApplication, tmp_path: Path) -> Iterator[Shell]:
    made = make_shell(tmp_path, studies=False)
    yield made
    made.close()


@pytest.fixture
def preferences(shell: Shell) -> Preferences:
    shell.window.show_preferences()
    found = shell.window.findChild(Preferences)
    assert found is not None
    assert not found.isModal()
    return found


def test_every_setting_of_a_form_section_has_a_field(preferences: Preferences) -> None:
    for section in FORM_SECTIONS:
        for field in section_fields(section):
            assert preferences.pages[section].findChild(QWidget, f"field-{field.name}") is not None, field.name


def test_a_change_is_in_force_and_survives(shell: Shell, preferences: Preferences) -> None:
    page = preferences.pages["display"]
    assert isinstance(page, SettingsPage)
    box = page.findChild(QCheckBox, "field-keep_tool")
    assert box is not None
    assert not box.isChecked()
    box.click()
    page.form.flush()
    assert shell.workspace.settings.display.keep_tool
    assert Settings(shell.workspace.paths.settings_file, environ={}).display.keep_tool


def test_the_theme_is_changed_from_the_form_and_shown_in_the_menu(shell: Shell, preferences: Preferences) -> None:
    page = preferences.pages["general"]
    assert isinstance(page, SettingsPage)
    combo = page.findChild(QComboBox, "field-theme")
    assert combo is not None
    combo.setCurrentIndex(combo.findData("light"))
    page.form.flush()
    assert shell.workspace.settings.general.theme == "light"
    shell.window.actions_set.refresh()
    assert shell.window.actions_set.action("theme.light").isChecked()
    shell.window.actions_set.run("theme.dark")
    assert combo.currentData() == "dark"


def test_reset_brings_the_defaults_back(shell: Shell, preferences: Preferences) -> None:
    shell.workspace.settings.change("mouse", left="pan", wheel="zoom")
    preferences.pages["mouse"].reset()
    assert (shell.workspace.settings.mouse.left, shell.workspace.settings.mouse.wheel) == ("window", "scroll")


def test_what_the_environment_decides_cannot_be_changed(qapp: QApplication, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json", environ={"MEDVIEWER_GENERAL_LANGUAGE": "zh_CN"})
    page = SettingsPage(settings, "general", Theme("dark"))
    language = page.findChild(QComboBox, "field-language")
    theme = page.findChild(QComboBox, "field-theme")
    assert language is not None
    assert theme is not None
    assert not language.isEnabled()
    assert theme.isEnabled()
    theme.setCurrentIndex(theme.findData("light"))
    page.form.flush()
    assert Settings(tmp_path / "settings.json", environ={}).general.language == "system"
    page.deleteLater()


def _keys(preferences: Preferences) -> KeysPage:
    page = preferences.pages["keys"]
    assert isinstance(page, KeysPage)
    return page


def test_a_key_is_given(shell: Shell, preferences: Preferences) -> None:
    page = _keys(preferences)
    page.choose("tool.distance")
    assert page.field.keySequence().toString() == "D"
    page.field.setKeySequence(QKeySequence("Ctrl+D"))
    page.assign()
    assert shell.workspace.settings.keys.shortcuts == {"tool.distance": "Ctrl+D"}
    assert [k.toString() for k in shell.window.actions_set.keys("tool.distance")] == ["Ctrl+D"]
    page.restore()
    assert shell.workspace.settings.keys.shortcuts == {}


def test_a_key_that_another_action_has_is_refused_by_name(shell: Shell, preferences: Preferences) -> None:
    page = _keys(preferences)
    page.choose("tool.distance")
    page.field.setKeySequence(QKeySequence("W"))
    assert "Window/level" in page.message.text()
    page.assign()
    assert shell.workspace.settings.keys.shortcuts == {}


def test_the_default_is_not_taken_back_from_another_action(shell: Shell, preferences: Preferences) -> None:
    shell.workspace.settings.change("keys", shortcuts={"tool.distance": "Ctrl+D", "tool.angle": "D"})
    page = _keys(preferences)
    page.choose("tool.distance")
    page.restore()
    assert shell.workspace.settings.keys.shortcuts["tool.distance"] == "Ctrl+D"
    assert "Angle" in page.message.text()


def test_the_table_finds_by_title_and_by_key(preferences: Preferences) -> None:
    page = _keys(preferences)
    model = page.table.model()
    model.setFilterFixedString("Ctrl+Shift+O")
    assert model.rowCount() == 1
    assert model.index(0, 0).data(Qt.ItemDataRole.UserRole) == "file.open-files"
