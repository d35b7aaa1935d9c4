"""Ctrl+K: every action and every series, found as one types; what cannot run now says why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from medviewer.core.person_name import readable_date, readable_name
from medviewer.services.workspace import Workspace
from medviewer.ui.action_set import ActionSet, key_text
from medviewer.ui.actions import ACTIONS
from medviewer.ui.icons import icon, paint_icon
from medviewer.ui.theme import GRID, ICON, SMALL_PX, Theme, small_font

WIDTH = 640
ROW = 36
ROWS_SHOWN = 11
MAX_SERIES = 30
LOOSE = 1000  # added to the score of what only has the letters
MIN_SERIES_TEXT = 2
AnyIndex = QModelIndex | QPersistentModelIndex
EntryRole = int(Qt.ItemDataRole.UserRole) + 1


@dataclass(frozen=True)
class Entry:
    """A line of the palette."""

    title: str
    detail: str
    icon: str
    key: str
    reason: str
    run: Callable[[], object]


def match_score(text: str, words: str, *, loosely: bool = True) -> int | None:
    """How well typed words fit a title: smaller is better, None not at all.

    Each word must occur; best at the title's start, then at the start of a word, then inside one, then (`loosely`) as
    letters in this order.
    """
    low = text.casefold()
    total = 0
    for word in words.casefold().split():
        at = low.find(word)
        if at == 0:
            score = 0
        elif at > 0:
            score = 1 if not low[at - 1].isalnum() else 3
            score = (
                1 if any(low.startswith(word, i) and not low[i - 1].isalnum() for i in range(1, len(low))) else score
            )
        elif loosely and _in_order(low, word):
            score = 8
        else:
            return None
        total += score
    return total


def _in_order(text: str, letters: str) -> bool:
    found = iter(text)
    return len(letters) >= 3 and all(letter in found for letter in letters)


class EntryModel(QAbstractListModel):
    """What fits the text, best first."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []

    def show_entries(self, entries: list[Entry]) -> None:
        """Replace the lines."""
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def entry(self, row: int) -> Entry:
        """The entry of a row."""
        return self._entries[row]

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: AnyIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == EntryRole:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.reason or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(text for text in (entry.title, entry.detail, entry.key, entry.reason) if text)
        return None


class EntryDelegate(QStyledItemDelegate):
    """Icon, title and detail at the left; the key, or why not, at the right."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(WIDTH - 32, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        entry: Entry = index.data(EntryRole)
        rect: QRect = option.rect
        state = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self._theme.color("selection"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, self._theme.color("hover"))
        token = "dim" if entry.reason else "text"
        if entry.icon:
            sign = QRect(rect.left() + GRID, rect.center().y() - ICON // 2 + 1, ICON, ICON)
            paint_icon(painter, sign, entry.icon, self._theme.color(token))
        font = QApplication.font()
        small = small_font(font)
        inner = rect.adjusted(2 * GRID + ICON + 4, 0, -12, 0)
        right = entry.reason or entry.key
        wide = QFontMetrics(small).horizontalAdvance(right)
        painter.setFont(small)
        painter.setPen(self._theme.color("dim"))
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        room = QRect(inner)
        room.setLeft(inner.right() - min(wide, inner.width() * 6 // 10))
        painter.drawText(room, side, QFontMetrics(small).elidedText(right, Qt.TextElideMode.ElideRight, room.width()))
        inner.setRight(room.left() - 2 * GRID)
        painter.setFont(font)
        painter.setPen(self._theme.color(token))
        title = QFontMetrics(font).elidedText(entry.title, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, title)
        if entry.detail:
            inner.setLeft(inner.left() + QFontMetrics(font).horizontalAdvance(title) + 12)
            painter.setFont(small)
            painter.setPen(self._theme.color("dim"))
            detail = QFontMetrics(small).elidedText(entry.detail, Qt.TextElideMode.ElideRight, max(0, inner.width()))
            painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, detail)
        painter.restore()


class CommandPalette(QFrame):
    """A field and a list over the window; goes away with Esc or when something else is clicked.

    Parameters
    ----------
    actions : ActionSet
        Runs the actions.
    workspace : Workspace
        Its catalog is searched.
    open_series : callable
        Shows the series with a catalog id.
    """

    def __init__(
        self,
        actions: ActionSet,
        workspace: Workspace,
        theme: Theme,
        open_series: Callable[[int], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        self._actions = actions
        self._workspace = workspace
        self._open_series = open_series
        self._before: QWidget | None = None
        self.field = QLineEdit(self)
        self.field.setObjectName("palette-field")
        self.field.addAction(icon("search", theme, "dim"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.model = EntryModel(self)
        self.list = QListView(self)
        self.list.setObjectName("palette-list")
        self.list.setModel(self.model)
        self.list.setItemDelegate(EntryDelegate(theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(lambda index: self._run(index.row()))
        self._nothing = QLabel(self, alignment=Qt.AlignmentFlag.AlignCenter)
        self._nothing.setProperty("role", "dim")
        self._nothing.setMargin(2 * GRID)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        layout.addWidget(self._nothing)
        parent.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Show it, empty."""
        self._before = QApplication.focusWidget()
        self.field.setPlaceholderText(self.tr("Search actions, patients, studies and series"))
        self._nothing.setText(self.tr("Nothing found."))
        self.field.clear()
        self._search("")
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def dismiss(self) -> None:
        """Go away; the focus returns to where it was."""
        if not self.isVisible():
            return
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus()

    # -- finding

    def _search(self, text: str) -> None:
        sure, loose = self._matching_actions(text.strip())
        # A name that was typed stands before actions that merely have its letters.
        entries = [*sure, *self._matching_series(text.strip()), *loose]
        self.model.show_entries(entries)
        self.list.setVisible(bool(entries))
        self._nothing.setVisible(not entries)
        if entries:
            self.list.setCurrentIndex(self.model.index(0, 0))
        self._place()

    def _matching_actions(self, text: str) -> tuple[list[Entry], list[Entry]]:
        """Actions that hold the words, and those that only hold their letters or cannot run now; the best first."""
        found: list[tuple[int, int, Entry]] = []
        for order, record in enumerate(ACTIONS):
            if record.id == "help.palette":
                continue
            title = self._actions.title(record.id).rstrip("…")
            path = " ▸ ".join(self._actions.menu_title(part) for part in record.menu.split("/"))
            names = f"{title} {record.title}"
            score = match_score(names, text)
            if score is not None and match_score(names, text, loosely=False) is None:
                score += LOOSE
            if score is None:
                below = match_score(f"{title} {record.title} {path} {record.menu}", text, loosely=False)
                if below is None:
                    continue
                score = below + 20
            keys = self._actions.keys(record.id)
            shown = key_text(keys[0]) if keys else ""
            reason = self._actions.why_not(record.id)
            run = self._runner(record.id)
            found.append(
                (score + (10 * LOOSE if reason else 0), order, Entry(title, path, record.icon, shown, reason, run))
            )
        found.sort(key=lambda item: item[:2])
        sure = [entry for score, _order, entry in found if score < LOOSE]
        return sure, [entry for score, _order, entry in found if score >= LOOSE]

    def _runner(self, action_id: str) -> Callable[[], object]:
        return lambda: self._actions.run(action_id)

    def _matching_series(self, text: str) -> list[Entry]:
        if len(text) < MIN_SERIES_TEXT:
            return []
        catalog = self._workspace.catalog
        rows = catalog.search(text, limit=MAX_SERIES)
        studies = {row.id: row for row in catalog.studies(text, limit=MAX_SERIES)} if rows else {}
        patients = {row.id: row for row in catalog.patients(text, limit=MAX_SERIES)} if rows else {}
        entries = []
        for row in rows:
            study = studies.get(row.study)
            patient = patients.get(study.patient) if study is not None else None
            entries.append(self._series_entry(row, study, patient))
        return entries

    def _series_entry(self, row: Any, study: Any, patient: Any) -> Entry:
        series_id = int(row.id)
        title = row.description or self.tr("Series without description")
        facts = (
            readable_name(patient.name) or patient.patient_id if patient is not None else "",
            row.modality,
            readable_date(study.date if study is not None else row.date),
            study.description if study is not None else "",
        )
        detail = " · ".join(str(fact) for fact in facts if fact)
        return Entry(title, detail, "series", self.tr("Open"), "", lambda: self._open_series(series_id))

    # -- hands

    def _run(self, row: int) -> None:
        if not 0 <= row < self.model.rowCount():
            return
        entry = self.model.entry(row)
        self.dismiss()
        entry.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows and Return in the field act on the list; the parent's size is followed."""
        if watched is self.parent():
            if event.type() == QEvent.Type.Resize:
                self._place()
            return False
        if event.type() == QEvent.Type.FocusOut and not self.isAncestorOf(QApplication.focusWidget() or self):
            self.hide()
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 10, Qt.Key.Key_PageUp: -10}
        key = Qt.Key(event.key())
        if key in steps:
            last = self.model.rowCount() - 1
            row = max(0, min(last, self.list.currentIndex().row() + steps[key]))
            self.list.setCurrentIndex(self.model.index(row, 0))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.list.currentIndex().row())
        elif key == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            return False
        return True

    def _place(self) -> None:
        host = self.parentWidget()
        if host is None:
            return
        rows = min(self.model.rowCount(), ROWS_SHOWN)
        self.list.setFixedHeight(max(1, rows) * ROW)
        width = min(WIDTH, host.width() - 4 * GRID)
        height = 2 * GRID + 36 + GRID + (rows * ROW if rows else 3 * SMALL_PX + 2 * GRID)
        self.setGeometry((host.width() - width) // 2, min(96, host.height() // 8), width, height)
