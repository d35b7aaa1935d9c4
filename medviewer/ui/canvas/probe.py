"""What lies under the pointer: stored, modality and displayed value, and where it is in the patient."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication

from medviewer.ui.canvas.corner_text import number
from medviewer.ui.canvas.frame import Frame
from medviewer.ui.canvas.trust import short_unit

translate = QCoreApplication.translate


@dataclass(frozen=True)
class ProbeText:
    """The status bar's words for one position; empty strings where there is nothing to say."""

    pixel: str = ""
    stored: str = ""
    modality: str = ""
    displayed: str = ""
    position: str = ""

    def __str__(self) -> str:
        return "   ".join(t for t in (self.position, self.pixel, self.stored, self.modality, self.displayed) if t)


def probe(frame: Frame, screen_x: float, screen_y: float) -> ProbeText | None:
    """The values at a widget position of a frame; None beside the image.

    The stored value is the one in the file, the modality value is after rescale or modality LUT (never inverted), the
    displayed value is the grey (0..255) or colour on screen, window, table and inversion included. The position is
    that of the pointer, not of the pixel's centre, in LPS written with letters.
    """
    x, y = frame.viewport.to_slice(screen_x, screen_y)
    if not frame.viewport.inside(x, y):
        return None
    column, row = math.floor(x + 0.5), math.floor(y + 0.5)
    world = frame.world(x, y)
    position = ""
    if world is not None:
        letters = ("RL", "AP", "IS")
        parts = (f"{letters[i][1 if world[i] >= 0 else 0]} {abs(world[i]):.1f}" for i in range(3))
        position = "  ".join(parts) + " mm"
    value = frame.pixels.values[row, column]
    pixel = f"x {column}  y {row}  z {frame.index}"
    displayed = _displayed(frame, screen_x, screen_y)
    if np.ndim(value) == 1:
        stored = translate("Probe", "RGB {r} {g} {b}").format(r=int(value[0]), g=int(value[1]), b=int(value[2]))
        return ProbeText(pixel, stored, "", "", position)
    stored = translate("Probe", "stored {value}").format(value=_plain(value))
    padding = frame.pixels.padding
    if padding is not None and padding[0] <= float(value) <= padding[1]:
        return ProbeText(pixel, stored, translate("Probe", "padding"), displayed, position)
    modality_value = float(frame.pixels.rescale.apply(np.asarray([value]))[0])
    unit = short_unit(frame.image.unit) if frame.image.facts.unit_trusted else ""
    modality = number(modality_value) + (f" {unit}" if unit else "")
    return ProbeText(pixel, stored, modality, displayed, position)


def _plain(value: np.generic) -> str:
    return str(int(value)) if np.issubdtype(value.dtype, np.integer) else f"{float(value):.6g}"


def _displayed(frame: Frame, screen_x: float, screen_y: float) -> str:
    ratio = frame.request.device_ratio
    height, width = frame.rgb32.shape
    sx, sy = math.floor(screen_x * ratio), math.floor(screen_y * ratio)
    if not (0 <= sx < width and 0 <= sy < height):
        return ""
    colour = int(frame.rgb32[sy, sx])
    r, g, b = colour >> 16 & 255, colour >> 8 & 255, colour & 255
    shown = str(r) if r == g == b else f"{r} {g} {b}"
    return translate("Probe", "shown {value}").format(value=shown)
