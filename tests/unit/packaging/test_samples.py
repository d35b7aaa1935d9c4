"""The sample studies are true cuts of the published series, and complete."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = ROOT / "resources" / "samples"
SOURCES = {"ct-chest": "ct_chest_lidc-0314", "mr-brain": "mr_brain_t1_studyforrest"}


def read(folder: Path) -> sitk.Image:
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(folder)))
    return reader.Execute()


@pytest.mark.parametrize(
    ("name", "size", "spacing"),
    [
        ("ct-chest", (464, 336, 54), (0.78125, 0.78125, 4.0)),
        ("mr-brain", (240, 288, 55), (0.69999, 0.66667, 2.66667)),
    ],
)
def test_each_sample_is_one_regular_stack(name: str, size: tuple[int, ...], spacing: tuple[float, ...]) -> None:
    image = read(SAMPLES / name)
    assert image.GetSize() == size
    np.testing.assert_allclose(image.GetSpacing(), spacing, atol=1e-4)


@pytest.mark.parametrize("name", SOURCES)
def test_pixels_and_places_are_those_of_the_source(name: str, shared_data: Path) -> None:
    cut, source = read(SAMPLES / name), read(shared_data / "dicom" / SOURCES[name])
    assert cut.GetDirection() == pytest.approx(source.GetDirection(), abs=1e-6)
    # The place of the first voxel of the cut, looked up in the source, is where the pixels must agree from.
    start = source.TransformPhysicalPointToIndex(cut.GetOrigin())
    place = source.TransformIndexToPhysicalPoint(start)
    np.testing.assert_allclose(place, cut.GetOrigin(), atol=2e-3)
    region = sitk.RegionOfInterest(source, cut.GetSize(), start)
    np.testing.assert_array_equal(sitk.GetArrayFromImage(cut), sitk.GetArrayFromImage(region))
    last = [edge - 1 for edge in cut.GetSize()]
    opposite = [first + edge for first, edge in zip(start, last, strict=True)]
    np.testing.assert_allclose(
        cut.TransformIndexToPhysicalPoint(last), source.TransformIndexToPhysicalPoint(opposite), atol=2e-2
    )


@pytest.mark.parametrize("name", SOURCES)
def test_headers_say_what_was_done_and_name_no_one(name: str, shared_data: Path) -> None:
    source_uids = {
        pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID
        for path in (shared_data / "dicom" / SOURCES[name]).glob("*.dcm")
    }
    uids = set()
    for path in sorted((SAMPLES / name).glob("*.dcm")):
        dataset = pydicom.dcmread(path, stop_before_pixels=True)
        assert dataset.ImageType[0] == "DERIVED"
        assert dataset.DerivationDescription.startswith("Cut to rows")
        assert dataset.PatientName in ("", "Jane_Doe")
        assert not any(element.tag.is_private for element in dataset)
        assert dataset.file_meta.MediaStorageSOPInstanceUID == dataset.SOPInstanceUID
        uids.add(dataset.SOPInstanceUID)
    assert len(uids) == len(list((SAMPLES / name).glob("*.dcm")))
    assert not uids & source_uids


def test_two_cuts_of_one_series_are_equal(tmp_path: Path, shared_data: Path) -> None:
    spec = importlib.util.spec_from_file_location("cut_samples", ROOT / "packaging" / "cut_samples.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["cut_samples"] = module
    spec.loader.exec_module(module)
    assert module.main([str(shared_data / "dicom"), str(tmp_path)]) == 0
    for name in SOURCES:
        for path in sorted((SAMPLES / name).glob("*.dcm")):
            assert (tmp_path / name / path.name).read_bytes() == path.read_bytes()


def test_samples_are_small_and_attributed() -> None:
    files = [path for path in SAMPLES.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 25e6
    text = (SAMPLES / "ATTRIBUTION.md").read_text("utf-8")
    for folder in (path for path in SAMPLES.iterdir() if path.is_dir()):
        assert f"## {folder.name}" in text
    for word in ("10.7937/K9/TCIA.2015.LO9QL9SX", "CC BY 3.0", "PDDL 1.0", "Changes"):
        assert word in text
