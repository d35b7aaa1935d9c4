"""Starting a process of our own cleanly, whatever the other threads are importing at that moment."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import spawn
from typing import Any

_lock = threading.Lock()


@contextmanager
def clean_start() -> Iterator[None]:
    """Within it, ``Process.start`` of the spawn context tells the child nothing that it must not know.

    * Not the program's main module: the child would load the whole window, or run a script without a main guard once
      more.
    * Not an import path that is only there for a moment: while OpenCV is being imported in another thread, its own
      folder stands in ``sys.path``, and a child that is started then takes ``cv2/typing`` for ``typing`` (OpenCV
      issue 18502 is the same trap).
    """
    main = sys.modules.get("__main__")
    names = ("__spec__", "__file__")
    with _lock:
        saved = {name: getattr(main, name) for name in names if hasattr(main, name)}
        for name in saved:
            setattr(main, name, None)
        told = spawn.get_preparation_data
        spawn.get_preparation_data = _without_packages(told)
        try:
            yield
        finally:
            spawn.get_preparation_data = told
            for name, value in saved.items():
                setattr(main, name, value)


def _without_packages(told: Any) -> Any:
    def preparation(name: str) -> dict[str, Any]:
        data: dict[str, Any] = told(name)
        # A folder that is itself a package is never meant to be an import path.
        data["sys_path"] = [
            path for path in data.get("sys_path", []) if not os.path.isfile(os.path.join(path, "__init__.py"))
        ]
        return data

    return preparation
