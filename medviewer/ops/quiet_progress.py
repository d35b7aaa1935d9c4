"""A context for parts of an operation whose progress goes up and down, or that run nobody knows how often."""

from __future__ import annotations

import numpy as np

from medviewer.ops.operation import Context


class QuietProgress:
    """Can be stopped like the context it stands for, and says nothing of progress."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def check(self) -> None:
        """Raise Cancelled when the work should stop."""
        self._ctx.check()

    def progress(self, fraction: float, text: str = "") -> None:
        """Only a cancel point."""
        self._ctx.check()

    def subrange(self, low: float, high: float) -> QuietProgress:
        """The same context."""
        return self

    @property
    def rng(self) -> np.random.Generator:
        """That of the context it stands for."""
        return self._ctx.rng
