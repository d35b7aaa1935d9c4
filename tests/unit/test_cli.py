from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from PIL import Image as Pillow
from scipy import ndimage

from medviewer import __version__, cli
from medviewer.cli import commands, parsing
from medviewer.ops.filters import gaussian
from medviewer.ops.recipe import Recipe, RecipeStep
from tests.helpers.dicom_factory import make_instance, make_series

Lines = list[dict[str, Any]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command: exit code, the JSON objects it printed, and what it said on standard error."""

    def call(*words: object) -> tuple[int, Lines, str]:
        code = cli.main([str(word) for word in words])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, [json.loads(line) for line in out.splitlines()], err

    return call


def ct_series(folder: Path, n: int = 6) -> Path:
    """Six noisy slices, stored as int16 with a slope and an intercept."""
    rng = np.random.default_rng(5)
    make_series(
        folder,
        n,
        spacing_mm=2.5,
        vary=lambda k: {"pixels": rng.integers(0, 2000, (20, 24)).astype(np.int16)},
        PixelSpacing=[0.7, 0.9],
        RescaleSlope=2.0,
        RescaleIntercept=-1000.0,
    )
    return folder


# -- op


@pytest.mark.parametrize("ending", [".nii.gz", ".nii", ".nrrd", ".mha"])
def test_op_keeps_values_and_geometry(run: Any, tmp_path: Path, ending: str) -> None:
    import SimpleITK

    folder = ct_series(tmp_path / "series")
    target = tmp_path / f"out{ending}"
    code, lines, err = run("op", "filter.gaussian", folder, target, "--sigma-mm", "1.8", "--dimension", "volume")
    assert (code, err) == (0, "")
    assert lines[0]["written"] == str(target)
    assert lines[0]["done"] == "Gaussian blur (sigma 1.8 mm, work on whole volume)"
    assert lines[0]["shape_zyx"] == [6, 20, 24]
    # Both are read by ITK, which knows nothing of this program.
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(sorted(str(path) for path in folder.iterdir()))
    original, result = reader.Execute(), SimpleITK.ReadImage(str(target))
    np.testing.assert_allclose(result.GetOrigin(), original.GetOrigin(), atol=1e-4)
    np.testing.assert_allclose(result.GetSpacing(), original.GetSpacing(), rtol=1e-6)
    np.testing.assert_allclose(result.GetDirection(), original.GetDirection(), atol=1e-6)
    values = SimpleITK.GetArrayFromImage(original).astype(np.float64)
    expected = ndimage.gaussian_filter(values, (1.8 / 2.5, 1.8 / 0.7, 1.8 / 0.9), mode="nearest")
    np.testing.assert_allclose(SimpleITK.GetArrayFromImage(result), expected, rtol=1e-5, atol=2e-3)


def test_op_of_a_picture_counts_in_pixels_and_keeps_its_greys(run: Any, tmp_path: Path) -> None:
    pixels = np.random.default_rng(2).integers(30, 220, (40, 50)).astype(np.uint8)
    Pillow.fromarray(pixels).save(tmp_path / "in.png")
    code, lines, _ = run("op", "filter.gaussian", tmp_path / "in.png", tmp_path / "out.png", "--sigma-mm", 2)
    assert code == 0
    assert lines[0]["done"] == "Gaussian blur (sigma 2 px)"
    result = np.asarray(Pillow.open(tmp_path / "out.png"))
    expected = ndimage.gaussian_filter(pixels.astype(float), 2.0, mode="nearest")
    assert result.dtype == np.uint8
    assert np.abs(result - expected).max() <= 0.51


def test_op_of_a_network(run: Any, tmp_path: Path) -> None:
    folder = ct_series(tmp_path / "series", 2)
    code, lines, _ = run("op", "network.diffusion", folder, tmp_path / "out.mha", "--layers", 2, "--contrast", 90)
    assert code == 0
    assert lines[0]["done"] == "Diffusion network (demonstration) (layers 2, edge contrast 90)"


@pytest.mark.parametrize("inline", [True, False])
def test_op_of_a_recipe(run: Any, tmp_path: Path, inline: bool) -> None:
    folder = ct_series(tmp_path / "series", 2)
    steps = tuple(RecipeStep.of(gaussian, gaussian.params_type(sigma)) for sigma in (1.0, 2.0))
    text = Recipe(steps).to_json(indent=None)
    path = tmp_path / "recipe.json"
    path.write_text(text)
    code, lines, _ = run("op", text if inline else path, folder, tmp_path / "out.nrrd")
    assert code == 0
    assert lines[0]["done"] == "Gaussian blur (sigma 1 mm); Gaussian blur (sigma 2 mm)"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["filter.nonsense", "IN", "OUT.nii"], "no operation called filter.nonsense"),
        (["filter.gaussian", "IN", "OUT.nii", "--sigma-mm", "99"], "Sigma must lie between 0.1 and 20 mm."),
        (["filter.gaussian", "IN", "OUT.nii", "--sigma-mm", "wide"], "invalid float value"),
        (["filter.gaussian", "IN", "OUT.nii", "--radius", "3"], "Unrecognized arguments: --radius 3."),
        (["filter.gaussian", "IN"], "following arguments are required: OUT"),
        (["filter.gaussian", "IN", "OUT.dcm"], "ending of the output"),
        (["filter.gaussian", "IN", ".nii"], "ending of the output"),
        (["filter.gaussian", "missing", "OUT.nii"], "no file or folder"),
        (["filter.gaussian", "a\0b", "OUT.nii"], "no file or folder"),
        (["filter.gaussian", "IN", "missing/OUT.nii"], "The folder for the result is not there."),
        (["filter.gaussian", "TEXT", "OUT.nii"], "text file"),
        (["missing.json", "IN", "OUT.nii"], "recipe could not be read"),
        (["{}", "IN", "OUT.nii"], "not a recipe"),
        (['{"schema_version": 1, "steps": []}', "IN"], "takes an input and an output"),
    ],
)
def test_op_tells_what_is_wrong(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ct_series(tmp_path / "IN", 1)
    (tmp_path / "TEXT").write_text("just words, no image in here\n" * 20)
    code, lines, err = run("op", *words)
    assert code == 1
    assert lines == []
    assert sentence.lower() in err.lower()
    assert len(err.splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["IN", "TEXT"], "no half file is left"


def test_op_does_not_write_over_the_original(run: Any, tmp_path: Path) -> None:
    pixels = np.zeros((4, 4), np.uint8)
    Pillow.fromarray(pixels).save(tmp_path / "in.png")
    before = (tmp_path / "in.png").read_bytes()
    (tmp_path / "same.png").symlink_to(tmp_path / "in.png")
    for target in ("in.png", "same.png"):
        code, _, err = run("op", "filter.gaussian", tmp_path / "in.png", tmp_path / target)
        assert code == 1
        assert "overwrite a file of the original" in err
    assert (tmp_path / "in.png").read_bytes() == before


def test_op_refuses_colour_with_a_sentence(run: Any, tmp_path: Path) -> None:
    Pillow.fromarray(np.zeros((4, 4, 3), np.uint8)).save(tmp_path / "in.png")
    code, _, err = run("op", "network.diffusion", tmp_path / "in.png", tmp_path / "out.png")
    assert code == 1
    assert "this one is in colour" in err


# -- ops, help, version


def test_ops_as_json(run: Any) -> None:
    code, lines, _ = run("ops", "--json")
    assert code == 0
    known = {line["id"]: line for line in lines}
    assert known["filter.gaussian"]["params"]["properties"]["sigma_mm"]["maximum"] == 20
    assert known["network.diffusion"]["lane"] == "torch:cpu"


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"medviewer {__version__}\n"
    assert cli.main(["--help"]) == 0
    text = capsys.readouterr().out
    for name in parsing.COMMANDS:
        assert f"\n  {name} " in text
        assert cli.main([name, "--help"]) == 0
        assert f"medviewer {name}" in capsys.readouterr().out
    assert cli.main(["op", "filter.gaussian", "--help"]) == 0
    assert "--sigma-mm" in capsys.readouterr().out


def test_what_is_no_command_opens_the_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.dcm", "folder", "probe"):
        (tmp_path / name).mkdir()
    calls: list[tuple[list[str], Any]] = []

    def open_window(paths: list[str], options: Any) -> int:
        calls.append((paths, options))
        return 7

    assert cli.main(["a.dcm", "folder", "--data-dir", "d", "--log-dir", "l"], open_window) == 7
    assert cli.main([], open_window) == 7
    assert cli.main(["./probe"], open_window) == 7
    assert [paths for paths, _ in calls] == [["a.dcm", "folder"], [], ["./probe"]]
    assert (calls[0][1].data_dir, calls[0][1].cache_dir, calls[0][1].log_dir) == ("d", None, "l")


def test_a_mistyped_command_does_not_open_a_window(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["prob", "file"], lambda _paths, _options: 0) == 2
    assert capsys.readouterr().err == 'There is no command, file or folder called "prob". Did you mean probe?\n'
    assert cli.main(["nowhere.dcm"], lambda _paths, _options: 0) == 2
    assert cli.main(["a\0b"], lambda _paths, _options: 0) == 2


def test_options_of_folders_stand_before_or_after_the_command() -> None:
    for words in (["--log-dir", "L", "series", "F", "--json"], ["series", "F", "--json", "--log-dir", "L"]):
        command, options, _ = parsing.parse(words)
        assert (command, options.folder, options.json, options.log_dir) == ("series", "F", True, "L")


@pytest.mark.parametrize(
    "words", [["probe"], ["probe", "a", "--stdin"], ["probe", "a", "b"], ["series"], ["import", "F"], ["--bogus"]]
)
def test_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(words, lambda _paths, _options: 0) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "--help." in err
    assert len(err.splitlines()) == 1


# -- probe


def test_probe_of_a_file_and_of_a_series(run: Any, tmp_path: Path) -> None:
    folder = ct_series(tmp_path / "series")
    code, (one,), _ = run("probe", next(iter(sorted(folder.iterdir()))))
    assert (code, one["status"], one["rows"], one["cols"], one["n_slices"]) == (0, "loaded", 20, 24, 1)
    code, (all_of_it,), _ = run("probe", folder)
    assert (code, all_of_it["status"], all_of_it["n_slices"]) == (0, "loaded", 6)
    assert all_of_it["spacing_z"] == pytest.approx(2.5)


def test_probe_of_many_paths_answers_each_in_turn(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = make_instance(tmp_path / "good.dcm")
    (tmp_path / "text.dcm").write_text("no image\n" * 30)
    odd = os.fsencode(tmp_path) + b"/\xff\xfe odd \x01"
    paths = [os.fsencode(good), b"/missing", b"a\0b", odd, b"", os.fsencode(tmp_path / "text.dcm"), os.fsencode(good)]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n".join(paths))))
    code, lines, _ = run("probe", "--stdin")
    assert code == 0
    states = [line["status"] for line in lines]
    assert states == ["loaded", "refused", "refused", "refused", "refused", "refused", "loaded"]
    for line in lines:
        assert (line["reason"] == "") == (line["status"] == "loaded")
        assert "Error" not in line["reason"]


def test_a_fault_over_one_file_does_not_stop_the_next(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from medviewer.io import probe

    real, good = probe.probe, make_instance(tmp_path / "good.dcm")
    monkeypatch.setattr(probe, "probe", lambda path: real(path) if "good" in str(path) else 1 / 0)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"bad\n{good}\n".encode())))
    monkeypatch.setattr(commands.log, "exception", lambda *_args: None)  # it would hold the stack, and rightly so
    code, lines, _ = run("probe", "--stdin")
    assert code == 0
    assert [line["status"] for line in lines] == ["refused", "loaded"]
    assert lines[0]["reason"] == commands.FAULT


def test_numbers_that_are_no_json_become_null(run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from medviewer.io import probe

    found = {"status": "loaded", "spacing_xy": [np.float64(0.5), float("nan")], "stored": {"max": float("inf")}}
    monkeypatch.setattr(probe, "probe", lambda _path: found)
    _, (line,), _ = run("probe", tmp_path)
    assert line == {"status": "loaded", "spacing_xy": [0.5, None], "stored": {"max": None}}


# -- import, check-catalog, series


def imported(text: str) -> list[str]:
    lines = text.splitlines()
    assert all(line.startswith("IMPORTED ") for line in lines)
    return [line.removeprefix("IMPORTED ") for line in lines]


def test_import_names_every_instance_and_the_catalog_is_sound(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = make_series(tmp_path / "in" / "a", 5) + make_series(tmp_path / "in" / "b", 3, series="other")
    (tmp_path / "in" / "notes.txt").write_text("not an image\n" * 20)
    uids = {str(pydicom.dcmread(path).SOPInstanceUID) for path in paths}
    words = ["import", str(tmp_path / "in"), "--catalog", str(tmp_path / "catalog")]
    assert cli.main(words) == 0
    out, err = capsys.readouterr()
    told = imported(out)
    assert len(told) == len(set(told)) == 8
    assert set(told) == uids
    assert err == "9 files: 8 imported, 0 unchanged, 1 left out.\n"
    assert cli.main(words) == 0, "run again"
    out, err = capsys.readouterr()
    assert set(imported(out)) == uids, "who was killed before the lines came out gets them now"
    assert "0 imported" in err
    assert cli.main(["check-catalog", str(tmp_path / "catalog")]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["integrity"], report["instances"], report["left_out"]) == ("ok", 8, 1)
    assert (report["duplicates"], report["rows_without_file"], report["files_without_row"]) == (0, 0, 0)
    paths[0].unlink()
    assert cli.main(["check-catalog", str(tmp_path / "catalog")]) == 0
    assert json.loads(capsys.readouterr().out)["rows_without_file"] == 1


def test_import_tells_only_of_what_lies_below_its_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "ab"):
        make_series(tmp_path / name, 2, series=name)
        assert cli.main(["import", str(tmp_path / name), "--catalog", str(tmp_path / "c")]) == 0
    capsys.readouterr()
    assert cli.main(["import", str(tmp_path / "a"), "--catalog", str(tmp_path / "c")]) == 0
    assert len(imported(capsys.readouterr().out)) == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["import", "missing", "--catalog", "c"], "no file or folder"),
        (["import", ".", "--catalog", "file"], "data folder cannot be made or written"),
        (["check-catalog", "missing"], "no catalog in this folder"),
        (["check-catalog", "."], "no catalog in this folder"),
        (["series", "missing", "--json"], "no file or folder"),
    ],
)
def test_bad_folders_are_told(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("x")
    code, lines, err = run(*words)
    assert (code, lines) == (1, [])
    assert sentence in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_a_damaged_catalog_is_told(run: Any, tmp_path: Path) -> None:
    (tmp_path / "catalog.sqlite3").write_bytes(b"no database at all" * 100)
    code, (report,), _ = run("check-catalog", tmp_path)
    assert code == 1
    assert "damaged" in report["integrity"]


def test_series_as_json_and_as_text(run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_series(tmp_path / "in", 4, SeriesDescription="Thorax")
    (tmp_path / "in" / "notes.txt").write_text("not an image\n" * 20)
    code, (found,), err = run("series", tmp_path / "in", "--json")
    assert (code, err) == (0, "")
    assert [(s["description"], s["n_files"]) for s in found["series"]] == [("Thorax", 4)]
    assert found["files_read"] == 5
    assert cli.main(["series", str(tmp_path / "in")]) == 0
    out = capsys.readouterr().out
    assert "Thorax: 8 × 10, 4 images, 4 files" in out
    assert "left out:" in out


@pytest.mark.process
def test_killed_imports_lose_nothing_that_they_named(tmp_path: Path) -> None:
    paths = make_series(tmp_path / "in", 300)
    uids = {str(pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID) for path in paths}
    command = [sys.executable, "-m", "medviewer", "import", str(tmp_path / "in"), "--catalog", str(tmp_path / "c")]
    told: set[str] = set()
    for lines in (1, 25, 60):  # killed after so many lines: the batches are 20 and then more
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert process.stdout is not None
        for _ in range(lines):
            line = process.stdout.readline()
            if not line:
                break
            told.update(imported(line))
        process.kill()
        told.update(imported(process.stdout.read().rpartition("\n")[0]))
        process.wait()
        process.stdout.close()
    assert told
    report = json.loads(
        subprocess.run(
            [sys.executable, "-m", "medviewer", "check-catalog", str(tmp_path / "c")], capture_output=True, check=True
        ).stdout
    )
    assert report["integrity"] == "ok"
    assert report["instances"] >= len(told)
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert set(imported(done.stdout)) == uids
    assert told <= uids


# -- the process


def test_a_bug_is_a_sentence_and_the_stack_goes_to_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from medviewer import log as log_file
    from medviewer.services import batch

    monkeypatch.setattr(batch, "parse", lambda _words: 1 / 0)
    assert cli.main(["--log-dir", str(tmp_path / "log"), "op", "filter.gaussian", "a", "b.nii"]) == 1
    log_file.tear_down()
    assert "fault in the program" in capsys.readouterr().err
    assert "ZeroDivisionError" in (tmp_path / "log" / log_file.FILE_NAME).read_text()


@pytest.mark.process
def test_as_a_process(tmp_path: Path) -> None:
    good = make_instance(tmp_path / "good.dcm")

    def call(*words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "medviewer", *words]
        return subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=120)

    done = call("probe", "--stdin", stdin=os.fsencode(good) + b"\n/missing\n")
    assert done.returncode == 0
    assert [json.loads(line)["status"] for line in done.stdout.splitlines()] == ["loaded", "refused"]
    done = call("op", "filter.gaussian", str(good), str(tmp_path / "out.nii"))
    assert (done.returncode, done.stderr) == (0, b"")
    code = """
import sys
from medviewer import __main__
sys.argv = ["medviewer", "--version"]
assert __main__.main() == 0
sys.exit(", ".join({"numpy", "torch", "cv2", "scipy", "SimpleITK", "pydicom", "PySide6"} & set(sys.modules)) or 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=120)
    assert (done.returncode, done.stdout.decode()) == (0, f"medviewer {__version__}\n"), done.stderr


@pytest.mark.process
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
def test_a_reader_that_has_enough_ends_it_quietly(tmp_path: Path) -> None:
    good = make_instance(tmp_path / "good.dcm")
    process = subprocess.Popen(
        [sys.executable, "-m", "medviewer", "probe", "--stdin"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdin.write(os.fsencode(good) + b"\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["status"] == "loaded"
    process.stdout.close()
    process.stdin.write(os.fsencode(good) + b"\n")
    process.stdin.close()
    assert process.wait(60) == 0
    assert process.stderr.read() == b""
    process.stderr.close()


def test_the_help_page_names_every_command(project_root: Path) -> None:
    page = (project_root / "resources" / "help" / "command-line.md").read_text("utf-8")
    headings = [line[3:] for line in page.splitlines() if line.startswith("## ")]
    assert headings == list(parsing.COMMANDS)
