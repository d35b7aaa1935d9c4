"""A histogram with a window that can be dragged, in the colours of the theme."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from medviewer.core.stats import Histogram
from medviewer.ui.theme import Theme

HEIGHT = 132


class HistogramView(QWidget):
    """Counts of values over their unit; the plotting library is loaded when it is first shown.

    Signals
    -------
    dragged(lower, upper, finished)
        The hand moves a bound or the whole window; `finished` when it lets go.
    """

    dragged = Signal(float, float, bool)

    def __init__(self, theme: Theme, window: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self._theme = theme
        self._with_window = window
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._plot: Any = None
        self._curve: Any = None
        self._region: Any = None
        self._histogram: Histogram | None = None
        self._unit = ""
        self._window: tuple[float, float] | None = None
        self._quiet = False
        theme.changed.connect(self._dress)

    @property
    def histogram(self) -> Histogram | None:
        """What is drawn."""
        return self._histogram

    @property
    def window_shown(self) -> tuple[float, float] | None:
        """The bounds that are drawn."""
        return self._window

    def show_histogram(self, histogram: Histogram | None, unit: str = "") -> None:
        """Draw a histogram, or nothing."""
        self._histogram, self._unit = histogram, unit
        self._draw()

    def show_window(self, lower: float | None, upper: float | None) -> None:
        """Draw the window; None takes it away. Does not emit `dragged`."""
        self._window = None if lower is None or upper is None else (lower, upper)
        self._draw_window()

    def showEvent(self, event: QShowEvent) -> None:
        """Load the plotting library."""
        super().showEvent(event)
        if self._plot is None:
            self._make_plot()

    def _make_plot(self) -> None:
        import pyqtgraph as pg

        self._plot = pg.PlotWidget(self)
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideAxis("left")
        self._plot.getPlotItem().getViewBox().setDefaultPadding(0.02)
        self._curve = pg.PlotDataItem(stepMode="center", fillLevel=0)
        self._plot.addItem(self._curve)
        if self._with_window:
            self._region = pg.LinearRegionItem(swapMode="sort")
            self._region.sigRegionChanged.connect(lambda: self._moved(False))
            self._region.sigRegionChangeFinished.connect(lambda: self._moved(True))
            self._plot.addItem(self._region, ignoreBounds=True)
        self._layout.addWidget(self._plot)
        self._dress()
        self._draw()

    def _dress(self) -> None:
        if self._plot is None:
            return
        import pyqtgraph as pg

        theme = self._theme
        self._plot.setBackground(theme.color("raised"))
        axis = self._plot.getAxis("bottom")
        axis.setPen(pg.mkPen(theme.color("line")))
        axis.setTextPen(pg.mkPen(theme.color("dim")))
        self._curve.setPen(pg.mkPen(theme.color("dim")))
        self._curve.setFillBrush(pg.mkBrush(theme.color("dim", 0.35)))
        if self._region is not None:
            accent = theme.color("accent")
            self._region.setBrush(pg.mkBrush(theme.color("accent", 0.18)))
            self._region.setHoverBrush(pg.mkBrush(theme.color("accent", 0.28)))
            for line in self._region.lines:
                line.setPen(pg.mkPen(accent, width=2))
                line.setHoverPen(pg.mkPen(theme.color("text"), width=2))

    def _draw(self) -> None:
        if self._plot is None:
            return
        found = self._histogram
        if found is None or found.counts.size == 0:
            self._curve.setData(np.zeros(2), np.zeros(1))
            self._plot.setLabel("bottom", "")
        else:
            # Air and background hold most pixels: on a linear scale the rest would be a flat line.
            self._curve.setData(found.edges, np.log1p(found.counts))
            self._plot.setLabel("bottom", self._unit)
            self._plot.setXRange(float(found.edges[0]), float(found.edges[-1]))
            self._plot.setYRange(0.0, max(1.0, float(np.log1p(found.counts.max()))))
        self._draw_window()

    def _draw_window(self) -> None:
        if self._region is None:
            return
        self._region.setVisible(self._window is not None)
        held = self._region.moving or any(line.moving for line in self._region.lines)
        if self._window is not None and not held:
            self._quiet = True
            self._region.setRegion(self._window)
            self._quiet = False

    def _moved(self, finished: bool) -> None:
        if self._quiet or self._region is None:
            return
        lower, upper = (float(bound) for bound in self._region.getRegion())
        self._window = (lower, upper)
        self.dragged.emit(lower, upper, finished)
