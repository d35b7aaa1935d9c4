"""The program as a process: without a display, with a bug, ended by a signal, killed; and what it imports first."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from medviewer import app as app_module
from medviewer.errors import Cancelled, UnreadableFile
from medviewer.ui.faults import Faults

ROOT = Path(__file__).resolve().parents[2]

PRELUDE = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
import medviewer.app as app_module
data = Path(sys.argv[1])
def run(deed, paths=()):
    build = app_module.build
    def built(*args, **kwargs):
        app, window = build(*args, **kwargs)
        def go():
            try:
                deed(window)
            except BaseException:
                import traceback; traceback.print_exc(); window.close(); raise
        window.ready.connect(lambda: QTimer.singleShot(0, go))
        return app, window
    app_module.build = built
    return app_module.main(paths, data_dir=data)
"""


def start(code: str, data: Path, **environ: str | None) -> subprocess.Popen[str]:
    """The program with a deed that is done once its window stands."""
    values: dict[str, str | None] = {**os.environ, "QT_QPA_PLATFORM": "offscreen", **environ}
    return subprocess.Popen(
        [sys.executable, "-c", PRELUDE + code, str(data)],
        cwd=ROOT,
        env={key: value for key, value in values.items() if value is not None},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=90)
    return process.returncode, out, err


def test_without_a_display_one_sentence(tmp_path: Path) -> None:
    nothing = {"QT_QPA_PLATFORM": None, "DISPLAY": None, "WAYLAND_DISPLAY": None}
    code, out, err = ended(start("sys.exit(app_module.main([], data_dir=data))", tmp_path / "d", **nothing))
    assert code == app_module.EXIT_NO_DISPLAY
    assert out == ""
    assert err.strip().count("\n") == 0
    assert "no display" in err
    assert "Traceback" not in err


@pytest.mark.process
def test_opening_and_closing_leaves_with_zero_and_says_nothing(tmp_path: Path) -> None:
    code, out, err = ended(start("sys.exit(run(lambda w: w.close()))", tmp_path / "d"))
    assert (code, out, err) == (0, "", "")


@pytest.mark.process
def test_only_what_the_first_window_needs_is_imported(tmp_path: Path) -> None:
    heavy = ("torch", "numpy", "scipy", "SimpleITK", "cv2", "pydicom", "pyqtgraph", "imagecodecs", "PIL", "gdcm")
    code = f"""
app_module._begin = lambda *_: None
seen = []
from medviewer.ui.main_window import MainWindow
def stands(window):
    seen.extend(name for name in {heavy!r} if name in sys.modules)
    window.close()
MainWindow._stands = stands
code = app_module.main([], data_dir=data)
print(seen)
sys.exit(code)
"""
    assert ended(start(code, tmp_path / "d"))[:2] == (0, "[]\n")


@pytest.mark.process
def test_a_bug_is_reported_and_the_program_goes_on(tmp_path: Path) -> None:
    code = """
def deed(window):
    def later():
        print([note.code for note in window.notifications.past])
        window.close()
    def bug():
        QTimer.singleShot(0, later)
        raise ZeroDivisionError("patient name: Doe^Jane in /home/jane/doe.dcm")
    QTimer.singleShot(0, bug)
sys.exit(run(deed))
"""
    exit_code, out, _err = ended(start(code, tmp_path / "d"))
    assert (exit_code, out) == (0, "['bug']\n")
    (report,) = (tmp_path / "d" / "log" / "reports").glob("report-*.txt")
    text = report.read_text("utf-8")
    assert "ZeroDivisionError" in text
    assert "Python" in text or "python" in text
    for secret in ("Doe", "jane"):
        assert secret not in text
    assert report.stat().st_mode & 0o077 == 0


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_the_systems_end_closes_cleanly(tmp_path: Path) -> None:
    process = start("sys.exit(run(lambda w: print('stands', flush=True)))", tmp_path / "d")
    assert process.stdout is not None
    assert process.stdout.readline() == "stands\n"
    process.send_signal(signal.SIGTERM)
    code, _out, err = ended(process)
    assert (code, err) == (0, "")


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_after_kill_9_the_work_is_offered_back(tmp_path: Path) -> None:
    data = tmp_path / "d"
    code = """
from medviewer.document import edits
def deed(window):
    window.workspace.document.apply(edits.SetLayout(2, 2))
    window.workspace.sessions._journal.flush()
    print("stands", flush=True)
run(deed)
"""
    process = start(code, data)
    assert process.stdout is not None
    assert process.stdout.readline() == "stands\n"
    process.kill()
    process.wait(30)
    process.stdout.close()
    code = """
def deed(window):
    (note,) = window.notifications.past
    print(len(note.deeds))
    note.deeds[-1].run()
    layout = window.workspace.document.state.layout
    print(layout.rows, layout.columns)
    window.close()
sys.exit(run(deed))
"""
    assert ended(start(code, data))[:2] == (0, "2\n2 2\n")
    code = "sys.exit(run(lambda w: (print(len(w.notifications.past)), w.close())))"
    assert ended(start(code, data))[:2] == (0, "0\n")


@pytest.mark.process
def test_a_second_window_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    first = start("sys.exit(run(lambda w: print('stands', flush=True)))", tmp_path / "d")
    assert first.stdout is not None
    assert first.stdout.readline() == "stands\n"
    code, _out, err = ended(start("sys.exit(app_module.main([], data_dir=data))", tmp_path / "d"))
    assert code == app_module.EXIT_RUNNING
    assert "already running" in err
    first.terminate()
    assert ended(first)[0] == 0


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert app_module.main([], data_dir=tmp_path / "file" / "data") == app_module.EXIT_FOLDERS
    assert capsys.readouterr().err.count("\n") == 1


# -- the hooks, in this process


@pytest.fixture
def faults(qapp: QApplication, tmp_path: Path) -> Iterator[Faults]:
    made = Faults(tmp_path / "reports")
    yield made
    made.remove()


def test_errors_for_the_user_make_no_report(faults: Faults, tmp_path: Path) -> None:
    told: list[object] = []
    faults.told.connect(told.append)
    error = UnreadableFile("Damaged.")
    assert faults.caught(error) is None
    assert faults.caught(Cancelled()) is None
    assert told == [error]
    assert not list(tmp_path.glob("reports/*"))


def test_a_thread_that_raises_is_told_in_the_window_s_thread(faults: Faults, qapp: QApplication) -> None:
    where: list[threading.Thread] = []
    faults.told.connect(lambda _error: where.append(threading.current_thread()))
    hooks = (sys.excepthook, threading.excepthook)
    faults.install()
    try:
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
    finally:
        faults.remove()
        sys.excepthook, threading.excepthook = hooks
    qapp.processEvents()
    assert where == [threading.main_thread()]


def test_reports_do_not_fill_the_disk(faults: Faults, tmp_path: Path) -> None:
    for _ in range(30):
        faults.caught(ValueError("again"))
    assert len(list((tmp_path / "reports").glob("report-*.txt"))) == 20
