"""A process that is started while another thread imports OpenCV finds the standard library."""

from __future__ import annotations

import importlib.util
import multiprocessing
import sys
from pathlib import Path

import pytest

from medviewer.io.spawning import clean_start


def typing_of_the_child(connection) -> None:
    import typing

    connection.send(typing.__file__)


@pytest.mark.process
def test_a_package_folder_in_the_path_does_not_reach_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.find_spec("cv2")
    assert spec is not None
    assert spec.origin is not None
    folder = str(Path(spec.origin).parent)
    assert (Path(folder) / "typing").is_dir(), "OpenCV no longer ships what this guards against"
    monkeypatch.setattr(sys, "path", [sys.path[0], folder, *sys.path[1:]])  # as OpenCV does while it is imported
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    with clean_start():
        process = context.Process(target=typing_of_the_child, args=(there,), daemon=True)
        process.start()
    there.close()
    assert here.poll(30)
    assert "cv2" not in here.recv()
    process.join(10)
    assert process.exitcode == 0
