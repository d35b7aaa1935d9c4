"""A damaged catalog and an interrupted import cost the user nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from medviewer.errors import CatalogError, MedviewerError
from medviewer.io.catalog import FILE_NAME, Catalog
from medviewer.io.importing import import_paths
from medviewer.services.paths import Paths
from medviewer.services.scheduler import ManualExecutor
from medviewer.services.workspace import Workspace
from tests.helpers.dicom_factory import make_series


@pytest.fixture
def folders(tmp_path: Path) -> Paths:
    return Paths.choose(tmp_path / "data", tmp_path / "cache", tmp_path / "log").ensure()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What imports were asked for."""
    asked: list[list[str]] = []
    monkeypatch.setattr(Workspace, "import_paths", lambda _self, paths, *_rest: asked.append([str(p) for p in paths]))
    return asked


def open_and_start(folders: Paths) -> list[MedviewerError]:
    workspace = Workspace(folders, ManualExecutor())
    told: list[MedviewerError] = []
    workspace.told.connect(told.append)
    workspace.start()
    workspace.close()
    return told


def test_a_damaged_catalog_is_set_aside_and_built_again(
    folders: Paths, tmp_path: Path, started: list[list[str]]
) -> None:
    make_series(tmp_path / "study", 3)
    with Catalog(folders.catalog_dir) as catalog:
        import_paths(catalog, [tmp_path / "study"])
    (folders.catalog_dir / FILE_NAME).write_bytes(b"not a database " * 4000)
    told = open_and_start(folders)
    assert [error.code for error in told] == ["catalog.rebuilt"]
    assert started == [[str(tmp_path / "study")]]
    kept = list(folders.catalog_dir.glob("catalog.damaged-*"))
    assert len(kept) == 1
    assert kept[0].read_bytes().startswith(b"not a database")


def test_an_interrupted_import_goes_on_and_a_whole_one_does_not(
    folders: Paths, tmp_path: Path, started: list[list[str]]
) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "half").mkdir()
    with Catalog(folders.catalog_dir) as catalog:
        catalog.add_root(str(tmp_path / "whole"), complete=True)
        catalog.add_root(str(tmp_path / "half"), complete=False)
        catalog.add_root(str(tmp_path / "gone"), complete=False)
    assert open_and_start(folders) == []
    assert started == [[str(tmp_path / "half")]]


def test_a_newer_catalog_is_left_alone(folders: Paths) -> None:
    Catalog(folders.catalog_dir).close()
    path = folders.catalog_dir / FILE_NAME
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(CatalogError, match="newer version"):
        Workspace(folders, ManualExecutor())
    assert path.exists()
    assert not list(folders.catalog_dir.glob("catalog.damaged-*"))
