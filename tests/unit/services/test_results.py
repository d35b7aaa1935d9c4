"""Results are written whole or not at all, and never over an original."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest

from medviewer.core.table import Column, Table
from medviewer.errors import Cancelled, DataError, InputError
from medviewer.io import label_files, research, volume
from medviewer.services import results
from tests.helpers.dicom_results import make_source, random_labels


@pytest.fixture
def source(tmp_path):
    return make_source(tmp_path / "source", "oblique")


def files_in(folder: Path):
    return sorted(f.name for f in folder.iterdir())


def test_every_result_of_one_case(source, tmp_path):
    plan, image = source
    labels = random_labels(image)
    out = tmp_path / "out"
    out.mkdir()
    for name in ("i.nii.gz", "i.mhd", "i.tif"):
        results.write_image(image, out / name)
    np.testing.assert_array_equal(research.read(out / "i.mhd").array, image.array.astype(int) - 1024)
    for name in ("l.nii.gz", "l.seg.nrrd", "l.nhdr", "l.png"):
        results.write_labels(labels, out / name)
    for name in ("l.nii.gz", "l.seg.nrrd", "l.nhdr"):
        np.testing.assert_array_equal(label_files.read_labels(out / name).array, labels.array)
    results.write_table(Table((Column("a", (1, 2)),)), out / "t.xlsx")
    results.write_contours(labels, out / "c.geojson", image)
    results.write_segmentation(labels, plan.frames, out / "seg.dcm")
    results.write_structures(labels, plan.frames, out / "rt.dcm")
    for name in ("c.geojson", "seg.dcm", "rt.dcm"):
        np.testing.assert_array_equal(label_files.read_labels(out / name, image).array, labels.array)
    rgb = np.zeros((4, 5, 3), np.uint8)
    results.write_picture(rgb, out / "p.png")
    results.write_picture(rgb, out / "p.dcm", plan.frames[0])
    assert pydicom.dcmread(out / "p.dcm").Rows == 4
    files = results.write_derived(image, plan.frames, out / "series")
    assert [f.name for f in files] == files_in(out / "series")
    np.testing.assert_array_equal(volume.load(out / "series").array, image.array)
    assert not [name for name in files_in(out) if name.startswith(".")]
    assert {"i.mhd", "l.tsv", "l.nhdr", "l_0001.png", "l_0006.png"} <= set(files_in(out))


def test_originals_are_never_written_over(source, tmp_path):
    plan, image = source
    labels = random_labels(image)
    original = Path(plan.frames[0].path)
    before = original.read_bytes()
    link = tmp_path / "link.dcm"
    link.symlink_to(original)
    for path in (original, link, original.parent / ".." / original.parent.name / original.name):
        with pytest.raises(InputError, match="original"):
            results.write_segmentation(labels, plan.frames, path)
        with pytest.raises(InputError, match="original"):
            results.write_structures(labels, plan.frames, path)
        with pytest.raises(InputError, match="original"):
            results.write_picture(np.zeros((2, 2, 3), np.uint8), path, plan.frames[0])
    (tmp_path / "a.nii").write_bytes(b"x")
    with pytest.raises(InputError, match="original"):
        results.write_image(image, tmp_path / "a.nii", [tmp_path / "a.nii"])
    (tmp_path / "m_0002.png").write_bytes(b"x")  # a file that only comes up while writing
    with pytest.raises(InputError, match="original"):
        results.write_labels(labels, tmp_path / "m.png", [tmp_path / "m_0002.png"])
    assert (tmp_path / "m_0002.png").read_bytes() == b"x"
    assert not (tmp_path / "m_0001.png").exists()
    assert original.read_bytes() == before
    with pytest.raises(InputError, match="holds something"):
        results.write_derived(image, plan.frames, original.parent)


def test_what_was_there_stays_when_writing_fails(source, tmp_path):
    plan, image = source
    labels = random_labels(image)
    target = tmp_path / "seg.dcm"
    target.write_bytes(b"before")
    calls = iter(range(100))

    def check():
        if next(calls) > 8:
            raise Cancelled

    with pytest.raises(Cancelled):
        results.write_segmentation(labels, plan.frames, target, check=check)
    assert target.read_bytes() == b"before"
    with pytest.raises(Cancelled):
        results.write_derived(image, plan.frames, tmp_path / "series", check=check)
    assert files_in(tmp_path) == ["seg.dcm", "source"]
    with pytest.raises(DataError, match="empty"):
        results.write_segmentation(labels.with_array(labels.array * 0), plan.frames, target)
    assert target.read_bytes() == b"before"
    results.write_segmentation(labels, plan.frames, target)
    assert target.read_bytes() != b"before"


def test_places_and_endings_that_cannot_be(source, tmp_path):
    _, image = source
    for path in ("a.doc", "a", ".nii"):
        with pytest.raises(InputError, match="ending"):
            results.write_image(image, tmp_path / path)
    with pytest.raises(DataError, match="folder"):
        results.write_image(image, tmp_path / "no" / "a.nii")
    with pytest.raises(DataError, match="one slice"):
        results.write_image(image, tmp_path / "a.png")
    assert files_in(tmp_path) == ["source"]


def test_an_empty_folder_takes_a_series(source, tmp_path):
    plan, image = source
    (tmp_path / "series").mkdir()
    assert len(results.write_derived(image, plan.frames, tmp_path / "series")) == image.n_slices
