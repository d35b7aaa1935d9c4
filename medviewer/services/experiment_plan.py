"""What the window asks of an experiment, as a value: split, classifiers, seed; and how long it may take."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from medviewer.lab.cases import CaseTable
from medviewer.lab.classical import GRIDS, Kind, Spec
from medviewer.lab.experiment import Experiment
from medviewer.lab.preparation import Preparation
from medviewer.lab.split import Scheme, SplitRequest

CLASSIFIERS = tuple(kind for kind in Kind if kind is not Kind.BASELINE)
"""Those that can be chosen; the baseline always runs."""

INNER_FOLDS = 3
"""Folds inside a fold, for tuning."""


@dataclass(frozen=True)
class Plan:
    """The choices of the steps Split, Models and Run.

    Attributes
    ----------
    leave_one_out : bool
        One patient left out at a time.
    folds, repeats : int
    test_share : float
        Share of the patients held out, 0..0.9; not used with `use_parts`.
    use_parts : bool
        Hold out the part that the column of parts names.
    kinds : tuple of Kind
        Besides the baseline.
    settings : mapping of Kind to mapping of str to float
        Hyper-parameters that are not the default.
    tune : bool
    preparation : Preparation
    positive : str
        Of two classes the one looked for; empty: the second.
    importance_of : str
        ``"best"``, ``"all"`` or ``"none"``.
    resamples, seed : int
    """

    leave_one_out: bool = False
    folds: int = 5
    repeats: int = 1
    test_share: float = 0.0
    use_parts: bool = False
    kinds: tuple[Kind, ...] = CLASSIFIERS
    settings: Mapping[Kind, Mapping[str, float]] = field(default_factory=dict)
    tune: bool = False
    preparation: Preparation = field(default_factory=Preparation)
    positive: str = ""
    importance_of: str = "best"
    resamples: int = 1000
    seed: int = 0

    def split(self) -> SplitRequest:
        """The split that is wanted."""
        scheme = Scheme.LEAVE_ONE_OUT if self.leave_one_out else Scheme.FOLDS
        share = 0.0 if self.use_parts else self.test_share
        return SplitRequest(scheme, self.folds, self.repeats, share, self.use_parts, self.seed)

    def experiment(self, classes: tuple[str, ...]) -> Experiment:
        """The experiment that is wanted of cases with these classes."""
        specs = (Spec(Kind.BASELINE), *(Spec(kind, dict(self.settings.get(kind, {}))) for kind in self.kinds))
        positive = self.positive if self.positive in classes and len(classes) == 2 else ""
        return Experiment(
            specs, self.preparation, self.split(), self.tune, positive, self.importance_of, self.resamples, self.seed
        )


def estimate_s(cases: CaseTable, plan: Plan, rounds: int) -> float:
    """Seconds that an experiment takes, to about a factor of two on a machine of two cores.

    The window multiplies it by what earlier runs took longer or shorter.

    Parameters
    ----------
    rounds : int
        Folds of all repeats.
    """
    n, p, k = cases.n, len(cases.features.keys), len(cases.classes)
    fits = max(1, rounds)
    total = 0.0
    for kind in plan.kinds:
        one = _fit_s(kind, n, p, k, {**plan.settings.get(kind, {})})
        tried = math.prod(map(len, GRIDS[kind].values())) if plan.tune and GRIDS[kind] else 0
        total += one * fits * (1 + tried * INNER_FOLDS * 0.7)
    cores = min(os.cpu_count() or 1, 8)
    judged = (len(plan.kinds) + 1) * plan.resamples * n * (k if k > 2 else 1) * 4e-7 * plan.repeats
    shuffled = {"none": 0, "best": 1, "all": len(plan.kinds)}[plan.importance_of]
    return 0.5 + total / cores + judged + shuffled * min(300_000, 5 * n * p) * 3e-5 / cores


def _fit_s(kind: Kind, n: int, p: int, k: int, settings: Mapping[str, float]) -> float:
    columns = max(1, p)
    several = k if k > 2 else 1
    if kind is Kind.FOREST:
        return float((0.2 + 1.2e-4 * n * math.sqrt(columns)) * settings.get("trees", 100) / 100)
    if kind is Kind.BOOSTING:
        return float((0.2 + 0.008 * columns * several) * settings.get("rounds", 100) / 100)
    if kind is Kind.RBF_SVM:
        return 0.05 + 2.5e-7 * n * n * (1 + columns / 100)
    if kind is Kind.LINEAR_SVM:
        return 0.03 + 1.5e-6 * n * columns * several
    if kind is Kind.TREE:
        return 0.02 + 1.5e-6 * n * columns
    return 0.02 + 4e-7 * n * columns * several
