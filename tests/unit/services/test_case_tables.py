from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import openpyxl
import pytest

from medviewer.core import labels
from medviewer.core.labels import Label
from medviewer.core.table import Column, Table
from medviewer.errors import DataError, GeometryMismatch, InputError, MedviewerError, UnreadableFile
from medviewer.io import table_files
from medviewer.lab.image_features import Settings, of_array
from medviewer.services import case_tables
from medviewer.services.table_reading import read_table
from tests.helpers.phantoms import make_image, modality_values

SMALL = Settings(size=16, histogram=4, patterns=False, gradients=2, thumbnail=2)


def read(tmp_path: Path, text: str | bytes, name: str = "t.csv") -> Table:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_table(path)


PLAIN = [{"a": 1, "b c": 2.5, "dx": "x"}, {"a": None, "b c": -3e-4, "dx": "y, z"}]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_dialects(tmp_path: Path, separator: str, encoding: str, end: str) -> None:
    lines = [["a", "b c", "dx"], ["1", "2.5", "x"], ["NA", "-3e-4", '"y, z"']]
    text = end.join(separator.join(row) for row in lines) + end
    assert list(read(tmp_path, text.encode(encoding)).rows()) == PLAIN


def test_old_windows_letters(tmp_path: Path) -> None:
    assert read(tmp_path, "größe,dx\n1,a\n".encode("cp1252")).keys == ("größe", "dx")


def test_spreadsheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["a", "b c", "dx", None], [1, 2.5, "x", None], [None, -3e-4, "y, z", None], [None] * 4):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    assert list(read_table(tmp_path / "t.xlsx").rows()) == PLAIN


def test_missing_words_among_numbers_only(tmp_path: Path) -> None:
    table = read(tmp_path, "n,grade,code\n1,none,007\n-,low,012\nnan,-,1e5\n")
    assert table.column("n").values == (1, None, None)
    assert table.column("grade").values == ("none", "low", "-")
    assert table.column("code").values == ("007", "012", "100000")


@pytest.mark.parametrize("text", ["a;b\n1,5;2\n", 'a,b\n"1,5",2\n', "a\tb\n3\t0,25\n"])
def test_a_decimal_comma_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="decimal comma"):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no rows"),
        ("a,b\n", "no rows"),
        ("a,a\n1,2\n", "Two columns"),
        ("a,b\n1,2\n1,2,3\n", "Row 3 has 3 cells"),
        (b"a,b\n\0\0\0\n", "not a table"),
        (b"PK\x03\x04 no spreadsheet", "damaged"),
        ("a,b\n1," + "x" * (2 << 20) + "\n", "damaged"),
    ],
)
def test_bad_files_are_told(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(MedviewerError, match=words):
        read(tmp_path, text)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_table(tmp_path / "none.csv")


def test_written_table_comes_back(tmp_path: Path) -> None:
    table = Table.of_rows(
        [{"a": 1, "b": 0.1 + 0.2, "c": "=1+1", "d": None}, {"a": 2, "b": 1e-9, "c": "ü,\n", "d": 3}]
    )
    assert next(read(tmp_path, table_files.csv_bytes(table)).rows()) == next(table.rows())


def pictures(folder: Path, n: int = 6) -> None:
    rng = np.random.default_rng(0)
    for kind in ("bright", "dark"):
        (folder / kind).mkdir(parents=True)
        for k in range(n):
            pixels = rng.integers(0, 60, (20, 24)) + (180 if kind == "bright" else 0)
            cv2.imwrite(str(folder / kind / f"P{k // 2}_{k}.png"), pixels.astype(np.uint8))


def test_pictures_of_a_folder_and_of_its_archive_are_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    pictures(folder)
    (folder / "dark" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n nothing")
    (folder / "notes.txt").write_text("no picture")
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for path in sorted(folder.rglob("*.png")):
            archive.write(path, path.relative_to(folder).as_posix())
    one = case_tables.from_pictures(folder, SMALL, group_pattern="(P[0-9]+)_")
    other = case_tables.from_pictures(tmp_path / "set.zip", SMALL, group_pattern="(P[0-9]+)_")
    assert list(one.rows()) == list(other.rows())
    assert one.n_rows == 12
    assert set(one.column("patient").values) == {"P0", "P1", "P2"}
    assert set(one.column("label").values) == {"bright", "dark"}
    assert [entry["file"] for entry in one.facts["left_out"]] == ["dark/broken.png"]
    assert one.facts["features"] == SMALL.to_json()


def test_bad_folders_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no pictures"):
        case_tables.from_pictures(tmp_path)
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((9, 9), np.uint8))
    with pytest.raises(InputError, match="folder for each class"):
        case_tables.from_pictures(tmp_path)
    pictures(tmp_path / "set")
    with pytest.raises(InputError, match="no regular expression"):
        case_tables.from_pictures(tmp_path / "set", group_pattern="(")
    with pytest.raises(InputError, match="finds no patient"):
        case_tables.from_pictures(tmp_path / "set", group_pattern="(Q)")


def test_arrays(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    parts = {
        "train": rng.integers(0, 255, (6, 12, 12), dtype=np.uint8),
        "val": rng.integers(0, 255, (3, 12, 12, 3), np.uint8),
    }
    given = {f"{k}_images": v for k, v in parts.items()} | {
        f"{k}_labels": np.arange(len(v))[:, None] % 2 for k, v in parts.items()
    }
    np.savez(tmp_path / "set.npz", **given)
    table = case_tables.from_arrays(tmp_path / "set.npz", SMALL)
    assert table.column("part").values == ("train",) * 6 + ("val",) * 3
    assert table.column("label").values[:2] == ("0", "1")
    np.savez(tmp_path / "bad.npz", train_images=parts["train"], train_labels=np.arange(2))
    for name in ("bad.npz", "none.npz"):
        with pytest.raises(UnreadableFile):
            case_tables.from_arrays(tmp_path / name, SMALL)
    np.savez(tmp_path / "objects.npz", train_images=np.array([object()] * 2), train_labels=np.arange(2))
    with pytest.raises(UnreadableFile):
        case_tables.from_arrays(tmp_path / "objects.npz", SMALL)


def test_features_of_a_picture_by_hand() -> None:
    pixels = np.zeros((32, 32), np.uint8)
    pixels[:, 16:] = 255
    found = of_array(pixels, Settings(32, histogram=2, patterns=True, gradients=1, thumbnail=2))
    assert found["mean"] == pytest.approx(0.5)
    assert found["sd"] == pytest.approx(0.5)
    assert found["kurtosis"] == pytest.approx(1.0)
    assert (found["histogram_0"], found["histogram_1"]) == (0.5, 0.5)
    assert [found[f"pixel_0_{x}"] for x in (0, 1)] == [0.0, 1.0]
    assert sum(found[f"lbp8_{n}"] for n in range(10)) == pytest.approx(1.0)
    assert max((f"hog_0_0_{d}" for d in range(8)), key=lambda key: found[key]) == "hog_0_0_0"  # across, not along


@pytest.mark.parametrize(
    "pixels",
    [
        np.full((20, 20), 7, np.uint8),
        np.zeros((1, 1), np.float32),
        np.where(np.eye(20) > 0, np.nan, 1000.0).astype(np.float32),
        np.zeros((9, 300, 3), np.uint8),
        np.full((16, 16), -1024, np.int16),
    ],
)
def test_odd_pictures_have_finite_features(pixels: np.ndarray) -> None:
    assert all(np.isfinite(v) for v in of_array(pixels, Settings()).values())


def test_a_picture_without_pixels_is_told() -> None:
    with pytest.raises(InputError, match="no pixel"):
        of_array(np.full((8, 8), np.nan, np.float32), SMALL)


def test_regions_of_a_mask() -> None:
    image = make_image((3, 10, 12))
    mask = np.zeros((3, 10, 12), np.uint8)
    mask[0, 2:4, 3:6] = 1
    mask[1:, 5:9, 1:5] = 4
    found = case_tables.from_masks(image, labels.of_array(mask, image, (Label(4, "tumour"),)), "k", "P1")
    assert found.column("label").values == ("1", "tumour")
    assert found.column("voxels").values == (6, 32)
    values = modality_values(image)[mask == 4]
    assert found.column("mean").values[1] == pytest.approx(np.nanmean(values), rel=1e-6)
    assert found.column("p90").values[1] == pytest.approx(np.nanpercentile(values, 90), rel=1e-6)
    z, y, x = (np.nonzero(mask == 4)[k].mean() for k in range(3))
    place = [found.column(key).values[1] for key in ("x_mm", "y_mm", "z_mm")]
    assert place == pytest.approx(list(image.geometry.world((x, y, z))))


def test_bad_masks_are_told() -> None:
    image = make_image((2, 8, 8))
    with pytest.raises(InputError, match="empty"):
        case_tables.from_masks(image, labels.binary(np.zeros((2, 8, 8), bool), image))
    other = make_image((2, 9, 8))
    with pytest.raises(GeometryMismatch):
        case_tables.from_masks(image, labels.binary(np.ones((2, 9, 8), bool), other))
    colour = replace(image, array=np.zeros((2, 8, 8, 3), np.uint8))
    with pytest.raises(InputError, match="colour"):
        case_tables.from_masks(colour, labels.binary(np.ones((2, 8, 8), bool), image))


def test_objects_of_several_series() -> None:
    one = Table((Column("object", (1, 2)), Column("area", (3.0, 4.0), "", "mm2")), "", {"features": {"v": 1}})
    two = Table((Column("object", (1,)), Column("area", (5.0,), "", "mm2")), "", {"features": {"v": 1}})
    found = case_tables.from_objects([("s1", "p", one), ("s2", "", two)])
    assert found.column("series_key").values == ("s1", "s1", "s2")
    assert found.column("patient").values == ("p", "p", None)
    assert found.column("area").unit == "mm2"
    with pytest.raises(InputError, match="different settings"):
        case_tables.from_objects([("s1", "", one), ("s2", "", Table(two.columns, "", {"features": {"v": 2}}))])
    typed = case_tables.with_labels(found, {0: "RBC", 2: "WBC"})
    assert typed.column("class").values == ("RBC", None, "WBC")


def test_slices_of_images() -> None:
    image = make_image((3, 16, 16))
    found = case_tables.from_images([("k", image, "CT", "P1")], SMALL)
    assert found.column("slice").values == (0, 1, 2)
    assert found.column("mean").values[1] == pytest.approx(of_array(image.modality_slice(1), SMALL)["mean"])
