"""The command line under attack: killed, without room on the disk, with odd paths and damaged catalogs."""

from __future__ import annotations

import json
import os
import random
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.helpers.dicom_factory import make_instance, make_series

SERIES, IMAGES = 6, 40


def medviewer(*words: str, given: bytes = b"", before: str = "") -> subprocess.CompletedProcess[bytes]:
    """Run a command; `before` is Python that the process runs first."""
    code = f"{before}\nimport sys; from medviewer.__main__ import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, *words], input=given, capture_output=True, timeout=100, check=False,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    for number in range(SERIES):
        make_series(folder / f"s{number}", IMAGES, series=f"s{number}", study=f"t{number % 2}")
    for number in range(20):
        (folder / f"note{number}.txt").write_text("no image")
    return folder


def stored(catalog: Path) -> set[str]:
    try:
        with sqlite3.connect(catalog / "catalog.sqlite3") as db:
            return {uid for (uid,) in db.execute("SELECT sop_uid FROM instances")}
    except sqlite3.OperationalError:  # killed before the tables were made
        return set()


@pytest.mark.process
@pytest.mark.parametrize("seed", [1, 2])
def test_an_import_killed_at_any_instant_loses_nothing_it_told_of(files: Path, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    catalog, told = tmp_path / "catalog", set()
    command = [sys.executable, "-m", "medviewer", "import", str(files), "--catalog", str(catalog)]
    for _ in range(4):
        with open(tmp_path / "out", "wb") as out:
            child = subprocess.Popen(
                command, stdout=out, stderr=subprocess.DEVNULL, cwd=Path(__file__).resolve().parents[2]
            )
            # Somewhere between its first write and its last line.
            enough, until = rng.choice((0, 1, 3000, 8000)), time.monotonic() + 30
            while child.poll() is None and time.monotonic() < until:
                if (catalog / "catalog.sqlite3").exists() and (tmp_path / "out").stat().st_size >= enough:
                    break
            child.kill()
            child.wait()
        lines = (tmp_path / "out").read_bytes().split(b"\n")[:-1]
        told |= {line.split()[1].decode() for line in lines if line.startswith(b"IMPORTED ")}
        assert told <= stored(catalog)
    done = medviewer("import", str(files), "--catalog", str(catalog))
    assert done.returncode == 0
    told |= {line.split()[1].decode() for line in done.stdout.splitlines()}
    assert told == stored(catalog)
    assert len(told) == SERIES * IMAGES
    report = json.loads(medviewer("check-catalog", str(catalog)).stdout)
    assert report["integrity"] == "ok"
    assert (report["instances"], report["series"], report["left_out"]) == (SERIES * IMAGES, SERIES, 20)
    for key in ("duplicates", "unsettled", "rows_without_file", "files_without_row"):
        assert report[key] == 0, key


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
def test_an_import_that_finds_no_room_says_so_and_leaves_a_sound_catalog(files: Path, tmp_path: Path) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))"
    done = medviewer("import", str(files), "--catalog", str(tmp_path / "c"), before=limit)
    assert done.returncode == 1
    told = {line.split()[1].decode() for line in done.stdout.splitlines()}
    assert b"disk" in done.stderr
    assert b"Traceback" not in done.stderr
    assert told <= stored(tmp_path / "c")
    assert len(told) < SERIES * IMAGES  # else the limit was too wide to show anything
    again = medviewer("import", str(files), "--catalog", str(tmp_path / "c"))
    assert again.returncode == 0
    assert len(stored(tmp_path / "c")) == SERIES * IMAGES


@pytest.mark.process
def test_probe_answers_one_line_for_every_line(tmp_path: Path) -> None:
    good = make_instance(tmp_path / "good.dcm")
    odd = [os.fsencode(tmp_path) + b"/" + name for name in (b"\xff\xfe.dcm", "心🫀\u202ex.dcm".encode(), b" .dcm")]
    for path in odd:
        Path(os.fsdecode(path)).write_bytes(Path(good).read_bytes())
    os.symlink("loop", tmp_path / "loop")
    os.symlink("nowhere", tmp_path / "dangling")
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as server:
        try:
            server.bind(str(tmp_path / "socket"))
        except OSError:
            pytest.skip("the temporary folder has too long a name for a socket")
        special = [os.fsencode(tmp_path / name) for name in ("gone", "loop", "dangling", "fifo", "socket")]
        refused = [b"", b"/dev/zero", b"/dev/null", b"/nowhere", b"/" + b"x" * 5000, b"a\0b", *special]
        lines = [*refused, *odd, os.fsencode(good)]
        done = medviewer("probe", "--stdin", given=b"\n".join(lines) + b"\n")
    assert done.returncode == 0
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["status"] for one in found] == ["refused"] * len(refused) + ["loaded"] * 4
    assert all(one["reason"] and "fault" not in one["reason"] for one in found[: len(refused)])


def cut(path: Path) -> None:
    os.truncate(path, 5000)


def scribble(path: Path) -> None:
    with open(path, "r+b") as file:
        file.seek(8192)
        file.write(random.Random(3).randbytes(60_000))


def newer(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")


def text(path: Path) -> None:
    path.write_text("This is no catalog. " * 50)


@pytest.mark.process
@pytest.mark.parametrize(
    ("damage", "word"), [(cut, "damaged"), (scribble, "damaged"), (text, "damaged"), (newer, "newer version")]
)
def test_a_damaged_or_newer_catalog_is_told(files: Path, tmp_path: Path, damage: object, word: str) -> None:
    from medviewer.io.catalog import Catalog
    from medviewer.io.importing import import_paths

    with Catalog(tmp_path) as catalog:
        import_paths(catalog, [files / "s0"])
    damage(tmp_path / "catalog.sqlite3")  # type: ignore[operator]
    for command in (("import", str(files), "--catalog", str(tmp_path)), ("check-catalog", str(tmp_path))):
        done = medviewer(*command)
        assert done.returncode == 1
        assert word in (done.stdout + done.stderr).decode()
        assert b"Traceback" not in done.stderr


@pytest.mark.process
def test_received_text_names_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    uid = "../../../escaped"
    make_instance(folder / "a.dcm", SOPInstanceUID=uid, SeriesInstanceUID=uid, StudyInstanceUID=uid, PatientID=uid)
    before = sorted(path.name for path in tmp_path.iterdir())
    done = medviewer("import", str(folder), "--catalog", str(tmp_path / "deep" / "catalog"))
    assert done.stdout.decode() == f"IMPORTED {uid}\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [*sorted([*before, "deep"])]
    names = {path.name.split(".")[0] for path in (tmp_path / "deep" / "catalog").iterdir()}
    assert names == {"catalog", "imported-folders"}
