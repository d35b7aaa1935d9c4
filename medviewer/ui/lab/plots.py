"""Plots of a classifier: ROC and precision-recall with a point per case, calibration, importance.

The plotting library is loaded when a plot is first shown; colours are the theme's.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from medviewer.lab.classical import Kind
from medviewer.lab.evaluate import Curve
from medviewer.lab.experiment import Results
from medviewer.lab.judging import Evaluation
from medviewer.ui.lab.words import full_text
from medviewer.ui.theme import Theme

MOST_POINTS = 1500
MOST_FEATURES = 20
FEATURE_HEIGHT = 17
LONGEST_NAME = 10
POINT = 7
SMALL_POINT = 5


class Plot(QWidget):
    """A plot in the theme's colours.

    Signals
    -------
    cases_chosen(tuple)
        Case numbers of the point that was clicked.
    """

    cases_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._results: Results | None = None
        self._kind = Kind.BASELINE
        self._at = -1
        self._plot: Any = None
        self._items: list[Any] = []
        self._is_stale = False
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        theme.changed.connect(self._redraw)

    def show_results(self, results: Results | None, kind: Kind, of_class: int = -1) -> None:
        """Show one classifier; of several classes, one against the rest."""
        self._results, self._kind, self._at = results, kind, of_class
        self._redraw()

    @property
    def _judged(self) -> Evaluation | None:
        return self._results.of(self._kind).judged if self._results is not None else None

    def showEvent(self, event: QShowEvent) -> None:
        """Load the plotting library."""
        super().showEvent(event)
        if self._plot is None:
            import pyqtgraph as pg

            self._plot = pg.PlotWidget(self)
            self._plot.setMenuEnabled(False)
            self._plot.hideButtons()
            self._plot.setMinimumSize(120, 100)
            self._layout.addWidget(self._plot)
            self._prepare()
            self._is_stale = True
        if self._is_stale:
            self._redraw()

    def _prepare(self) -> None:
        """Set what stays: axes and limits."""

    def _redraw(self) -> None:
        """Draw at once what is seen; the rest when it comes to be seen."""
        self._is_stale = not self.isVisible()
        if self._plot is None or self._is_stale:
            return
        import pyqtgraph as pg

        theme = self._theme
        self._plot.setBackground(theme.color("panel"))
        for name in ("bottom", "left"):
            axis = self._plot.getAxis(name)
            axis.setPen(pg.mkPen(theme.color("line")))
            axis.setTextPen(pg.mkPen(theme.color("dim")))
        for item in self._items:
            self._plot.removeItem(item)
        self._items = []
        if self._judged is not None:
            self._draw()

    def _draw(self) -> None:
        """Draw the classifier."""

    def _add(self, item: Any) -> Any:
        self._plot.addItem(item)
        self._items.append(item)
        return item

    def _pen(self, token: str, alpha: float = 1.0, width: float = 1.0, dashed: bool = False) -> Any:
        import pyqtgraph as pg

        style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        return pg.mkPen(self._theme.color(token, alpha), width=width, style=style)

    def _square(self, bottom: str, left: str) -> None:
        self._plot.setLabel("bottom", bottom)
        self._plot.setLabel("left", left)
        ticks = [[(at / 5, f"{at / 5:g}") for at in range(6)]]
        for name in ("bottom", "left"):
            self._plot.getAxis(name).setTicks(ticks)
        self._plot.setXRange(0, 1, padding=0.03)
        self._plot.setYRange(0, 1, padding=0.03)
        self._plot.setLimits(xMin=-0.1, xMax=1.1, yMin=-0.1, yMax=1.1)

    def _note(self, text: str, x: float, y: float, anchor: tuple[float, float]) -> None:
        import pyqtgraph as pg

        words = pg.TextItem(text, color=self._theme.color("text"), anchor=anchor)
        words.setFont(self.font())
        words.setPos(x, y)
        self._add(words)

    def _clicked(self, _scatter: Any, points: Any, *_event: Any) -> None:
        cases: list[int] = []
        for point in points:
            cases += point.data()
        if cases:
            self.cases_chosen.emit(tuple(dict.fromkeys(cases)))

    def _scatter(
        self,
        x: NDArray[np.float64],
        y: NDArray[np.float64],
        cases: list[list[int]],
        tokens: list[str],
        tips: list[str],
    ) -> None:
        """Points that can be clicked; each stands for cases."""
        import pyqtgraph as pg

        theme = self._theme
        size = POINT if len(x) <= 60 else SMALL_POINT
        colours = {token: pg.mkBrush(theme.color(token, 0.8)) for token in set(tokens)}
        scatter = pg.ScatterPlotItem(
            x=x,
            y=y,
            size=size,
            pen=pg.mkPen(None),
            brush=[colours[token] for token in tokens],
            data=cases,
            hoverable=True,
            hoverPen=pg.mkPen(theme.color("text"), width=2),
            hoverSize=size + 4,
            tip=None,
        )
        scatter.setToolTip(tips[0] if tips else "")
        scatter.sigClicked.connect(self._clicked)
        self._add(scatter)


class CurvePlot(Plot):
    """ROC, or precision and recall; a point for every case at its probability.

    Parameters
    ----------
    is_roc : bool
        Else precision over recall.
    """

    def __init__(self, theme: Theme, is_roc: bool, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._is_roc = is_roc
        self.setObjectName("lab-roc" if is_roc else "lab-precision-recall")

    def _prepare(self) -> None:
        self.retranslate()

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        if self._plot is not None:
            if self._is_roc:
                self._square(self.tr("1 − specificity"), self.tr("Sensitivity"))
            else:
                self._square(self.tr("Sensitivity (recall)"), self.tr("Precision (PPV)"))
            self._redraw()

    def _curves(self, judged: Evaluation) -> tuple[Curve, ...]:
        return judged.roc if self._is_roc else judged.precision_recall

    @property
    def _class(self) -> int:
        """The class whose curve is drawn."""
        assert self._results is not None
        return self._results.positive if self._results.positive >= 0 else max(0, self._at)

    def _curve_of(self, judged: Evaluation) -> Curve:
        curves = self._curves(judged)
        assert self._results is not None
        return curves[0] if self._results.positive >= 0 else curves[self._class]

    def points(self) -> tuple[NDArray[np.float64], NDArray[np.float64], list[list[int]]]:
        """Places of the cases on the curve, from the highest probability on, and the cases of each place."""
        results, judged = self._results, self._judged
        if results is None or judged is None:
            empty = np.empty(0)
            return empty, empty, []
        scores = judged.probability[0][:, self._class]
        is_of = results.cases.labels[judged.rows] == self._class
        order = np.argsort(-scores, kind="stable")
        hits, misses = np.cumsum(is_of[order]), np.cumsum(~is_of[order])
        ends = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
        starts = np.concatenate([[0], ends[:-1] + 1])
        if len(ends) > MOST_POINTS:
            kept = np.unique(np.linspace(0, len(ends) - 1, MOST_POINTS).round().astype(int))
            ends, starts = ends[kept], starts[kept]
        cases = [
            [int(judged.rows[at]) for at in order[start : end + 1]] for start, end in zip(starts, ends, strict=True)
        ]
        found, false = hits[ends].astype(float), misses[ends].astype(float)
        if self._is_roc:
            return false / max(1, misses[-1]), found / max(1, hits[-1]), cases
        return found / max(1, hits[-1]), found / (found + false), cases

    def _draw(self) -> None:
        import pyqtgraph as pg

        results, judged = self._results, self._judged
        assert results is not None
        assert judged is not None
        if self._is_roc:
            self._add(pg.PlotDataItem([0, 1], [0, 1], pen=self._pen("line", dashed=True)))
        else:
            share = float(np.mean(results.cases.labels[judged.rows] == self._class))
            self._add(pg.PlotDataItem([0, 1], [share, share], pen=self._pen("line", dashed=True)))
        for other in results.classifiers:
            if other.spec.kind not in (self._kind, Kind.BASELINE) and other.judged is not None:
                curve = self._curve_of(other.judged)
                self._add(pg.PlotDataItem(curve.x, curve.y, pen=self._pen("dim", 0.35)))
        curve = self._curve_of(judged)
        if len(curve.low):
            low = pg.PlotDataItem(curve.x, curve.low, pen=pg.mkPen(None))
            high = pg.PlotDataItem(curve.x, curve.high, pen=pg.mkPen(None))
            self._add(low)
            self._add(high)
            self._add(pg.FillBetweenItem(low, high, brush=pg.mkBrush(self._theme.color("accent", 0.2))))
        self._add(pg.PlotDataItem(curve.x, curve.y, pen=self._pen("accent", width=2)))
        x, y, cases = self.points()
        labels = results.cases.labels
        tokens = ["accent" if labels[own[0]] == self._class else "warn" for own in cases]
        self._scatter(x, y, cases, tokens, [self.tr("Click a point to see its case")])
        name = results.cases.classes[self._class]
        number = "auc" if self._is_roc else "average_precision"
        numbers = judged.numbers if results.positive >= 0 else judged.by_class[name]
        words = self.tr("area {n}") if self._is_roc else self.tr("AP {n}")
        text = words.format(n=full_text(numbers[number]))
        self._note(f"{name[:LONGEST_NAME]}: {text}" if results.positive >= 0 else text, 1.0, 0.0, (1, 1))


class ReliabilityPlot(Plot):
    """What was said against what happened."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setObjectName("lab-reliability")

    def _prepare(self) -> None:
        self.retranslate()

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        if self._plot is not None:
            self._square(self.tr("Probability said"), self.tr("Share that came true"))
            self._redraw()

    def bins(self) -> list[list[int]]:
        """The cases of each bin."""
        results, judged = self._results, self._judged
        if results is None or judged is None:
            return []
        from medviewer.lab.evaluate import Scored

        scored = Scored.of(results.cases.labels[judged.rows], judged.probability[0], results.positive)
        return [
            [int(c) for c in judged.rows[scored.bins == number]] for number in range(len(judged.calibration.said))
        ]

    def _draw(self) -> None:
        import pyqtgraph as pg

        judged = self._judged
        assert judged is not None
        found = judged.calibration
        self._add(pg.PlotDataItem([0, 1], [0, 1], pen=self._pen("line", dashed=True)))
        known = np.isfinite(found.low) & np.isfinite(found.high)
        if known.any():
            middle = (found.low + found.high)[known] / 2
            self._add(
                pg.ErrorBarItem(
                    x=found.said[known],
                    y=middle,
                    height=(found.high - found.low)[known],
                    beam=0.015,
                    pen=self._pen("dim"),
                )
            )
        self._add(pg.PlotDataItem(found.said, found.happened, pen=self._pen("accent", width=2)))
        cases = self.bins()
        self._scatter(
            found.said,
            found.happened,
            cases,
            ["accent"] * len(cases),
            [self.tr("Click a point to list its cases")],
        )
        words = self.tr("calibration error {n}").format(n=full_text(judged.numbers["ece"]))
        self._note(f"{found.of}: {words}" if found.of else words, 1.0, 0.0, (1, 1))


class ImportancePlot(Plot):
    """How much worse the classifier gets without each feature, with limits; the largest on top."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setObjectName("lab-importance-plot")

    def _prepare(self) -> None:
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.getAxis("bottom").enableAutoSIPrefix(False)
        self.retranslate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many features as there is room for."""
        super().resizeEvent(event)
        self._redraw()

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        if self._plot is not None:
            self._plot.setLabel("bottom", self.tr("Rise of the log loss when the feature is shuffled"))
            self._redraw()

    @property
    def has_any(self) -> bool:
        """Whether importance was computed for the classifier."""
        return self._results is not None and bool(self._results.of(self._kind).importance)

    def _draw(self) -> None:
        import pyqtgraph as pg

        assert self._results is not None
        room = max(3, (self.height() - 50) // FEATURE_HEIGHT)
        found = self._results.of(self._kind).importance[: min(MOST_FEATURES, room)]
        axis = self._plot.getAxis("left")
        if not found:
            axis.setTicks([[]])
            return
        y = np.arange(len(found))[::-1].astype(float)
        loss = np.array([one.loss for one in found])
        low, high = np.array([one.low for one in found]), np.array([one.high for one in found])
        brush = pg.mkBrush(self._theme.color("accent", 0.75))
        self._add(pg.BarGraphItem(x0=0, y=y, width=loss, height=0.62, brush=brush, pen=pg.mkPen(None)))
        known = np.isfinite(low) & np.isfinite(high)
        if known.any():
            self._add(
                pg.ErrorBarItem(
                    x=(low + high)[known] / 2,
                    y=y[known],
                    width=(high - low)[known],
                    beam=0.25,
                    pen=self._pen("text"),
                )
            )
        units = self._results.cases.units
        names = [f"{one.key[:28]} [{units[one.key]}]" if units.get(one.key) else one.key[:32] for one in found]
        axis.setTicks([[(float(at), name) for at, name in zip(y, names, strict=True)]])
        edge = float(np.nanmax(np.concatenate([loss, high[known], [1e-9]])))
        least = float(min(0.0, np.nanmin(np.concatenate([loss, low[known]]))))
        self._plot.setXRange(least, edge, padding=0.04)
        self._plot.setYRange(-0.6, max(5.0, len(found) - 0.4), padding=0)
