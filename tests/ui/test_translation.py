"""Chinese: complete, fresh, medically right, and changed while the program runs."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialogButtonBox, QLabel

from medviewer.ui import translation
from medviewer.ui.translation import Translation
from tests.helpers.shell import Shell, make_shell

ROOT = Path(__file__).resolve().parents[2]
TS = ROOT / "resources" / "translations" / "medviewer_zh_CN.ts"


@pytest.fixture(scope="module")
def tools() -> Iterator[object]:
    sys.path.insert(0, str(ROOT / "packaging"))
    import update_translations

    yield update_translations
    sys.path.remove(str(ROOT / "packaging"))


def test_nothing_is_unfinished_or_stale(tools: object) -> None:
    problems = tools.check()  # type: ignore[attr-defined]
    assert problems == [], "run packaging/update_translations.py"


def test_the_check_sees_a_missing_translation(tools: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = TS.read_text("utf-8")
    (tmp_path / TS.name).write_text(
        re.sub("<translation>窗位</translation>", "<translation></translation>", text), "utf-8"
    )
    monkeypatch.setattr(tools, "FOLDER", tmp_path)
    problems = tools.check()  # type: ignore[attr-defined]
    assert any("Level" in problem and "not translated" in problem for problem in problems)
    assert any("stale" in problem for problem in problems)


def test_what_is_filled_in_is_the_same_in_both_languages(tools: object) -> None:
    for (context, source), translated in tools.messages(TS).items():  # type: ignore[attr-defined]
        assert sorted(re.findall(r"\{\w*\}", source)) == sorted(re.findall(r"\{\w*\}", translated)), (context, source)
        assert source.endswith("…") == translated.endswith("…"), (context, source)


# As in GB/T and in the Chinese interfaces of the large vendors.
TERMS = {
    ("Actions", "Window/level"): "窗宽窗位",
    ("WindowPanel", "Width"): "窗宽",
    ("WindowPanel", "Level"): "窗位",
    ("PaneMenu", "Axial"): "轴位",
    ("PaneMenu", "Coronal"): "冠状位",
    ("PaneMenu", "Sagittal"): "矢状位",
    ("Docks", "Studies"): "检查",
    ("Actions", "Next series"): "下一序列",
    ("BrowserPanel", "Patients, studies and series"): "患者、检查与序列",
    ("Actions", "Reference lines"): "定位线",
}


@pytest.mark.parametrize(("message", "term"), TERMS.items())
def test_medical_terms(tools: object, message: tuple[str, str], term: str) -> None:
    assert tools.messages(TS)[message] == term  # type: ignore[attr-defined]


@pytest.fixture
def language(qapp: QApplication) -> Iterator[Translation]:
    made = Translation(qapp)
    before = QLocale()
    yield made
    made.use("en")
    QLocale.setDefault(before)


@pytest.fixture
def shell(qapp: QApplication, tmp_path: Path) -> Iterator[Shell]:
    made = make_shell(tmp_path)
    yield made
    made.close()


def test_the_language_changes_while_the_program_runs(shell: Shell, language: Translation) -> None:
    window = shell.window
    shell.show()
    shell.window.commands.invert()
    menus = [action.text() for action in window.menuBar().actions()]
    assert menus[0] == "File"
    assert language.use("zh_CN") == "zh_CN"
    QApplication.processEvents()
    assert [action.text() for action in window.menuBar().actions()] == [
        "文件",
        "编辑",
        "视图",
        "图像",
        "导航",
        "工具",
        "帮助",
    ]
    assert window.actions_set.action("tool.distance").text() == "距离"
    assert "距离" in window.actions_set.action("tool.distance").toolTip()
    assert window.docks.review.tabText(0) == "窗宽窗位"
    assert window.statusBar().findChild(object, "purpose").text() == "仅供研究，不用于诊断"
    window.actions_set.refresh()
    assert window.actions_set.action("edit.undo").text() == "撤销: 反相"
    assert "请先" in window.actions_set.why_not("go.next-pane")
    language.use("en")
    QApplication.processEvents()
    assert [action.text() for action in window.menuBar().actions()] == menus
    assert window.docks.review.tabText(0) == "Window"


def test_no_english_word_is_left_in_the_window(qapp: QApplication, tmp_path: Path, language: Translation) -> None:
    shell = make_shell(tmp_path, studies=False)
    language.use("zh_CN")
    QApplication.processEvents()
    shell.window.actions_set.refresh()
    shell.window.show_keys()
    names = re.compile(
        r"medviewer|English|ZIP|MPR|PDF|MIP|MinIP|DICOM|SEG|RTSTRUCT|IBSI|CSV|XLSX|SVM|ROC|Ctrl|Shift|Alt|Del|Esc|Space|Tab|Return|Home|End|Pg(Up|Down)|F\d+"
    )
    widgets = [*shell.window.findChildren(QLabel), *shell.window.findChildren(QAbstractButton)]
    texts = [widget.text() for widget in widgets] + [action.text() for action in shell.window.actions()]
    assert len(texts) > 150
    assert [text for text in texts if re.search(r"[A-Za-z]{3,}", names.sub("", text))] == []
    shell.close()


def test_qts_own_words_are_chinese_too(qapp: QApplication, language: Translation) -> None:
    language.use("zh_CN")
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    assert box.buttons()[0].text() == "取消"
    box.deleteLater()


def test_without_a_translation_the_program_stays_english(
    qapp: QApplication, language: Translation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translation, "resource_dir", lambda: tmp_path)
    assert language.use("zh_CN") == "en"
    assert QCoreApplication.translate("Actions", "Distance") == "Distance"


def test_the_system_decides_if_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    class Locale(QLocale):
        @staticmethod
        def system() -> QLocale:
            return QLocale("zh_CN")

    monkeypatch.setattr(translation, "QLocale", Locale)
    assert translation.resolve("system") == "zh_CN"
    assert translation.resolve("en") == "en"
