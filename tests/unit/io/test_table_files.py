"""Tables as CSV and XLSX: the same values back, no formulas, damaged files told."""

from __future__ import annotations

import csv
import math
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medviewer.core.table import Column, Table, is_missing
from medviewer.errors import DataError, MedviewerError, UnreadableFile
from medviewer.io.table_files import plain_text, read_table, safe_text, write_table

TABLE = Table(
    (
        Column("case", ("P001", "=1+1", None), "Case"),
        Column("area_mm2", (1.5, math.nan, 0.1 + 0.2), "Area", "mm²"),
        Column("n", (1, 2, None)),
        Column("number", ("007", "12", "3")),
        Column("good", (True, False, None)),
        Column("note", ("a,b\n\"c\"", "-x", "肝")),
    ),
    "objects",
    {"mode": "ibsi", "steps": [1, 2]},
)  # fmt: skip


def same(a, b, digits=17):
    if is_missing(a) and is_missing(b):
        return True
    close = isinstance(a, float) and f"{a:.{digits}g}" == f"{b:.{digits}g}"
    return (a == b or close) and isinstance(a, type(b))


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.xlsx"])
def test_back_with_types(tmp_path, name):
    write_table(TABLE, tmp_path / name)
    back = read_table(tmp_path / name)
    digits = 15 if name == "a.xlsx" else 17  # a spreadsheet keeps 15
    assert back.keys == TABLE.keys
    for ours, theirs in zip(TABLE.columns, back.columns, strict=True):
        assert all(same(b, a, digits) for a, b in zip(ours.values, theirs.values, strict=True)), ours.key


def test_xlsx_keeps_titles_units_and_facts(tmp_path):
    write_table(TABLE, tmp_path / "a.xlsx")
    back = read_table(tmp_path / "a.xlsx")
    assert (back.column("area_mm2").title, back.column("area_mm2").unit) == ("Area", "mm²")
    assert back.facts == TABLE.facts


def test_no_cell_is_a_formula(tmp_path):
    bad = ("=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", " =1", "'=1", "''=1", '=HYPERLINK("x")', "-", "'plain", "")
    table = Table((Column("=key()", bad), Column("n", tuple(range(len(bad))))))
    write_table(table, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert not [c for c in cells if c.lstrip(" \u00a0\ufeff").startswith(tuple("=+-@\t\r\n"))]
    write_table(table, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)
    for name in ("a.csv", "a.xlsx"):
        back = read_table(tmp_path / name)
        assert back.keys == table.keys
        assert [v or "" for v in back.columns[0].values] == list(bad)


@given(st.text())
def test_text_comes_back_from_its_safe_form(text):
    assert plain_text(safe_text(text)) == text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=8), st.sampled_from(["a.csv", "a.xlsx"]))
def test_numbers_to_the_last_digit(tmp_path, values, name):
    if name == "a.xlsx":  # a cell holds no more than that
        values = [v for v in values if abs(v) < 9.99e307] or [0.5]
    write_table(Table((Column("v", tuple(values)), Column("t", ("x",) * len(values)))), tmp_path / name)
    back = read_table(tmp_path / name).column("v").values
    # A spreadsheet keeps no minus before zero, and a workbook no fraction of a whole number.
    assert [float(v) for v in back] == pytest.approx(values, rel=1e-15, abs=0)


def test_csv_of_others(tmp_path):
    (tmp_path / "a.csv").write_bytes("\ufeffid;Größe;x\r\n1;1,5;a\r\n2;-2,25;b\r\n\r\n".encode())
    table = read_table(tmp_path / "a.csv")
    assert table.keys == ("id", "Größe", "x")
    assert table.column("Größe").values == (1.5, -2.25)
    (tmp_path / "b.csv").write_text("a,a,\n1,2,3\n4\n")
    table = read_table(tmp_path / "b.csv")
    assert table.keys == ("a", "a_2", "column_3")
    assert table.column("a_2").values == (2, None)
    (tmp_path / "c.csv").write_bytes("name\nJürgen\n".encode("cp1252"))
    assert read_table(tmp_path / "c.csv").column("name").values == ("Jürgen",)


def test_what_is_no_table(tmp_path):
    (tmp_path / "bytes.csv").write_bytes(b"\0\1\2\3" * 50)
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "wide.csv").write_text("a\n1,2,3\n")
    (tmp_path / "quote.csv").write_text('a,b\n"1,2\n')
    with zipfile.ZipFile(tmp_path / "zip.xlsx", "w") as archive:
        archive.writestr("x", "y")
    write_table(TABLE, tmp_path / "good.xlsx")
    data = (tmp_path / "good.xlsx").read_bytes()
    (tmp_path / "cut.xlsx").write_bytes(data[: len(data) // 2])
    for name in ("bytes.csv", "empty.csv", "wide.csv", "quote.csv", "zip.xlsx", "cut.xlsx"):
        with pytest.raises(UnreadableFile):
            read_table(tmp_path / name)
    with pytest.raises(MedviewerError):
        read_table(tmp_path / "absent.csv")
    with pytest.raises(DataError, match="ending"):
        write_table(TABLE, tmp_path / "a.doc")
    with pytest.raises(DataError, match="empty"):
        write_table(Table(), tmp_path / "a.csv")
