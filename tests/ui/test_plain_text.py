"""Received text is shown letter for letter: no markup, no files opened by a tool tip."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QTextDocument, QTextDocumentFragment
from PySide6.QtWidgets import QApplication

from medviewer.io.headers import LeftOut
from medviewer.ui.plain_text import tool_tip

NAME = "<b>x</b><img src=/etc/passwd>\n& y"


def shown(tip: str) -> str:
    """What a tool tip shows, by Qt's own guess of what it is."""
    return QTextDocumentFragment.fromHtml(tip).toPlainText() if "<" in tip else tip


def test_what_looks_like_rich_text_is_shown_as_it_is(qapp: QApplication) -> None:
    assert shown(tool_tip(NAME)).replace("\u2028", "\n") == NAME
    assert "<img" not in tool_tip(NAME)
    document = QTextDocument()
    document.setHtml(tool_tip(NAME))
    assert not [f for f in document.allFormats() if f.isImageFormat()]


def test_other_text_comes_back_unchanged() -> None:
    for text in ("", "Thorax & Abdomen", "5 > 3", "line\nline"):
        assert tool_tip(text) == text


def test_tags_and_left_out_files(qapp: QApplication, tmp_path: Path) -> None:
    from medviewer.io.tags import TagRow
    from medviewer.ui.browser.left_out import LeftOutModel
    from medviewer.ui.panels.tags import TagModel

    tags = TagModel()
    tags.show_rows([TagRow(tag="(0010,0010)", keyword="PatientName", vr="PN", value=NAME)])
    left = LeftOutModel([LeftOut(path=f"/{NAME}", reason="r")])
    for model, column in ((tags, 3), (left, 1)):
        index = model.index(0, column, QModelIndex())
        assert NAME in index.data(Qt.ItemDataRole.DisplayRole)
        assert "<img" not in index.data(Qt.ItemDataRole.ToolTipRole)
