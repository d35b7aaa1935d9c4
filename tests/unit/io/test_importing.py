"""The import use case: resumable, incremental, and sound after kill -9 at any instant."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from medviewer.errors import Cancelled, CatalogError
from medviewer.io.catalog import FILE_NAME, Catalog
from medviewer.io.headers import InstanceHeader
from medviewer.io.importing import ImportProgress, import_paths, rebuild, resume
from medviewer.io.listing import list_folder
from medviewer.io.scan import scan
from tests.helpers.dicom_factory import make_instance, make_series

_CHILD = textwrap.dedent(
    """
    import sys
    from medviewer.io import importing
    from medviewer.io.catalog import Catalog
    importing.FIRST_BATCH, importing.BATCH = 3, 7
    def tell(progress):
        for uid in progress.uids:
            print("IMPORTED", uid, flush=True)
    with Catalog(sys.argv[1]) as catalog:
        importing.import_paths(catalog, [sys.argv[2]], progress=tell)
    print("END", flush=True)
    """
)


def test_progress_counts_and_uids_are_those_of_the_files(tmp_path: Path) -> None:
    paths = make_series(tmp_path / "s", 30)
    (tmp_path / "s" / "note").write_text("a text of more than a few letters")
    seen: list[str] = []
    with Catalog(tmp_path / "c") as catalog:
        end = import_paths(catalog, [tmp_path / "s"], progress=lambda p: seen.extend(p.uids))
        expected = {h.sop_instance_uid for h in scan(paths) if isinstance(h, InstanceHeader)}
        assert sorted(seen) == sorted(expected)
        assert (end.files, end.stored, end.left_out, end.unchanged) == (31, 30, 1, 0)
        again = import_paths(catalog, [tmp_path / "s"])
        assert (again.files, again.stored, again.left_out, again.unchanged) == (31, 0, 0, 31)
        os.utime(paths[3], ns=(1, 1))
        assert import_paths(catalog, [tmp_path / "s"]).stored == 1
        assert catalog.instance_count() == 30


def test_cancelled_and_resumed(tmp_path: Path) -> None:
    make_series(tmp_path / "s", 60)
    count = 0

    def check() -> None:
        nonlocal count
        count += 1
        if count > 45:
            raise Cancelled

    with Catalog(tmp_path / "c") as catalog:
        with pytest.raises(Cancelled):
            import_paths(catalog, [tmp_path / "s"], check=check)
        stored = catalog.instance_count()
        assert 20 <= stored < 60
        (study,) = catalog.studies()
        assert [row.n_files for row in catalog.series_of(study.id)] == [stored]  # what is stored can be used
        end = resume(catalog)
        assert end is not None
        assert end.unchanged == stored
        assert catalog.instance_count() == 60
        assert resume(catalog) is None


@pytest.mark.process
def test_killed_at_random_instants_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    rng = random.Random(20240131)
    for s in range(4):
        vary = lambda k: {"EchoTime": 10.0 * (1 + k % 2), "ImagePositionPatient": [0, 0, float(k // 2)]}  # noqa: E731
        make_series(tmp_path / "s" / str(s), 24, series=s, vary=vary)
    make_instance(tmp_path / "s" / "copy", series=0, k=5, EchoTime=20.0, ImagePositionPatient=[0, 0, 2.0])
    total = 4 * 24
    acknowledged: set[str] = set()
    kills = 0
    for _ in range(14):
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(tmp_path / "c"), str(tmp_path / "s")],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )
        assert child.stdout is not None
        # Killed after a random number of lines: at any point between two commits, or inside the next one.
        wanted = rng.randrange(0, 30)
        ended = False
        for number, line in enumerate(child.stdout):
            word, *uid = line.split()
            acknowledged.update(uid)
            ended = ended or word == "END"
            if number >= wanted and not ended:
                child.send_signal(signal.SIGKILL)
                kills += 1
                break
        rest, _ = child.communicate()
        acknowledged.update(line.split()[1] for line in rest.splitlines() if line.startswith("IMPORTED"))
        with Catalog(tmp_path / "c") as catalog:
            check = catalog.check()
            stored = {
                h.sop_instance_uid
                for study in catalog.studies()
                for row in catalog.series_of(study.id)
                for h in catalog.instances(row.id)
            }
        assert (check["integrity"], check["duplicates"], check["unsettled"]) == ("ok", 0, 0)
        assert acknowledged <= stored
        if ended:
            break
    assert kills >= 2
    with Catalog(tmp_path / "c") as catalog:
        import_paths(catalog, [tmp_path / "s"])
        check = catalog.check()
        (study,) = catalog.studies()
        assert sorted(row.n_files for row in catalog.series_of(study.id)) == [12] * 8
    assert (check["instances"], check["files_without_row"], check["rows_without_file"]) == (total, 0, 0)
    assert check["left_out"] == 1


def test_a_damaged_catalog_is_built_again_from_the_files(tmp_path: Path) -> None:
    make_series(tmp_path / "s", 8)
    with Catalog(tmp_path / "c") as catalog:
        import_paths(catalog, [tmp_path / "s"])
    path = tmp_path / "c" / FILE_NAME
    for name in ("", "-wal", "-shm"):
        path.with_name(FILE_NAME + name).unlink(missing_ok=True)
    path.write_bytes(b"\xff" * 50_000)
    with pytest.raises(CatalogError, match="damaged"):
        Catalog(tmp_path / "c")
    assert rebuild(tmp_path / "c").stored == 8
    with Catalog(tmp_path / "c") as catalog:
        assert catalog.check()["instances"] == 8
    assert (tmp_path / "c" / "catalog.damaged-1.sqlite3").read_bytes() == b"\xff" * 50_000


def test_importing_writes_nothing_outside_the_data_folder(tmp_path: Path) -> None:
    make_series(tmp_path / "s", 4)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "s").rglob("*")}
    with Catalog(tmp_path / "c") as catalog:
        import_paths(catalog, [tmp_path / "s"])
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "s").rglob("*")} == before
    assert {path.name for path in tmp_path.iterdir()} == {"s", "c"}


def test_missing_paths_are_reported_not_raised(tmp_path: Path) -> None:
    with Catalog(tmp_path / "c") as catalog:
        end = import_paths(catalog, [tmp_path / "nowhere"])
        assert isinstance(end, ImportProgress)
        assert [item.reason for item in catalog.left_out()] == ["There is no such file."]
        assert catalog.roots() == []


def test_the_listing_accounts_for_every_file(tmp_path: Path) -> None:
    make_series(tmp_path / "a", 5)
    make_instance(tmp_path / "a" / "again", k=2)
    make_instance(tmp_path / "scout", k=9, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])
    make_instance(tmp_path / "plain", k=10, pixels=None, SOPClassUID="1.2.840.10008.5.1.4.1.1.88.11", Modality="SR")
    (tmp_path / "note.txt").write_text("some text that is long enough")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    listing = list_folder(tmp_path)
    assert listing["files_read"] == 9
    assert sum(s["n_files"] for s in listing["series"]) + len(listing["left_out"]) == 9
    assert listing["images"] == 6
    assert [(s["kind"], s["n_files"], s["part"], s["parts"]) for s in listing["series"]] == [
        ("image", 5, 1, 3),
        ("image", 1, 2, 3),
        ("report", 1, 3, 3),
    ]
    assert listing["series"][0]["files"] == [str(tmp_path / "a" / f"{k:04d}.dcm") for k in range(5)]
    assert listing["series"][0]["orientation"] == [1, 0, 0, 0, 1, 0]
    assert "localizer" in listing["series"][1]["split_reason"]
    assert {Path(entry["path"]).name for entry in listing["left_out"]} == {"again", "note.txt"}
    assert [Path(entry["path"]).name for entry in listing["not_read"]] == ["link"]


def test_the_listing_of_the_shared_data_adds_up(shared_data: Path) -> None:
    listing = list_folder([shared_data / "dicom", shared_data / "nasty"])
    files = [path for top in ("dicom", "nasty") for path in (shared_data / top).rglob("*") if path.is_file()]
    assert listing["files_read"] == len(files)
    listed = [name for s in listing["series"] for name in s["files"]]
    listed += [entry["path"] for entry in listing["left_out"]]
    assert sorted(listed) == sorted(map(str, files))
