"""A series read at once, in the values that the window would show: for work without a window."""

from __future__ import annotations

import os

from medviewer.core.image import Image
from medviewer.io.series import Series
from medviewer.ops.operation import Context
from medviewer.services.scales import SeriesScales


def load(source: Series | str | os.PathLike[str], ctx: Context | None = None) -> Image:
    """Read a whole series, or the series that a file or folder holds, in the scale that it opens in.

    A PET whose uptake values can be computed is read in SUV, as the window reads it: a threshold of 2.5 in a recipe
    means the same in both.

    Parameters
    ----------
    source : Series or path
        As `io.volume.load`.
    ctx : JobContext, optional
        Progress and cancel.

    Raises
    ------
    MedviewerError
        A slice cannot be read, or the path holds no image, or several series.
    """
    from medviewer.io import volume

    check = ctx.check if ctx is not None else None
    plan = volume.plan(source if isinstance(source, Series) else volume.series_at(source), check=check)
    array = plan.allocate()
    done = 0

    def ready(_k: int) -> None:
        nonlocal done
        done += 1
        if ctx is not None:
            ctx.progress(done / plan.shape_zyx[0])

    plan.read_into(array, check=check, ready=ready)
    native = plan.image(array)
    return SeriesScales(native, plan.scales).image(native)
