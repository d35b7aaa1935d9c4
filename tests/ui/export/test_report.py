"""The report: what it says, what it keeps to itself, that it is read as a PDF by others."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QTreeWidget
from pytestqt.qtbot import QtBot

from medviewer.core.table import Column, Table
from medviewer.document import edits
from medviewer.document.state import Measurement, Plane, Shape
from medviewer.errors import DataError
from medviewer.ops import registry
from medviewer.services import result_tables
from medviewer.ui.report import content, pdf
from medviewer.ui.report.content import Facts, KeyPicture, Report, Steps, TextTable
from medviewer.ui.report.dialog import ReportDialog
from medviewer.ui.report.door import make_report
from medviewer.ui.report.page import html_of
from tests.helpers.image_workspace import step
from tests.ui.export.conftest import Ct

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


def pages_of(path: Path) -> int:
    """Pages as the file itself counts them."""
    found = re.findall(
        rb"/Type\s*/Pages\b.*?/Count\s+(\d+)|/Count\s+(\d+).*?/Type\s*/Pages\b", path.read_bytes(), re.S
    )
    return max(int(a or b) for a, b in found)


def text_of(path: Path, page: int | None = None) -> str:
    which = [] if page is None else ["-f", str(page), "-l", str(page)]
    done = subprocess.run(["pdftotext", "-layout", *which, str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def report(**more: object) -> Report:
    return Report("Title", "today", "medviewer 1", "For research", **more)  # type: ignore[arg-type]


def written(dialog: ReportDialog, path: Path, qtbot: QtBot) -> Path:
    notifications = dialog.notifications
    before = len(notifications.past)
    dialog.where.setText(str(path))
    dialog.start()
    qtbot.waitUntil(lambda: len(notifications.past) > before, timeout=20_000)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return path


def measured(ct: Ct) -> None:
    """A line of 5 × 0.9 mm = 4.50 mm in the slice that is shown, and a region in another."""
    for m in (
        Measurement("m1", Shape.DISTANCE, ct.key, Plane.STACK, 3, ((2.0, 4.0), (7.0, 4.0)), name="Vessel"),
        Measurement("m2", Shape.RECTANGLE, ct.key, Plane.STACK, 0, ((1.0, 1.0), (6.0, 5.0)), note="<b> & more"),
    ):
        ct.shell.document.apply(edits.AddMeasurement(m))


# -- the whole way


@needs_poppler
def test_a_report_says_what_the_window_shows(ct: Ct, qtbot: QtBot) -> None:
    measured(ct)
    gaussian = registry.get("filter.gaussian")
    ct.shell.document.apply(edits.SetRecipe(ct.key, (step(gaussian, sigma_mm=1.5), step(gaussian, on=False))))
    table = Table((Column("area", tuple(float(n) for n in range(90)), "Area", "mm²"), Column("class", ("a",) * 90)))
    result_tables.of(ct.shell.workspace).put("Objects", table, ct.key)
    dialog = make_report(ct.shell.window.commands)
    assert "does not name the patient" in dialog.said
    dialog.remark.setPlainText("Second line\nof <words>")
    path = written(dialog, ct.folder / "r.pdf", qtbot)
    text = text_of(path)
    for words in ("For research, not for diagnosis", "medviewer", "Vessel", "4.50 mm", "<b> & more", "of <words>",
                  "11 × 9 × 6 px", "HU", "Gaussian", "1.5 mm", "Area [mm²]", "The first 40 of 90 rows."):  # fmt: skip
        assert words in text, words
    assert text.count("Gaussian") == 1  # the step that is off is not among them
    assert "rgen" not in text
    assert "2020" not in text
    assert pages_of(path) == text.count("Page ")
    assert not list(ct.folder.glob(".medviewer*"))


@needs_poppler
def test_the_patient_is_named_only_when_ticked(ct: Ct, qtbot: QtBot) -> None:
    dialog = make_report(ct.shell.window.commands)
    dialog.tick("patient")
    assert dialog.said == "The report names the patient."
    text = text_of(written(dialog, ct.folder / "p.pdf", qtbot))
    assert "Jürgen" in text
    assert "Study date" in text


def test_pictures_are_the_panes_and_the_slices_of_measurements(ct: Ct) -> None:
    from medviewer.ui.report.pictures import SIDE, key_pictures

    measured(ct)
    canvas = ct.shell.window.canvas
    ct.shell.document.apply(edits.SetIndex(((0, 3),)))
    QApplication.processEvents()
    found = key_pictures(canvas, names=False, panes=True, measured_slices=True)
    assert [re.findall(r"slice (\d) of 6", p.caption) for p in found] == [["4"], ["1"]]
    assert found[0].image.width() == round(canvas.active_pane().width() * canvas.devicePixelRatioF())
    picture = found[1].image
    assert picture.width() == 2 * SIDE
    colours = {QColor(picture.pixel(x, y)).name() for x in range(2 * SIDE) for y in range(500, 620, 3)}
    assert canvas.ink.color("measurement").name() in colours  # the outline of the region
    assert [
        len(key_pictures(canvas, names=False, panes=p, measured_slices=m)) for p, m in ((False, True), (True, False))
    ] == [2, 1]


def test_which_columns_are_wanted(ct: Ct) -> None:
    columns = tuple(Column(f"c{n}", (1.0, None)) for n in range(12))
    kept = result_tables.of(ct.shell.workspace).put("Wide", Table(columns), ct.key)
    dialog = make_report(ct.shell.window.commands)
    assert dialog.choices().columns == {kept.id: tuple(f"c{n}" for n in range(content.MOST_COLUMNS))}
    tree = dialog.findChild(QTreeWidget, "report-tables")
    assert isinstance(tree, QTreeWidget)
    top = tree.topLevelItem(0)
    assert top is not None
    from PySide6.QtCore import Qt

    top.child(1).setCheckState(0, Qt.CheckState.Unchecked)
    top.child(11).setCheckState(0, Qt.CheckState.Checked)
    assert dialog.choices().columns[kept.id] == ("c0", *(f"c{n}" for n in range(2, 8)), "c11")
    top.setCheckState(0, Qt.CheckState.Unchecked)
    assert dialog.choices().columns == {}
    dialog.close()


def test_a_report_that_is_stopped_leaves_nothing(ct: Ct) -> None:
    dialog = make_report(ct.shell.window.commands)
    dialog.where.setText(str(ct.folder / "s.pdf"))
    dialog.start()
    assert dialog.is_running
    dialog._step()
    dialog._stop()
    assert "Nothing was written" in dialog.said
    assert list(ct.folder.iterdir()) == []
    dialog.where.setText(str(ct.folder / "no" / "s.pdf"))
    dialog.start()
    dialog._step()
    assert "could not be written" in dialog.said
    dialog.where.setText(str(ct.folder / "s.txt"))
    dialog.start()
    assert ".pdf" in dialog.said
    dialog.close()


# -- on paper


def test_words_of_people_are_no_markup() -> None:
    evil = '<img src="x"/> & <b>'
    table = TextTable(evil, (evil,), ((evil,),), (False,), evil)
    html = html_of(
        report(
            patient=Facts(evil, ((evil, evil),), (evil,)),
            steps=(Steps(evil, (evil,)),),
            measurements=table,
            tables=(table,),
            remark=evil,
        ),
        600,
    )
    assert "<img" not in html
    assert "<b>" not in html.replace('<p class="caution"><b>For research</b>', "")


@needs_poppler
def test_a_long_table_repeats_its_header_and_loses_no_row(qapp: QApplication, tmp_path: Path) -> None:
    rows = tuple((f"row {n}", str(n)) for n in range(300))
    path = tmp_path / "t.pdf"
    count = pdf.write_pdf(report(tables=(TextTable("T", ("Name", "Nummer"), rows, (False, True)),)), path)
    assert count == pages_of(path) > 3
    found: list[str] = []
    for page in range(1, count + 1):
        text = text_of(path, page)
        assert text.count("Nummer") == 1
        assert f"Page {page} of {count}" in text
        found += re.findall(r"row (\d+)", text)
    assert found == [str(n) for n in range(300)]


@needs_poppler
def test_chinese_is_text_with_its_font_in_the_file(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "zh.pdf"
    pdf.write_pdf(report(series=(Facts("胸部", (("层厚", "1.25 mm"),)),)), path)
    assert "层厚" in text_of(path)
    fonts = subprocess.run(["pdffonts", str(path)], capture_output=True, check=True).stdout.decode()
    embedded = [line.split()[-5] for line in fonts.splitlines()[2:]]
    assert embedded
    assert set(embedded) == {"yes"}


@needs_poppler
@pytest.mark.parametrize(("paper", "size"), [("A4", (595, 842)), ("Letter", (612, 792))])
def test_paper(qapp: QApplication, tmp_path: Path, paper: str, size: tuple[int, int]) -> None:
    path = tmp_path / "p.pdf"
    pdf.write_pdf(report(), path, paper)
    info = subprocess.run(["pdfinfo", str(path)], capture_output=True, check=True).stdout.decode()
    found = re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", info)
    assert found is not None
    assert (round(float(found[1])), round(float(found[2]))) == size


def test_pictures_keep_every_pixel(qapp: QApplication, tmp_path: Path) -> None:
    picture = QImage(37, 23, QImage.Format.Format_RGB32)
    for x in range(37):
        for y in range(23):
            picture.setPixelColor(x, y, QColor((7 * x + y) % 256, (31 * y) % 256, (x * y) % 256))
    path = tmp_path / "i.pdf"
    pdf.write_pdf(report(pictures=(KeyPicture(picture, "small"),)), path)
    data = path.read_bytes()
    assert b"DCTDecode" not in data  # no JPEG
    rgb = b"".join(bytes(picture.pixelColor(x, y).getRgb()[:3]) for y in range(23) for x in range(37))
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.S)
    assert rgb in [_inflated(stream) for stream in streams]


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return stream


def test_a_folder_that_takes_nothing(qapp: QApplication, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="could not be written"):
        pdf.write_pdf(report(), tmp_path / "no" / "r.pdf")
