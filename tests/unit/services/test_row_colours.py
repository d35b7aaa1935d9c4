"""Colours of labels by a column."""

from __future__ import annotations

import pytest

from medviewer.core.colour_maps import colour_map
from medviewer.core.table import Column, Table
from medviewer.errors import InputError
from medviewer.services.row_colours import LEFT_OUT, colours_of

WORDS = ("#ff0000", "#00ff00")
TABLE = Table(
    (
        Column("label", (4, 7, 9)),
        Column("area", (0.0, 50.0, 100.0)),
        Column("class", ("b", "a", "b")),
        Column("odd", (1.0, None, 3.0)),
    )
)


def hex_of(entry: int) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour_map("viridis")[entry])


def test_numbers_run_along_the_scale() -> None:
    found = colours_of(TABLE, "area", WORDS)
    assert (found[4], found[9]) == (hex_of(0), hex_of(255))
    assert found[7] == hex_of(128)


def test_words_have_a_colour_each_and_rows_left_out_are_grey() -> None:
    assert colours_of(TABLE, "class", WORDS) == {4: WORDS[0], 7: WORDS[1], 9: WORDS[0]}
    assert colours_of(TABLE, "class", WORDS, kept=[1]) == {4: LEFT_OUT, 7: WORDS[1], 9: LEFT_OUT}
    assert colours_of(TABLE, "odd", WORDS)[7] == LEFT_OUT


def test_one_outlier_does_not_make_the_rest_alike() -> None:
    n = 200
    table = Table((Column("label", tuple(range(1, n + 1))), Column("v", (*(float(v) for v in range(n - 1)), 1e9))))
    found = colours_of(table, "v", WORDS)
    assert found[20] != found[180]


@pytest.mark.parametrize("labels", [(1, 1, 2), (None, 1, 2), ("a", "b", "c")])
def test_objects_that_share_a_label_cannot_be_coloured_apart(labels: tuple[object, ...]) -> None:
    table = Table((Column("label", labels), Column("v", (1.0, 2.0, 3.0))))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="share a label"):
        colours_of(table, "v", WORDS)
