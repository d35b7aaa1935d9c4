from __future__ import annotations

import numpy as np
import pytest

from medviewer.core.table import Column, Table
from medviewer.errors import InputError
from medviewer.lab import cases
from medviewer.lab.cases import Features


def table(**columns: list) -> Table:
    return Table(tuple(Column(key, tuple(values)) for key, values in columns.items()))


def test_roles_of_columns() -> None:
    found = cases.build(
        table(
            patient_id=["a", "a", "b", "b"],
            case_no=[1, 2, 3, 4],
            age=[40, None, 61, 62.5],
            sex=["F", "F", "M", None],
            note=["long", "text", "every", "other"],
            empty=[None, None, None, ""],
            dx=[1, 0, 1.0, 0],
        ),
        "dx",
        "patient_id",
    )
    assert found.features.keys == ("age", "sex")
    assert np.isnan(found.features.numbers[1, 0])
    assert found.features.categories[0].levels == ("F", "M")
    assert found.features.categories[0].codes.tolist() == [0, 0, 1, -1]
    assert found.classes == ("0", "1")
    assert found.labels.tolist() == [1, 0, 1, 0]
    assert found.groups.tolist() == [0, 0, 1, 1]
    assert {c.key for c in found.left_out} == {"case_no", "note", "empty"}


def test_classes_are_in_numerical_order() -> None:
    found = cases.build(table(x=[1.0, 2.0, 3.0], dx=["10", "9", "2"]), "dx")
    assert found.classes == ("2", "9", "10")


def test_rows_without_label_are_left_out_and_told() -> None:
    found = cases.build(table(x=[1.0, 2.0, 3.0], dx=["a", None, "b"]), "dx")
    assert found.n == 2
    assert found.rows.tolist() == [0, 2]
    assert "1 rows have no label" in found.notes[0]


def test_without_patients_every_row_is_one() -> None:
    found = cases.build(table(x=[1.0, 2.0], dx=["a", "b"]), "dx")
    assert not found.groups_known
    assert found.n_groups == 2


def test_unknown_patients_are_not_joined() -> None:
    found = cases.build(table(x=[1.0, 2.0, 3.0], dx=["a", "b", "a"], who=["p", None, None]), "dx", "who")
    assert found.n_groups == 3
    assert "name no patient" in found.notes[0]


def test_infinite_values_count_as_missing() -> None:
    found = cases.build(table(x=[1.0, float("inf"), 3.0], dx=["a", "b", "a"]), "dx")
    assert np.isnan(found.features.numbers[1, 0])
    assert found.notes


@pytest.mark.parametrize(
    ("columns", "label", "options", "words"),
    [
        ({"x": [1.0], "dx": ["a"]}, "dx", {}, "one class"),
        ({"x": [1.0, 2.0], "dx": [None, None]}, "dx", {}, "no label"),
        ({"x": [1.0, 2.0], "dx": ["a", "b"]}, "y", {}, "no column"),
        ({"x": [1.0, 2.0], "dx": ["a", "b"]}, "dx", {"group": "dx"}, "column each"),
        ({"x": ["u", "v"], "dx": ["a", "b"]}, "dx", {"exclude": ("x",)}, "no column to learn from"),
        ({"x": [0.5] * 30, "dx": [n / 7 for n in range(30)]}, "dx", {}, "no classes"),
        ({"x": [None, None], "dx": ["a", "b"]}, "dx", {"features": ("x",)}, "no feature"),
    ],
)
def test_bad_tables_are_told(columns: dict, label: str, options: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        cases.build(table(**columns), label, **options)


def test_sources_lead_back_to_the_object() -> None:
    found = cases.build(
        table(
            object=[7, 8], slice=[3, None], centroid_l_mm=[1.5, 2.0], centroid_p_mm=[0.0, 0.0],
            centroid_s_mm=[-4.0, None], series_key=["k", "k"], content_hash=["u", "v"],
            area=[3.0, 4.0], dx=["a", "b"],
        ),
        "dx",
    )  # fmt: skip
    assert found.features.keys == ("area",)
    first, second = found.sources
    assert (first.object, first.slice, first.position_mm, first.series_key) == (7, 3, (1.5, 0.0, -4.0), "k")
    assert second.position_mm is None


def test_features_of_a_new_table_need_the_columns() -> None:
    with pytest.raises(InputError, match="lacks y"):
        Features.of_table(table(x=[1.0]), ("x", "y"))
    with pytest.raises(InputError, match="words"):
        Features.of_table(table(x=["a"]), ("x",))
