"""Simulated patients: several correlated rows each, with a label that some of the features know."""

from __future__ import annotations

import numpy as np

from medviewer.core.table import Column, Table


def simulated(
    patients: int = 40,
    rows_each: int = 3,
    features: int = 6,
    telling: int = 3,
    effect: float = 1.0,
    classes: int = 2,
    own_share: float = 0.5,
    seed: int = 0,
) -> Table:
    """A table with columns f0…, ``dx`` and ``patient``; `own_share` of the variance belongs to the patient."""
    rng = np.random.default_rng(seed)
    label = np.arange(patients) % classes
    group = np.repeat(np.arange(patients), rows_each)
    noise = rng.normal(size=(patients, features))[group] * own_share**0.5
    noise += rng.normal(size=(len(group), features)) * (1 - own_share) ** 0.5
    noise[:, :telling] += effect * label[group][:, None]
    columns = [Column(f"f{n}", tuple(float(v) for v in noise[:, n])) for n in range(features)]
    names = tuple("abcdefgh"[c] for c in label[group])
    return Table((*columns, Column("dx", names), Column("patient", tuple(f"P{g:03d}" for g in group))), "simulated")
