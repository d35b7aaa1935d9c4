"""The action table: complete, without conflicts, and each disabled entry says why not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from medviewer.ui import icons
from medviewer.ui.action_set import key_text
from medviewer.ui.actions import ACTIONS, BY_ID, MENUS, SUBMENUS, TOOLBAR, conflicts, keys_in_force
from medviewer.ui.tool_bar import MENU_ICONS
from tests.helpers.shell import Shell, make_shell

# The keys that the reading-room profile promises (shared design, section "Review").
PROMISED = {
    "Down": "go.next-image",
    "Up": "go.previous-image",
    "Shift+Down": "go.ten-on",
    "Shift+Up": "go.ten-back",
    "Home": "go.first-image",
    "End": "go.last-image",
    "Right": "go.next-series",
    "Left": "go.previous-series",
    "Ctrl+Right": "go.next-study",
    "Ctrl+Left": "go.previous-study",
    "PgDown": "go.next-page",
    "PgUp": "go.previous-page",
    "Tab": "go.next-pane",
    "0": "window.default",
    "Shift+0": "window.auto",
    **{str(n): f"window.preset-{n}" for n in range(1, 10)},
    "W": "tool.window",
    "Z": "tool.zoom",
    "P": "tool.pan",
    "S": "tool.scroll",
    "D": "tool.distance",
    "A": "tool.angle",
    "E": "tool.ellipse",
    "R": "tool.rectangle",
    "F": "tool.freehand",
    "X": "tool.crosshair",
    "I": "image.invert",
    "H": "image.flip-h",
    "V": "image.flip-v",
    "C": "image.cine",
    "Space": "view.overlay",
    "Esc": "image.reset",
    "Ctrl+Z": "edit.undo",
    "Ctrl+Shift+Z": "edit.redo",
    "F11": "view.full-screen",
    "?": "help.keys",
    "Ctrl+K": "help.palette",
    "Ctrl+1": "layout.1x1",
    "Ctrl+2": "layout.1x2",
    "Ctrl+3": "layout.1x3",
    "Ctrl+4": "layout.2x2",
    "Ctrl+5": "layout.mpr",
    "Ctrl+6": "layout.mpr-stack",
    "Ctrl+0": "layout.default",
}


@pytest.mark.parametrize(("key", "action_id"), PROMISED.items())
def test_the_promised_keys_are_there(key: str, action_id: str) -> None:
    assert key in BY_ID[action_id].keys


def test_ids_are_unique_and_every_action_is_listed() -> None:
    assert len(BY_ID) == len(ACTIONS)
    for record in ACTIONS:
        assert re.fullmatch(r"[a-z]+\.[a-z0-9_-]+", record.id)
        menu, _, submenu = record.menu.partition("/")
        assert menu in MENUS
        assert not submenu or submenu in SUBMENUS
        if record.icon:
            assert icons.drawing(record.icon)
        for key in record.keys:
            assert QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText) == key, record.id


def test_the_tool_bar_names_things_that_exist() -> None:
    for item in TOOLBAR:
        assert item == "|" or item in BY_ID or item in MENU_ICONS
        if item in BY_ID:
            assert BY_ID[item].icon, f"{item} has no icon"


def test_no_two_actions_share_a_key() -> None:
    assert conflicts({}) == {}


def test_an_override_that_takes_anothers_key_is_found() -> None:
    assert conflicts({"tool.distance": "W"}) == {"W": ("tool.window", "tool.distance")}
    assert conflicts({"tool.distance": "W", "tool.window": ""}) == {}


def test_an_override_replaces_all_keys_and_an_empty_one_takes_them_away() -> None:
    redo = BY_ID["edit.redo"]
    assert keys_in_force(redo, {}) == ("Ctrl+Shift+Z", "Ctrl+Y")
    assert keys_in_force(redo, {"edit.redo": "Ctrl+E"}) == ("Ctrl+E",)
    assert keys_in_force(redo, {"edit.redo": ""}) == ()


def test_arrows_are_shown_as_arrows() -> None:
    assert key_text(QKeySequence("Shift+Down")) == "Shift+↓"
    assert key_text(QKeySequence("Ctrl+O")) == "Ctrl+O"


# -- in the window


@pytest.fixture
def shell(qapp: QApplication, tmp_path: Path) -> Iterator[Shell]:
    made = make_shell(tmp_path)
    yield made
    made.close()


@pytest.fixture
def empty_shell(qapp: QApplication, tmp_path: Path) -> Iterator[Shell]:
    made = make_shell(tmp_path, studies=False)
    yield made
    made.close()


def test_every_disabled_action_says_why_not(empty_shell: Shell) -> None:
    actions = empty_shell.window.actions_set
    disabled = [record.id for record in ACTIONS if not actions.action(record.id).isEnabled()]
    assert {"tool.distance", "edit.undo", "layout.mpr", "image.cine", "go.next-series"} <= set(disabled)
    assert "file.open-folder" not in disabled
    for action_id in disabled:
        reason = actions.why_not(action_id)
        assert reason.endswith("."), action_id
        assert reason in actions.action(action_id).toolTip(), action_id


def test_what_is_enabled_follows_the_document(shell: Shell) -> None:
    actions = shell.window.actions_set
    assert not actions.action("tool.distance").isEnabled()
    shell.show()
    actions.refresh()
    assert actions.action("tool.distance").isEnabled()
    assert actions.action("edit.undo").isEnabled()
    assert not actions.action("go.next-pane").isEnabled()
    shell.window.commands.set_layout(1, 2)
    actions.refresh()
    assert actions.action("go.next-pane").isEnabled()
    assert actions.action("layout.1x2").isChecked()


def test_the_key_of_a_disabled_action_tells_the_reason(empty_shell: Shell) -> None:
    window = empty_shell.window
    told: list[str] = []
    window.notifications.whispered.connect(told.append)
    window.activateWindow()
    window.setFocus()
    QTest.keyClick(window, Qt.Key.Key_D)
    assert told == [window.actions_set.why_not("tool.distance")]


def test_keys_do_what_they_say(shell: Shell) -> None:
    shell.show()
    window, canvas = shell.window, shell.window.canvas
    window.activateWindow()
    canvas.setFocus()
    window.actions_set.refresh()
    start = shell.layout.views[0].index
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    assert shell.layout.views[0].index == start + 1
    QTest.keyClick(canvas, Qt.Key.Key_End)
    assert shell.layout.views[0].index == 11
    QTest.keyClick(canvas, Qt.Key.Key_I)
    assert shell.layout.views[0].appearance.invert
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not shell.layout.views[0].appearance.invert
    QTest.keyClick(canvas, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert (shell.layout.rows, shell.layout.columns) == (1, 2)
    window.actions_set.refresh()
    QTest.keyClick(canvas, Qt.Key.Key_Tab)
    assert shell.layout.active == 1
    QTest.keyClick(canvas, Qt.Key.Key_Tab)
    assert shell.layout.active == 0
    QTest.keyClick(canvas, Qt.Key.Key_D)
    assert canvas.tool == "distance"
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.tool == "window"


def test_a_list_with_the_focus_keeps_its_arrows(shell: Shell) -> None:
    shell.show()
    window = shell.window
    window.activateWindow()
    window.actions_set.refresh()
    tree = window.docks.browser.findChild(object, "browser-tree")
    start = shell.layout.views[0].index
    tree.setFocus()
    QTest.keyClick(tree, Qt.Key.Key_Down)
    assert shell.layout.views[0].index == start
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Down)
    assert shell.layout.views[0].index == start + 1


def test_typing_in_a_field_draws_nothing(shell: Shell) -> None:
    shell.show()
    window = shell.window
    window.activateWindow()
    window.actions_set.refresh()
    window.docks.browser.focus_filter()
    field = window.docks.browser.findChild(object, "browser-filter")
    QTest.keyClicks(field, "wd 1")
    assert field.text() == "wd 1"
    assert window.canvas.tool == "window"


def test_shortcuts_of_the_settings_are_in_force_at_once(shell: Shell) -> None:
    settings, actions = shell.workspace.settings, shell.window.actions_set
    settings.change("keys", shortcuts={"tool.distance": "Ctrl+D"})
    assert [k.toString() for k in actions.keys("tool.distance")] == ["Ctrl+D"]
    assert "Ctrl+D" in actions.action("tool.distance").toolTip()
    settings.change("keys", shortcuts={})
    assert [k.toString() for k in actions.keys("tool.distance")] == ["D"]


def test_series_and_studies_in_the_order_of_the_list(shell: Shell) -> None:
    ids = shell.series_ids()
    assert len(ids) == 4
    shell.show(0)
    commands, catalog = shell.window.commands, shell.workspace.catalog
    rows = {row.id: row for study in catalog.studies("") for row in catalog.series_of(study.id)}
    first_study = [row.id for row in catalog.series_of(catalog.studies("")[0].id)]

    def shown() -> int:
        return next(i for i, row in rows.items() if row.key == shell.layout.views[0].series_key)

    assert shown() == ids[0]
    for expected in first_study[1:]:
        commands.next_series(1)
        assert shown() == expected
    commands.next_series(1)  # at the end nothing happens
    assert shown() == first_study[-1]
    commands.next_study(1)
    patient = catalog.patients("")[0]
    older = catalog.studies("", patient=patient.id)
    assert older[0].id == catalog.study_of(ids[0])
    assert shown() == catalog.series_of(older[1].id)[0].id
    commands.next_study(1)
    assert rows[shown()].modality == "MR"  # the next patient's
    commands.next_study(1)
    assert rows[shown()].modality == "MR"
    commands.next_study(-1)
    commands.next_study(-1)
    assert shown() == ids[0]


def test_pages_fill_the_panes_with_the_next_series(shell: Shell) -> None:
    catalog = shell.workspace.catalog
    study = next(s for s in catalog.studies("") if s.n_series == 2)
    keys = [row.key for row in catalog.series_of(study.id)]
    shell.window.commands.show_series(catalog.series_of(study.id)[0].id)
    shell.window.commands.page(1)
    assert shell.layout.views[0].series_key == keys[1]
    shell.window.commands.page(1)
    assert shell.layout.views[0].series_key == keys[1]
    shell.window.commands.page(-1)
    assert shell.layout.views[0].series_key == keys[0]


def test_undo_is_named_in_the_menu(shell: Shell) -> None:
    shell.show()
    shell.window.commands.invert()
    shell.window.actions_set.refresh()
    text = shell.window.actions_set.action("edit.undo").text()
    assert QCoreApplication.translate("Undo", "invert") in text


def test_buttons_of_the_bar_carry_their_reason(empty_shell: Shell) -> None:
    window = empty_shell.window
    buttons = {b.defaultAction().objectName(): b for b in window.findChildren(QToolButton) if b.defaultAction()}
    assert window.actions_set.why_not("tool.angle") in buttons["tool.angle"].toolTip()
