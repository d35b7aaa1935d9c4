"""SimpleITK filters with progress and cancel, and images to and from SimpleITK."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from medviewer.core.geometry import Geometry
from medviewer.errors import Cancelled
from medviewer.ops.operation import Context

T = TypeVar("T")

SECONDS_BETWEEN_LOOKS = 0.05


def run_itk(itk_filter: Any, *images: Any, ctx: Context) -> Any:
    """``itk_filter.Execute(*images)`` that tells its progress and can be stopped.

    Parameters
    ----------
    itk_filter : SimpleITK.ProcessObject
        Set up, without commands of its own.
    *images : SimpleITK.Image
        As its ``Execute`` takes them.
    ctx : Context
        Told 0..1 of this filter; give ``ctx.subrange(...)`` where it is one of several.

    Returns
    -------
    SimpleITK.Image
        What ``Execute`` returns.

    Raises
    ------
    Cancelled
        Once the filter has seen that it should stop.

    Notes
    -----
    SimpleITK lets other threads run meanwhile. A filter looks about a hundred times whether to stop;
    those made of other filters (N4) tell nothing in between: cut them into pieces for `run_short`.
    """
    import SimpleITK

    stopped: list[Cancelled] = []

    def look() -> None:
        # An exception that leaves a command would come back as an error of ITK's own.
        try:
            ctx.progress(min(1.0, max(0.0, float(itk_filter.GetProgress()))))
        except Cancelled as cancelled:
            stopped.append(cancelled)
            itk_filter.Abort()

    ctx.check()
    itk_filter.AddCommand(SimpleITK.sitkProgressEvent, look)
    try:
        result = itk_filter.Execute(*images)
    except RuntimeError:
        if stopped:
            raise stopped[0] from None
        raise
    finally:
        itk_filter.RemoveAllCommands()
    if stopped:
        raise stopped[0]
    ctx.progress(1.0)
    return result


def run_short(task: Callable[[], T], ctx: Context) -> T:
    """A call that cannot be interrupted, in a thread of its own; who cancels does not wait for its end.

    Only for pieces of about a second: a piece that is left goes on to its end unseen.

    Raises
    ------
    Cancelled
        When `ctx` says so, at once.
    """
    ctx.check()
    with_result: Future[T] = Future()

    def work() -> None:
        try:
            with_result.set_result(task())
        except BaseException as error:  # noqa: BLE001 - handed over to who waits
            with_result.set_exception(error)

    threading.Thread(target=work, name="medviewer-short", daemon=True).start()
    while True:
        try:
            return with_result.result(timeout=SECONDS_BETWEEN_LOOKS)
        except FutureTimeout:
            if with_result.done():  # the task itself ran out of time
                raise
            ctx.check()


def to_itk(array: NDArray[Any], geometry: Geometry | None = None) -> Any:
    """An array (z, y, x) or (y, x) as a SimpleITK image; with a geometry, lengths count in mm.

    Only the spacing is taken over: directions and origin matter to no filter here, and an oblique or left-handed grid
    could be refused.
    """
    import SimpleITK

    image = SimpleITK.GetImageFromArray(np.ascontiguousarray(array))
    if geometry is not None:
        image.SetSpacing([float(s) for s in geometry.spacing_xyz_mm[: array.ndim]])
    return image


def from_itk(image: Any) -> NDArray[Any]:
    """The voxels of a SimpleITK image as an array of their own, (z, y, x)."""
    import SimpleITK

    array: NDArray[Any] = SimpleITK.GetArrayFromImage(image)
    return array
