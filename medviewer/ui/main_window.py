"""The window: bar, docks, canvas, status. It puts the parts together and decides nothing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QMainWindow, QScrollArea, QStackedWidget, QStatusBar, QWidget

from medviewer.errors import MedviewerError
from medviewer.services.settings import Settings
from medviewer.ui.theme import GRID, Theme

if TYPE_CHECKING:
    from medviewer.services.result_tables import ResultTable
    from medviewer.services.workspace import Workspace
    from medviewer.ui.action_set import ActionSet
    from medviewer.ui.canvas.grid import CanvasGrid
    from medviewer.ui.command_palette import CommandPalette
    from medviewer.ui.commands import Commands
    from medviewer.ui.docks import Docks
    from medviewer.ui.faults import Faults
    from medviewer.ui.key_sheet import KeySheet
    from medviewer.ui.marks_editor import MarkRequest
    from medviewer.ui.notifications import Notifications
    from medviewer.ui.preferences import Preferences
    from medviewer.ui.start_page import StartPage
    from medviewer.ui.tool_bar import ToolBar

STATE_VERSION = 1
STAND_MS = 10  # the window system gets this long to put the window on screen
PARTS = frozenset(
    {"workspace", "notifications", "canvas", "commands", "actions_set", "start_page", "tool_bar", "docks"}
)
WORKSPACES = ("review", "process", "lab")
FIRST_SIZE = QSize(1366, 768)
WHISPER_MS = 4000


class MainWindow(QMainWindow):
    """The program's window.

    It stands empty on screen before its parts are imported and made (`assemble`): that is twice as soon as with them.
    Asking for a part before makes them at once.

    Parameters
    ----------
    settings : Settings
        Where the window stood.
    theme : Theme
        Already in force.
    open_workspace : callable
        Opens the workspace, everything behind the window; it is closed with the window.

    Signals
    -------
    ready()
        The window has been painted, all its parts are there, and it waits for its user.
    """

    ready = Signal()

    workspace: Workspace
    notifications: Notifications
    canvas: CanvasGrid
    commands: Commands
    actions_set: ActionSet
    start_page: StartPage
    tool_bar: ToolBar
    docks: Docks

    def __getattr__(self, name: str) -> Any:
        """Make the parts when the first of them is asked for."""
        if name in PARTS and not self._is_assembled and not self._has_failed:
            self.assemble()
            return self.__dict__[name]
        raise AttributeError(name)

    def __init__(self, settings: Settings, theme: Theme, open_workspace: Callable[[], Workspace]) -> None:
        super().__init__()
        self.setObjectName("main-window")
        self.setWindowTitle("medviewer")
        self.setAcceptDrops(True)
        self.setDockOptions(QMainWindow.DockOption.AnimatedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        self.theme = theme
        self.workspace_name = "review"
        self.faults: Faults | None = None
        self._settings = settings
        self._open_workspace = open_workspace
        self._is_assembled = False
        self._has_failed = False
        self._is_closed = False
        self._was_painted = False
        self._stand_timer = QTimer(self, singleShot=True, interval=STAND_MS)
        self._stand_timer.timeout.connect(self._stands)
        self._palette: CommandPalette | None = None
        self._key_sheet: KeySheet | None = None
        self._preferences: Preferences | None = None
        self._centre = QStackedWidget(self)
        self._centre.setObjectName("workspace")
        self.setCentralWidget(self._centre)
        self.resize(FIRST_SIZE)
        kept = _bytes(settings.window.geometry)
        if kept.isEmpty() or not self.restoreGeometry(kept):
            self.resize(FIRST_SIZE.boundedTo(self.screen().availableGeometry().size()))

    def assemble(self) -> None:
        """Open the workspace and make all parts, once."""
        if self._is_assembled:
            return
        self._is_assembled = True
        from medviewer.ui.action_set import ActionSet
        from medviewer.ui.canvas.grid import CanvasGrid
        from medviewer.ui.commands import Commands
        from medviewer.ui.docks import Docks
        from medviewer.ui.notifications import Notifications
        from medviewer.ui.start_page import StartPage
        from medviewer.ui.tool_bar import ToolBar

        workspace = self.workspace = self._open_workspace()
        theme = self.theme
        self.notifications = Notifications(theme, self)
        self.canvas = CanvasGrid(workspace, theme)
        self.commands = Commands(workspace, self.canvas, self)
        self.actions_set = ActionSet(
            self,
            self.canvas,
            self.commands,
            theme,
            workspace.settings.keys.shortcuts,
            lambda _title, reason: self.notifications.whisper(reason),
            self.notifications.tell,
        )
        self.start_page = StartPage(workspace, theme, self.actions_set)
        # It scrolls in a low window: hidden behind the images, it must not say how high the window is at least.
        self._start_area = QScrollArea(self._centre)
        self._start_area.setFrameShape(QFrame.Shape.NoFrame)
        self._start_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._start_area.setWidgetResizable(True)
        self._start_area.setWidget(self.start_page)
        self._start_area.setMinimumWidth(self.start_page.minimumSizeHint().width())
        self._centre.addWidget(self._start_area)
        self._centre.addWidget(self.canvas)
        self.tool_bar = ToolBar(self.actions_set, self.commands, theme, self)
        self.addToolBar(self.tool_bar)
        self.docks = Docks(self, workspace, theme, self.notifications)
        self._make_status_bar()
        self._connect()
        self.retranslate()
        kept = workspace.settings.window
        self.restoreState(_bytes(kept.state), STATE_VERSION)
        self.show_workspace(kept.workspace if kept.workspace in WORKSPACES else "review")
        self._show_centre()
        self.actions_set.refresh()

    # -- parts

    def _make_status_bar(self) -> None:
        bar = QStatusBar(self)
        bar.setSizeGripEnabled(False)
        self._probe = QLabel(bar)
        self._probe.setObjectName("probe")
        self._probe.setTextFormat(Qt.TextFormat.PlainText)
        self._purpose = QLabel(bar)
        self._purpose.setObjectName("purpose")
        self._purpose.setProperty("role", "small")
        bar.addWidget(self._probe, 1)
        self._purpose.setContentsMargins(GRID, 0, GRID, 0)
        self._probe.setContentsMargins(GRID, 0, GRID, 0)
        bar.addPermanentWidget(self._purpose)
        self.setStatusBar(bar)

    def _connect(self) -> None:
        workspace, refresh = self.workspace, self.actions_set.refresh_later
        self._disconnect: list[Callable[[], None]] = [
            workspace.document.changed.connect(self._document_changed),
            workspace.settings.changed.connect(self._settings_changed),
            workspace.catalog_changed.connect(refresh),
            workspace.series_opened.connect(refresh),
            workspace.told.connect(self.notifications.tell),
            workspace.import_progress.connect(self._import_progress),
            workspace.scheduler.unhandled.connect(self._job_failed),
        ]
        workspace.document.translate = lambda text: QCoreApplication.translate("Undo", text)
        self.canvas.probed.connect(self._show_probe)
        self.canvas.told.connect(self.notifications.tell)
        for signal in (self.canvas.tool_changed, self.canvas.cine_changed, self.canvas.active_changed):
            signal.connect(refresh)
        browser = self.docks.browser
        browser.open_requested.connect(self.commands.show_series)
        browser.open_folder_requested.connect(self.commands.open_folder)
        browser.sample_requested.connect(self.commands.open_sample)
        browser.tags_requested.connect(self._show_tags)
        self.docks.changed.connect(refresh)
        self.docks.running_changed.connect(self.tool_bar.show_jobs)
        self.start_page.study_requested.connect(self._show_study)
        self.notifications.whispered.connect(lambda text: self.statusBar().showMessage(text, WHISPER_MS))
        self.notifications.bottom_margin = self.statusBar().sizeHint().height() + GRID

    # -- words

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self.setWindowTitle("medviewer")
        self.actions_set.retranslate()
        self.actions_set.fill_menu_bar(self.menuBar())
        self.docks.retranslate()
        self._purpose.setText(self.tr("For research, not for diagnosis"))
        self.canvas.setAccessibleName(self.tr("Images"))

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language or window state."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_purpose"):
            self.retranslate()
        elif event.type() == QEvent.Type.WindowStateChange and hasattr(self, "_purpose"):
            self.actions_set.refresh_later()

    # -- following the document and the settings

    def _document_changed(self, _change: object) -> None:
        self._show_centre()
        self.actions_set.refresh_later()

    def _show_centre(self) -> None:
        views = self.workspace.document.state.layout.views
        is_empty = not any(view.series_key for view in views)
        self._centre.setCurrentWidget(self._start_area if is_empty else self.canvas)

    def _settings_changed(self, section: str) -> None:
        if section == "keys":
            self.actions_set.set_overrides(self.workspace.settings.keys.shortcuts)
        self.actions_set.refresh_later()

    def _show_probe(self, found: object) -> None:
        self._probe.setText("" if found is None else str(found))

    def _import_progress(self, report: object) -> None:
        done, left_out = int(getattr(report, "instances", 0)), int(getattr(report, "left_out", 0))
        finished = bool(getattr(report, "finished", False))
        self.docks.browser.show_progress(done, left_out, 1.0 if finished else getattr(report, "fraction", None))
        if finished and done:
            text = self.tr("1 file read.") if done == 1 else self.tr("{n} files read.").format(n=done)
            if left_out == 1:
                text += " " + self.tr("1 is not shown: the list of studies tells why.")
            elif left_out:
                text += " " + self.tr("{n} are not shown: the list of studies tells why.").format(n=left_out)
            self.notifications.whisper(text)

    def _job_failed(self, failure: tuple[object, BaseException]) -> None:
        from medviewer.ui.notifications import Deed

        show = Deed(self.tr("Show jobs"), partial(self.docks.show, "jobs"))
        if isinstance(failure[1], MedviewerError):
            self.notifications.tell(failure[1], show)
        else:
            raise failure[1]  # a bug: the excepthook writes the report and tells

    def _show_tags(self, series_id: int) -> None:
        self.commands.show_series(series_id)
        self.show_workspace("review")
        self.docks.show_tags()

    def _show_study(self, study_id: int) -> None:
        rows = [row for row in self.workspace.catalog.series_of(study_id) if row.n_frames > 0]
        if rows:
            self.commands.show_series(int(rows[0].id))
        else:
            from medviewer.ui.notifications import Kind

            self.notifications.say(self.tr("This study has no images."), kind=Kind.WARN)

    # -- the shell that the commands see

    def show_workspace(self, name: str) -> None:
        """``"review"``, ``"process"`` or ``"lab"``: the panel at the right follows."""
        self.workspace_name = name
        self.docks.show_workspace(name)
        self.actions_set.refresh_later()

    def toggle_dock(self, name: str) -> None:
        """Show or hide a dock."""
        self.docks.toggle(name)

    def dock_visible(self, name: str) -> bool:
        """Whether a dock is shown."""
        return self.docks.is_shown(name)

    def next_area(self, step: int) -> None:
        """Move the focus to the next dock or the canvas."""
        docks = self.docks
        areas: list[QWidget] = [w for w in (docks.browser, self._centre, docks.panels, docks.drawer) if w.isVisible()]
        focused = self.focusWidget()
        at = next((i for i, w in enumerate(areas) if focused and (w is focused or w.isAncestorOf(focused))), -1)
        area = areas[(at + step) % len(areas)]
        if area is docks.browser:
            docks.browser.focus_filter()
        elif area is self._centre and self._centre.currentWidget() is self.canvas:
            self.canvas.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            first = next((w for w in area.findChildren(QWidget) if w.isVisible() and _takes_tab(w)), None)
            if first is not None:
                first.setFocus(Qt.FocusReason.TabFocusReason)

    def show_palette(self) -> None:
        """Open the command palette."""
        from medviewer.ui.command_palette import CommandPalette

        if self._palette is None:
            show = self.commands.show_series
            self._palette = CommandPalette(self.actions_set, self.workspace, self.theme, show, self)
        self._palette.open()

    def show_keys(self) -> None:
        """Open or close the key sheet."""
        from medviewer.ui.key_sheet import KeySheet

        if self._key_sheet is None:
            self._key_sheet = KeySheet(self.actions_set, self.workspace.settings, self.theme, self)
        self._key_sheet.toggle()

    def show_preferences(self) -> None:
        """Open the preferences."""
        from medviewer.ui.preferences import Preferences

        if self._preferences is None:
            self._preferences = Preferences(self.workspace.settings, self.actions_set, self.theme, self)
        self._preferences.show()
        self._preferences.raise_()
        self._preferences.activateWindow()

    def show_about(self) -> None:
        """Say which program this is."""
        from medviewer.ui.about import About

        About(self.theme, self).show()

    def focus_filter(self) -> None:
        """Put the cursor into the browser's filter."""
        self.docks.show("browser")
        self.docks.browser.focus_filter()

    # -- drops

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders anywhere in the window."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self.notifications.whisper(self.tr("Drop to open; nothing is changed on disk."))

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        # The other program waits for the end of this event.
        QTimer.singleShot(0, partial(self.commands.open_paths, paths))

    # -- life

    def paintEvent(self, event: QPaintEvent) -> None:
        """Go on with the rest once the window is on screen."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self._stand_timer.start()

    def _stands(self) -> None:
        try:
            self.assemble()
        except MedviewerError as error:
            self._show_failure(error)
            return
        self.docks.complete()
        self.docks.process_panel.marks_wanted.connect(self._marks_wanted)
        self.docks.tables_panel.place_wanted.connect(self._go_to)
        self.docks.tables_panel.classify_wanted.connect(self._classify)
        self.docks.case_opener.place_wanted.connect(self._go_to)
        self.docks.lab_wanted.connect(partial(self.show_workspace, "lab"))
        self.ready.emit()

    def _marks_wanted(self, series_key: str, request: MarkRequest | None) -> None:
        """Let the hand set marks for a step; None: no longer."""
        if request is None:
            self.canvas.set_marks(None)
            return
        from medviewer.ui.canvas.mark_tool import MarkTool

        panel = self.docks.process_panel
        tool = MarkTool(
            request,
            series_key,
            lambda: panel.marks_of(request),
            lambda marks: panel.add_marks(request, marks),
        )
        self.canvas.set_tool("")
        self.canvas.set_marks(tool)

    def _classify(self, table: ResultTable) -> None:
        """Make the rows of a table the cases of an experiment."""
        self.show_workspace("lab")
        self.docks.show("panels")
        self.docks.lab_panel.take(table)

    def _go_to(self, series_key: str, world: tuple[float, float, float]) -> None:
        """Show a place of a series in the pane that has it."""
        layout = self.workspace.document.state.layout
        panes = [n for n in layout.visible if self.workspace.document.state.view(n).series_key == series_key]
        if panes:
            self.canvas.go_to(layout.active if layout.active in panes else panes[0], world)

    @property
    def is_assembled(self) -> bool:
        """Whether the workspace is open and the parts are there."""
        return self._is_assembled

    def _show_failure(self, error: MedviewerError) -> None:
        """Say why there is nothing to work with (a data folder that cannot be used), and offer to close."""
        from medviewer.ui.start_page import FailurePage

        self._is_assembled, self._has_failed = False, True
        page = FailurePage(error, self)
        page.close_requested.connect(self.close)
        self._centre.addWidget(page)
        self._centre.setCurrentWidget(page)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep where everything stood, then end everything; running jobs are cancelled, work is kept."""
        self._stand_timer.stop()
        if not self._is_assembled:
            event.accept()
            return
        if self.canvas.cine.pane is not None:
            self.canvas.cine.stop()
        self.workspace.settings.change(
            "window",
            geometry=_text(self.saveGeometry()),
            state=_text(self.saveState(STATE_VERSION)),
            workspace=self.workspace_name,
        )
        if not self._is_closed:
            self._is_closed = True
            for disconnect in self._disconnect:
                disconnect()
            self.actions_set.stop()
        self.workspace.close()
        event.accept()


def _takes_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value) and widget.isEnabled()


def _text(data: QByteArray) -> str:
    return base64.b64encode(data.data()).decode("ascii")


def _bytes(text: str) -> QByteArray:
    try:
        return QByteArray(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return QByteArray()
