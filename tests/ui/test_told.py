"""Sentences of the readers in the language of the window."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

import medviewer
from medviewer.io.series_rules import HARD_RULES, SOFT_RULES
from medviewer.ui import told as subject
from medviewer.ui.told import told, told_reason
from medviewer.ui.told_sentences import REASONS, SENTENCES, WORDS
from medviewer.ui.translation import Translation

BELOW_THE_WINDOW = ("core", "io", "document", "services", "ops", "lab")


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[None]:
    translation = Translation(qapp)
    translation.use("zh_CN")
    yield
    translation.use("en")


def shapes(node: ast.AST) -> Iterator[str]:
    for child in ast.walk(node):
        if isinstance(child, ast.JoinedStr):
            yield "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in child.values)
        elif isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.value


def spoken() -> set[str]:
    """Every text that the rooms below the window hold, with ``{}`` where something is put in."""
    folder = Path(medviewer.__file__).parent
    files = [path for room in BELOW_THE_WINDOW for path in (folder / room).rglob("*.py")]
    return {text for path in files for text in shapes(ast.parse(path.read_text("utf-8")))}


def test_every_sentence_is_still_said_by_a_reader() -> None:
    texts = spoken()
    open_ones = [
        re.compile(re.escape(text).replace(r"\{\}", ".+"))
        for text in texts
        if len(text.replace("{}", "")) > 20 and "{}" in text
    ]
    lost = [
        sentence
        for sentence in SENTENCES
        if re.sub(r"\{\w\}", "{}", sentence) not in texts and not any(p.fullmatch(sentence) for p in open_ones)
    ]
    assert lost == []


def test_in_english_nothing_changes(qapp: QApplication) -> None:
    assert told("The file is empty.") == "The file is empty."
    assert told("Something that nobody knows.") == "Something that nobody knows."
    assert told("") == ""


def test_a_sentence_with_numbers_is_found_by_its_pattern(chinese: None) -> None:
    text = told("The header says 256 × 1024 pixels and the compressed image says 512 × 640.")
    assert text == "头信息注明 256 × 1024 像素，压缩图像为 512 × 640。"


def test_what_is_put_in_is_said_in_the_language_too(chinese: None) -> None:
    assert told("This is a text file, which is not shown here.") == "该文件（文本文件）不在此处显示。"


def test_braces_in_a_file_name_are_no_places(chinese: None) -> None:
    assert told("Duplicate of {b}.dcm (same instance UID).") == "与 {b}.dcm 重复（实例 UID 相同）。"


def test_several_sentences_are_told_one_by_one(chinese: None) -> None:
    text = told("The file is cut short: frame 2 of 5 is not whole. Copy or send it again.")
    assert text == "文件不完整：第 2 帧（共 5 帧）残缺。请重新复制或发送。"


def test_an_unknown_sentence_stays_beside_a_known_one(chinese: None) -> None:
    assert told("Nobody knows this. The file is empty.") == "Nobody knows this. 文件为空。"


def test_every_sentence_has_its_chinese(chinese: None) -> None:
    for text in (*SENTENCES, *WORDS, *REASONS):
        assert subject._one(text) != text, text


def test_every_reason_to_split_is_known() -> None:
    """Labels as the rules themselves make them."""
    places = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    values: dict[str, tuple[object, ...]] = {
        "kind": ("waveform",),
        "image_class": ("", "localizer", "derived"),
        "size": ((512, 256),),
        "colour": (("palette colour", 1), ("colour", 3)),
        "orientation": ("rotating", (), places, (0.0, 1.0, 0.0, 0.0, 0.0, -1.0), (0.8, 0.6, 0.0, 0.0, 0.0, -1.0)),
        "spacing": ((0.5, 0.25), ()),
        "kernel": ("B30f", ""),
        "echo": (12.5, (2, "number")),
        "acquisition_time": ("101500",),
    }
    for rule in (*HARD_RULES, *SOFT_RULES):
        if rule.name in {"sop_class", "image_type"}:  # nothing, and words of the file
            continue
        for value in values.get(rule.name, (7.5, None) if rule.name != "contrast" else (True, False)):
            label = rule.label(value)
            known = label in REASONS or any(p.fullmatch(label) for p, _ in subject._reason_patterns())
            assert known or label in {"", "waveform", "512 × 256"}, label


def test_reasons_are_told_phrase_by_phrase(qapp: QApplication) -> None:
    assert told_reason("coronal, echo time 12.5 ms, phase 3") == "coronal, echo time 12.5 ms, phase 3"
    assert told_reason("") == ""


def test_arrow_keys_are_arrows_in_every_language(chinese: None) -> None:
    from PySide6.QtGui import QKeySequence

    from medviewer.ui.action_set import key_text

    assert [key_text(QKeySequence(k)) for k in ("Down", "Ctrl+Left", "Shift+Up")] == ["↓", "Ctrl+←", "Shift+↑"]
    assert key_text(QKeySequence("Ctrl+U")) == "Ctrl+U"
