"""An open series: one array that fills slice by slice, near the visible one first, while it can already be read."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from medviewer.core.display import Voi, VoiLut, Window
from medviewer.core.image import Image
from medviewer.core.observe import Signal
from medviewer.errors import Cancelled, DataError, MedviewerError
from medviewer.io.headers import InstanceHeader
from medviewer.io.series import Series
from medviewer.services.default_window import slices_to_sample, stated_window, window_of_samples
from medviewer.services.jobs import JobRequest, Policy, Priority
from medviewer.services.reading_order import ReadingOrder
from medviewer.services.scales import SeriesScales
from medviewer.services.scheduler import Scheduler

log = logging.getLogger(__name__)

TURN_S = 0.030
"""How long one job reads before it makes room for others; so soon a newly opened series gets its turn."""
CHUNK_S = 0.010
"""How long one call of the reader should take; so soon a change of focus counts."""
MAX_CHUNK = 32
CHAINS = 2
"""Jobs of one series at the same time: as many as the io lane is wide."""
TELL_S = 0.030


class Plan(Protocol):
    """What loading needs of `io.volume.VolumePlan`."""

    def allocate(self) -> NDArray[Any]: ...

    def read_into(
        self, array: NDArray[Any], ks: Sequence[int], check: Callable[[], None]
    ) -> dict[int, MedviewerError] | None: ...

    def image(self, array: NDArray[Any]) -> Image: ...

    def voi(self, k: int) -> Voi: ...

    def header(self, k: int) -> InstanceHeader: ...


class LoadedSeries:
    """A series being loaded or loaded; made by `Workspace.open_series`.

    Life: opening (`is_open` false, `failure` None) → open (`image`, `plan`, `ready` exist) → complete,
    or `failure`. All attributes are read in the window's thread; `ready` is written by workers.

    Attributes
    ----------
    key : str
        ``Series.key``; for a further stack of an enhanced multi-frame file, with ``#`` and its number behind.
    series : Series
    failure : MedviewerError or None
        Why it could not be opened.
    errors : dict
        Slice to the sentence that says why it cannot be shown.
    changed : Signal of range
        In the window's thread, at most about every 30 ms: slices that became ready or failed lie in this range. Also
        emitted when the series has opened, failed, or its volume is ready (with the whole range).
    """

    def __init__(
        self,
        series: Series,
        scheduler: Scheduler,
        plan: Callable[[Series], Plan],
        first: int = -1,
        opened: Callable[[LoadedSeries], object] | None = None,
        key: str = "",
    ) -> None:
        self.key = key or series.key
        self.series = series
        self.failure: MedviewerError | None = None
        self.errors: dict[int, str] = {}
        self.changed: Signal[range] = Signal()
        self.volume_failure = ""
        self._scheduler = scheduler
        self._opened = opened
        self._plan: Plan | None = None
        self._array: NDArray[Any] | None = None
        self._image: Image | None = None  # in native values, like the volume
        self._scales: SeriesScales | None = None
        self._auto: Window | None = None
        self._ready: NDArray[np.bool_] = np.zeros(0, dtype=bool)
        self._order = ReadingOrder(0)
        self._first = first
        self._chunk = 1
        self._least = 1
        self._volume: Image | None = None
        self._volume_asked = False
        self._closed = False
        self._visible = True
        self._lock = threading.Lock()
        self._pending: list[int] = []
        self._told_s = 0.0
        self._reading = 0  # slices taken and not yet ready or failed
        self._make_plan = plan

    def start(self) -> None:
        """Begin to open; called once, by whoever made it."""
        self._scheduler.submit(
            JobRequest(("load", self.key, "open"), "io", self._open, priority=Priority.INTERACTIVE),
            done=self._has_opened,
            failed=self._has_failed,
        )

    # -- what there is

    @property
    def is_open(self) -> bool:
        """Whether `image`, `plan` and `ready` exist."""
        return self._image is not None

    @property
    def image(self) -> Image:
        """The stack as stored, in the scale in force; slices that are not `ready` hold no meaning yet. Read-only.

        Raises
        ------
        LookupError
            While opening, after failing, after closing.
        """
        image, scales = self._image, self._scales
        if image is None or scales is None:
            raise LookupError("the series is not open")
        return scales.image(image)

    @property
    def scales(self) -> SeriesScales:
        """What the values can be read in, and what they are read in; LookupError while not open."""
        if self._scales is None:
            raise LookupError("the series is not open")
        return self._scales

    @property
    def plan(self) -> Any:
        """The `VolumePlan`; LookupError while not open."""
        if self._plan is None:
            raise LookupError("the series is not open")
        return self._plan

    @property
    def ready(self) -> NDArray[np.bool_]:
        """Which slices are in memory, shape (slices,); empty while not open."""
        return self._ready

    @property
    def is_complete(self) -> bool:
        """Whether every slice is ready or has failed."""
        return self.is_open and int(np.count_nonzero(self._ready)) + len(self.errors) >= len(self._ready)

    @property
    def fraction(self) -> float:
        """How much is loaded, 0..1."""
        total = len(self._ready)
        return 0.0 if not total else (int(np.count_nonzero(self._ready)) + len(self.errors)) / total

    @property
    def size_bytes(self) -> int:
        """Memory held by the pixels (the regularised copy included)."""
        size = self._array.nbytes if self._array is not None else 0
        if self._volume is not None and self._volume is not self._image:
            size += self._volume.array.nbytes
        return size

    def voi(self, k: int) -> Voi:
        """What the file offers for the display of slice `k`, in the scale in force."""
        if self._plan is None or self._scales is None:
            return Voi()
        return self._scales.voi(self._plan.voi(k))

    def default_window(self, k: int, lut_index: int = 0) -> Window | VoiLut | None:
        """What slice `k` is shown with while nobody has chosen a window; None for colour and while not open.

        The file's own table or window, for PET in SUV the usual range. Where neither is: one window from values of
        the whole stack, the same for every slice and plane for as long as the series is open.
        """
        image, scales = self._image, self._scales
        if image is None or scales is None or image.is_colour:
            return None
        k = min(max(k, 0), image.n_slices - 1)
        return stated_window(scales.image(image), self.voi(k), lut_index) or scales.window(self._auto_of(image))

    def _auto_of(self, native: Image) -> Window:
        found = self._auto
        if found is None:  # the file had a window, and the user has set it aside
            ready = np.flatnonzero(self._ready)
            chosen = slices_to_sample(len(ready), *native.array.shape[1:3]) if len(ready) else []
            found = window_of_samples(native, [int(ready[n]) for n in chosen])
            if len(ready):
                self._auto = found
        return found

    def header(self, k: int) -> InstanceHeader:
        """Header of the instance that holds slice `k`."""
        header: InstanceHeader = self.plan.header(k)
        return header

    # -- what is wanted

    def focus(self, k: int, direction: int = 0) -> None:
        """Say which slice is on screen and where the hand moves (-1, 0, 1): those are read next."""
        if not self.is_open:
            self._first = k
        self._order.focus(k, direction)

    def show(self, visible: bool) -> None:
        """Whether a pane shows the series: others are loaded after it."""
        self._visible = visible

    # -- opening (worker, then window)

    def _open(self, ctx: Any) -> tuple[Plan, NDArray[Any], Image, ReadingOrder]:
        plan = self._make_plan(self.series)
        ctx.check()
        array = plan.allocate()
        readonly = array.view()
        readonly.flags.writeable = False
        image = plan.image(readonly)
        count = len(array)
        order = ReadingOrder(count)
        if count and 0 <= self._first < count:
            order.focus(self._first)
        self._ready = np.zeros(count, dtype=bool)
        # The first slice comes with the opening: one trip to the window and it is on screen.
        first = order.take(1)
        samples: list[int] = []
        if first and not image.is_colour and stated_window(image, plan.voi(first[0])) is None:
            # Without a window in the file one is made from slices of the whole stack, before the first is shown.
            samples = slices_to_sample(count, *array.shape[1:3])
        self._read(plan, array, [*first, *order.take_these(samples)], ctx.check)
        good = [k for k in samples if self._ready[k]]
        if good:
            self._auto = window_of_samples(image, good)
        if self.errors and not getattr(plan, "frames", True):
            # A file that is read as one piece: what its first slice lacks, all lack.
            raise DataError(next(iter(self.errors.values())))
        return plan, array, image, order

    def _has_opened(self, opened: tuple[Plan, NDArray[Any], Image, ReadingOrder]) -> None:
        if self._closed:
            return
        self._plan, self._array, native, self._order = opened
        self._scales = SeriesScales(native, getattr(self._plan, "scales", ()))
        self._image = native
        if 0 <= self._first < len(self._ready):
            self._order.focus(self._first)
        frames = getattr(self._plan, "frames", ())
        if frames and not frames[0].format.is_native:
            # Slices of one call are decoded at the same time: with fewer than cores, decoders would stand idle.
            self._chunk = self._least = min(MAX_CHUNK, max(1, (os.cpu_count() or 1) // CHAINS))
        for chain in range(CHAINS):
            self._next_turn(chain)
        if self._opened is not None:
            self._opened(self)
        self.changed.emit(range(len(self._ready)))

    def _has_failed(self, error: BaseException) -> None:
        if isinstance(error, MedviewerError):
            self.failure = error
        else:
            self.failure = DataError("This series could not be opened.", "The log says more.", "data.open")
        if self._opened is not None:
            self._opened(self)
        self.changed.emit(range(0))
        if not isinstance(error, MedviewerError):
            raise error  # a bug: reported as one

    # -- reading (workers)

    def _next_turn(self, chain: int) -> None:
        if self._closed or not self._order.left:
            return
        priority = Priority.VISIBLE if self._visible else Priority.PREFETCH
        request = JobRequest(("load", self.key, chain), "io", lambda ctx: self._turn(ctx, chain), priority=priority)
        self._scheduler.submit(request, done=self._tell)

    def _turn(self, ctx: Any, chain: int) -> range | None:
        plan, array = self._plan, self._array
        if plan is None or array is None:
            return None
        end = time.monotonic() + TURN_S
        try:
            while True:
                ctx.check()
                ks = self._order.take(self._chunk)
                if not ks:
                    break
                start = time.monotonic()
                self._read(plan, array, ks, ctx.check)
                now = time.monotonic()
                each = (now - start) / len(ks)
                self._chunk = max(self._least, min(MAX_CHUNK, int(CHUNK_S / max(each, 1e-6))))
                if now >= end:
                    break
        finally:
            self._next_turn(chain)
        return self._collected()

    def _read(self, plan: Plan, array: NDArray[Any], ks: Sequence[int], check: Callable[[], None]) -> None:
        """Read slices, flag them; a slice that cannot be read costs only itself."""
        with self._lock:
            self._reading += len(ks)
        failed: dict[int, str] = {}
        done: list[int] = []
        try:
            errors = plan.read_into(array, ks, check) or {}
            failed = {k: str(error) for k, error in errors.items()}
            done = [k for k in ks if k not in errors]
        except Cancelled:
            self._order.give_back(ks)
            raise
        except BaseException as error:
            words = str(error) if isinstance(error, MedviewerError) else "This slice could not be read."
            failed = dict.fromkeys(ks, words)
            if not isinstance(error, MedviewerError):
                raise
        finally:
            self.errors.update(failed)
            self._ready[done] = True
            with self._lock:
                self._reading -= len(ks)
                self._pending += [*done, *failed]

    def _collected(self) -> range | None:
        """The range to tell of, or None when the other chain has just told and goes on."""
        with self._lock:
            now = time.monotonic()
            last = not self._order.left and not self._reading
            if not self._pending or (now - self._told_s < TELL_S and not last):
                return None
            self._told_s = now
            span = range(min(self._pending), max(self._pending) + 1)
            self._pending = []
            return span

    def _tell(self, span: range | None) -> None:
        if span is not None and not self._closed:
            self.changed.emit(span)

    # -- the volume for planes across the stack

    def volume(self) -> Image | None:
        """The image on a regular grid, for planes across the stack; None while slices are missing or it is made.

        The image itself where its grid is regular; else a copy made in the compute lane (`changed` is emitted), its
        ``facts.resampled`` set. When it cannot be made, `volume_failure` says why.
        """
        scales, image = self._scales, self._image
        if image is None or scales is None:
            return None
        if self._volume is not None:
            return scales.image(self._volume)
        if self.volume_failure or not self.is_complete:
            return None
        from medviewer.core import regular, slicing

        self.volume_failure = slicing.reconstructable(image)
        if not self.volume_failure and self.errors:
            self.volume_failure = "Slices of this series could not be read, so no planes can be made across it."
        if self.volume_failure:
            return None
        if regular.is_regular(image) and image.rescale.is_uniform:
            self._volume = image
        elif not self._volume_asked:
            self._volume_asked = True
            self._scheduler.submit(
                JobRequest(
                    ("load", self.key, "volume"),
                    "compute",
                    lambda ctx: regular.regularise(image, ctx.check),
                    priority=Priority.VISIBLE,
                    policy=Policy.JOIN,
                ),
                done=self._volume_made,
                failed=self._volume_failed,
            )
        return scales.image(self._volume) if self._volume is not None else None

    def _volume_made(self, volume: Image) -> None:
        if self._closed:
            return
        self._volume = volume
        if self._opened is not None:
            self._opened(self)  # its size has changed
        self.changed.emit(range(len(self._ready)))

    def _volume_failed(self, error: BaseException) -> None:
        self.volume_failure = str(error) if isinstance(error, MedviewerError) else "The planes could not be made."
        self.changed.emit(range(len(self._ready)))
        if not isinstance(error, MedviewerError):
            raise error

    # -- the end

    def close(self) -> None:
        """Stop loading and let the memory go."""
        self._closed = True
        self._scheduler.cancel_where(lambda key: isinstance(key, tuple) and key[:2] == ("load", self.key))
        self._image = self._array = self._volume = self._plan = self._scales = None
        self._ready = np.zeros(0, dtype=bool)
        self._order = ReadingOrder(0)

    @property
    def is_closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed
