"""Where torch is set up: threads, device, inference mode. Called only inside a ``torch:<device>`` lane."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_lock = threading.Lock()
_threads_set = False


def torch_threads(cores: int | None = None) -> int:
    """Number of threads that torch may use: one core stays with the window."""
    return max(1, (cores or os.cpu_count() or 1) - 1)


def load_torch() -> Any:
    """The torch module, its threads limited before any work; takes seconds the first time."""
    global _threads_set
    with _lock:
        import torch

        if not _threads_set:
            torch.set_num_threads(torch_threads())
            # Torch brings 200,000 objects that stay; walking through them would stop all threads for 100 ms.
            gc.freeze()
            _threads_set = True
    return torch


@contextmanager
def inference() -> Iterator[Any]:
    """Torch in inference mode. The mode belongs to the thread, so it is entered where the work is done."""
    torch = load_torch()
    with torch.inference_mode():
        yield torch
