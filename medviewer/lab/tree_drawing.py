"""A decision tree as nodes with places, to be drawn; thresholds in the units of the features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.lab.array_models import Arrays
from medviewer.lab.preparation import FittedPreparation


@dataclass(frozen=True)
class TreeNode:
    """A question or an answer.

    Attributes
    ----------
    number, parent : int
        Own number, from 0 (the root); that of the node above, -1 for the root.
    depth : int
        Levels below the root.
    x : float
        Place from left to right: leaves at 0, 1, 2 …, others midway above their two branches.
    column : str
        The question is ``column ≤ threshold``, yes to the left; empty for a leaf.
    threshold : float
        In the unit of the feature; NaN for a leaf.
    n : int
        Cases that came here.
    shares : tuple of float
        Of the classes among them.
    left, right : int
        Numbers of the branches, -1 for a leaf.
    """

    number: int
    parent: int
    depth: int
    x: float
    column: str
    threshold: float
    n: int
    shares: tuple[float, ...]
    left: int
    right: int


def nodes_of(arrays: Arrays, prepared: FittedPreparation) -> tuple[TreeNode, ...]:
    """The first tree of a forest (`array_models.extract_forest`), root first."""
    end = int(arrays["starts"][1])
    left, right = arrays["left"][:end], arrays["right"][:end]
    parent, depth = np.full(end, -1), np.zeros(end, dtype=int)
    for number in range(end):
        for child in (left[number], right[number]):
            if child >= 0:
                parent[child], depth[child] = number, depth[number] + 1
    x = _places(left, right)
    names = prepared.column_names
    nodes = []
    for number in range(end):
        is_leaf = left[number] < 0
        at = int(arrays["feature"][number])
        threshold = float("nan")
        if not is_leaf:
            threshold = float(arrays["threshold"][number] * prepared.deviations[at] + prepared.means[at])
        nodes.append(
            TreeNode(
                number,
                int(parent[number]),
                int(depth[number]),
                float(x[number]),
                "" if is_leaf else names[at],
                threshold,
                int(arrays["counts"][number]),
                tuple(float(v) for v in arrays["values"][number]),
                int(left[number]),
                int(right[number]),
            )
        )
    return tuple(nodes)


def _places(left: NDArray[Any], right: NDArray[Any]) -> NDArray[np.float64]:
    x = np.zeros(len(left))
    leaves = 0
    stack: list[tuple[int, bool]] = [(0, False)]
    while stack:
        number, seen = stack.pop()
        if left[number] < 0:
            x[number] = leaves
            leaves += 1
        elif seen:
            x[number] = (x[left[number]] + x[right[number]]) / 2
        else:
            stack += [(number, True), (int(right[number]), False), (int(left[number]), False)]
    return x
