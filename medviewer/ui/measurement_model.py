"""The measurements of the document as an item model: name, kind, values with units, series, slice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from medviewer.document import edits
from medviewer.document.state import Measurement, Plane, Shape
from medviewer.services.measurement_table import MeasuredSeries
from medviewer.services.readings import slice_of
from medviewer.services.workspace import Workspace
from medviewer.ui.canvas.measurement_text import read
from medviewer.ui.canvas.trust import plane_title
from medviewer.ui.plain_text import tool_tip
from medviewer.ui.told import told

AnyIndex = QModelIndex | QPersistentModelIndex
NAME, VALUE, KIND, SLICE, SERIES = range(5)


class MeasurementModel(QAbstractTableModel):
    """Rows in the order in which they were made; values are read when a row is first shown, and kept.

    Parameters
    ----------
    workspace : Workspace
        Gives the document, the open series and the values.
    """

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._rows: tuple[Measurement, ...] = ()
        self._texts: dict[str, str] = {}

    # -- content

    def measurement(self, row: int) -> Measurement | None:
        """The measurement of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, measurement_id: str) -> int:
        """The row of a measurement, -1 when it is not there."""
        return next((n for n, m in enumerate(self._rows) if m.id == measurement_id), -1)

    def update_rows(self, forget: Callable[[Measurement], bool] = lambda _m: False) -> None:
        """Take the measurements of the document; rows that stay keep their place, selection and values.

        Parameters
        ----------
        forget : callable
            Which values must be read again although the measurement is the same.
        """
        wanted = self._workspace.document.state.measurements
        before = {m.id: m for m in self._rows}
        for m in wanted:
            old = before.get(m.id)
            if old is None or (old.points, old.index, old.plane) != (m.points, m.index, m.plane) or forget(m):
                self._texts.pop(m.id, None)
        if [m.id for m in wanted] == [m.id for m in self._rows]:
            self._rows = wanted
            if wanted:
                self.dataChanged.emit(self.index(0, 0), self.index(len(wanted) - 1, SERIES))
            return
        kept = {m.id for m in wanted}
        for row in range(len(self._rows) - 1, -1, -1):
            if self._rows[row].id not in kept:
                self.beginRemoveRows(QModelIndex(), row, row)
                self._rows = self._rows[:row] + self._rows[row + 1 :]
                self.endRemoveRows()
        if [m.id for m in wanted[: len(self._rows)]] == [m.id for m in self._rows]:
            if len(wanted) > len(self._rows):
                self.beginInsertRows(QModelIndex(), len(self._rows), len(wanted) - 1)
                self._rows = wanted
                self.endInsertRows()
            self._rows = wanted
            return
        self.beginResetModel()
        self._rows = wanted
        self.endResetModel()

    def series_of(self, m: Measurement) -> MeasuredSeries:
        """Modality and description of the series that a measurement lies on."""
        series = self._workspace.series_by_key(m.series_key)
        return MeasuredSeries() if series is None else MeasuredSeries(series.modality, series.description)

    # -- QAbstractTableModel

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else SERIES + 1

    def data(self, index: AnyIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        m = self.measurement(index.row()) if index.isValid() else None
        if m is None:
            return None
        if role == Qt.ItemDataRole.EditRole and index.column() == NAME:
            return m.name
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(m, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return tool_tip(self._text(m, index.column()))
        return None

    def _text(self, m: Measurement, column: int) -> str:
        if column == NAME:
            return m.name or f"{self.kind_word(m.shape)} {self.row_of(m.id) + 1}"
        if column == KIND:
            return self.kind_word(m.shape)
        if column == VALUE:
            if m.id not in self._texts:
                self._texts[m.id] = self._value_text(m)
            return self._texts[m.id]
        if column == SERIES:
            series = self.series_of(m)
            return series.description or series.modality
        plane = plane_title(m.plane)
        return f"{plane} {m.index + 1}" if plane else str(m.index + 1)

    def kind_word(self, shape: Shape) -> str:
        """The kind of a measurement as a word."""
        return {
            Shape.DISTANCE: self.tr("Distance"),
            Shape.ANGLE: self.tr("Angle"),
            Shape.ELLIPSE: self.tr("Ellipse"),
            Shape.RECTANGLE: self.tr("Rectangle"),
            Shape.FREEHAND: self.tr("Freehand"),
        }[shape]

    def _value_text(self, m: Measurement) -> str:
        loaded = self._workspace.loaded(m.series_key)
        if loaded is None or not loaded.is_open:
            return self.tr("The series is not open.")
        found = slice_of(loaded, m.plane, m.index)
        if found is None:
            if m.plane is not Plane.STACK and loaded.volume_failure:
                return told(loaded.volume_failure)
            return self.tr("The slice is not loaded.")
        reading = read(m.shape, m.points, *found, m.plane)
        return " · ".join((*reading.lines, *((reading.caution,) if reading.caution else ())))

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        base = super().flags(index)
        return base | Qt.ItemFlag.ItemIsEditable if index.isValid() and index.column() == NAME else base

    def setData(self, index: AnyIndex, value: Any, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:
        m = self.measurement(index.row()) if index.isValid() else None
        if m is None or role != Qt.ItemDataRole.EditRole or index.column() != NAME:
            return False
        self._workspace.document.apply(edits.RenameMeasurement(m.id, name=str(value).strip()))
        return True

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> str | None:
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (self.tr("Name"), self.tr("Value"), self.tr("Kind"), self.tr("Slice"), self.tr("Series"))[section]
