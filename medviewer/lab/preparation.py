"""What happens to features before a classifier sees them; fitted on the cases it learns from, and on no others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medviewer.errors import InputError
from medviewer.lab.cases import Features

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Preparation:
    """What is asked for, in the order of doing: impute, one-hot, drop constant columns, correlation, scale, select.

    Attributes
    ----------
    scale : bool
        To mean 0 and standard deviation 1 (trees do not mind, the others need it).
    max_correlation : float
        Of two columns whose absolute Pearson correlation is above it, the later one is left out; 1: none.
    best : int
        Keep so many columns of the largest ANOVA F; 0: all.
    l1 : bool
        Keep the columns to which an L1 linear classifier gives weight.
    """

    scale: bool = True
    max_correlation: float = 1.0
    best: int = 0
    l1: bool = False

    def validated(self) -> Preparation:
        """The same; raises InputError for numbers out of range."""
        if not 0.1 <= self.max_correlation <= 1.0 or self.best < 0:
            raise InputError(
                "The greatest correlation lies between 0.1 and 1, the number of features at or above 0.",
                "",
                "classify.preparation",
            )
        return self


@dataclass(frozen=True, eq=False)
class FittedPreparation:
    """Arrays that turn features into the matrix a classifier takes.

    Attributes
    ----------
    number_keys, category_keys : tuple of str
        Columns that it needs.
    medians : NDArray, shape (p,)
        Put where a number is missing.
    levels : tuple of tuple of str
        Per category column, the words that it was fitted on; each becomes a 0/1 column, others become all 0.
    fills : tuple of str
        Per category column, the most frequent word, put where one is missing.
    kept : NDArray of intp
        Columns that are kept, of numbers and 0/1 columns side by side.
    means, deviations : NDArray, shape (len(kept),)
        Subtracted, divided by.
    """

    number_keys: tuple[str, ...]
    category_keys: tuple[str, ...]
    medians: Matrix
    levels: tuple[tuple[str, ...], ...]
    fills: tuple[str, ...]
    kept: NDArray[np.intp]
    means: Matrix
    deviations: Matrix

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns of the matrix: ``"area"``, ``"sex = F"``."""
        names = [*self.number_keys]
        for key, levels in zip(self.category_keys, self.levels, strict=True):
            names += [f"{key} = {level}" for level in levels]
        return tuple(names[int(k)] for k in self.kept)

    def used_keys(self) -> tuple[str, ...]:
        """Features of which at least one column is kept."""
        owners = [*self.number_keys]
        for key, levels in zip(self.category_keys, self.levels, strict=True):
            owners += [key] * len(levels)
        return tuple(dict.fromkeys(owners[int(k)] for k in self.kept))

    def transform(self, features: Features) -> Matrix:
        """The matrix, shape (n, len(kept)) float64, without NaN. `features` has the same keys."""
        full = _expand(features, self.medians, self.levels, self.fills)
        return (full[:, self.kept] - self.means) / self.deviations


def fit(request: Preparation, features: Features, labels: NDArray[np.intp], seed: int = 0) -> FittedPreparation:
    """Learn from these cases how to prepare features.

    Raises
    ------
    InputError
        When no column is left (all constant).
    """
    medians = np.zeros(features.numbers.shape[1])
    for at in range(len(medians)):
        known = features.numbers[:, at]
        known = known[~np.isnan(known)]
        medians[at] = float(np.median(known)) if len(known) else 0.0
    levels: list[tuple[str, ...]] = []
    fills: list[str] = []
    for column in features.categories:
        counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.levels))
        seen = tuple(name for name, count in zip(column.levels, counts, strict=True) if count)
        # Of two words the second says everything that the first does.
        levels.append(seen[1:] if len(seen) == 2 else seen)
        fills.append(column.levels[int(counts.argmax())] if len(column.levels) else "")
    full = _expand(features, medians, tuple(levels), tuple(fills))
    means, deviations = full.mean(axis=0), full.std(axis=0)
    # Rounding leaves a constant column with a deviation of a few units in the last place.
    kept = np.flatnonzero(deviations > 1e-12 * np.maximum(np.abs(means), 1e-300) * np.sqrt(len(full)))
    if not len(kept):
        raise InputError(
            "Every feature has the same value in all cases.", "Choose other features.", "classify.constant"
        )
    if request.max_correlation < 1.0:
        kept = kept[_uncorrelated((full[:, kept] - means[kept]) / deviations[kept], request.max_correlation)]
    scaled = (full[:, kept] - means[kept]) / deviations[kept]
    if request.best and request.best < len(kept):
        chosen = np.sort(np.argsort(-anova_f(scaled, labels), kind="stable")[: request.best])
        kept, scaled = kept[chosen], scaled[:, chosen]
    if request.l1 and len(kept) > 1:
        kept = kept[_l1(scaled, labels, seed)]
    if not request.scale:
        means, deviations = np.zeros_like(means), np.ones_like(deviations)
    return FittedPreparation(
        features.number_keys, tuple(c.key for c in features.categories), medians, tuple(levels), tuple(fills),
        kept.astype(np.intp), means[kept], deviations[kept],
    )  # fmt: skip


def _expand(
    features: Features, medians: Matrix, levels: tuple[tuple[str, ...], ...], fills: tuple[str, ...]
) -> Matrix:
    blocks = [np.where(np.isnan(features.numbers), medians, features.numbers)]
    for column, known, fill in zip(features.categories, levels, fills, strict=True):
        block = np.zeros((features.n, len(known)))
        place = {name: at for at, name in enumerate(known)}
        # By words, not codes: other tables number them otherwise.
        of_code = np.array([place.get(name, -1) for name in column.levels] + [place.get(fill, -1)], dtype=np.intp)
        at = of_code[column.codes]  # code -1 is the last entry
        rows = np.flatnonzero(at >= 0)
        block[rows, at[rows]] = 1.0
        blocks.append(block)
    return np.concatenate(blocks, axis=1)


def _uncorrelated(scaled: Matrix, limit: float) -> NDArray[np.intp]:
    """Columns of which none follows an earlier kept one more closely than `limit`."""
    correlation = np.abs(scaled.T @ scaled) / len(scaled)
    kept: list[int] = []
    for at in range(scaled.shape[1]):
        if not kept or float(correlation[at, kept].max()) <= limit:
            kept.append(at)
    return np.array(kept, dtype=np.intp)


def anova_f(matrix: Matrix, labels: NDArray[np.intp]) -> Matrix:
    """One-way ANOVA F of every column against the classes; infinite for perfect separation of means, 0 for NaN."""
    n, present = len(matrix), np.unique(labels)
    total = ((matrix - matrix.mean(axis=0)) ** 2).sum(axis=0)
    within = np.zeros(matrix.shape[1])
    for number in present:
        part = matrix[labels == number]
        within += ((part - part.mean(axis=0)) ** 2).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        f = ((total - within) / max(1, len(present) - 1)) / (within / max(1, n - len(present)))
    out: Matrix = np.nan_to_num(f, nan=0.0, posinf=np.inf)
    return out


def silence_convergence() -> None:
    """Keep scikit-learn from printing that a solver was stopped; `classical.Fitted.converged` says so instead.

    A filter for the whole process: ``warnings.catch_warnings`` is not safe where threads fit side by side.
    """
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    warnings.simplefilter("ignore", ConvergenceWarning)


def _l1(scaled: Matrix, labels: NDArray[np.intp], seed: int) -> NDArray[np.intp]:
    """Columns with weight in an L1 linear classifier; the one of the largest F when none has."""
    from sklearn.svm import LinearSVC

    model = LinearSVC(penalty="l1", dual=False, C=0.05, max_iter=2000, random_state=seed % 2**32)
    silence_convergence()  # not converged to the last digit: good enough to choose
    model.fit(scaled, labels)
    chosen = np.flatnonzero(np.abs(model.coef_).max(axis=0) > 1e-9)
    return chosen.astype(np.intp) if len(chosen) else np.array([int(anova_f(scaled, labels).argmax())], dtype=np.intp)
