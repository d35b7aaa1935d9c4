"""Cine: plays the slices of a pane at the file's rate, waits for what is not loaded, and says what it achieves."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

if TYPE_CHECKING:
    from medviewer.ui.canvas.pane import Pane

MEASURED_OVER = 20  # frames


class Cine(QObject):
    """Plays one pane. The slice is the pane's own while it plays and goes into the document when it stops.

    No frame is skipped: when a frame takes longer than its time, or is not loaded yet, the rate falls, and `fps` says
    so.

    Signals
    -------
    stopped(int, int)
        Pane and slice at the end.
    """

    stopped = Signal(int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.advance)
        self._pane: Pane | None = None
        self._shown_s: deque[float] = deque(maxlen=MEASURED_OVER)
        self.wanted_fps = 0.0

    @property
    def pane(self) -> Pane | None:
        """The pane that plays."""
        return self._pane

    @property
    def fps(self) -> float:
        """Frames per second achieved over the last frames; 0 while not known."""
        if len(self._shown_s) < 2:
            return 0.0
        return (len(self._shown_s) - 1) / max(1e-9, self._shown_s[-1] - self._shown_s[0])

    def start(self, pane: Pane, fps: float) -> None:
        """Play a pane from where it is."""
        self.stop()
        self._pane = pane
        self.wanted_fps = fps
        self._shown_s.clear()
        pane.on_frame = self._frame_shown
        pane.show_live(max(0, pane.slice_index))
        self._timer.start(max(1, round(1000 / fps)))

    def stop(self) -> None:
        """Stop where it is."""
        pane, self._pane = self._pane, None
        self._timer.stop()
        if pane is None:
            return
        index = pane.slice_index
        pane.on_frame = None
        self.stopped.emit(pane.number, index)
        pane.show_live(None)

    def advance(self) -> None:
        """Show the next frame, if the one before has been shown."""
        pane = self._pane
        if pane is None or pane.source is None or pane.slice_count < 2:
            self.stop()
            return
        frame = pane.frame
        if pane.notice is None and (frame is None or frame.index != pane.slice_index):
            return  # still being rendered
        following = (pane.slice_index + 1) % pane.slice_count
        pane.source.loaded.focus(following, 1)
        notice = pane.source.notice(following)
        if notice is not None and not notice.bad:
            return  # not loaded yet
        pane.show_live(following)

    def _frame_shown(self, _frame: object) -> None:
        self._shown_s.append(time.perf_counter())


def file_rate(frame_time_ms: float | None, fallback_fps: float) -> float:
    """Frames per second that the file asks for (FrameTime, PS3.3 C.7.6.5), within 1..120, else the fallback."""
    if frame_time_ms is not None and frame_time_ms > 0:
        return min(120.0, max(1.0, 1000.0 / frame_time_ms))
    return fallback_fps
