"""One rendered picture with all that was true when it was made, so that words never describe another one."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from medviewer.core import display
from medviewer.core.display import Appearance, DisplayTable, Resampled, VoiLut, Window, auto_window
from medviewer.core.image import Image, SpacingSource
from medviewer.core.slicing import SlicePixels
from medviewer.document.state import Slab, View
from medviewer.ui.canvas.source import SliceSource
from medviewer.ui.canvas.viewport import Viewport


@dataclass(frozen=True, eq=False)
class Sampling:
    """Which pixels of a slice stand where on screen: what stays the same while a window is dragged.

    Attributes
    ----------
    slab : tuple
        Thickness in mm and mode.
    resampled : Resampled or None
        Their values, once they were asked for a second time.
    original : Resampled or None
        Those of the original beside a processed slice.
    """

    image: Image
    index: int
    processed: SlicePixels | None
    viewport: Viewport
    device_ratio: float
    interpolate: bool
    slab: tuple[float, Slab] = (0.0, Slab.MEAN)
    resampled: Resampled | None = None
    original: Resampled | None = None

    def is_of(self, other: Sampling) -> bool:
        """Whether both have the same values on screen."""
        return (
            self.image is other.image
            and self.index == other.index
            and self.processed is other.processed
            and self.viewport == other.viewport
            and self.device_ratio == other.device_ratio
            and self.interpolate == other.interpolate
            and self.slab == other.slab
        )


@dataclass(frozen=True, eq=False)
class FrameRequest:
    """What to render; closes over values only, so that it can be rendered in any thread.

    Attributes
    ----------
    earlier : Sampling or None
        Of the frame on screen, when its pixels have not changed since.
    waits : bool
        A processed slice is wanted and not there yet.
    slab_of_original : bool
        A processed slab is wanted and cannot be had before all slices are processed.
    """

    source: SliceSource
    view: View
    index: int
    size_wh: tuple[int, int]
    device_ratio: float
    processed: SlicePixels | None = None
    processed_image: Image | None = None
    earlier: Sampling | None = None
    waits: bool = False
    slab_of_original: bool = False

    @property
    def splits(self) -> bool:
        """Whether the original is wanted beside the processed slice."""
        return self.view.split > 0 and self.processed is not None and self.processed_image is not None

    @property
    def cost_key(self) -> tuple[object, ...]:
        """Requests with the same key take about the same time."""
        stack = self.source.loaded.image
        rows, columns = stack.array.shape[1:3]
        return (
            self.view.plane,
            int(np.log2(max(1, rows * columns))),
            self.size_wh,
            self.view.appearance.interpolate,
            self.view.rotation_deg % 180,
            stack.is_colour,
            self.processed is not None,
            self.splits,
            (round(self.view.slab_mm), self.view.slab_mode) if self.view.slab_mm > 0 else None,
            self.earlier is not None and self.earlier.index == self.index and self.earlier.resampled is not None,
        )


@dataclass(frozen=True, eq=False)
class Frame:
    """A rendered picture.

    Attributes
    ----------
    rgb32 : NDArray of uint32, shape (h, w)
        0xffRRGGBB in device pixels.
    pixels : SlicePixels
        The stored pixels of the slice or slab that is shown (the original also where the processed one is displayed).
    image : Image
        Whose facts, unit and rescale hold for `pixels`.
    window : Window, VoiLut or None
        The window in force.
    seconds : float
        How long it took.
    shown : SlicePixels
        What `rgb32` displays: `pixels`, or the processed slice.
    shown_image : Image
        Whose unit and rescale hold for `shown`.
    original : NDArray of uint32 or None
        The original as it stands on screen, where both sides of a line are wanted.
    """

    request: FrameRequest
    rgb32: NDArray[np.uint32]
    pixels: SlicePixels
    image: Image
    table: DisplayTable
    window: Window | VoiLut | None
    viewport: Viewport
    sampling: Sampling
    seconds: float
    shown: SlicePixels
    shown_image: Image
    original: NDArray[np.uint32] | None = None

    @property
    def view(self) -> View:
        """The pane's state that is shown."""
        return self.request.view

    @property
    def index(self) -> int:
        """The slice that is shown."""
        return self.request.index

    @property
    def slab_mm(self) -> float:
        """Extent of the slab that is shown, cut off at the ends of the volume; 0 for a single slice."""
        return self.pixels.thickness_mm

    @property
    def has_position(self) -> bool:
        """Whether the slice's place in the patient is known."""
        return self.image.facts.has_patient_position

    def world(self, x: float, y: float) -> tuple[float, float, float] | None:
        """Patient position (LPS, mm) of a slice position, None when it is not known."""
        if not self.has_position:
            return None
        p = self.pixels.geometry.world(x, y)
        return float(p[0]), float(p[1]), float(p[2])


def pitch_of(image: Image, pixels: SlicePixels) -> tuple[float, float]:
    """Relative size of a pixel along x and y: spacing where known, else the aspect ratio that the file states.

    Ultrasound is shown as it was captured: each region has a scale of its own, and none is that of the whole picture.
    """
    if image.facts.spacing_source in (SpacingSource.NONE, SpacingSource.REGION):
        return 1.0, image.facts.pixel_aspect
    return pixels.geometry.spacing_xy_mm


def processed_window(
    appearance: Appearance, original: Window | VoiLut | None, image: Image, shown_image: Image, shown: SlicePixels
) -> Window | None:
    """The window of a processed slice: the user's; the original's where the values mean the same; else a new one."""
    if appearance.window is not None:
        return appearance.window
    same = shown_image.unit == image.unit and bool(image.unit) and isinstance(original, Window)
    return original if same and isinstance(original, Window) else auto_window(shown.modality())


def onto_original(shown: SlicePixels, pixels: SlicePixels) -> NDArray[np.float64] | None:
    """The 2×3 affine from pixels of the processed slice to the original's, after a step that crops or resamples.

    None where both have the same pixels, or where rows and columns do not run alike.
    """
    if shown.geometry == pixels.geometry:
        return None
    origin, along_x, along_y = (
        np.asarray(pixels.geometry.pixel(shown.geometry.world(x, y)), dtype=np.float64)
        for x, y in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))
    )
    matrix = np.column_stack((along_x - origin, along_y - origin, origin))
    off_axis = max(abs(matrix[0, 1]), abs(matrix[1, 0]))
    return matrix if np.isfinite(matrix).all() and off_axis < 1e-6 else None


@dataclass(frozen=True, eq=False)
class _Screen:
    """Where on screen slices are drawn."""

    matrix: NDArray[np.float64]
    size_wh: tuple[int, int]
    smooth: bool

    def of(self, shown: SlicePixels, pixels: SlicePixels) -> _Screen:
        """The same for a slice on other pixels."""
        onto = onto_original(shown, pixels) if shown is not pixels else None
        if onto is None:
            return self
        whole = self.matrix @ np.vstack((onto, (0.0, 0.0, 1.0)))
        return replace(self, matrix=whole)

    def picture(self, shown: SlicePixels, table: DisplayTable) -> NDArray[np.uint32]:
        return display.render(shown, table, self.matrix, self.size_wh, self.smooth)

    def again(self, shown: SlicePixels, table: DisplayTable, known: Resampled | None) -> Resampled:
        """The values on screen: those that are known where they serve the table."""
        if known is not None and known.serves(table):
            return known
        return display.resample(shown, table, self.matrix, self.size_wh, self.smooth)


def render_frame(request: FrameRequest) -> Frame:
    """Cut the slice, make the tables, sample to the viewport. Pure; runs in any thread."""
    start = time.perf_counter()
    source, view = request.source, request.view
    image = source.image
    if image is None:
        raise LookupError("no image")
    slab_mm = source.slab_of(view)
    pixels = source.pixels(request.index, slab_mm, view.slab_mode)
    shown_image, shown = image, pixels
    if request.processed is not None and request.processed_image is not None:
        shown_image, shown = request.processed_image, request.processed
    viewport = Viewport.of_view(view, request.size_wh, pixels.values.shape[:2], pitch_of(image, pixels))
    window = source.window(request.index, view.appearance)
    original_table = None
    if shown is pixels or request.splits:
        original_table = source.table(request.index, view.appearance, window)
        if slab_mm > 0:
            original_table = source.slab_table(original_table, pixels)
    if shown is pixels and original_table is not None:
        table = original_table
    else:
        window = processed_window(view.appearance, window, image, shown_image, shown)
        table = source.processed_table(shown_image, view.appearance, window)
        if shown.thickness_mm > 0:
            table = source.slab_table(table, shown)
    ratio = request.device_ratio
    width, height = (max(1, round(edge * ratio)) for edge in request.size_wh)
    smooth = view.appearance.interpolate
    here = _Screen(viewport.render_matrix(ratio), (width, height), smooth)
    there = here.of(shown, pixels)
    slab = (slab_mm, view.slab_mode)
    sampling = Sampling(image, request.index, request.processed, viewport, ratio, smooth, slab)
    original = None
    if request.earlier is not None and request.earlier.is_of(sampling):
        resampled = there.again(shown, table, request.earlier.resampled)
        rgb32 = display.colour(resampled, table)
        beside = request.earlier.original
        if request.splits and original_table is not None:
            beside = here.again(pixels, original_table, beside)
            original = display.colour(beside, original_table)
        sampling = replace(sampling, resampled=resampled, original=beside)
    else:
        rgb32 = there.picture(shown, table)
        if request.splits and original_table is not None:
            original = here.picture(pixels, original_table)
    seconds = time.perf_counter() - start
    return Frame(
        request, rgb32, pixels, image, table, window, viewport, sampling, seconds, shown, shown_image, original
    )


class RenderCost:
    """Remembers how long kinds of frames take, to decide where the next one is rendered."""

    LIMIT_S = 0.004

    def __init__(self) -> None:
        self._seconds: dict[tuple[object, ...], float] = {}

    def fits_window_thread(self, request: FrameRequest) -> bool:
        """Whether the frame is expected to take less than 4 ms; a kind not yet seen is tried."""
        return self._seconds.get(request.cost_key, 0.0) < self.LIMIT_S

    def note(self, frame: Frame) -> None:
        """Remember a measured time; the smaller of the last and the smoothed one, for others share the machine."""
        key = frame.request.cost_key
        known = self._seconds.get(key)
        self._seconds[key] = frame.seconds if known is None else min(frame.seconds, 0.7 * known + 0.3 * frame.seconds)
