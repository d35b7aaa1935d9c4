"""The dialog of everything that leaves the window: what, which format, where to; it runs and tells as a job."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from medviewer.errors import MedviewerError
from medviewer.services.exporting import Work, Written
from medviewer.services.jobs import JobRequest, Policy
from medviewer.services.scheduler import Job
from medviewer.services.workspace import Workspace
from medviewer.ui.export.format_list import FormatList
from medviewer.ui.notifications import Deed, Kind, Notifications
from medviewer.ui.theme import GRID, HALF_GRID
from medviewer.ui.told import told

translate = QCoreApplication.translate

WIDTH = 560
HIGHEST = 720


class ExportFrame(QDialog):
    """Not modal: the window stays usable, and closing the dialog lets what was begun go on.

    A dialog fills `what_layout` and `formats`, says in `ending`, `hindrance` and `work` what there is to do, and
    calls `finish_building` last.

    Parameters
    ----------
    workspace : Workspace
        Whose scheduler runs the work; its settings keep the folder.
    notifications : Notifications
        Told of the result, whether or not the dialog is still there.
    """

    def __init__(
        self, workspace: Workspace, notifications: Notifications, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"export-{name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.workspace = workspace
        self.notifications = notifications
        self._name = name
        self._job: Job[Any] | None = None
        self._stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
        self._is_built = False
        content = QWidget(self)
        self.what_layout = QVBoxLayout()
        self.what_layout.setSpacing(HALF_GRID)
        self.formats = FormatList(content)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, GRID, 0)
        column.setSpacing(GRID)
        column.addWidget(_section(self.tr("What"), content))
        column.addLayout(self.what_layout)
        column.addSpacing(HALF_GRID)
        column.addWidget(_section(self.format_title(), content))
        column.addWidget(self.formats)
        column.addStretch(1)
        self._area = QScrollArea(self)
        self._area.setObjectName("export-area")
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(content)
        self._content = content
        self.where = QLineEdit(self)
        self.where.setObjectName("export-where")
        self.where.textChanged.connect(lambda _text: self.show_state())
        self._choose = QPushButton(self.tr("Choose…"), self)
        self._choose.clicked.connect(self._ask_where)
        self._where_title = _section(self.tr("Where to"), self)
        self._where_title.setBuddy(self.where)
        self._say = QLabel(self, wordWrap=True)
        self._say.setObjectName("export-say")
        self._say.setTextFormat(Qt.TextFormat.PlainText)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._cancel.setObjectName("export-cancel")
        self._cancel.clicked.connect(self._stop)
        self._start = QPushButton(self)
        self._start.setObjectName("export-start")
        self._start.setProperty("role", "primary")
        self._start.setDefault(True)
        self._start.clicked.connect(self.start)
        where = QHBoxLayout()
        where.setSpacing(HALF_GRID)
        where.addWidget(self.where, 1)
        where.addWidget(self._choose)
        buttons = QHBoxLayout()
        buttons.setSpacing(HALF_GRID)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._start)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self._area, 1)
        layout.addWidget(self._where_title)
        layout.addLayout(where)
        layout.addWidget(self._say)
        layout.addWidget(self._bar)
        layout.addLayout(buttons)
        self.formats.changed.connect(lambda _one: self.format_changed())

    # -- what a dialog says of itself

    def format_title(self) -> str:
        """The heading over the formats."""
        return self.tr("Format")

    @abstractmethod
    def ending(self) -> str:
        """Ending of the file in the chosen format; empty for a folder."""

    @abstractmethod
    def hindrance(self) -> str:
        """Why nothing can be written now, translated; empty when it can."""

    @abstractmethod
    def work(self, path: Path) -> Work:
        """What the job does.

        Raises
        ------
        MedviewerError
            It cannot be begun.
        """

    def advice(self) -> str:
        """What should be known before it is written, translated; empty for nothing."""
        return ""

    def done_words(self) -> str:
        """What is told when it was written."""
        return self.tr("The result was written.")

    def finish_building(self, title: str, button: str) -> None:
        """Name the dialog and its button, fill in where to, and take a size that shows all."""
        self.setWindowTitle(title)
        self._start.setText(button)
        self._is_built = True
        self._propose()
        self.show_state()
        self.resize_to_content()

    def resize_to_content(self) -> None:
        """As high as all there is to choose, as far as the screen allows."""
        inner = WIDTH - 4 * GRID
        layout = self._content.layout()
        wanted = layout.totalHeightForWidth(inner) if layout is not None else 0
        wanted = max(wanted, 0) or self._content.sizeHint().height()
        self._area.setMinimumHeight(min(wanted, 200))
        rest = 0
        for widget in (self._where_title, self.where, self._start):
            rest += widget.sizeHint().height() + 2 * GRID
        rest += 2 * self._say.fontMetrics().lineSpacing() + 3 * GRID
        self.resize(WIDTH, min(wanted + rest, HIGHEST, self.screen().availableGeometry().height() - 6 * GRID))

    # -- where to

    def path(self) -> Path:
        """Where the result goes, as it stands in the field."""
        return Path(self.where.text().strip()).expanduser()

    def _propose(self) -> None:
        """A name made of the time: patient data does not leave the program in a name that nobody chose."""
        folder = self.workspace.settings.data.export_folder or str(Path.home())
        self.where.setText(str(Path(folder) / f"{self._name}-{self._stamp}{self.ending()}"))

    def format_changed(self) -> None:
        """Exchange the ending of the name."""
        if not self._is_built:
            return
        text = self.where.text().strip()
        known = sorted({ending for ending in self.endings() if ending}, key=len, reverse=True)
        for ending in known:
            if text.lower().endswith(ending):
                text = text[: -len(ending)]
                break
        self.where.setText(text + self.ending())
        self.show_state()

    def endings(self) -> tuple[str, ...]:
        """All endings that the formats have."""
        return (self.ending(),)

    def _ask_where(self) -> None:
        path = self.path()
        if not self.ending():
            dialog = QFileDialog(self, self.windowTitle(), str(path.parent))
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
            dialog.fileSelected.connect(lambda found: self.where.setText(str(Path(found) / path.name)))
        else:
            dialog = QFileDialog(self, self.windowTitle(), str(path))
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setOption(QFileDialog.Option.DontConfirmOverwrite, True)  # the dialog says what will be replaced
            dialog.setNameFilter(f"*{self.ending()}")
            dialog.selectFile(path.name)
            dialog.fileSelected.connect(self._chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _chosen(self, path: str) -> None:
        ending = self.ending()
        self.where.setText(path if path.lower().endswith(ending) else path + ending)

    # -- running

    @property
    def is_running(self) -> bool:
        """Whether the job is under way."""
        return self._job is not None and not self._job.finished

    def start(self) -> None:
        """Write it in the background; what is wrong with the fields is told here."""
        if self.is_running or self.hindrance():
            return
        path = self.path()
        if not self.where.text().strip() or not path.name:
            self.tell(self.tr("Say where to."), "bad")
            return
        try:
            work = self.work(path.absolute())
        except MedviewerError as error:
            self.tell(told(str(error)), "bad")
            return
        self.workspace.settings.change("data", export_folder=str(path.absolute().parent))
        request = JobRequest(("export", self._name), "io", work, self.windowTitle(), policy=Policy.QUEUE)
        self._bar.setValue(0)
        self.tell("")
        job = self.workspace.scheduler.submit(
            request,
            done=self._written,
            failed=self._failed,
            progress=self.guard(lambda fraction, _text: self._bar.setValue(round(1000 * fraction))),
            cancelled=self.guard(lambda: self._ended(self.tr("Stopped. Nothing was written."))),
        )
        if not job.finished:
            self._job = job
            self.show_state()

    def guard(self, call: Callable[..., object]) -> Callable[..., None]:
        """The same call, that does nothing once the dialog is gone."""

        def guarded(*values: Any) -> None:
            if isValid(self):
                call(*values)

        return guarded

    def _written(self, written: Written) -> None:
        tell_written(self.notifications, self.done_words() if isValid(self) else "", written)
        if isValid(self):
            self._job = None
            self.close()

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, MedviewerError):
            if isValid(self):
                self._ended(self.tr("This failed because of a fault in the program; the log says more."), "bad")
            raise error
        if isValid(self):
            self._ended(told(str(error)), "bad")
        else:
            self.notifications.tell(error)

    def _ended(self, text: str, role: str = "dim") -> None:
        self._job = None
        self.show_state()
        self.tell(text, role)

    def _stop(self) -> None:
        if self._job is not None and not self._job.finished:
            self.workspace.scheduler.cancel(self._job)
        else:
            self.close()

    # -- state

    def tell(self, text: str, role: str = "dim") -> None:
        """A sentence above the buttons."""
        self._say.setText(text)
        self._say.setProperty("role", role)
        self._say.style().unpolish(self._say)
        self._say.style().polish(self._say)

    @property
    def said(self) -> str:
        """What stands above the buttons."""
        return self._say.text()

    def show_state(self) -> None:
        """What can be done now, and why not more."""
        if not self._is_built:
            return
        running, reason = self.is_running, self.hindrance()
        self._bar.setVisible(running)
        self._area.setEnabled(not running)
        self.where.setEnabled(not running)
        self._choose.setEnabled(not running)
        self._start.setEnabled(not running and not reason)
        if running:
            return
        if reason:
            self.tell(reason, "warn")
        elif self.ending() and self.path().is_file():
            self.tell(self.tr("A file of this name is there; it will be replaced."), "warn")
        else:
            self.tell(self.advice())


def tell_written(notifications: Notifications, words: str, written: Written) -> None:
    """A note that it was written, what had to be decided, and the way to its folder."""
    count, first = len(written.files), written.files[0]
    name = f"{first.parent.name}/ ({count})" if count > 2 else ", ".join(file.name for file in written.files)
    hint = " ".join((name, *(told(note) for note in written.notes)))
    kind = Kind.WARN if written.notes else Kind.GOOD
    words = words or translate("ExportFrame", "The result was written.")
    deed = Deed(translate("ExportFrame", "Open folder"), lambda: open_folder(written.folder))
    notifications.say(words, hint, kind, deed)


def open_folder(folder: Path) -> None:
    """Show a folder in the system's file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _section(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("role", "section")
    return label
