"""A volume plan whose slices are in memory: loading is tested without files, and can be made slow or to fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.display import Voi, Window
from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, SpacingSource
from medviewer.errors import MedviewerError, UnreadableFile
from medviewer.io.headers import InstanceHeader
from medviewer.io.series import Series


def make_series(number: int = 1, slices: int = 5, **values: Any) -> Series:
    """A series of synthetic headers."""
    headers = [
        InstanceHeader(path=f"/none/{number}/{k}", sop_instance_uid=f"1.2.{number}.{k}", rows=4, columns=6)
        for k in range(slices)
    ]
    return Series(**({"id": number, "uid": f"1.2.{number}", "key": f"key-{number}", "instances": headers} | values))


class MemoryPlan:
    """Slice `k` holds ``100 * number + k``.

    `bad` slices raise; `reads` lists the chunks in the order they were read; `gate`, when given, is called before
    each chunk.
    """

    def __init__(
        self,
        series: Series,
        shape_yx: tuple[int, int] = (4, 6),
        bad: Sequence[int] = (),
        gate: Callable[[Sequence[int]], object] | None = None,
        geometry: Geometry | None = None,
        facts: Facts | None = None,
    ) -> None:
        self.series = series
        self.shape_zyx = (len(series.instances), *shape_yx)
        self.bad = set(bad)
        self.gate = gate
        self.reads: list[list[int]] = []
        self._geometry = geometry or Geometry(self.shape_zyx)
        self._facts = facts or Facts("CT", SpacingSource.PATIENT, has_patient_position=True, unit_trusted=True)

    def allocate(self) -> NDArray[np.int16]:
        return np.zeros(self.shape_zyx, np.int16)

    def read_slice(self, k: int) -> NDArray[np.int16]:
        if k in self.bad:
            raise UnreadableFile(f"Slice {k} is damaged.")
        return np.full(self.shape_zyx[1:], 100 * self.series.id + k, np.int16)

    def read_into(
        self, array: NDArray[Any], ks: Sequence[int], check: Callable[[], None]
    ) -> dict[int, MedviewerError]:
        self.reads.append(list(ks))
        if self.gate is not None:
            self.gate(ks)
        errors: dict[int, MedviewerError] = {}
        for k in ks:
            check()
            try:
                array[k] = self.read_slice(k)
            except MedviewerError as error:
                errors[k] = error
        return errors

    def image(self, array: NDArray[Any]) -> Image:
        return Image(array, self._geometry, unit="HU", facts=self._facts, key=f"content-{self.series.id}")

    def voi(self, k: int) -> Voi:
        return Voi((Window(float(k), 100.0),))

    def header(self, k: int) -> InstanceHeader:
        return self.series.instances[k]
