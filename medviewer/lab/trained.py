"""A trained classifier as a value: what it takes, what it says, and how far it was found to be right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.table import Column, Table
from medviewer.errors import InputError, ModelError
from medviewer.lab import array_models
from medviewer.lab.array_models import Arrays
from medviewer.lab.calibrate import Platt
from medviewer.lab.cases import CaseTable, Features
from medviewer.lab.classical import FORMS, TITLES, Fitted, Kind
from medviewer.lab.experiment import Results
from medviewer.lab.preparation import FittedPreparation

PREDICTED, OUTSIDE = "predicted", "outside_range"


@dataclass(frozen=True, eq=False)
class TrainedClassifier:
    """A classifier that can be applied, saved and loaded.

    Attributes
    ----------
    kind : Kind
    settings : mapping
        Hyper-parameters.
    classes : tuple of str
    positive : int
        As in `experiment.Results`.
    preparation : FittedPreparation
    arrays : dict
        See `array_models`.
    platt : Platt or None
    present : NDArray of intp
        Classes that it knows.
    ranges : NDArray of float64, shape (2, p)
        Smallest and greatest value of each number among the cases learned from.
    units : mapping of str to str
        Of the features.
    features : mapping
        How they were made (`Table.facts["features"]`), as JSON values.
    worth : mapping
        What the experiment said of it: numbers with intervals, split, findings, seed, counts; JSON values.
    name : str
    """

    kind: Kind
    settings: Mapping[str, float]
    classes: tuple[str, ...]
    positive: int
    preparation: FittedPreparation
    arrays: Arrays
    platt: Platt | None
    present: NDArray[np.intp]
    ranges: NDArray[np.float64]
    units: Mapping[str, str] = field(default_factory=dict)
    features: Mapping[str, Any] = field(default_factory=dict)
    worth: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""

    @property
    def title(self) -> str:
        """Words for people, in English."""
        return TITLES[self.kind]

    @property
    def keys(self) -> tuple[str, ...]:
        """Columns that a table must have."""
        return (*self.preparation.number_keys, *self.preparation.category_keys)

    def probabilities(self, features: Features) -> NDArray[np.float64]:
        """Shape (n, k), rows sum to 1."""
        found = array_models.SCORES[FORMS[self.kind]](self.arrays, self.preparation.transform(features))
        if self.platt is not None:
            found = self.platt.probabilities(found)
        out = np.zeros((features.n, len(self.classes)))
        out[:, self.present] = found
        return out

    def predict(self, table: Table) -> Table:
        """The table with the columns ``predicted``, ``p(<class>)`` for every class, and ``outside_range``.

        ``outside_range`` counts the features that lie outside what the classifier has learned from: where it is not 0
        the probabilities are a guess.

        Raises
        ------
        InputError
            For missing columns, other units, or features that were computed with other settings.
        """
        self._require_same_making(table)
        features = Features.of_table(table, self.preparation.number_keys, self.preparation.category_keys)
        features = Features(
            features.number_keys,
            np.where(np.isinf(features.numbers), np.nan, features.numbers),
            features.categories,
        )
        probability = self.probabilities(features)
        with np.errstate(invalid="ignore"):
            outside = (features.numbers < self.ranges[0]) | (features.numbers > self.ranges[1])
        columns = [Column(PREDICTED, tuple(self.classes[int(c)] for c in probability.argmax(axis=1)), "Class")]
        columns += [
            Column(f"p({name})", tuple(float(p) for p in probability[:, c]), f"Probability of {name}")
            for c, name in enumerate(self.classes)
        ]
        columns.append(
            Column(OUTSIDE, tuple(int(n) for n in outside.sum(axis=1)), "Features outside the range learned from")
        )
        return table.with_columns(*columns)

    def _require_same_making(self, table: Table) -> None:
        for column in table.columns:
            learned = self.units.get(column.key, "")
            if column.key in self.keys and learned and column.unit and column.unit != learned:
                raise InputError(
                    f"{column.key[:60]} is in {column.unit}, and the classifier learned it in {learned}.",
                    "Measure images that have the same kind of scale.",
                    "classify.unit",
                )
        made = table.facts.get("features")
        if made and self.features:
            other = [name for name, value in self.features.items() if name in made and made[name] != value]
            if other:
                raise InputError(
                    "The features were computed with other settings than those that the classifier learned from: "
                    f"{', '.join(sorted(map(str, other)))[:120]}.",
                    "Compute them again with the settings of the classifier.",
                    "classify.settings",
                )


def of_fitted(
    fitted: Fitted, cases: CaseTable, positive: int = -1, worth: Mapping[str, Any] | None = None, name: str = ""
) -> TrainedClassifier:
    """A classifier to keep, from one that was fitted; its predictions are compared with scikit-learn's once.

    Raises
    ------
    ModelError
        When they differ: it would be another classifier than the one that was judged.
    """
    numbers = cases.features.numbers
    everything_missing = np.isnan(numbers).all(axis=0)
    filled = np.where(everything_missing, 0.0, numbers)
    ranges = np.stack([np.nanmin(filled, axis=0), np.nanmax(filled, axis=0)]) if numbers.size else np.zeros((2, 0))
    trained = TrainedClassifier(
        fitted.spec.kind, fitted.spec.full, cases.classes, positive, fitted.preparation, fitted.arrays(),
        fitted.platt, fitted.present, ranges,
        {key: unit for key, unit in cases.units.items() if key in cases.features.keys},
        dict(cases.settings), dict(worth or {}), name or cases.name,
    )  # fmt: skip
    some = cases.features.select(np.arange(min(cases.n, 500), dtype=np.intp))
    if not np.allclose(trained.probabilities(some), fitted.probabilities(some), rtol=0, atol=1e-9):
        raise ModelError("The classifier cannot be kept as it was judged.", "Choose another kind.", "model.differs")
    return trained


def worth_of(results: Results, kind: Kind) -> dict[str, Any]:
    """What travels with the classifier, so that whoever applies it can see how far to trust it."""
    own = results.of(kind)
    judged = own.judged
    cases = results.cases
    return {
        "split": results.split.description,
        "judged_on": "held-out part" if own.held_out is not None else "cross-validation",
        "seed": results.experiment.seed,
        "cases": cases.n,
        "patients": cases.n_groups if cases.groups_known else None,
        "counts": cases.counts(),
        "label": cases.label_key,
        "numbers": {
            name: {"value": n.value, "low": n.low, "high": n.high, "method": n.method}
            for name, n in (judged.numbers.items() if judged else ())
        },
        "findings": [finding.sentence for finding in results.findings],
    }
