"""What is on the disk after kill -9 in the middle of a write, and after a write that found no room."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.dicom_factory import make_series

KILLS = 30
ROOT = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(sys.platform == "win32", reason="fork, and limits on the size of files"),
]

NOISE = np.random.default_rng(3).integers(-1000, 1000, (96, 96)).astype(np.int16)

FORKS = """
import json, os, random, signal, sys, time
def killed(work, rounds, rng):
    '''Fork, let `work` run for a moment, kill -9; how many of them were inside a write.'''
    for n in range(rounds):
        ready, tell = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                work(n, lambda: os.write(tell, b"x"))
            finally:
                os._exit(9)
        os.read(ready, 1)
        time.sleep(rng.uniform(0.0, 0.02))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), status
        os.close(ready); os.close(tell)
        yield n
"""


def run(code: str, *words: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", FORKS + code, *words], cwd=ROOT, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_settings_survive_a_kill_at_any_instant_of_their_saving(tmp_path: Path) -> None:
    """After each kill the file is whole: one of the states that were saved, newest last."""
    code = """
from pathlib import Path
from medviewer.services.settings import Settings
path = Path(sys.argv[1]) / "settings.json"
def work(n, started):
    settings = Settings(path)
    started()
    for k in range(10**6):
        settings.add_recent(f"/round{n}/{k}" + "x" * 3000)
seen = 0
for n in killed(work, int(sys.argv[2]), random.Random(7)):
    if not path.exists():
        continue
    raw = json.loads(path.read_bytes())          # whole JSON
    kept = Settings(path)
    assert not kept.problems, kept.problems
    seen += any(p.startswith(f"/round{n}/") for p in kept.data.recent_paths)
print(json.dumps({"seen": seen, "left": sorted(p.name for p in path.parent.iterdir())}))
"""
    found = run(code, str(tmp_path), str(KILLS))
    assert found["seen"] >= KILLS // 2  # else the kills came before anything was written
    left = [name for name in found["left"] if name != "settings.json"]  # type: ignore[attr-defined]
    assert all(name.startswith(".settings.json.") and name.endswith(".part") for name in left)
    assert len(left) <= KILLS


def test_thumbnails_are_whole_after_a_kill_at_any_instant(tmp_path: Path) -> None:
    make_series(tmp_path / "files", 2)
    code = """
from pathlib import Path
from medviewer.io.catalog import Catalog
from medviewer.io.scan import scan
folder = Path(sys.argv[1])
with Catalog(folder / "catalog") as catalog:
    catalog.add(list(scan([folder / "files"])))
    (study,) = catalog.studies()
    (row,) = catalog.series_of(study.id)
def png(n, k):
    return b"%08d" % n + b"%08d" % k + bytes([k % 251]) * 60_000
def work(n, started):
    with Catalog(folder / "catalog") as catalog:
        started()
        for k in range(10**6):
            catalog.set_thumbnail(row.id, png(n, k))
seen = 0
for n in killed(work, int(sys.argv[2]), random.Random(8)):
    with Catalog(folder / "catalog") as catalog:
        found = catalog.thumbnail(row.id)
        if found is not None:
            assert found == png(int(found[:8]), int(found[8:16]))
            seen += int(found[:8]) == n
        assert catalog.check()["integrity"] == "ok"
        assert len(catalog.series(row.id).instances) == 2
print(json.dumps({"seen": seen}))
"""
    found = run(code, str(tmp_path), str(KILLS))
    assert found["seen"] >= KILLS // 2  # type: ignore[operator]


def without_room(folder: Path, target: Path) -> subprocess.CompletedProcess[str]:
    """``medviewer op`` where no file may grow over 8 kB."""
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000));"
        "import sys; from medviewer.__main__ import main; sys.exit(main())"
    )
    folders = [word for name in ("data", "cache", "log") for word in (f"--{name}-dir", str(folder / name))]
    words = [*folders, "op", "filter.gaussian", str(folder / "in"), str(target)]
    return subprocess.run([sys.executable, "-c", code, *words], cwd=ROOT, capture_output=True, text=True, timeout=100)


@pytest.mark.parametrize("ending", [".nii", ".nii.gz", ".nrrd", ".mha", ".mhd", ".nhdr", ".tif"])
def test_an_operation_that_finds_no_room_says_one_sentence_and_leaves_nothing(tmp_path: Path, ending: str) -> None:
    make_series(tmp_path / "in", 3, pixels=NOISE)
    out = tmp_path / "out"
    out.mkdir()
    done = without_room(tmp_path, out / f"result{ending}")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "could not be written" in done.stderr.splitlines()[-1]
    assert list(out.iterdir()) == []


def test_a_file_that_was_there_stays_when_its_successor_finds_no_room(tmp_path: Path) -> None:
    make_series(tmp_path / "in", 3, pixels=NOISE)
    target = tmp_path / "result.nii.gz"
    target.write_bytes(gzip.compress(b"yesterday"))
    done = without_room(tmp_path, target)
    assert done.returncode == 1
    assert gzip.decompress(target.read_bytes()) == b"yesterday"
