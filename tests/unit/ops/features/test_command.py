"""The command ``features`` and the tables of files."""

from __future__ import annotations

import argparse
import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk

from medviewer.cli import features as command
from medviewer.cli.commands import DONE, UsageError
from medviewer.errors import GeometryMismatch, InputError
from tests.unit.ops.features.samples import blob


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    return command.features(parser.parse_args(list(words)), [])


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    values, mask = blob()
    paths = tmp_path / "image.nrrd", tmp_path / "mask.nrrd"
    for path, array in zip(paths, (values, mask.astype(np.uint8) * 2), strict=True):
        source = sitk.GetImageFromArray(array)
        source.SetSpacing((0.8, 0.8, 2.0))
        sitk.WriteImage(source, str(path))
    return str(paths[0]), str(paths[1])


def answer(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_json(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    values, mask = blob()
    assert run(*files, "--json") == DONE
    found = answer(capsys)
    (row,) = found["labels"]
    assert row["label"] == 2
    assert row["features"]["Q4LE"] == pytest.approx(values[mask].mean())
    assert row["by_name"]["Mean intensity"] == row["features"]["Q4LE"]
    assert row["features"]["YEKZ"] == pytest.approx(mask.sum() * 0.8 * 0.8 * 2.0)
    assert found["names"]["ACUI"] == "Contrast (GLCM)"
    assert found["tags"]["ACUI"] == "cm_contrast"
    assert found["settings"]["bin_number"] == 32


def test_csv_of_pyradiomics(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*files, "--mode", "pyradiomics", "--bin-width", "25", "--label", "2", "--csv") == DONE
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert sum(key.startswith("original_") for key in row) == 107
    assert float(row["original_firstorder_Minimum"]) == blob()[0][blob()[1]].min()


def test_lines(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*files, "--bin-number", "16") == DONE
    out = capsys.readouterr().out
    assert "label 2" in out
    assert "Mean intensity" in out


def test_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--check") == DONE
    assert "482 of 482" in capsys.readouterr().out
    assert run("--check", "--json") == DONE
    assert len(answer(capsys)["features"]) == 482


def test_a_mask_on_another_grid(files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Refused with the way out; resampled when asked, with nearly the same result."""
    mask = sitk.ReadImage(files[1])
    finer = sitk.Resample(
        mask, (24, 28, 9), sitk.Transform(), sitk.sitkNearestNeighbor, (-0.2, -0.2, 0.0), (0.4, 0.4, 2.0)
    )
    path = tmp_path / "finer.nrrd"
    sitk.WriteImage(finer, str(path))
    with pytest.raises(GeometryMismatch) as refused:
        run(files[0], str(path), "--json")
    assert "--resample-mask" in refused.value.hint
    assert run(files[0], str(path), "--resample-mask", "--json") == DONE
    resampled = answer(capsys)["labels"][0]
    run(*files, "--json")
    assert resampled["features"]["Q4LE"] == pytest.approx(answer(capsys)["labels"][0]["features"]["Q4LE"])


def test_refusals(files: tuple[str, str]) -> None:
    with pytest.raises(UsageError):
        run(files[0])
    with pytest.raises(InputError, match="no file"):
        run(files[0], files[1] + ".gone")
    with pytest.raises(InputError, match="no label 9"):
        run(*files, "--label", "9")
    with pytest.raises(InputError, match="Number of bins"):
        run(*files, "--bin-number", "0")


def test_options_become_settings() -> None:
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    words = "i m --mode pyradiomics --resample 2 --range -100 200 --outliers 3 --log 1,2 --wavelet --no-bins"
    settings = command.settings_of(parser.parse_args(words.split()))
    assert (settings.resample_mm, str(settings.interpolation), settings.limit_range) == (2.0, "cubic", True)
    assert (settings.range_low, settings.range_high, settings.outlier_sigma) == (-100, 200, 3)
    assert settings.sigmas_mm() == (1.0, 2.0)
    assert str(settings.binning) == "none"


@pytest.mark.parametrize(("modality", "width"), [("CT", "25"), ("PET", "0.25")])
def test_a_dicom_series_with_a_nifti_mask(
    shared_data: Path, capsys: pytest.CaptureFixture[str], modality: str, width: str
) -> None:
    """A real tumour; statistics and size as SimpleITK finds them with its own readers."""
    folder = shared_data / "dicom" / "petctmr_sts-012"
    mask_path = folder / "masks" / f"{modality}_mask.nii.gz"
    assert run(str(folder / modality), str(mask_path), "--bin-width", width, "--json") == DONE
    row = answer(capsys)["labels"][0]
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(sorted(str(p) for p in (folder / modality).glob("0*.dcm")))
    names = reader.GetFileNames()
    by_place = sorted(names, key=lambda p: sitk.ReadImage(p).GetOrigin()[2])
    reader.SetFileNames(by_place)
    image = sitk.Cast(reader.Execute(), sitk.sitkFloat64)
    mask = sitk.ReadImage(str(mask_path), sitk.sitkUInt8)
    mask = sitk.Resample(mask, image, sitk.Transform(), sitk.sitkNearestNeighbor)
    intensity, shape = sitk.LabelStatisticsImageFilter(), sitk.LabelShapeStatisticsImageFilter()
    intensity.Execute(image, mask)
    shape.Execute(mask)
    found = row["features"]
    assert row["voxels"] == shape.GetNumberOfPixels(1)
    assert found["Q4LE"] == pytest.approx(intensity.GetMean(1), rel=1e-5)
    assert found["1GSF"] == pytest.approx(intensity.GetMinimum(1), rel=1e-5)
    assert found["84IY"] == pytest.approx(intensity.GetMaximum(1), rel=1e-5)
    assert found["YEKZ"] == pytest.approx(shape.GetPhysicalSize(1), rel=1e-5)
    n = row["voxels"]
    moments = [16 * v * n / (n - 1) for v in sorted(shape.GetPrincipalMoments(1), reverse=True)]
    ours = [found[key] ** 2 for key in ("TDIC", "P9VJ", "7J51")]
    assert ours == pytest.approx(moments, rel=0.01)
    assert row["not_defined"] == ""
