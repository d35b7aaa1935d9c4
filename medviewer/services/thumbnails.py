"""Small pictures of series for the browser: the middle slice in the file's own window, as PNG kept in the catalog."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.errors import MedviewerError
from medviewer.io.series import Series
from medviewer.services.jobs import JobContext, JobRequest, Policy, Priority
from medviewer.services.scheduler import Scheduler

SIZE_PX = 128
SHOWN_KINDS = frozenset({"image", "volume", "raster", "segmentation", "rt"})


def picture(plan: Any, size_px: int = SIZE_PX) -> NDArray[np.uint8]:
    """The middle slice of a series, at most `size_px` wide and high, shape (h, w, 3), RGB.

    Goes through the same windowing and sampling as a pane, so it looks as the series will.

    Raises
    ------
    MedviewerError
        When the slice cannot be read.
    """
    from medviewer.core import display, slicing
    from medviewer.core.display import Appearance, DisplayTable

    count = plan.shape_zyx[0]
    k = count // 2
    stored = plan.read_slice(k)
    # Every slice of this stack is the same memory: the picture needs one, the image type wants all.
    image = plan.image(np.broadcast_to(stored, (count, *stored.shape)))
    pixels = slicing.native_slice(image, k)
    voi = plan.voi(k)
    window = None
    if not image.is_colour and display.default_window(image, voi) is None:
        window = display.auto_window(pixels.modality())
    table = DisplayTable.build(image, voi, Appearance(window=window), k)
    rows, columns = stored.shape[:2]
    aspect = image.facts.pixel_aspect if image.facts.pixel_aspect > 0 else 1.0
    scale = size_px / max(columns, rows * aspect)
    width = max(1, min(size_px, round(columns * scale)))
    height = max(1, min(size_px, round(rows * aspect * scale)))
    # Slice pixel centres are at integers, screen pixel centres at halves.
    sx, sy = width / columns, height / rows
    matrix = np.array([[sx, 0.0, 0.5 * sx], [0.0, sy, 0.5 * sy]])
    rgb32 = display.render(pixels, table, matrix, (width, height), True)
    rgb = np.empty((height, width, 3), dtype=np.uint8)
    for channel, shift in enumerate((16, 8, 0)):
        rgb[..., channel] = (rgb32 >> shift) & 255
    return rgb


def png(rgb: NDArray[np.uint8]) -> bytes:
    """An RGB picture as PNG."""
    import cv2

    ok, data = cv2.imencode(".png", rgb[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 6])
    if not ok:
        raise RuntimeError("the picture could not be encoded")
    return bytes(data)


class Thumbnails:
    """Finds pictures in the catalog, or makes them, one job per series.

    Parameters
    ----------
    catalog : Catalog
        Keeps them (`thumbnail`, `set_thumbnail`).
    plan : callable
        ``io.volume.plan``.
    """

    def __init__(self, catalog: Any, scheduler: Scheduler, plan: Callable[[Series], Any]) -> None:
        self._catalog = catalog
        self._scheduler = scheduler
        self._plan = plan

    def get(self, series_id: int, done: Callable[[bytes | None], object]) -> None:
        """Call `done` with the PNG of a series, or None for one that has no picture."""
        request: JobRequest[bytes | None] = JobRequest(
            ("thumbnail", series_id),
            "io",
            lambda ctx: self._make(ctx, series_id),
            priority=Priority.PREFETCH,
            policy=Policy.JOIN,
        )
        self._scheduler.submit(request, done=done, failed=lambda _error: done(None))

    def _make(self, ctx: JobContext, series_id: int) -> bytes | None:
        kept: bytes | None = self._catalog.thumbnail(series_id)
        if kept:
            return kept
        series = self._catalog.series(series_id)
        if series.kind not in SHOWN_KINDS:
            return None
        ctx.check()
        data = png(picture(self._plan(series)))
        with contextlib.suppress(MedviewerError):  # a full disk: it is made again another time
            self._catalog.set_thumbnail(series_id, data)
        return data
