"""The docks around the canvas: studies at the left, the workspace's panels at the right, the drawer at the bottom."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDockWidget, QFrame, QMainWindow, QScrollArea, QStackedWidget, QTabWidget, QWidget

from medviewer.errors import MedviewerError
from medviewer.services import result_tables
from medviewer.services.workspace import Workspace
from medviewer.ui.browser.panel import BrowserPanel
from medviewer.ui.dock_title import DockTitle
from medviewer.ui.notifications import Notifications
from medviewer.ui.theme import GRID, Theme

WIDTH = 260  # at 1366 the canvas keeps more than 60 %
WIDE = 280  # the list of studies, where there is room for longer names
WIDE_FROM = 1600  # width of the window from which there is
DRAWER_HEIGHT = 200
RESULTS_HEIGHT = 330  # plots need more than lists; at 768 the canvas keeps as much


class Docks(QObject):
    """Makes the docks and knows what stands in them.

    The browser is made at once, the panels by `complete`, once the window has been painted, so that it is there
    sooner.

    Signals
    -------
    changed()
        A dock was shown or hidden.
    running_changed(int)
        How many jobs run.
    lab_wanted()
        An experiment is to be set up: the workspace Lab is to be shown.
    """

    changed = Signal()
    running_changed = Signal(int)
    lab_wanted = Signal()

    def __init__(self, window: QMainWindow, workspace: Workspace, theme: Theme, notifications: Notifications) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._theme = theme
        self._notifications = notifications
        self._shown_workspace = "review"
        self._is_complete = False
        self.browser = BrowserPanel(workspace, theme)
        self.review = QTabWidget(window)
        self.review.setObjectName("review-panels")
        self.review.setDocumentMode(True)
        self.process = QTabWidget(window)
        self.process.setObjectName("process-panels")
        self.process.setDocumentMode(True)
        self.panels = QStackedWidget(window)
        self.panels.addWidget(self.review)
        self.panels.addWidget(self.process)
        self._lab_place = QStackedWidget(window)
        self.panels.addWidget(self._lab_place)
        self.drawer = QTabWidget(window)
        self.drawer.setDocumentMode(True)
        area = Qt.DockWidgetArea
        self._docks = {
            "browser": self._dock("browser", self.browser, area.LeftDockWidgetArea),
            "panels": self._dock("panels", self.panels, area.RightDockWidgetArea),
            "jobs": self._dock("jobs", self.drawer, area.BottomDockWidgetArea),
        }
        side = [self._docks["browser"], self._docks["panels"]]
        first = WIDE if window.width() >= WIDE_FROM else WIDTH
        window.resizeDocks(side, [first, WIDTH], Qt.Orientation.Horizontal)
        window.resizeDocks([self._docks["jobs"]], [DRAWER_HEIGHT], Qt.Orientation.Vertical)
        self._docks["jobs"].hide()

    def _dock(self, name: str, content: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(self._window)
        dock.setObjectName(f"dock-{name}")
        dock.setWidget(content)
        dock.setTitleBarWidget(DockTitle(dock, self._theme))
        feature = QDockWidget.DockWidgetFeature
        dock.setFeatures(feature.DockWidgetClosable | feature.DockWidgetMovable)
        content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        content.setMinimumWidth(WIDTH - 2 * GRID)
        dock.visibilityChanged.connect(lambda _visible: self.changed.emit())
        self._window.addDockWidget(area, dock)
        return dock

    def complete(self) -> None:
        """Make the panels, once."""
        if self._is_complete:
            return
        from medviewer.services.recipe_results import RecipeResults
        from medviewer.ui.lab.case_list import CaseList
        from medviewer.ui.lab.case_opener import CaseOpener
        from medviewer.ui.lab.panel import LabPanel
        from medviewer.ui.lab.results_panel import ResultsPanel
        from medviewer.ui.operation_menu import operation_title
        from medviewer.ui.panels.jobs import JobsPanel
        from medviewer.ui.panels.layers import LayersPanel
        from medviewer.ui.panels.log import MessageLog
        from medviewer.ui.panels.measurements import MeasurementPanel
        from medviewer.ui.panels.process import ProcessPanel
        from medviewer.ui.panels.tables import TablesPanel
        from medviewer.ui.panels.tags import TagPanel
        from medviewer.ui.panels.window import WindowPanel

        workspace, theme = self._workspace, self._theme
        self.window_panel = WindowPanel(workspace, theme)
        self.measurement_panel = MeasurementPanel(workspace, theme)
        self.tag_panel = TagPanel(workspace, theme)
        for panel in (_scrolled(self.window_panel), self.measurement_panel, self.tag_panel):
            self.review.addTab(panel, "")
        self.process_panel = ProcessPanel(workspace, theme)
        self.layers_panel = LayersPanel(workspace, theme)
        self._masks = _scrolled(self.layers_panel)
        for part in (self.process_panel, self._masks):
            self.process.addTab(part, "")
        self.tables_panel = TablesPanel(workspace, theme)
        self.recipe_results = RecipeResults(workspace, operation_title)
        self.process_panel.mask_wanted.connect(self._keep_mask)
        self.jobs_panel = JobsPanel(workspace, theme)
        self.jobs_panel.running_changed.connect(self.running_changed)
        self.message_log = MessageLog(self._notifications, theme)
        self.drawer.addTab(self.jobs_panel, "")
        self.drawer.addTab(self.message_log, "")
        self.drawer.addTab(self.tables_panel, "")
        result_tables.of(workspace).changed.connect(self._table_came)
        self.case_opener = CaseOpener(workspace, self)
        self.lab_panel = LabPanel(workspace, theme)
        self._lab_place.addWidget(self.lab_panel)
        self.case_list = CaseList(workspace, theme, self.case_opener)
        self.results_panel = ResultsPanel(workspace, theme, self.case_opener)
        self.drawer.addTab(self.case_list, "")
        self.drawer.addTab(self.results_panel, "")
        self.lab_panel.cases_wanted.connect(self._show_cases)
        self.lab_panel.results_wanted.connect(self.show_results)
        self.case_list.add_wanted.connect(self._set_up)
        self.results_panel.setup_wanted.connect(self._set_up)
        self._is_complete = True
        self._title_tabs()
        self.show_workspace(self._shown_workspace)

    # -- words

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self._docks["browser"].setWindowTitle(self.tr("Studies"))
        self._docks["jobs"].setWindowTitle(self.tr("Jobs and messages"))
        self._title_panels()
        self._title_tabs()

    def _title_panels(self) -> None:
        titles = {"review": self.tr("Review"), "process": self.tr("Process"), "lab": self.tr("Lab")}
        self._docks["panels"].setWindowTitle(titles[self._shown_workspace])

    def _title_tabs(self) -> None:
        for i, title in enumerate((self.tr("Window"), self.tr("Measure"), self.tr("Tags"))):
            self.review.setTabText(i, title)
        self.drawer.setTabText(0, self.tr("Jobs"))
        self.drawer.setTabText(1, self.tr("Messages"))
        self.drawer.setTabText(2, self.tr("Tables"))
        self.drawer.setTabText(3, self.tr("Cases"))
        self.drawer.setTabText(4, self.tr("Results"))
        for i, title in enumerate((self.tr("Steps"), self.tr("Masks"))):
            self.process.setTabText(i, title)

    # -- what is shown

    def show_workspace(self, name: str) -> None:
        """The panels of ``"review"``, ``"process"`` or ``"lab"``."""
        self._shown_workspace = name
        if self._is_complete:
            shown = {"process": self.process, "lab": self._lab_place}
            self.panels.setCurrentWidget(shown.get(name, self.review))
        self._title_panels()

    def show(self, name: str) -> None:
        """Show ``"browser"``, ``"panels"`` or ``"jobs"``."""
        self._docks[name].show()
        self._docks[name].raise_()
        self._notifications.place()  # above it

    def _table_came(self, table_id: str) -> None:
        """A new table is shown at once: that is what was waited for."""
        if table_id:
            self.show("jobs")
            self.drawer.setCurrentWidget(self.tables_panel)

    def _show_cases(self) -> None:
        """The list of cases, ready for labels to be typed."""
        self._show_high(self.case_list)
        self.case_list.focus_list()

    def show_results(self) -> None:
        """The results of the newest run, with room for their plots."""
        self._show_high(self.results_panel)

    def _show_high(self, panel: QWidget) -> None:
        """Show a tab of the drawer, and make the drawer high enough for it."""
        self.show("jobs")
        self.drawer.setCurrentWidget(panel)
        if self._docks["jobs"].height() < RESULTS_HEIGHT:
            self._window.resizeDocks([self._docks["jobs"]], [RESULTS_HEIGHT], Qt.Orientation.Vertical)

    def _set_up(self) -> None:
        self.lab_wanted.emit()
        self.show("panels")

    def _keep_mask(self, series_key: str) -> None:
        try:
            self.recipe_results.keep_mask(series_key)
        except MedviewerError as error:
            self._workspace.told.emit(error)
            return
        self.process.setCurrentWidget(self._masks)

    def toggle(self, name: str) -> None:
        """Show or hide a dock."""
        if self.is_shown(name):
            self._docks[name].hide()
        else:
            self.show(name)

    def is_shown(self, name: str) -> bool:
        """Whether a dock is shown."""
        return not self._docks[name].isHidden()

    def show_tags(self) -> None:
        """Show the tags of the active series."""
        self.show_workspace("review")
        self.show("panels")
        self.review.setCurrentWidget(self.tag_panel)


def _scrolled(panel: QWidget) -> QScrollArea:
    """A panel that scrolls where the window is low, so that it never makes the window higher than the screen."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    panel.setMinimumWidth(WIDTH - 4 * GRID)  # the fields give way: less than they would like, and all of them seen
    area.setWidget(panel)
    return area
