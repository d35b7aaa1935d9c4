"""Colours of labels by a column of their table: a scale for numbers, one colour for each word."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from medviewer.core.colour_maps import colour_map
from medviewer.core.table import Table, is_missing
from medviewer.errors import InputError

LABEL = "label"
LEFT_OUT = "#5b6670"
SCALE = "viridis"
SPREAD = (2.0, 98.0)
"""Percentiles of the column at the ends of the scale: one outlier must not make all others alike."""


def colours_of(table: Table, key: str, words: Sequence[str], kept: Collection[int] | None = None) -> dict[int, str]:
    """The colour of every label.

    Parameters
    ----------
    table : Table
        With a column ``label`` that says which label a row belongs to.
    key : str
        Column to colour by.
    words : sequence of str
        ``"#rrggbb"`` for the classes of a column of words, in the order in which they come; used again from the
        beginning when there are more.
    kept : collection of int, optional
        Rows that count; the others become grey.

    Returns
    -------
    dict of int to str
        Label value to ``"#rrggbb"``.

    Raises
    ------
    InputError
        When rows and labels do not belong one to one.
    """
    labels = table.column(LABEL).values if LABEL in table.keys else ()
    numbers = [v for v in labels if isinstance(v, int) and not isinstance(v, bool)]
    if not numbers or len(numbers) < table.n_rows or len(set(numbers)) < len(numbers):
        raise InputError(
            "The rows of this table cannot be told apart on the image: several objects share a label.",
            "Let Split touching objects, or Keep objects by a measure, give each object its own label.",
            "input.label",
        )
    column = table.column(key)
    chosen = set(range(table.n_rows)) if kept is None else set(kept)
    if column.is_number:
        values = np.array([float(v) if isinstance(v, int | float) else np.nan for v in column.values])
        known = values[np.isfinite(values) & [n in chosen for n in range(len(values))]]
        low, high = np.percentile(known, SPREAD) if known.size else (0.0, 1.0)
        scaled = np.clip((values - low) / ((high - low) or 1.0), 0.0, 1.0)
        ramp = colour_map(SCALE)
        colours = [
            LEFT_OUT if not np.isfinite(v) else "#{:02x}{:02x}{:02x}".format(*ramp[round(255 * v)]) for v in scaled
        ]
    else:
        classes = list(dict.fromkeys(str(v) for v in column.values if not is_missing(v)))
        place = {name: words[n % len(words)] for n, name in enumerate(classes)}
        colours = [LEFT_OUT if is_missing(v) else place[str(v)] for v in column.values]
    return {label: colours[n] if n in chosen else LEFT_OUT for n, label in enumerate(numbers)}
