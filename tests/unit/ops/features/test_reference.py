"""The IBSI digital phantom: every published value, to the published precision."""

from __future__ import annotations

import pytest

from medviewer.core.table import Table
from medviewer.ops.features.identifiers import FEATURES, Family, of_family
from medviewer.ops.features.reference import allowed
from medviewer.services.feature_tables import check_ibsi, selftest_check


@pytest.fixture(scope="module")
def table() -> Table:
    return check_ibsi()


def test_all_values_of_the_phantom(table: Table) -> None:
    missed = [row for row in table.rows() if not row["passed"]]
    assert not missed
    assert table.n_rows == table.facts["values"] == table.facts["passed"] == 482


@pytest.mark.parametrize(
    ("family", "count"),
    [
        ("Morphology", 25),
        ("Local intensity", 2),
        ("Intensity statistics", 18),
        ("Intensity histogram", 23),
        ("Intensity-volume histogram", 6),
        ("GLCM", 150),
        ("GLRLM", 96),
        ("GLSZM", 48),
        ("GLDZM", 48),
        ("NGTDM", 15),
        ("NGLDM", 51),
    ],
)
def test_every_family_is_covered(table: Table, family: str, count: int) -> None:
    assert sum(row["family"] == family for row in table.rows()) == count


def test_the_comparison_can_fail(table: Table) -> None:
    """A value as far off as one unit of the last digit is not met; the published digits are what counts."""
    assert allowed(2.15, 0.0) == pytest.approx(0.005)
    assert allowed(567, 0.0) == pytest.approx(0.5)
    assert allowed(-0.0121, 0.0) == pytest.approx(0.00005)
    assert allowed(556, 4.0) == 4.0
    rows = {row["tag"]: row for row in table.rows()}
    energy = rows["stat_energy"]
    assert energy["computed"] == 567
    assert abs(568 - energy["expected"]) > energy["tolerance"]


def test_identifiers_are_the_manuals() -> None:
    """Four characters each, none twice; spot checks from the manual."""
    identifiers = [feature.identifier for feature in FEATURES.values()]
    assert all(len(i) == 4 for i in identifiers)
    assert len(set(identifiers)) == len(identifiers)
    assert FEATURES["stat_mean"].identifier == "Q4LE"
    assert FEATURES["cm_contrast"].identifier == "ACUI"
    assert FEATURES["morph_sphericity"].identifier == "QCFX"
    assert [len(of_family(f)) for f in (Family.GLCM, Family.GLRLM, Family.NGLDM)] == [25, 16, 17]


def test_selftest_counts() -> None:
    assert selftest_check() == {"values": 482, "passed": 482}
