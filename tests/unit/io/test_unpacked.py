"""Volumes inside ZIP archives, with their values in the header's file or in others."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from medviewer.errors import MedviewerError
from medviewer.io import volume
from medviewer.io.headers import InstanceHeader, LeftOut
from medviewer.io.scan import scan
from medviewer.io.series import split_series
from medviewer.io.unpacked import unpacked

VALUES = np.random.default_rng(4).integers(-900, 900, (4, 6, 5)).astype(np.int16)


def archive(folder: Path, ending: str, inside: str = "case/deep") -> Path:
    made = folder / "made"
    made.mkdir()
    image = sitk.GetImageFromArray(VALUES)
    image.SetSpacing((0.5, 0.75, 3.0))
    sitk.WriteImage(image, str(made / f"scan{ending}"))
    path = folder / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for file in sorted(made.iterdir(), reverse=True):  # values before or after their header
            out.write(file, f"{inside}/{file.name}".lstrip("/"))
        out.writestr("notes.txt", "no image")
    return path


@pytest.mark.process
@pytest.mark.parametrize("ending", [".nii", ".nii.gz", ".nrrd", ".mha", ".nhdr", ".mhd"])
@pytest.mark.parametrize("inside", ["case/deep", ""])
def test_a_volume_in_an_archive_is_read_like_the_file(tmp_path: Path, ending: str, inside: str) -> None:
    found = list(scan([archive(tmp_path, ending, inside)]))
    headers = [one for one in found if isinstance(one, InstanceHeader)]
    left = {one.member: one.reason for one in found if isinstance(one, LeftOut)}
    assert len(headers) == 1
    if ending in {".nhdr", ".mhd"}:
        assert left.pop(f"{inside}/scan.raw".lstrip("/")) == f"Belongs to scan{ending}."
    assert set(left) == {"notes.txt", ""}
    (series,) = split_series(headers)
    image = volume.load(series)
    np.testing.assert_array_equal(image.array, VALUES)
    assert image.geometry.spacing_xyz_mm == pytest.approx((0.5, 0.75, 3.0))


def test_nothing_stays_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    path = archive(tmp_path, ".mhd")
    with unpacked(str(path), "case/deep/scan.mhd") as file:
        assert Path(file).with_name("scan.raw").read_bytes() == VALUES.tobytes()
        assert Path(file).parent.stat().st_mode & 0o077 == 0
    assert list((tmp_path / "temp").iterdir()) == []


HEADER = "ObjectType = Image\nNDims = 3\nDimSize = 5 6 4\nElementType = MET_SHORT\nElementDataFile = {}\n"


@pytest.mark.parametrize("name", ["../secret.raw", "/etc/hostname", "..\\secret.raw", "C:/secret.raw", "gone.raw"])
def test_values_outside_the_archive_are_never_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.raw").write_bytes(VALUES.tobytes())
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("scan.mhd", HEADER.format(name))
        out.writestr("../secret.raw", VALUES.tobytes())
    (left,) = [one for one in scan([path]) if one.member == "scan.mhd"]
    assert isinstance(left, LeftOut)
    assert "is not there" in left.reason or "outside" in left.reason
    with pytest.raises(MedviewerError), unpacked(str(path), "scan.mhd"):
        pass
