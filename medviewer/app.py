"""The composition root: settings, services and the window are put together here, and taken apart again.

Only what the first window needs is imported before it is painted; the rest is warmed up afterwards by a job.
"""

from __future__ import annotations

import gc
import importlib
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from medviewer import log as log_file
from medviewer.errors import MedviewerError
from medviewer.services.paths import Paths

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from medviewer.io.series import Series
    from medviewer.services.jobs import JobContext
    from medviewer.services.workspace import Workspace
    from medviewer.ui.main_window import MainWindow

log = logging.getLogger(__name__)

EXIT_NO_DISPLAY = 2
EXIT_RUNNING = 3
EXIT_FOLDERS = 4
# What the first click will need, in this order; torch waits until it is asked for.
WARM = ("medviewer.io.volume", "cv2", "pydicom", "scipy.ndimage", "pyqtgraph")
SWITCH_S = 0.001
"""So long a worker in pure Python keeps the interpreter when the window wants it; Python's own 5 ms, several times in
one event, would be felt."""
WARM_READER_MS = 1500
"""After the start; a process more takes time from what the user does first."""
HEADLESS = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs")


def main(
    paths: Sequence[str | Path] = (),
    data_dir: str | Path | None = None,
    cache_dir: str | Path | None = None,
    log_dir: str | Path | None = None,
) -> int:
    """Run the window until it is closed.

    Parameters
    ----------
    paths : sequence of path
        Files and folders to open.
    data_dir, cache_dir, log_dir : path, optional
        Where the program writes; by default the platform's usual folders.

    Returns
    -------
    int
        Exit code: 0, or 2 without a display, 3 when the program runs already, 4 when a folder cannot be written.
    """
    reason = why_no_window()
    if reason:
        sys.stderr.write(reason + "\n")
        return EXIT_NO_DISPLAY
    try:
        folders = Paths.choose(data_dir, cache_dir, log_dir).ensure()
    except MedviewerError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_FOLDERS
    from PySide6.QtCore import QLockFile

    lock = QLockFile(str(folders.data_dir / "window.lock"))
    lock.setStaleLockTime(0)  # held as long as its process lives
    if not lock.tryLock(100):
        sys.stderr.write("medviewer is already running. Open files in its window, or give another --data-dir.\n")
        return EXIT_RUNNING
    app, window = build(paths, folders)
    window.show()
    try:
        with _closing_on_signals(window):
            return app.exec()
    finally:
        if window.is_assembled:
            window.workspace.close()
        lock.unlock()
        _let_go(window)


def build(paths: Sequence[str | Path] = (), folders: Paths | None = None) -> tuple[QApplication, MainWindow]:
    """Make the application and its window, not yet shown; `paths` are opened once it stands.

    Its parts (`MainWindow.workspace`, `canvas`…) are made once it has been painted, or when one is asked for.

    Raises
    ------
    SettingsError, CatalogError
        When a folder or the catalog cannot be used.
    """
    folders = folders or Paths.choose().ensure()
    log_file.set_up(folders.log_dir, stderr_level=None)
    sys.setswitchinterval(SWITCH_S)

    from PySide6.QtCore import Qt
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtWidgets import QApplication

    from medviewer.services.settings import Settings
    from medviewer.ui import icons
    from medviewer.ui.faults import Faults
    from medviewer.ui.main_window import MainWindow
    from medviewer.ui.theme import Theme
    from medviewer.ui.translation import Translation

    app = QApplication.instance()
    if not isinstance(app, QApplication):
        QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
        app = QApplication(sys.argv[:1])
    app.setApplicationName("medviewer")
    app.setDesktopFileName("medviewer")
    app.setWindowIcon(icons.program_icon())
    faults = Faults(folders.report_dir, app)
    faults.install()

    workspaces: list[Workspace] = []
    settings = Settings(folders.settings_file, background=lambda write: _write_later(workspaces, write))
    theme = Theme(settings.general.theme)
    theme.apply(app)
    icons.follow(theme)
    translation = Translation(app)
    translation.use(settings.general.language)

    def general_changed(section: str) -> None:
        if section == "general":
            theme.use(settings.general.theme)
            translation.use(settings.general.language)

    settings.changed.connect(general_changed)

    def open_workspace() -> Workspace:
        from medviewer.services.workspace import Workspace
        from medviewer.ui.job_bridge import QThreadExecutor

        workspaces.append(Workspace(folders, QThreadExecutor(), settings=settings, plan=_plan))
        return workspaces[0]

    window = MainWindow(settings, theme, open_workspace)
    window.faults = faults
    faults.told.connect(lambda error: _tell_fault(window, error))
    window.ready.connect(lambda: _begin(window, [Path(path) for path in paths]))
    return app, window


def _write_later(workspaces: list[Workspace], write: Callable[[], None]) -> None:
    """Write the settings in the background; at once while there is none yet."""
    from medviewer.services.jobs import JobRequest

    if workspaces:
        workspaces[0].scheduler.submit(JobRequest(("settings",), "io", lambda _ctx: write(), cancellable=False))
    else:
        write()


def _plan(series: Series, stack: int = 0) -> object:
    """Plan a volume; readers and decoders are imported when the first series is opened."""
    from medviewer.io.volume import plan

    return plan(series, stack)


def _begin(window: MainWindow, paths: list[Path]) -> None:
    """What can wait until the window stands."""
    from PySide6.QtCore import QTimer

    from medviewer.services.jobs import JobRequest, Priority

    workspace = window.workspace
    for problem in workspace.settings.problems:
        window.notifications.tell(problem)
    workspace.start()
    if workspace.sessions.recovered() is not None:
        _offer_recovery(window)
    elif workspace.settings.general.restore_session and not paths:
        window.commands.tell_found(workspace.sessions.restore_last())
    if paths:
        window.commands.open_paths(paths)
    # What was imported stays for ever: collections that walk through it all would hold every thread for 100 ms.
    workspace.scheduler.submit(
        JobRequest(("warm-up",), "compute", warm_up, priority=Priority.BATCH), done=lambda _: gc.freeze()
    )
    reader = QTimer(window, singleShot=True, interval=WARM_READER_MS)
    reader.timeout.connect(lambda: _warm_reader(window))
    reader.start()
    from medviewer.ui.translation import has_chinese_font

    if workspace.settings.general.language == "zh_CN" and not has_chinese_font():
        from medviewer.ui.notifications import Kind

        hint = "On Debian and Ubuntu: sudo apt install fonts-noto-cjk"
        window.notifications.say("This computer has no Chinese font.", hint, Kind.WARN)


def _warm_reader(window: MainWindow) -> None:
    """Start the process that reads headers: the first rows of an import then come as soon as the first files."""
    if not window.isVisible():
        return  # closed already
    from medviewer.services.jobs import JobRequest, Priority
    from medviewer.services.processes import job_of

    workspace = window.workspace
    work = job_of(workspace.processes, "medviewer.services.importer", "warm_up")
    workspace.scheduler.submit(JobRequest(("warm-up", "reader"), "process", work, priority=Priority.BATCH))


def warm_up(ctx: JobContext) -> None:
    """Import what the first click will need, so that it need not wait; what is missing is no matter here."""
    for name in WARM:
        ctx.check()
        try:
            importlib.import_module(name)
        except ImportError as error:
            log.info("not warmed up: %s (%s)", name, type(error).__name__)


def _offer_recovery(window: MainWindow) -> None:
    from PySide6.QtCore import QCoreApplication

    from medviewer.ui.notifications import Deed, Kind

    translate = QCoreApplication.translate
    sessions = window.workspace.sessions
    window.notifications.say(
        translate("App", "The program was ended before it could close."),
        translate("App", "What was open, with all measurements, was kept and can be brought back."),
        Kind.INFO,
        Deed(translate("App", "Discard"), sessions.discard_recovered),
        Deed(translate("App", "Bring back"), lambda: window.commands.tell_found(sessions.restore_recovered())),
    )


def _tell_fault(window: MainWindow, error: BaseException) -> None:
    from PySide6.QtCore import QCoreApplication

    from medviewer.ui.notifications import Deed

    if not window.is_assembled:
        return  # the log and the report have it; the window's own page says why nothing opened
    if isinstance(error, MedviewerError):
        window.notifications.tell(error)
    else:
        title = QCoreApplication.translate("App", "Show reports")
        window.notifications.tell(error, Deed(title, window.commands.show_log_folder))


def why_no_window() -> str:
    """Why no window can be opened here, as one sentence; empty when one can."""
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if not sys.platform.startswith("linux") or platform in HEADLESS:
        return ""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return ""
    return (
        "There is no display to open a window on. Without one, medviewer works from the command line: "
        "medviewer --help."
    )


@contextmanager
def _closing_on_signals(window: MainWindow) -> Iterator[None]:
    """Ctrl+C and the system's end close the window as a click does, so that nothing is lost."""
    from PySide6.QtCore import QSocketNotifier

    if sys.platform == "win32":
        yield
        return
    read_end, write_end = os.pipe()
    os.set_blocking(read_end, False)
    os.set_blocking(write_end, False)
    notifier = QSocketNotifier(read_end, QSocketNotifier.Type.Read)

    def arrived() -> None:
        os.read(read_end, 64)
        window.close()

    notifier.activated.connect(arrived)
    before = signal.set_wakeup_fd(write_end)
    old = {name: signal.signal(name, lambda *_: None) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for name, handler in old.items():
            signal.signal(name, handler)
        signal.set_wakeup_fd(before)
        notifier.setEnabled(False)
        os.close(read_end)
        os.close(write_end)


def _let_go(window: MainWindow) -> None:
    """Give back what must not outlive the application."""
    from medviewer.ui import icons

    if window.faults is not None:
        window.faults.remove()
    icons.forget()
    log_file.tear_down()
