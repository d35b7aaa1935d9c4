"""The self-test finds what is wrong, and its reports tell nothing about the user."""

from __future__ import annotations

import getpass
import json
import platform
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from medviewer.errors import MedviewerError, UnsupportedTransferSyntax
from medviewer.services import diagnostics


def by_name(checks: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in checks}


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return diagnostics.selftest(lambda: {"pane": "painted"})


def test_every_library_works_here(report: dict[str, Any]) -> None:
    failed = {name: check["reason"] for name, check in by_name(report["libraries"]).items() if check["reason"]}
    assert failed == {}
    assert by_name(report["libraries"])["numpy"]["version"] == np.__version__


def test_every_transfer_syntax_is_read(report: dict[str, Any]) -> None:
    checks = report["transfer_syntaxes"]
    assert len({check["name"] for check in checks}) == len(checks) >= 21
    assert {check["name"]: check["reason"] for check in checks if check["status"] != "passed"} == {}


def test_what_the_window_found_is_in_the_report_and_all_of_it_is_json(report: dict[str, Any]) -> None:
    assert report["window"][0]["pane"] == "painted"
    assert json.loads(diagnostics.as_text(report)) == report


def test_a_wrong_pixel_a_refusal_and_a_panic_fail_the_test_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    from medviewer.io import volume

    class Panic(BaseException):
        """What a decoder written in Rust raises."""

    real = volume.load
    answers = iter(["wrong", "refused", "panic"])

    def load(path: Path, *arguments: Any) -> Any:
        image = real(path, *arguments)
        match next(answers, "right"):
            case "wrong":
                array = image.array.copy()
                array[0, 3, 3] += 1
                return type(image)(array, image.geometry)
            case "refused":
                raise UnsupportedTransferSyntax("This coding is not read.", "Ask for it.")
            case "panic":
                raise Panic("it broke")
        return image

    monkeypatch.setattr(volume, "load", load)
    report = diagnostics.selftest()
    assert report["status"] == "failed"
    first, second, third = report["transfer_syntaxes"][:3]
    assert report["failed"][:3] == [first["name"], second["name"], third["name"]]
    assert first["reason"] == "Pixels differ by up to 1 where 0 is allowed."
    assert second["reason"] == "This coding is not read. Ask for it."
    assert third["reason"] == "Panic: it broke"


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> dict[str, Any]:
        raise ImportError("libdjvu.so.21: cannot open shared object file")

    monkeypatch.setattr(diagnostics, "LIBRARY_CHECKS", {"a library": gone})
    monkeypatch.setattr(diagnostics, "reference_images", list)
    monkeypatch.setattr(diagnostics, "RESOURCES", ())
    report = diagnostics.selftest()
    assert report["failed"] == ["a library"]
    assert "libdjvu" in report["libraries"][0]["reason"]


def test_missing_resources_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(diagnostics, "LIBRARY_CHECKS", {})
    monkeypatch.setattr(diagnostics, "reference_images", list)
    monkeypatch.setattr(diagnostics, "resource_dir", lambda: tmp_path)
    (tmp_path / "help").mkdir()
    (tmp_path / "help" / "a.md").touch()
    report = diagnostics.selftest()
    assert report["failed"] == [name for name in diagnostics.RESOURCES if name != "help"]


def test_ctrl_c_ends_the_self_test(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop() -> dict[str, Any]:
        raise KeyboardInterrupt

    monkeypatch.setattr(diagnostics, "LIBRARY_CHECKS", {"one": stop})
    with pytest.raises(KeyboardInterrupt):
        diagnostics.selftest()


def test_reports_hold_no_user_name_host_name_or_folder(report: dict[str, Any], tmp_path: Path) -> None:
    def fail() -> dict[str, Any]:
        raise OSError(f"cannot open {Path.home()}/patients/Doe^Jane.dcm and {tmp_path}/x")

    check = diagnostics._check("file", fail)
    assert "…/patients" in check["reason"]
    text = json.dumps(report["environment"]) + check["reason"].replace("patients", "")
    for private in (str(Path.home()), socket.gethostname(), str(Path.cwd())):
        assert private not in text
    if getpass.getuser() not in {"root", platform.system().lower()}:
        assert getpass.getuser() not in text


def test_environment_names_the_program_and_system() -> None:
    environment = diagnostics.environment_report()
    assert environment["packages"]["numpy"] == np.__version__
    assert environment["packages"]["medviewer"]
    assert environment["python"] == platform.python_version()
    assert environment["packaged"] is False


def test_an_expectation_that_fails_is_told_as_a_wrong_result() -> None:
    with pytest.raises(MedviewerError, match="a matrix product"):
        diagnostics._expect(False, "a matrix product")
