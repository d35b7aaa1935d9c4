"""The door: pixel for pixel against independent readers on the shared data, and sentences for the rest."""

from __future__ import annotations

import json
import os

import numpy as np
import pydicom
import pytest

from medviewer.io.probe import probe
from tests.helpers.dicom_factory import make_instance, make_series, ramp

# Read by other means than pydicom's own decoders; values checked below or in test_decode.
_BEYOND_PYDICOM = {"JPGExtended.dcm", "liver_rle.dcm", "liver_deflate.dcm", "OT-PAL-8-face.dcm", "badVR.dcm",
                   "emri_small_jpeg_2k_lossless_too_short.dcm"}  # fmt: skip
_MUST_REFUSE = {"MR_truncated.dcm": "cut short", "JPEG2000-embedded-sequence-delimiter.dcm": "compressed image",
                "meta_missing_tsyntax.dcm": "bits", "nested_priv_SQ.dcm": "bits"}  # fmt: skip


def reference(path):
    """pydicom's pixels, or None."""
    try:
        return pydicom.dcmread(path, force=True).pixel_array
    except Exception:  # noqa: BLE001 - whatever it cannot read
        return None


def close(found, values) -> bool:
    finite = values[np.isfinite(values)].astype(np.float64)
    return (
        np.isclose(found["min"], finite.min())
        and np.isclose(found["max"], finite.max())
        and np.isclose(found["mean"], finite.mean(), rtol=1e-9)
    )


@pytest.mark.parametrize(
    "folder", ["broken", "charset", "compressed", "cr", "enhanced", "lut_overlay", "parametric_map", "rt", "sc",
               "seg", "sm", "transfer_syntaxes_mr", "us"]
)  # fmt: skip
def test_zoo_equals_pydicom(shared_data, folder):
    paths = sorted(p for p in (shared_data / "dicom" / "zoo" / folder).rglob("*") if p.is_file())
    assert paths
    wrong = []
    for path in paths:
        found = probe(path)
        values = reference(path)
        if values is None:
            if (found["status"] == "loaded") != (path.name in _BEYOND_PYDICOM):
                wrong.append((path.name, found["status"], found["reason"]))
        elif found["status"] != "loaded" or not close(found["stored"], values):
            wrong.append((path.name, found["reason"], found.get("stored")))
        elif found["frames"] * found["rows"] * found["cols"] * found["samples"] != values.size:
            wrong.append((path.name, "size"))
        if path.name in _MUST_REFUSE and _MUST_REFUSE[path.name] not in found["reason"]:
            wrong.append((path.name, found["reason"]))
    assert wrong == []


def test_beyond_pydicom_equal_other_means(shared_data):
    zoo = shared_data / "dicom" / "zoo"
    plain = probe(zoo / "seg" / "liver.dcm")
    assert probe(zoo / "seg" / "liver_rle.dcm")["stored"] == plain["stored"]
    assert probe(zoo / "seg" / "liver_deflate.dcm")["stored"] == plain["stored"]
    import SimpleITK

    twelve_bit = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(zoo / "compressed" / "JPGExtended.dcm")))
    found = probe(zoo / "compressed" / "JPGExtended.dcm")["stored"]
    assert (found["min"], found["max"]) == (twelve_bit.min(), twelve_bit.max())
    assert found["mean"] == pytest.approx(twelve_bit.mean(), abs=0.01)


def test_modality_values_padding_and_names(tmp_path):
    pixels = ramp(8, 10)
    pixels[0, 0] = -2000
    path = make_instance(tmp_path / "a.dcm", pixels=pixels, RescaleSlope=2, RescaleIntercept=-7,
                         PixelPaddingValue=-2000, PatientName="Doe^Jane=X",
                         PhotometricInterpretation="MONOCHROME1")  # fmt: skip
    found = probe(path)
    kept = pixels.reshape(-1)[1:]
    assert found["stored"]["min"] == -2000
    assert found["modality"]["min"] == -4007
    assert found["modality_nopad"]["min"] == kept.min() * 2 - 7
    assert found["modality_nopad"]["mean"] == pytest.approx(kept.mean() * 2 - 7)
    assert found["patient_name"] == "Doe^Jane=X"
    assert found["spacing_xy"] == [0.75, 0.5]
    assert found["rgb_mean"] is None


def test_float_pixels_leave_nan_and_infinity_out(tmp_path):
    from pydicom.uid import ExplicitVRLittleEndian

    values = np.array([[1.5, np.nan], [np.inf, -2.5]], np.float32)
    ds = pydicom.dcmread(make_instance(tmp_path / "a.dcm", pixels=np.zeros((2, 2), np.uint16)))
    del ds.PixelData
    ds.BitsAllocated = 32
    ds.FloatPixelData = values.tobytes()
    ds.RescaleSlope = ds.RescaleIntercept = None
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.save_as(tmp_path / "b.dcm")
    found = probe(tmp_path / "b.dcm")
    assert found["stored"] == {"min": 1.5, "max": 1.5, "mean": 1.5} or found["stored"]["min"] == -2.5
    assert found["stored"]["max"] == 1.5


def test_colour_mean_is_of_rgb(tmp_path):
    pixels = np.zeros((4, 4, 3), np.uint8)
    pixels[..., 0], pixels[..., 2] = 200, 50
    found = probe(make_instance(tmp_path / "a.dcm", pixels=pixels, RescaleSlope=None, RescaleIntercept=None))
    assert found["rgb_mean"] == [200, 0, 50]
    assert found["samples"] == 3


def test_folder_that_is_one_series(tmp_path):
    make_series(tmp_path, 5, spacing_mm=2.5)
    found = probe(tmp_path)
    assert (found["n_slices"], found["frames"], found["spacing_z"]) == (5, 5, 2.5)


def test_nasty_series_tells_all(shared_data):
    found = probe(shared_data / "nasty" / "series_gap_duplicate_localizer")
    assert found["status"] == "loaded"
    assert found["n_slices"] == 11
    text = " ".join(found["warnings"])
    for word in ("missing", "cop", "localizer"):
        assert word in text


@pytest.mark.parametrize("content", [b"", b"text", b"\0" * 4000, b"\0" * 128 + b"DICM", os.urandom(3000)])
def test_what_is_no_image_is_refused_with_a_sentence(tmp_path, content):
    path = tmp_path / "x.dcm"
    path.write_bytes(content)
    found = probe(path)
    assert found["status"] == "refused"
    assert found["reason"].endswith(".")
    for word in ("Error", "Traceback", "Exception", str(tmp_path)):
        assert word not in found["reason"]


@pytest.mark.parametrize("name", ["no such file", "a\nb", "日本", "", "a\0b", "x" * 5000])
def test_any_path_is_survived(tmp_path, name):
    found = probe(f"{tmp_path}/{name}" if name else "")
    assert found["status"] == "refused"
    assert found["reason"]


def test_result_is_json(tmp_path):
    found = probe(make_instance(tmp_path / "a.dcm"))
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_huge_header_in_a_small_file_is_refused_quickly(tmp_path):
    path = make_instance(tmp_path / "a.dcm", pixels=np.zeros((4, 4), np.uint16))
    ds = pydicom.dcmread(path)
    ds.Rows = ds.Columns = 65000
    ds.NumberOfFrames = 2_000_000_000
    ds.save_as(path)
    found = probe(path)
    assert found["status"] == "refused"
    assert "Error" not in found["reason"]


def test_raster_and_research(shared_data):
    from PIL import Image

    path = min((shared_data / "detection" / "bccd").rglob("*.jpg"))
    expected = np.asarray(Image.open(path).convert("RGB")).reshape(-1, 3).mean(axis=0)
    np.testing.assert_allclose(probe(path)["rgb_mean"], expected)
    found = probe(shared_data / "volumes" / "pyradiomics" / "brain1_image.nrrd")
    assert (found["n_slices"], found["stored"]["max"]) == (25, 3057)


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.5", "1.2.840.10008.1.2.1"])
def test_65000_squared_is_refused_with_a_sentence(tmp_path, syntax):
    ds = pydicom.dcmread(
        make_instance(tmp_path / "a.dcm", transfer_syntax=syntax, pixels=np.zeros((4, 4), np.uint16))
    )
    ds.Rows = ds.Columns = 65000
    ds.save_as(tmp_path / "b.dcm")
    found = probe(tmp_path / "b.dcm")
    assert found["status"] == "refused"
    assert "larger than" in found["reason"]
