"""The first thing one sees: recent studies, open a folder, try a sample, drop here, and the keys worth knowing."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from medviewer.core.person_name import readable_date, readable_name
from medviewer.errors import MedviewerError
from medviewer.services.workspace import Workspace
from medviewer.ui.action_set import ActionSet, key_text
from medviewer.ui.icons import icon, pixmap, program_icon
from medviewer.ui.theme import GRID, ICON, Theme
from medviewer.ui.told import told

RECENT = 5
PATIENTS = 500
WIDTH = 560
SHOWN_KEYS = ("file.open-folder", "help.palette", "help.keys", "help.filter")
RELOAD_MS = 300


class FailurePage(QWidget):
    """Stands there when the data folder cannot be used: what is wrong, what helps, and a way out."""

    close_requested = Signal()

    def __init__(self, error: MedviewerError, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("failure-page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        title = QLabel(told(error.message), self, wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        title.setProperty("role", "title")
        hint = QLabel(told(error.hint), self, wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        hint.setProperty("role", "dim")
        self._labels = (title, hint)
        for label in self._labels:
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setFixedWidth(WIDTH)
        close = QPushButton(self.tr("Close the program"), self)
        close.clicked.connect(self.close_requested)
        column = QVBoxLayout(self)
        column.setSpacing(2 * GRID)
        column.addStretch()
        for widget in (title, hint, close):
            column.addWidget(widget, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()

    def showEvent(self, event: QShowEvent) -> None:
        """Give the wrapped texts their height; the style's font is known only now."""
        super().showEvent(event)
        for label in self._labels:
            label.ensurePolished()
            label.setMinimumHeight(label.heightForWidth(WIDTH))


class StartPage(QWidget):
    """Stands where the canvas will be while nothing is open.

    Signals
    -------
    study_requested(int)
        Catalog id of a recent study.
    """

    study_requested = Signal(int)

    def __init__(self, workspace: Workspace, theme: Theme, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("start-page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._workspace = workspace
        self._theme = theme
        self._actions = actions
        self._logo = QLabel(self)
        self._logo.setPixmap(program_icon().pixmap(QSize(56, 56), self.devicePixelRatioF()))
        self._title = QLabel("medviewer", self)
        self._title.setProperty("role", "title")
        self._subtitle = QLabel(self, wordWrap=True)
        self._subtitle.setProperty("role", "dim")
        self._open = QPushButton(self)
        self._open.setObjectName("start-open-folder")
        self._open.setProperty("role", "primary")
        self._open.clicked.connect(lambda: actions.run("file.open-folder"))
        self._sample = QPushButton(self)
        self._sample.setObjectName("start-sample")
        self._sample.setIcon(icon("study", theme))
        self._sample.clicked.connect(lambda: actions.run("file.sample"))
        self._drop = QFrame(self)
        self._drop.setObjectName("drop-hint")
        self._drop_sign = QLabel(self._drop)
        self._drop_text = QLabel(self._drop, wordWrap=True)
        self._drop_text.setProperty("role", "dim")
        self._recent_title = QLabel(self)
        self._recent_title.setProperty("role", "section")
        self._recent = QVBoxLayout()
        self._recent.setSpacing(4)
        self._keys_title = QLabel(self)
        self._keys_title.setProperty("role", "section")
        self._key_labels: list[tuple[str, QLabel, QLabel]] = []
        self._arrange()
        self._later = QTimer(self, singleShot=True, interval=RELOAD_MS)
        self._later.timeout.connect(self.reload)
        self._disconnect = workspace.catalog_changed.connect(lambda _what: self._later.start())
        theme.changed.connect(self._paint_signs)
        self._paint_signs()
        self.retranslate()
        self.reload()

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2 * GRID)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._subtitle)
        head.addWidget(self._logo)
        head.addLayout(words, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addWidget(self._open)
        buttons.addWidget(self._sample)
        buttons.addStretch()
        drop = QHBoxLayout(self._drop)
        drop.setContentsMargins(2 * GRID, 12, 2 * GRID, 12)
        drop.setSpacing(12)
        drop.addWidget(self._drop_sign)
        drop.addWidget(self._drop_text, 1)
        keys = QGridLayout()
        keys.setHorizontalSpacing(12)
        keys.setVerticalSpacing(6)
        keys.setColumnStretch(1, 1)
        keys.setColumnStretch(3, 1)
        for i, action_id in enumerate(SHOWN_KEYS):
            key, what = QLabel(self), QLabel(self)
            key.setProperty("role", "key")
            key.setAlignment(Qt.AlignmentFlag.AlignCenter)
            keys.addWidget(key, i // 2, i % 2 * 2)
            keys.addWidget(what, i // 2, i % 2 * 2 + 1)
            self._key_labels.append((action_id, key, what))
        column = QVBoxLayout()
        column.setSpacing(GRID)
        column.addStretch(2)
        column.addLayout(head)
        column.addSpacing(2 * GRID)
        column.addLayout(buttons)
        column.addSpacing(GRID)
        column.addWidget(self._drop)
        column.addSpacing(2 * GRID)
        column.addWidget(self._recent_title)
        column.addLayout(self._recent)
        column.addSpacing(2 * GRID)
        column.addWidget(self._keys_title)
        column.addLayout(keys)
        column.addStretch(3)
        middle = QWidget(self)
        middle.setMaximumWidth(WIDTH)
        middle.setLayout(column)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        outer.addStretch(1)
        outer.addWidget(middle, 100)
        outer.addStretch(1)

    def _paint_signs(self) -> None:
        ratio = self.devicePixelRatioF()
        self._drop_sign.setPixmap(pixmap("import", self._theme, ICON, "dim", ratio))

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self._subtitle.setText(self.tr("Open, read, measure and process medical images"))
        self._open.setText(self.tr("Open folder…"))
        self._sample.setText(self._actions.title("file.sample"))
        self._sample.setVisible(not self._actions.why_not("file.sample"))
        self._drop_text.setText(
            self.tr("Drop files, folders or ZIP archives anywhere in this window. Nothing is changed on disk.")
        )
        self._recent_title.setText(self.tr("RECENT STUDIES"))
        self._keys_title.setText(self.tr("KEYS WORTH KNOWING"))
        for action_id, key, what in self._key_labels:
            sequences = self._actions.keys(action_id)
            shown = key_text(sequences[0]) if sequences else "–"
            key.setText(shown)
            what.setText(self._actions.title(action_id).rstrip("…"))

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_later"):
            self.retranslate()
            self.reload()

    def reload(self) -> None:
        """Read the recent studies again."""
        catalog = self._workspace.catalog
        rows = list(catalog.studies("", limit=RECENT, offset=0))
        # One page of patients: where there are more, a study without its name here is named by what it is.
        names = {p.id: readable_name(p.name) or p.patient_id for p in catalog.patients("", limit=PATIENTS, offset=0)}
        while self._recent.count():
            item = self._recent.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for row in rows:
            self._recent.addWidget(self._card(row, names.get(row.patient, "")))
        self._recent_title.setVisible(bool(rows))

    def _card(self, row: Any, patient: str) -> QPushButton:
        name = patient or row.description or self.tr("Study")
        count = int(row.n_series)
        series = self.tr("1 series") if count == 1 else self.tr("{n} series").format(n=count)
        facts = [row.description, readable_date(row.date), " ".join(row.modalities), series]
        line = " · ".join(str(fact) for fact in facts if fact and fact != name)
        # The text of a button is never rich text, so received names cannot become markup; & would become a shortcut.
        button = QPushButton(f"{name}\n{line}".replace("&", "&&"), self)
        button.setProperty("role", "card")
        button.setAccessibleName(f"{name}, {line}")
        study = int(row.id)
        button.clicked.connect(lambda: self.study_requested.emit(study))
        return button
