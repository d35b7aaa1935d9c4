"""The bar at the top: workspaces, layout, tools, presets, search, jobs; built from the action table."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from medviewer.ui.action_set import ActionSet, key_text
from medviewer.ui.actions import TOOLBAR
from medviewer.ui.commands import Commands
from medviewer.ui.icons import icon
from medviewer.ui.paint_actions import MENU as MASKS
from medviewer.ui.paint_actions import PAINT_TOOLS
from medviewer.ui.theme import GRID, ICON, TOOL_BUTTON, Theme

MENU_ICONS = {"View/Layout": "layout-2x2", "Image/Presets": "presets", MASKS: "brush"}
WORKSPACES = ("view.review", "view.process", "view.lab")
SEARCH_WIDTH = 160
SEPARATED_FROM = 1250  # below this width of the bar its groups are not set apart
SEARCH_NARROW = 1364  # below this width of the bar the field becomes an icon
PAINT_FROM = 1420  # below this width of the bar the painting tools are one button with a menu


class ToolBar(QToolBar):
    """One row of buttons; names are in the tool tips, the workspaces have words."""

    def __init__(self, actions: ActionSet, commands: Commands, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tool-bar")
        self.setMovable(False)
        self.setFloatable(False)
        self.setIconSize(QSize(ICON, ICON))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._actions = actions
        self._commands = commands
        self._menus: list[tuple[QToolButton, str]] = []
        self._dispensable: list[QAction] = []
        self._paint: list[QAction] = []
        for action_id in WORKSPACES:
            button = self._button()
            button.setProperty("workspace", True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setDefaultAction(actions.action(action_id))
            self.addWidget(button)
        self.addSeparator()
        for item in TOOLBAR:
            if item == "|":
                self._dispensable.append(self.addSeparator())
            elif item in MENU_ICONS:
                self.addWidget(self._menu_button(item, theme))
            else:
                button = self._button()
                button.setDefaultAction(actions.action(item))
                placed = self.addWidget(button)
                if item in PAINT_TOOLS:
                    self._paint.append(placed)
                    if item == PAINT_TOOLS[-1]:
                        self._paint_menu = self.addWidget(self._menu_button(MASKS, theme))
        space = QWidget(self)
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(space)
        self._search = self._button()
        self._search.setObjectName("search-everything")
        self._search.setProperty("search", True)
        self._search.setIcon(icon("search", theme, "dim"))
        self._search.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._search.clicked.connect(partial(actions.run, "help.palette"))
        self.addWidget(self._search)
        gap = QWidget(self)
        gap.setFixedWidth(GRID)
        self.addWidget(gap)
        self._jobs = self._button()
        self._jobs.setObjectName("jobs-button")
        self._jobs.setDefaultAction(actions.action("view.jobs"))
        self._jobs.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.addWidget(self._jobs)
        self.show_jobs(0)
        self.retranslate()

    def _button(self) -> QToolButton:
        button = QToolButton(self)
        # Reached by Tab, but a click leaves the focus on the image, whose keys go on working.
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setIconSize(QSize(ICON, ICON))
        return button

    def _menu_button(self, path: str, theme: Theme) -> QToolButton:
        button = self._button()
        button.setObjectName(path)
        button.setIcon(icon(MENU_ICONS[path], theme))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.aboutToShow.connect(partial(self._fill, menu, path))
        button.setMenu(menu)
        self._menus.append((button, path))
        return button

    def _fill(self, menu: QMenu, path: str) -> None:
        menu.clear()
        self._actions.refresh()
        self._actions.fill_menu(menu, path)
        if path == "Image/Presets":
            for action in menu.actions():
                digit = action.objectName().removeprefix("window.preset-")
                if digit.isdigit():
                    # A preset that the modality does not have is not worth a line here.
                    action.setVisible(bool(self._commands.preset_name(int(digit))))

    def show_jobs(self, count: int) -> None:
        """Show how many jobs run."""
        running = count > 0
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if running else Qt.ToolButtonStyle.ToolButtonIconOnly
        self._jobs.setToolButtonStyle(style)
        self._jobs.setText(str(count) if running else "")

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self._search.setAccessibleName(self.tr("Search everything"))
        keys = self._actions.keys("help.palette")
        shown = key_text(keys[0]) if keys else ""
        self._search.setText(" " + self.tr("Search") + f"   {shown}")
        self._search.setToolTip(self.tr("Search actions, patients, studies and series"))
        for button, path in self._menus:
            title = self._actions.menu_title(path.rpartition("/")[2])
            button.setToolTip(title)
            button.setAccessibleName(title)

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_jobs"):
            self.retranslate()

    def resizeEvent(self, event: object) -> None:
        """Give the tools their room first."""
        narrow = self.width() < SEARCH_NARROW
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if narrow else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        self._search.setToolButtonStyle(style)
        self._search.setFixedWidth(TOOL_BUTTON if narrow else SEARCH_WIDTH)
        for action in self._dispensable:
            # In a narrow window the groups stand together, so that nothing falls off the end.
            action.setVisible(self.width() >= SEPARATED_FROM)
        for action in self._paint:
            action.setVisible(self.width() >= PAINT_FROM)
        self._paint_menu.setVisible(self.width() < PAINT_FROM)
