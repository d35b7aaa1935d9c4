"""The jobs drawer: what runs, how far it is, how long it will take; cancel it; what finished and what failed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from medviewer.services.jobs import State
from medviewer.services.scheduler import JobInfo
from medviewer.services.workspace import Workspace
from medviewer.ui.drawer_list import DrawerList
from medviewer.ui.icons import paint_icon
from medviewer.ui.plain_text import tool_tip
from medviewer.ui.theme import GRID, HALF_GRID, Theme

REFRESH_MS = 120
CLOCK_MS = 1000  # time left counts on while nothing is reported
MAX_FINISHED = 100
AnyIndex = QModelIndex | QPersistentModelIndex

JobRole = int(Qt.ItemDataRole.UserRole) + 1
NAME, LANE, PROGRESS, TIME, STATE, CANCEL = range(6)

STATE_ICONS = {
    State.QUEUED: ("recent", "dim"),
    State.RUNNING: ("play", "accent"),
    State.DONE: ("good", "good"),
    State.FAILED: ("bad", "bad"),
    State.CANCELLED: ("remove", "dim"),
}


class JobModel(QAbstractTableModel):
    """Running and queued jobs first, then what is over, the newest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[JobInfo] = []

    def show_jobs(self, active: list[JobInfo], finished: list[JobInfo]) -> None:
        """Replace the rows; a row that keeps its job keeps its selection."""
        rows = [*active, *reversed(finished[-MAX_FINISHED:])]
        if [row.id for row in rows] == [row.id for row in self._rows]:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, CANCEL))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def job(self, row: int) -> JobInfo:
        """The job of a row."""
        return self._rows[row]

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else CANCEL + 1

    def data(self, index: AnyIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        job = self._rows[index.row()]
        if role == JobRole:
            return job
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(job, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            if index.column() == CANCEL:
                return self.tr("Cancel this job") if can_cancel(job) else None
            return tool_tip(job.error or job.text or job.label)
        return None

    def _text(self, job: JobInfo, column: int) -> str:
        if column == NAME:
            # Labels are source strings of the services; those that name data come as they are.
            return QCoreApplication.translate("Jobs", job.label)
        if column == LANE:
            return self.lane_word(job.lane)
        if column == PROGRESS:
            if job.error:
                return job.error
            percent = "" if job.fraction is None or job.state is not State.RUNNING else f"{100 * job.fraction:.0f} %"
            return " · ".join(text for text in (percent, job.text) if text)
        if column == TIME:
            if job.state is State.RUNNING and job.seconds_left is not None:
                return self.tr("{time} left").format(time=duration(job.seconds_left))
            return duration(job.seconds) if job.seconds else ""
        if column == STATE:
            return self.state_word(job)
        return ""

    def lane_word(self, lane: str) -> str:
        """The lane as a word."""
        words = {
            "view": self.tr("display"),
            "compute": self.tr("computing"),
            "io": self.tr("files"),
            "process": self.tr("own process"),
        }
        return words.get(lane, lane.removeprefix("torch:").upper())

    def state_word(self, job: JobInfo) -> str:
        """The state as a word."""
        if job.cancelling:
            return self.tr("stopping")
        words = {
            State.QUEUED: self.tr("waiting"),
            State.RUNNING: self.tr("running"),
            State.DONE: self.tr("done"),
            State.FAILED: self.tr("failed"),
            State.CANCELLED: self.tr("cancelled"),
        }
        return words[job.state]

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        names = (self.tr("Job"), self.tr("Lane"), self.tr("Progress"), self.tr("Time"), self.tr("State"), "")
        return names[section]


def can_cancel(job: JobInfo) -> bool:
    """Whether the job's cancel button does something."""
    running = job.state in (State.QUEUED, State.RUNNING)
    return running and not job.cancelling and (job.cancellable or job.state is State.QUEUED)


def duration(seconds: float) -> str:
    """A time for reading: ``"0.4 s"``, ``"12 s"``, ``"3:07 min"``, ``"1:02 h"``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02d} h"


class JobDelegate(QStyledItemDelegate):
    """Paints the bar, the state's sign and the cancel cross."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        job: JobInfo = index.data(JobRole)
        column = index.column()
        if column == CANCEL:
            self._ground(painter, option)
            if can_cancel(job):
                hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
                paint_icon(painter, self._icon_rect(option), "close", self._theme.color("text" if hover else "dim"))
        elif column == STATE:
            self._ground(painter, option)
            name, token = STATE_ICONS[job.state]
            rect = QRect(option.rect)
            sign = QRect(rect.left() + HALF_GRID, rect.center().y() - 7, 16, 16)
            paint_icon(painter, sign, name, self._theme.color(token))
            painter.setPen(self._theme.color("text"))
            painter.drawText(rect.adjusted(24, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, str(index.data()))
        elif column == PROGRESS and job.state is State.RUNNING and job.fraction is not None:
            self._ground(painter, option)
            rect = QRect(option.rect).adjusted(HALF_GRID, 0, -GRID, 0)
            text = str(index.data())
            painter.setPen(self._theme.color("dim"))
            shown = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(rect.adjusted(0, 0, 0, -6), Qt.AlignmentFlag.AlignVCenter, shown)
            bar = QRect(rect.left(), rect.bottom() - 5, rect.width(), 3)
            painter.fillRect(bar, self._theme.color("line"))
            bar.setWidth(round(bar.width() * min(1.0, max(0.0, job.fraction))))
            painter.fillRect(bar, self._theme.color("accent"))
        else:
            super().paint(painter, option, index)

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, self._theme.color("selection"))

    @staticmethod
    def _icon_rect(option: QStyleOptionViewItem) -> QRect:
        rect = QRect(0, 0, 16, 16)
        rect.moveCenter(option.rect.center())
        return rect


class JobsPanel(DrawerList):
    """The drawer's list of jobs.

    Signals
    -------
    running_changed(int)
        How many jobs are queued or running, for the button that opens the drawer.
    """

    running_changed = Signal(int)

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        model = JobModel()
        widths = {NAME: 260, LANE: 90, TIME: 110, STATE: 110, CANCEL: 32}
        super().__init__(model, PROGRESS, widths, parent, wrap_empty=True)
        self._model = model
        self.setObjectName("jobs-panel")
        self._scheduler = workspace.scheduler
        self._running = 0
        self.table.setObjectName("jobs-table")
        self.table.setItemDelegate(JobDelegate(theme, self.table))
        self.table.setMouseTracking(True)
        self.table.clicked.connect(self._clicked)
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self.cancel_selected)
        self.button.clicked.connect(self.cancel_all)

        self._later = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._later.timeout.connect(self.refresh)
        self._clock = QTimer(self, interval=CLOCK_MS)
        self._clock.timeout.connect(self.refresh)
        self._disconnect = self._scheduler.changed.connect(self._jobs_changed)
        self.retranslate()
        self.refresh()

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self.empty.setText(self.tr("No jobs. Imports, filters and models that take longer appear here."))
        self.button.setText(self.tr("Cancel all"))
        self.table.setAccessibleName(self.tr("Jobs"))
        self._model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, CANCEL)

    def showEvent(self, event: object) -> None:
        """Catch up with what happened while hidden."""
        self.refresh()

    def _jobs_changed(self, _nothing: object) -> None:
        if not self._later.isActive():
            self._later.start()

    def refresh(self) -> None:
        """Read the scheduler's lists."""
        active = self._scheduler.jobs()
        if len(active) != self._running:
            self._running = len(active)
            self.running_changed.emit(self._running)
        self.button.setEnabled(any(can_cancel(job) for job in active))
        if not self.isVisible():
            self._clock.stop()
            return
        finished = self._scheduler.history()
        self._model.show_jobs(active, finished)
        self.show_rows(bool(active or finished))
        if active and not self._clock.isActive():
            self._clock.start()
        elif not active:
            self._clock.stop()

    def _clicked(self, index: QModelIndex) -> None:
        job = self._model.job(index.row())
        if index.column() == CANCEL and can_cancel(job):
            self._scheduler.cancel_id(job.id)
            self.refresh()

    def cancel_selected(self) -> None:
        """Cancel the jobs of the selected rows."""
        for index in self.table.selectionModel().selectedRows():
            self._scheduler.cancel_id(self._model.job(index.row()).id)
        self.refresh()

    def cancel_all(self) -> None:
        """Cancel everything that is queued or running."""
        for job in self._scheduler.jobs():
            self._scheduler.cancel_id(job.id)
        self.refresh()
