"""Folders and file names."""

from __future__ import annotations

import os
import sys

import pytest

from medviewer.errors import SettingsError
from medviewer.services import paths as module
from medviewer.services.paths import Paths, atomic_write, hashed_name, private_folder, resource_dir

posix = pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    for name in ("DATA", "CACHE", "LOG"):
        monkeypatch.delenv(f"MEDVIEWER_{name}_DIR", raising=False)


def test_option_beats_environment_beats_platform(tmp_path, monkeypatch):
    import platformdirs

    usual = Paths.choose()
    assert str(usual.data_dir) == platformdirs.user_data_dir("medviewer", appauthor=False)
    assert str(usual.cache_dir) == platformdirs.user_cache_dir("medviewer", appauthor=False)
    monkeypatch.setenv("MEDVIEWER_DATA_DIR", str(tmp_path / "environment"))
    assert Paths.choose().data_dir == tmp_path / "environment"
    assert Paths.choose(data_dir=tmp_path / "option").data_dir == tmp_path / "option"


def test_one_data_folder_holds_everything(tmp_path):
    paths = Paths.choose(data_dir=tmp_path / "d")
    inside = [
        paths.cache_dir,
        paths.log_dir,
        paths.settings_file,
        paths.catalog_dir,
        paths.journal_dir,
        paths.report_dir,
    ]
    assert all((tmp_path / "d") in p.parents for p in inside)
    apart = Paths.choose(tmp_path / "d", tmp_path / "c", tmp_path / "l")
    assert (apart.cache_dir, apart.log_dir) == (tmp_path / "c", tmp_path / "l")


def test_relative_folders_become_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Paths.choose(data_dir="d").data_dir == tmp_path / "d"


@posix
def test_folders_are_private_even_when_they_existed(tmp_path):
    (tmp_path / "d").mkdir(mode=0o755)
    paths = Paths.choose(data_dir=tmp_path / "d").ensure()
    assert [p.stat().st_mode & 0o777 for p in (paths.data_dir, paths.cache_dir, paths.log_dir)] == [0o700] * 3


def test_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError, match="cannot be written") as caught:
        Paths.choose(data_dir=tmp_path / "file").ensure()
    assert "--data-dir" in caught.value.hint


def test_resources_are_found_in_a_checkout_and_in_a_bundle(tmp_path, monkeypatch, project_root):
    assert resource_dir() == project_root / "resources"
    (tmp_path / "medviewer" / "resources").mkdir(parents=True)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resource_dir() == tmp_path / "medviewer" / "resources"


def test_missing_resources_are_a_damaged_installation(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "__file__", str(tmp_path / "a" / "b" / "c.py"))
    with pytest.raises(FileNotFoundError):
        resource_dir()


@pytest.mark.parametrize("text", ["1.2.840.1", "../../etc/passwd", "a\x00b", "王^小東", "\ud800", "", "CON"])
def test_names_of_files_come_from_a_hash(text):
    name = hashed_name(text, ".png")
    assert len(name) == 36
    assert set(name[:-4]) <= set("0123456789abcdef")
    assert name == hashed_name(text, ".png")
    assert name != hashed_name(text + "x", ".png")


def test_atomic_write_replaces_and_is_private(tmp_path):
    path = tmp_path / "a"
    atomic_write(path, b"one")
    atomic_write(path, b"two")
    assert path.read_bytes() == b"two"
    assert os.listdir(tmp_path) == ["a"]
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600


def test_atomic_write_that_fails_changes_nothing(tmp_path, monkeypatch):
    path = tmp_path / "a"
    atomic_write(path, b"one")
    monkeypatch.setattr(os, "replace", lambda a, b: (_ for _ in ()).throw(OSError(5, "broken")))
    with pytest.raises(OSError, match="broken"):
        atomic_write(path, b"two")
    assert path.read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["a"]


def test_private_folder_makes_parents(tmp_path):
    assert private_folder(tmp_path / "a" / "b").is_dir()
