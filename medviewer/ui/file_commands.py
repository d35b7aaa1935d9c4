"""What the menu File does: open, sessions, pictures out; and the window as the commands see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from medviewer.document import edits
from medviewer.errors import MedviewerError
from medviewer.services.paths import resource_dir
from medviewer.services.sessions import Found
from medviewer.services.workspace import Workspace
from medviewer.ui.canvas.grid import CanvasGrid
from medviewer.ui.notifications import Kind, Notifications

translate = QCoreApplication.translate

SESSION_SUFFIX = ".session.json"


class Shell(Protocol):
    """The window as the commands see it."""

    notifications: Notifications
    workspace_name: str

    def show_workspace(self, name: str) -> None:
        """``"review"`` or ``"process"``."""

    def toggle_dock(self, name: str) -> None:
        """Show or hide ``"browser"``, ``"panels"`` or ``"jobs"``."""

    def dock_visible(self, name: str) -> bool:
        """Whether a dock is shown."""

    def next_area(self, step: int) -> None:
        """Move the focus to the next dock or the canvas."""

    def show_palette(self) -> None:
        """Open the command palette."""

    def show_keys(self) -> None:
        """Open or close the key sheet."""

    def show_preferences(self) -> None:
        """Open the preferences."""

    def show_about(self) -> None:
        """Say which program this is."""

    def focus_filter(self) -> None:
        """Put the cursor into the browser's filter."""


class FileCommands:
    """Opening, saving and sending out; part of `commands.Commands`."""

    def __init__(self, workspace: Workspace, canvas: CanvasGrid, shell: Shell) -> None:
        self._workspace = workspace
        self._canvas = canvas
        self._shell = shell

    @property
    def _widget(self) -> QWidget:
        assert isinstance(self._shell, QWidget)
        return self._shell

    def open_folder(self) -> None:
        """Ask for a folder and open what is in it."""
        dialog = QFileDialog(self._widget, translate("Commands", "Open folder"), self._start_folder())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, False)
        self._ask(dialog)

    def open_files(self) -> None:
        """Ask for files and open them."""
        dialog = QFileDialog(self._widget, translate("Commands", "Open files"), self._start_folder())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        self._ask(dialog)

    def _start_folder(self) -> str:
        return self._workspace.settings.data.open_folder or str(Path.home())

    def _ask(self, dialog: QFileDialog) -> None:
        # The program goes on while the dialog is open.
        dialog.filesSelected.connect(self.open_paths)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def open_paths(self, paths: Sequence[str | Path]) -> None:
        """Read files and folders and show the first series found; a session file brings its session back."""
        chosen = [Path(path) for path in paths]
        for session in [path for path in chosen if path.name.endswith(SESSION_SUFFIX)]:
            chosen.remove(session)
            self._open_session(session)
        if not chosen:
            return
        first = chosen[0]
        self._workspace.settings.change("data", open_folder=str(first if first.is_dir() else first.parent))
        self._workspace.open_paths(chosen, self._opened)

    def _opened(self, loaded: object) -> None:
        if loaded is None:
            hint = translate("Commands", "The list of studies tells of each file why it is not shown.")
            self._shell.notifications.say(translate("Commands", "No image was found."), hint, Kind.WARN)
        else:
            self._canvas.setFocus()

    def open_sample(self) -> None:
        """Open the studies that come with the program."""
        self._workspace.open_paths(list(sample_studies()), self._opened)

    def save_session(self) -> None:
        """Ask where to, and write what is open, how it is shown and what was measured."""
        dialog = QFileDialog(self._widget, translate("Commands", "Save session"), self._start_folder())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(translate("Commands", "Session (*{suffix})").format(suffix=SESSION_SUFFIX))
        dialog.setDefaultSuffix(SESSION_SUFFIX.lstrip("."))
        dialog.selectFile(datetime.now().strftime(f"session-%Y%m%d-%H%M%S{SESSION_SUFFIX}"))
        dialog.fileSelected.connect(self._write_session)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _write_session(self, path: str) -> None:
        said = translate("Commands", "The session was saved.")
        hint = translate("Commands", "It names the folders of its images, and holds no pixels.")
        self._workspace.sessions.save(
            Path(path),
            lambda _none: self._shell.notifications.say(said, hint, Kind.GOOD),
            self._shell.notifications.tell,
        )

    def open_session(self) -> None:
        """Ask for a session file and bring it back."""
        dialog = QFileDialog(self._widget, translate("Commands", "Open session"), self._start_folder())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(translate("Commands", "Session (*{suffix})").format(suffix=SESSION_SUFFIX))
        dialog.fileSelected.connect(lambda path: self._open_session(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _open_session(self, path: Path) -> None:
        try:
            found = self._workspace.sessions.open(path)
        except MedviewerError as error:
            self._shell.notifications.tell(error)
            return
        if found.missing and found.places:
            # Its images were moved, or this is another computer: read them, then show the session again.
            self._workspace.import_paths(
                found.places, lambda _report: self.tell_found(self._workspace.sessions.show(found.state))
            )
        else:
            self.tell_found(found)

    def tell_found(self, found: Found | None) -> None:
        """Say what of a session could not be shown, or may have changed."""
        if found is None:
            return
        notifications = self._shell.notifications
        if found.missing:
            message = translate("Commands", "{n} series of the session are not in the list of studies.")
            hint = translate("Commands", "Open their folder; their measurements come back with them.")
            notifications.say(message.format(n=len(found.missing)), hint, Kind.WARN)
        if found.changed:
            message = translate("Commands", "{n} series have other images than when the session was saved.")
            hint = translate("Commands", "Measurements may lie on other images.")
            notifications.say(message.format(n=len(found.changed)), hint, Kind.WARN)

    def copy_picture(self) -> None:
        """Put the active pane on the clipboard."""
        self._canvas.copy_image()
        self._shell.notifications.whisper(translate("Commands", "The picture is on the clipboard."))

    def save_picture(self) -> None:
        """Ask where to, and write the active pane as PNG."""
        # A name made of the time: patient data does not leave the program in a file name that nobody chose.
        name = datetime.now().strftime("picture-%Y%m%d-%H%M%S.png")
        folder = self._workspace.settings.data.export_folder or str(Path.home())
        dialog = QFileDialog(self._widget, translate("Commands", "Save picture"), str(Path(folder) / name))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.setNameFilter(translate("Commands", "PNG picture (*.png)"))
        dialog.selectFile(name)
        dialog.fileSelected.connect(self._write_picture)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _write_picture(self, path: str) -> None:
        try:
            self._canvas.save_png(path)
        except MedviewerError as error:
            self._shell.notifications.tell(error)
            return
        self._workspace.settings.change("data", export_folder=str(Path(path).parent))
        hint = translate("Commands", "Names and numbers written on the image are in the picture too.")
        self._shell.notifications.say(translate("Commands", "The picture was saved."), hint, Kind.GOOD)

    def close_series(self) -> None:
        """Empty the active pane."""
        self._workspace.document.apply(edits.ShowSeries(self._workspace.document.state.layout.active, ""))

    def quit(self) -> None:
        """Close the window."""
        self._widget.close()

    def show_log_folder(self) -> None:
        """Open the folder of logs and reports in the file manager."""
        folder = self._workspace.paths.log_dir
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            QGuiApplication.clipboard().setText(str(folder))
            text = translate("Commands", "No file manager answered; the folder's path is on the clipboard.")
            self._shell.notifications.say(text, str(folder))


def sample_studies() -> list[Path]:
    """The folders of the sample studies that come with the program."""
    folder = resource_dir() / "samples"
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
