"""Formats to choose from: each with a sentence on what it keeps and who reads it, or why it cannot be had now."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QLabel, QRadioButton, QVBoxLayout, QWidget

from medviewer.ui.theme import GRID

INDENT = 22  # as far in as the words of a radio button stand


class FormatList(QWidget):
    """Radio buttons with a sentence under each.

    Signals
    -------
    changed(str)
        Id of the format that is chosen now.
    """

    changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QRadioButton] = {}
        self._words: dict[str, QLabel] = {}
        self._sentences: dict[str, str] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)

    def add(self, format_id: str, title: str, sentence: str) -> None:
        """Offer a format; the first is chosen."""
        button = QRadioButton(title, self)
        button.setObjectName(f"format-{format_id}")
        button.setAccessibleDescription(sentence)
        words = QLabel(sentence, self, wordWrap=True)
        words.setProperty("role", "small")
        words.setContentsMargins(INDENT, 0, 0, GRID // 2)
        self._group.addButton(button)
        self._buttons[format_id], self._words[format_id] = button, words
        self._sentences[format_id] = sentence
        self._layout.addWidget(button)
        self._layout.addWidget(words)
        if len(self._buttons) == 1:
            button.setChecked(True)
        button.toggled.connect(lambda on, one=format_id: self.changed.emit(one) if on else None)

    def hinder(self, format_id: str, reason: str) -> None:
        """Say why a format cannot be had now; an empty reason: it can."""
        button, words = self._buttons[format_id], self._words[format_id]
        button.setEnabled(not reason)
        words.setText(reason or self._sentences[format_id])
        words.setProperty("role", "warn" if reason else "small")
        words.style().unpolish(words)
        words.style().polish(words)
        if reason and button.isChecked():
            free = next((one for one in self._buttons.values() if one.isEnabled()), None)
            if free is not None:
                free.setChecked(True)

    def reason(self, format_id: str) -> str:
        """Why a format cannot be had; empty when it can."""
        return "" if self._buttons[format_id].isEnabled() else self._words[format_id].text()

    @property
    def chosen(self) -> str:
        """Id of the format that is chosen."""
        return next((one for one, button in self._buttons.items() if button.isChecked()), "")

    def choose(self, format_id: str) -> None:
        """Choose a format; one that cannot be had is left alone."""
        if self._buttons[format_id].isEnabled():
            self._buttons[format_id].setChecked(True)
