"""The catalog: durable rows, search, grouping by hand, removal, checks, errors."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest

from medviewer.errors import CatalogError
from medviewer.io.catalog import FILE_NAME, Catalog
from medviewer.io.catalog_schema import MIGRATIONS
from medviewer.io.headers import InstanceHeader, LeftOut
from medviewer.io.importing import import_paths
from medviewer.io.scan import scan
from tests.helpers.dicom_factory import make_instance, make_series


@pytest.fixture
def catalog(tmp_path: Path) -> Any:
    with Catalog(tmp_path / "catalog") as opened:
        yield opened


def _rows(catalog: Catalog, text: str = "") -> list[Any]:
    return [row for study in catalog.studies(limit=1000) for row in catalog.series_of(study.id, text)]


def test_what_was_added_is_there_for_another_process_before_add_returns(catalog: Catalog, tmp_path: Path) -> None:
    make_series(tmp_path / "s", 5)
    headers = [h for h in scan([tmp_path / "s"]) if isinstance(h, InstanceHeader)]
    assert sorted(catalog.add(headers)) == sorted(h.sop_instance_uid for h in headers)
    with sqlite3.connect(catalog.path) as other:
        assert other.execute("SELECT count(*) FROM instances").fetchone() == (5,)
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert other.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)


def test_the_whole_header_comes_back_in_display_order(catalog: Catalog, tmp_path: Path) -> None:
    make_series(tmp_path / "s", 5, order=[4, 2, 0, 1, 3])
    headers = [h for h in scan([tmp_path / "s"]) if isinstance(h, InstanceHeader)]
    catalog.add(headers)
    catalog.settle()
    (row,) = _rows(catalog)
    series = catalog.series(row.id)
    assert series.instances == sorted(headers, key=lambda h: h.position[2])
    assert (series.id, series.key, series.n_frames, series.rows, series.columns) == (row.id, row.key, 5, 8, 10)
    assert catalog.series_id(row.key) == row.id
    assert (row.modality, row.description, row.number, row.n_files) == ("CT", "Test series", 1, 5)
    (study,) = catalog.studies()
    assert (study.date, study.description, study.modalities, study.n_series) == ("20240131", "Test study", ("CT",), 1)
    (patient,) = catalog.patients()
    assert (patient.patient_id, patient.name, patient.birth_date, patient.sex) == (
        "P1",
        "Test^Patient",
        "19700102",
        "O",
    )


def test_files_and_folder_are_private(catalog: Catalog, tmp_path: Path) -> None:
    make_instance(tmp_path / "s" / "a")
    import_paths(catalog, [tmp_path / "s"])
    assert stat.S_IMODE(catalog.folder.stat().st_mode) == 0o700
    for path in catalog.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("mull", {"A"}),
        ("MÜLLER", {"A"}),
        ("muller anna", {"A"}),
        ("anna muller", {"A"}),
        ("王", {"B"}),
        ("王小", {"B"}),
        ("小東", {"B"}),
        ("wang ct", {"B"}),
        ("ct", {"A", "B"}),
        ("2024-03", {"B"}),
        ("20240315", {"B"}),
        ("id-7", {"A"}),
        ("thorax", {"A"}),
        ("100%", {"B"}),
        ("a_b", set()),
        ('"', set()),
        ("' OR 1=1 --", set()),
        ("nothing", set()),
        ("", {"A", "B"}),
    ],
)
def test_search_as_one_types(catalog: Catalog, tmp_path: Path, typed: str, found: set[str]) -> None:
    utf8 = {"SpecificCharacterSet": "ISO_IR 192"}
    make_instance(
        tmp_path / "s" / "A", series="A", study="A", PatientName="Müller^Anna", PatientID="ID-7",
        SeriesDescription="Thorax", StudyDate="20230101", **utf8,
    )  # fmt: skip
    make_instance(
        tmp_path / "s" / "B", series="B", study="B", PatientName="Wang^XiaoDong=王^小東", PatientID="axb",
        SeriesDescription="100% dose", StudyDate="20240315", **utf8,
    )  # fmt: skip
    import_paths(catalog, [tmp_path / "s"])
    names = {Path(catalog.series(row.id).instances[0].path).name for row in catalog.search(typed)}
    assert names == found
    assert len(catalog.patients(typed)) == len(catalog.studies(typed)) == len(found)
    assert {row.id for row in _rows(catalog, typed)} == {row.id for row in catalog.search(typed)}


def test_lists_come_in_pages(catalog: Catalog, tmp_path: Path) -> None:
    for k in range(7):
        make_instance(
            tmp_path / "s" / str(k), study=k, PatientID=str(k), PatientName=f"N{k}", StudyDate=f"2024010{k + 1}"
        )
    import_paths(catalog, [tmp_path / "s"])
    pages = [catalog.patients(limit=3, offset=offset) for offset in (0, 3, 6)]
    assert [[row.name for row in page] for page in pages] == [["N0", "N1", "N2"], ["N3", "N4", "N5"], ["N6"]]
    assert [row.date for row in catalog.studies(limit=2)] == ["20240107", "20240106"]
    assert [row.date for row in catalog.studies(patient=pages[1][0].id)] == ["20240104"]


def test_a_series_that_grows_keeps_its_id_and_key(catalog: Catalog, tmp_path: Path) -> None:
    make_series(tmp_path / "s", 3)
    import_paths(catalog, [tmp_path / "s"])
    (before,) = _rows(catalog)
    catalog.set_thumbnail(before.id, b"png")
    make_series(tmp_path / "s", 9)
    scout = {"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"], "Rows": 16}
    make_instance(tmp_path / "s" / "scout", k=90, **scout)
    import_paths(catalog, [tmp_path / "s"])
    main, other = _rows(catalog)
    assert (main.id, main.key, main.n_files, main.parts) == (before.id, before.key, 9, 2)
    assert other.n_files == 1
    assert catalog.thumbnail(main.id) is None  # it showed another middle slice
    catalog.set_thumbnail(main.id, b"new")
    assert catalog.thumbnail(main.id) == b"new"
    catalog.set_thumbnail(12345, b"nobody")
    assert catalog.thumbnail(12345) is None


def test_moved_changed_and_doubled_files(catalog: Catalog, tmp_path: Path) -> None:
    paths = make_series(tmp_path / "s", 3)
    import_paths(catalog, [tmp_path / "s"])
    (tmp_path / "t").mkdir()
    paths[0].rename(tmp_path / "t" / "moved")  # a new place
    (tmp_path / "t" / "copy").write_bytes(paths[1].read_bytes())  # a second copy
    paths[2].write_bytes(b"no image any more, only a text")
    import_paths(catalog, [tmp_path / "s", tmp_path / "t"])
    (row,) = _rows(catalog)
    assert {h.path for h in catalog.instances(row.id)} == {str(tmp_path / "t" / "moved"), str(paths[1])}
    reasons = {os.path.basename(item.path): item.reason for item in catalog.left_out()}
    assert reasons["copy"] == f"Duplicate of {paths[1].name} (same instance UID)."
    assert "text" in reasons[paths[2].name]
    assert catalog.left_out_count() == 2
    check = catalog.check()
    assert (check["instances"], check["duplicates"], check["rows_without_file"]) == (2, 0, 0)


def test_copies_by_pixels_are_listed_and_do_not_show(catalog: Catalog, tmp_path: Path) -> None:
    paths = make_series(tmp_path / "s", 3)
    data = paths[1].read_bytes()
    uid = data[data.index(b"2.25.") :].split(b"\0")[0]
    for header in scan([paths[1]]):
        assert isinstance(header, InstanceHeader)
        old = header.sop_instance_uid.encode()
    assert old in data or uid
    (tmp_path / "s" / "z").write_bytes(data.replace(old, old[:-1] + (b"1" if old[-1:] != b"1" else b"2")))
    import_paths(catalog, [tmp_path / "s"])
    (row,) = _rows(catalog)
    assert row.n_files == 3
    assert [Path(item.path).name for item in catalog.left_out()] == ["z"]
    assert catalog.left_out_count() == 1


def test_grouping_by_hand_survives_a_new_import(catalog: Catalog, tmp_path: Path) -> None:
    for echo in (10, 20):
        make_series(
            tmp_path / "s",
            4,
            name=f"{echo}-{{k}}",
            vary=lambda k, e=echo: {"EchoTime": e, "SOPInstanceUID": f"1.2.{e}.{k}"},
        )
    import_paths(catalog, [tmp_path / "s"])
    first, second = _rows(catalog)
    assert [first.split_reason, second.split_reason] == ["echo time 10 ms", "echo time 20 ms"]
    merged = catalog.merge([first.id, second.id])
    assert [(row.id, row.n_files) for row in _rows(catalog)] == [(merged, 8)]
    import_paths(catalog, [tmp_path / "s"], again=True)
    assert [row.n_files for row in _rows(catalog)] == [8]
    parts = catalog.split(merged, "instance")
    assert len(parts) == 8
    import_paths(catalog, [tmp_path / "s"], again=True)
    assert [row.n_files for row in _rows(catalog)] == [1] * 8
    catalog.reset(parts[3])
    assert [(row.n_files, row.split_reason) for row in _rows(catalog)] == [
        (4, "echo time 10 ms"),
        (4, "echo time 20 ms"),
    ]
    with pytest.raises(CatalogError):
        catalog.split(_rows(catalog)[0].id, "orientation")
    with pytest.raises(CatalogError):
        catalog.split(_rows(catalog)[0].id, "no such rule")
    with pytest.raises(CatalogError):
        catalog.merge([_rows(catalog)[0].id])


def test_series_of_different_uids_can_be_merged_but_not_of_different_studies(
    catalog: Catalog, tmp_path: Path
) -> None:
    make_series(tmp_path / "s" / "a", 3, series="a")
    make_series(tmp_path / "s" / "b", 2, series="b", ImagePositionPatient=(0.0, 0.0, 100.0))
    make_series(tmp_path / "s" / "c", 2, study="c", series="c")
    import_paths(catalog, [tmp_path / "s"])
    by_files = {Path(catalog.series(row.id).instances[0].path).parent.name: row.id for row in _rows(catalog)}
    with pytest.raises(CatalogError):
        catalog.merge([by_files["a"], by_files["c"]])
    merged = catalog.merge([by_files["a"], by_files["b"]])
    assert [h.position[2] for h in catalog.instances(merged)] == [0.0, 5.0, 10.0, 100.0, 105.0]
    catalog.reset(merged)
    assert sorted(row.n_files for row in _rows(catalog)) == [2, 2, 3]


@pytest.mark.parametrize("level", ["patient", "study", "series"])
def test_forgetting_leaves_no_trace_in_the_data_folder(catalog: Catalog, tmp_path: Path, level: str) -> None:
    make_series(tmp_path / "s" / "Geheimrat", 3, PatientName="Geheimrat^Q", PatientID="SECRET77", study=1)
    (tmp_path / "s" / "Geheimrat" / "letter").write_text("dear Mister Geheimrat, how do you do")
    make_instance(tmp_path / "s" / "other" / "a", study=2, PatientID="P2", PatientName="Other")
    import_paths(catalog, [tmp_path / "s"])
    study = catalog.studies("geheimrat")[0]
    series = catalog.series_of(study.id)[0]
    catalog.set_thumbnail(series.id, b"GEHEIMRAT-THUMBNAIL")
    catalog.forget(level, {"patient": study.patient, "study": study.id, "series": series.id}[level])
    assert [row.name for row in catalog.patients()] == ["Other"]
    assert catalog.search("geheimrat") == []
    assert catalog.thumbnail(series.id) is None
    everything = b"".join(path.read_bytes() for path in catalog.folder.iterdir() if path.is_file())
    for trace in (b"Geheimrat", b"geheimrat", b"SECRET77", b"secret77", b"GEHEIMRAT"):
        assert trace not in everything
    check = catalog.check()
    assert (check["integrity"], check["instances"]) == ("ok", 1)
    import_paths(catalog, [tmp_path / "s"])  # the files are untouched and may come back
    assert catalog.instance_count() == 4


def test_forgetting_the_last_study_forgets_the_folder(catalog: Catalog, tmp_path: Path) -> None:
    make_series(tmp_path / "Geheimrat" / "images", 2)
    (tmp_path / "Geheimrat" / "letter").write_text("dear Mister Geheimrat, how do you do")
    import_paths(catalog, [tmp_path / "Geheimrat"])
    catalog.forget("study", catalog.studies()[0].id)
    assert (catalog.roots(), catalog.left_out(), catalog.patients()) == ([], [], [])
    everything = b"".join(path.read_bytes() for path in catalog.folder.iterdir() if path.is_file())
    assert b"Geheimrat" not in everything


def test_check_tells_of_missing_files_and_rows(catalog: Catalog, tmp_path: Path) -> None:
    paths = make_series(tmp_path / "s", 4)
    import_paths(catalog, [tmp_path / "s"])
    paths[0].unlink()
    make_instance(tmp_path / "s" / "new", k=40)
    check = catalog.check()
    assert check["rows_without_file_paths"] == [str(paths[0])]
    assert check["files_without_row_paths"] == [str(tmp_path / "s" / "new")]
    assert (check["integrity"], check["instances"], check["duplicates"]) == ("ok", 4, 0)


def test_a_full_disk_is_told_and_nothing_is_half_done(catalog: Catalog, tmp_path: Path) -> None:
    make_series(tmp_path / "s", 2)
    import_paths(catalog, [tmp_path / "s"])
    (pages,) = catalog._writer.execute("PRAGMA page_count").fetchone()
    catalog._writer.execute(f"PRAGMA max_page_count = {pages}")  # SQLite then fails as it does on a full disk
    (header, *_) = [h for h in scan([tmp_path / "s"]) if isinstance(h, InstanceHeader)]
    many = [
        msgspec.structs.replace(header, path=f"/x/{k}", sop_instance_uid=f"1.9.{k}", series_uid=f"1.8.{k}")
        for k in range(2000)
    ]
    with pytest.raises(CatalogError, match="disk is full"):
        catalog.add(many)
    assert catalog.instance_count() == 2
    catalog._writer.execute("PRAGMA max_page_count = 1000000")
    assert len(catalog.add(many)) == 2000
    assert catalog.check()["integrity"] == "ok"


def test_a_folder_that_cannot_be_made_or_is_damaged_or_newer_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CatalogError, match="cannot be made"):
        Catalog(tmp_path / "file" / "catalog")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / FILE_NAME).write_bytes(b"this is no database at all, not in the least" * 100)
    with pytest.raises(CatalogError, match="damaged"):
        Catalog(tmp_path / "bad")
    with Catalog(tmp_path / "new") as catalog:
        catalog._writer.execute("PRAGMA user_version = 999")
    with pytest.raises(CatalogError, match="newer"):
        Catalog(tmp_path / "new")


def test_readers_in_many_threads_while_one_writes(catalog: Catalog, tmp_path: Path) -> None:
    make_series(tmp_path / "s", 3)
    (header, *_) = [h for h in scan([tmp_path / "s"]) if isinstance(h, InstanceHeader)]
    stop = threading.Event()
    errors: list[BaseException] = []

    def read() -> None:
        try:
            while not stop.is_set():
                for row in catalog.search("test", limit=5):
                    catalog.instances(row.id)
        except BaseException as error:  # noqa: BLE001 - handed to the test
            errors.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for k in range(40):
            catalog.add(
                [msgspec.structs.replace(header, path=f"/x/{k}", sop_instance_uid=f"1.9.{k}", series_uid=f"8.{k}")]
            )
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert errors == []
    assert catalog.instance_count() == 40
    assert len(catalog._connections) <= 6  # they are shared, not one for every call


def test_paths_that_are_no_text_are_kept(catalog: Catalog, tmp_path: Path) -> None:
    source = make_instance(tmp_path / "s" / "a")
    name = os.fsencode(tmp_path) + b"/s/\xff\xfe.dcm"
    os.rename(os.fsencode(source), name)
    (tmp_path / "s" / os.fsdecode(b"\xfd.txt")).write_text("a text file of some length")
    import_paths(catalog, [tmp_path / "s"])
    (row,) = _rows(catalog)
    assert os.fsencode(catalog.instances(row.id)[0].path) == name
    assert [os.fsencode(os.path.basename(item.path)) for item in catalog.left_out()] == [b"\xfd.txt"]


def test_left_out_entries_are_replaced_by_instances_and_back(catalog: Catalog, tmp_path: Path) -> None:
    path = make_instance(tmp_path / "a")
    (header,) = scan([path])
    assert isinstance(header, InstanceHeader)
    catalog.add([LeftOut(path=str(path), reason="It was damaged.")])
    assert catalog.left_out_count() == 1
    catalog.add([header])
    assert (catalog.left_out_count(), catalog.instance_count()) == (0, 1)
    catalog.add([LeftOut(path=str(path), reason="It is damaged again.")])
    catalog.settle()
    assert (catalog.left_out_count(), catalog.instance_count(), catalog.patients()) == (1, 0, [])
