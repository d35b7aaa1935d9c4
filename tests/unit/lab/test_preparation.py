from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_selection import f_classif
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from medviewer.core.table import Column, Table
from medviewer.errors import InputError
from medviewer.lab import preparation
from medviewer.lab.cases import Features
from medviewer.lab.preparation import Preparation


def mixed(n: int = 60, seed: int = 0) -> tuple[Features, np.ndarray, list]:
    rng = np.random.default_rng(seed)
    numbers = rng.normal(size=(n, 4)) * [1, 10, 0.01, 1000] + [0, 5, 3, -2]
    numbers[rng.random((n, 4)) < 0.1] = np.nan
    words = [("r", "g", "b", None)[k] for k in rng.integers(0, 4, n)]
    columns = [Column(f"n{k}", tuple(None if np.isnan(v) else float(v) for v in numbers[:, k])) for k in range(4)]
    features = Features.of_table(
        Table((*columns, Column("colour", tuple(words)))), [c.key for c in columns], ["colour"]
    )
    return features, numbers, words


def test_agrees_with_scikit_learn() -> None:
    features, numbers, words = mixed()
    labels = np.arange(60) % 2
    train, test = np.arange(40), np.arange(40, 60)
    fitted = preparation.fit(Preparation(), features.select(train), labels[train])

    imputer = SimpleImputer(strategy="median").fit(numbers[train])
    column = np.array(words, dtype=object)[:, None]
    filler = SimpleImputer(strategy="most_frequent", missing_values=None).fit(column[train])
    encoder = OneHotEncoder(sparse_output=False, handle_unknown="ignore").fit(filler.transform(column[train]))

    def expected(rows: np.ndarray) -> np.ndarray:
        return np.hstack([imputer.transform(numbers[rows]), encoder.transform(filler.transform(column[rows]))])

    scaler = StandardScaler().fit(expected(train))
    assert np.allclose(fitted.transform(features.select(test)), scaler.transform(expected(test)), atol=1e-12)
    assert fitted.column_names[-3:] == ("colour = b", "colour = g", "colour = r")


def test_words_are_known_by_name_in_another_table() -> None:
    features, _, _ = mixed()
    fitted = preparation.fit(Preparation(scale=False), features, np.arange(60) % 2)
    cells = [*(Column(f"n{k}", (1.0, 1.0)) for k in range(4)), Column("colour", ("violet", "r"))]
    other = Features.of_table(Table(tuple(cells)), [f"n{k}" for k in range(4)], ["colour"])
    assert fitted.transform(other)[:, 4:].tolist() == [[0, 0, 0], [0, 0, 1]]


def test_constant_and_empty_columns_are_dropped() -> None:
    numbers = np.stack([np.full(20, 0.1), np.full(20, np.nan), np.arange(20.0)], axis=1)
    fitted = preparation.fit(Preparation(), Features(("a", "b", "c"), numbers), np.arange(20) % 2)
    assert fitted.column_names == ("c",)
    with pytest.raises(InputError, match="same value"):
        preparation.fit(Preparation(), Features(("a",), numbers[:, :1]), np.arange(20) % 2)


def test_anova_f_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    matrix, labels = rng.normal(size=(50, 7)), rng.integers(0, 3, 50)
    assert np.allclose(preparation.anova_f(matrix, labels), f_classif(matrix, labels)[0])


def test_selection_keeps_the_telling_columns() -> None:
    rng = np.random.default_rng(2)
    labels = np.arange(200) % 2
    numbers = rng.normal(size=(200, 10))
    numbers[:, 3] += labels * 2
    numbers[:, 7] -= labels * 2
    features = Features(tuple(f"f{k}" for k in range(10)), numbers)
    assert preparation.fit(Preparation(best=2), features, labels).column_names == ("f3", "f7")
    l1 = preparation.fit(Preparation(l1=True), features, labels).column_names
    assert {"f3", "f7"} <= set(l1)
    assert len(l1) < 10


def test_of_two_correlated_columns_the_first_stays() -> None:
    rng = np.random.default_rng(3)
    a = rng.normal(size=100)
    numbers = np.stack([a, -a + 1e-3 * rng.normal(size=100), rng.normal(size=100)], axis=1)
    fitted = preparation.fit(
        Preparation(max_correlation=0.95), Features(("a", "b", "c"), numbers), np.arange(100) % 2
    )
    assert fitted.column_names == ("a", "c")
