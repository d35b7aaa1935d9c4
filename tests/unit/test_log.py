"""The log keeps patient data out and never ends the program."""

from __future__ import annotations

import logging
import os

import pytest

from medviewer import log
from medviewer.log import traceback_text, without_patient_data

PRIVATE = [
    "Doe^John^Adam",
    "王^小東",
    "Yamada^Tarou=山田^太郎",
    "van der Doe^John",
    "Doe^",
    "Doe^^^Dr",
    "1.3.6.1.4.1.14519.5.2.1.6279.6001.298806137288633453246975630178",
    "2.25.329800735698586629295641978511506172918",
    "/home/maria/patients/Doe John/ct/0001.dcm",
    "C:\\Users\\maria\\Doe John\\0001.dcm",
    "\\\\server\\share\\Doe\\1.dcm",
]


@pytest.fixture
def logger(tmp_path):
    log.set_up(tmp_path, stderr_level=None)
    yield logging.getLogger("medviewer.test")
    log.tear_down()


def lines(folder):
    return (folder / log.FILE_NAME).read_text(encoding="utf-8")


@pytest.mark.parametrize("secret", PRIVATE)
def test_names_uids_and_paths_are_hashed(secret):
    for sentence in (f"cannot read {secret}", f"file '{secret}': damaged", f"({secret})", secret):
        cleaned = without_patient_data(sentence)
        for part in ("Doe", "John", "maria", "小東", "太郎", "Yamada", "14519", "3298007"):
            assert part not in cleaned
    assert "cannot read" in without_patient_data(f"cannot read: {secret}")


@pytest.mark.parametrize(
    "sentence",
    [
        "PatientName: John Doe",
        "PatientID=12345678",
        'patient_name="John Doe"',
        "Patient Birth Date: 19700101",
        "InstanceHeader(patient_id='12345678', patient_name='John Doe')",
        "AccessionNumber = 12345678",
    ],
)
def test_labelled_values_are_hashed(sentence):
    cleaned = without_patient_data(sentence)
    for secret in ("John", "Doe", "12345678", "19700101"):
        assert secret not in cleaned


@pytest.mark.parametrize(
    "sentence",
    [
        "loaded 300 slices in 0.15 s, 512 × 512, 3/4 of the memory",
        "transfer syntax 1.2.840.10008.1.2.4.90 is not supported",
        "version 0.1.0 of numpy 2.1.3.4",
        "ratio 1/2 and/or x^2 + 3^2",
    ],
)
def test_what_names_no_one_stays(sentence):
    assert without_patient_data(sentence) == sentence


def test_equal_secrets_have_equal_hashes_that_differ_between_secrets():
    a, b = without_patient_data("/data/a.dcm"), without_patient_data("/data/b.dcm")
    assert a == without_patient_data("/data/a.dcm")
    assert a != b
    assert a.endswith(".dcm>")


def test_file_is_private_and_clean(logger, tmp_path):
    logger.warning("cannot read %s of %s", "/data/Doe/1.dcm", "Doe^John")
    text = lines(tmp_path)
    assert "cannot read <path" in text
    assert "Doe" not in text
    if os.name == "posix":
        assert (tmp_path / log.FILE_NAME).stat().st_mode & 0o077 == 0


def test_stack_of_a_bug_has_lines_of_code_and_no_data(logger, tmp_path):
    patient = "Doe^John"
    try:
        try:
            raise KeyError(patient)
        except KeyError as error:
            raise ValueError(f"/data/{patient}.dcm") from error
    except ValueError:
        logger.exception("import failed")
    text = lines(tmp_path)
    assert "import failed" in text
    assert "ValueError" in text
    assert "KeyError" in text
    assert "test_log.py" in text
    assert "Doe" not in text


def test_traceback_text_follows_causes_once():
    def inner():
        raise RuntimeError("first")

    try:
        try:
            inner()
        except RuntimeError as error:
            raise OSError("second") from error
    except OSError as caught:
        text = traceback_text(caught)
    assert text.index("first") < text.index("second")
    assert "inner" in text


def test_stderr_shows_warnings_only_and_both_handlers_say_the_same(tmp_path, capsys):
    log.set_up(tmp_path, stderr_level=logging.WARNING)
    try:
        logging.getLogger("medviewer.test").info("quiet")
        logging.getLogger("medviewer.test").warning("cannot read /data/Doe/1.dcm")
    finally:
        log.tear_down()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "quiet" not in captured.err
    hashed = captured.err.split("cannot read ")[1].strip()
    assert hashed in lines(tmp_path)
    assert "quiet" in lines(tmp_path)


def test_file_rotates(tmp_path, monkeypatch):
    monkeypatch.setattr(log, "MAX_BYTES", 2000)
    log.set_up(tmp_path, stderr_level=None)
    try:
        for n in range(200):
            logging.getLogger("medviewer.test").info("line %d", n)
    finally:
        log.tear_down()
    files = sorted(os.listdir(tmp_path))
    assert len(files) == log.BACKUPS + 1
    assert all((tmp_path / name).stat().st_size <= 2000 for name in files)


def test_folder_that_is_gone_costs_nothing(tmp_path, capsys):
    log.set_up(tmp_path / "missing", stderr_level=None)
    try:
        logging.getLogger("medviewer.test").warning("still here")
    finally:
        log.tear_down()
    assert capsys.readouterr().err == ""


def test_wrong_arguments_cost_nothing(logger, tmp_path, capsys):
    logger.warning("%d files", "three")
    assert "files" in lines(tmp_path)
    assert capsys.readouterr().err == ""
