"""The command ``features``: radiomics of the labels of a mask, as JSON, CSV or lines."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from medviewer.cli.commands import DONE, FAILED, UsageError
from medviewer.cli.output import ProgressLine, emit, say, write_line
from medviewer.errors import InputError

if TYPE_CHECKING:
    from medviewer.core.table import Table
    from medviewer.ops.features.settings import FeatureSettings

SUMMARY = "compute radiomics features of a mask on an image"

DESCRIPTION = (
    "Computes the features of every label of a mask (NIfTI, NRRD, MHA, PNG, DICOM SEG or RTSTRUCT) on an image "
    "(DICOM folder, NIfTI, NRRD, MHA, PNG). Keys are IBSI identifiers, or the names of PyRadiomics with --mode "
    "pyradiomics. "
    "With --check instead of files, compares the program with the 482 reference values of the IBSI digital phantom."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("image", metavar="IMAGE", nargs="?", help="file, or folder that is one series")
    parser.add_argument("mask", metavar="MASK", nargs="?", help="mask or label map")
    parser.add_argument("--mode", choices=("ibsi", "pyradiomics"), default="ibsi", help="whose definitions (ibsi)")
    bins = parser.add_mutually_exclusive_group()
    bins.add_argument("--bin-number", metavar="N", type=int, help="fixed number of bins (32)")
    bins.add_argument("--bin-width", metavar="W", type=float, help="fixed width of bins (25 with --mode pyradiomics)")
    bins.add_argument("--no-bins", action="store_true", help="whole numbers are grey levels as they are")
    parser.add_argument("--label", metavar="L", type=int, help="this label only (all)")
    parser.add_argument(
        "--aggregation",
        choices=("2D_avg", "2D_comb", "2_5D_avg", "2_5D_comb", "3D_avg", "3D_comb", "all"),
        default="3D_comb",
        help="of texture matrices, IBSI definitions (3D_comb)",
    )
    parser.add_argument("--resample", metavar="MM", type=float, default=0.0, help="edge of cubic voxels")
    parser.add_argument(
        "--interpolation", choices=("nearest", "linear", "cubic"), help="for --resample (linear; PyRadiomics: cubic)"
    )
    parser.add_argument("--range", metavar=("LOW", "HIGH"), nargs=2, type=float, help="leave out other intensities")
    parser.add_argument("--outliers", metavar="SD", type=float, default=0.0, help="leave out values beyond so many "
                        "standard deviations")  # fmt: skip
    parser.add_argument("--wavelet", action="store_true", help="also of the wavelet sub-bands")
    parser.add_argument("--log", metavar="MM,MM,…", default="", help="also of Laplacians of Gaussian of these widths")
    parser.add_argument("--patterns", action="store_true", help="also Hu moments, LBP and HOG")
    parser.add_argument("--resample-mask", action="store_true", help="bring a mask on another grid onto the image's")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object")
    form.add_argument("--csv", action="store_true", help="a table with a row for each label")
    parser.add_argument("--check", action="store_true", help="compare with the IBSI reference values")


def features(options: argparse.Namespace, _rest: list[str]) -> int:
    """Compute and print; or check."""
    if options.check:
        return _check(options)
    if options.image is None or options.mask is None:
        raise UsageError("Give an image and a mask.", "See medviewer features --help.")
    for path in (options.image, options.mask):
        if not os.path.exists(path):
            raise InputError(f"There is no file or folder {path!r}.")
    from medviewer.services.feature_tables import as_json, of_files
    from medviewer.services.jobs import JobContext

    table = of_files(
        Path(options.image),
        Path(options.mask),
        settings_of(options),
        JobContext(report=ProgressLine("Features")),
        label=options.label,
        resample_mask=options.resample_mask,
        tell=say,
    )
    if options.json:
        found = as_json(table)
        emit({**found, "image": options.image, "mask": options.mask, "image_key": found["image"]})
    elif options.csv:
        from medviewer.io.table_files import csv_bytes

        sys.stdout.write(csv_bytes(table).decode())
        sys.stdout.flush()
    else:
        _print(table)
    return DONE


def settings_of(options: argparse.Namespace) -> FeatureSettings:
    """The settings that the options stand for.

    Raises
    ------
    InputError
        A number out of its range.
    """
    from medviewer.ops.features.settings import Aggregate, Binning, FeatureSettings, Interpolation, Mode
    from medviewer.ops.params import validate

    mode = Mode(options.mode)
    compatible = mode is Mode.PYRADIOMICS
    chosen = FeatureSettings(
        mode=mode,
        binning=Binning.WIDTH if compatible else Binning.NUMBER,
        aggregation=Aggregate(options.aggregation),
        resample_mm=options.resample,
        interpolation=Interpolation(options.interpolation or ("cubic" if compatible else "linear")),
        outlier_sigma=options.outliers,
        wavelet=options.wavelet,
        log_sigmas_mm=options.log,
        patterns=options.patterns,
    )
    if options.bin_number is not None:
        chosen = replace(chosen, binning=Binning.NUMBER, bin_number=options.bin_number)
    if options.bin_width is not None:
        chosen = replace(chosen, binning=Binning.WIDTH, bin_width=options.bin_width)
    if options.no_bins:
        chosen = replace(chosen, binning=Binning.NONE)
    if options.range is not None:
        chosen = replace(chosen, limit_range=True, range_low=options.range[0], range_high=options.range[1])
    return validate(chosen)


def _print(table: Table) -> None:
    """A block of lines for each label: key, value, unit, name."""
    from medviewer.services.feature_tables import as_json

    found = as_json(table)
    for row in found["labels"]:
        write_line(f"label {row['label']} ({row['name']}), {row['voxels']} voxels")
        for key, value in row["features"].items():
            number = "not defined" if value is None else f"{value:.6g}"
            title = found["names"][key]
            words = title if title != key else ""
            write_line(f"  {key:<12} {number:>14} {found['units'].get(key, ''):<6} {words}".rstrip())
        if row["not_defined"]:
            write_line(f"  {row['not_defined']}")


def _check(options: argparse.Namespace) -> int:
    from medviewer.services.feature_tables import check_ibsi

    table = check_ibsi()
    passed, values = table.facts["passed"], table.facts["values"]
    if options.json:
        emit({"passed": passed, "values": values, "features": list(table.rows())})
    elif options.csv:
        from medviewer.io.table_files import csv_bytes

        sys.stdout.write(csv_bytes(table).decode())
        sys.stdout.flush()
    else:
        for row in table.rows():
            if not row["passed"]:
                write_line(f"{row['tag']}: expected {row['expected']}, computed {row['computed']}")
        write_line(f"{passed} of {values} IBSI reference values are met.")
    return DONE if passed == values else FAILED
