"""What lies under the pointer: stored, modality and displayed value, and where it is in the patient."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QCoreApplication

from medviewer.core.image import Image
from medviewer.core.slicing import SlicePixels
from medviewer.services.label_layers import LabelLayers
from medviewer.ui.canvas.corner_text import number
from medviewer.ui.canvas.frame import Frame
from medviewer.ui.canvas.label_paint import PREVIEW
from medviewer.ui.canvas.pane import Pane
from medviewer.ui.canvas.slab import slab_text
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
    mask: str = ""

    def __str__(self) -> str:
        parts = (self.position, self.pixel, self.stored, self.modality, self.displayed, self.mask)
        return "   ".join(text for text in parts if text)


def probe(
    frame: Frame, screen_x: float, screen_y: float, *, split_x: float | None = None, masks: Sequence[str] = ()
) -> ProbeText | None:
    """The values at a widget position of a frame; None beside the image.

    The stored value is the one in the file, the modality value is after rescale or modality LUT (never inverted), the
    displayed value is the grey (0..255) or colour on screen, window, table and inversion included. The position is
    that of the pointer, not of the pixel's centre, in LPS written with letters. Where a processed image is shown, its
    value is named as such beside the original's; in a slab, the projected value takes the stored one's place.

    Parameters
    ----------
    split_x : float, optional
        Where the line between original (left of it) and processed image stands.
    masks : sequence of str
        Names of the labels there.
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
    before = split_x is not None and screen_x < split_x
    found = ProbeText(
        pixel=f"x {column}  y {row}  z {frame.index}",
        displayed=_displayed(frame, screen_x, screen_y, original=before),
        position=position,
        mask=translate("Probe", "mask: {name}").format(name=" · ".join(masks)) if masks else "",
    )
    value = frame.pixels.values[row, column]
    if np.ndim(value) == 1:
        stored = translate("Probe", "RGB {r} {g} {b}").format(r=int(value[0]), g=int(value[1]), b=int(value[2]))
        return replace(found, stored=stored, displayed="", modality=_sides(frame, "", x, y, split_x, before))
    if frame.slab_mm > 0:
        stored = slab_text(frame.view.slab_mode, frame.slab_mm)
    else:
        stored = translate("Probe", "stored {value}").format(value=_plain(value))
    modality = _modality(frame.pixels, frame.image, value)
    return replace(found, stored=stored, modality=_sides(frame, modality, x, y, split_x, before))


def names_under(layers: LabelLayers, pane: Pane, x: float, y: float) -> tuple[str, ...]:
    """Names of the labels drawn at a widget position of a pane; a label without a name is told by its number."""
    frame = pane.frame
    if frame is None:
        return ()
    key = frame.view.series_key
    shown = [(layer.id, layer.labels) for layer in layers.layers(key) if layer.visible]
    preview = layers.preview(key)
    if preview is not None:
        shown.append((PREVIEW, preview.labels))
    found = []
    for name, labels in shown:
        value = pane.label_under(name, x, y)
        if value:
            listed = next((label.name for label in labels if label.value == value), "")
            found.append(listed or translate("Probe", "label {n}").format(n=value))
    return tuple(found)


def _sides(frame: Frame, original: str, x: float, y: float, split_x: float | None, before: bool) -> str:
    """The value with the side that it is read on, where there are two."""
    if before:
        return translate("Probe", "before {value}").format(value=original) if original else original
    if frame.shown is frame.pixels:
        return original
    after = _after(frame, x, y)
    if split_x is not None:
        text = translate("Probe", "after {value} (before {original})")
    else:
        text = translate("Probe", "processed {value} (original {original})")
    return text.format(value=after, original=original or "–")


def _after(frame: Frame, x: float, y: float) -> str:
    """The processed value at a position of the original's slice."""
    shown = frame.shown
    if shown.geometry != frame.pixels.geometry:
        x, y = shown.geometry.pixel(frame.pixels.geometry.world(x, y))
    column, row = math.floor(x + 0.5), math.floor(y + 0.5)
    rows, columns = shown.values.shape[:2]
    if not (0 <= column < columns and 0 <= row < rows):
        return "–"
    value = shown.values[row, column]
    if np.ndim(value) == 1:
        return " ".join(str(int(part)) for part in value)
    return _modality(shown, frame.shown_image, value)


def _modality(pixels: SlicePixels, image: Image, value: np.generic) -> str:
    padding = pixels.padding
    if padding is not None and padding[0] <= float(value) <= padding[1]:
        return translate("Probe", "padding")
    modality = float(pixels.rescale.apply(np.asarray([value]))[0])
    unit = short_unit(image.unit) if image.facts.unit_trusted else ""
    return number(modality) + (f" {unit}" if unit else "")


def _plain(value: np.generic) -> str:
    return str(int(value)) if np.issubdtype(value.dtype, np.integer) else f"{float(value):.6g}"


def _displayed(frame: Frame, screen_x: float, screen_y: float, *, original: bool) -> str:
    ratio = frame.request.device_ratio
    picture = frame.original if original and frame.original is not None else frame.rgb32
    height, width = picture.shape
    sx, sy = math.floor(screen_x * ratio), math.floor(screen_y * ratio)
    if not (0 <= sx < width and 0 <= sy < height):
        return ""
    colour = int(picture[sy, sx])
    r, g, b = colour >> 16 & 255, colour >> 8 & 255, colour & 255
    shown = str(r) if r == g == b else f"{r} {g} {b}"
    return translate("Probe", "shown {value}").format(value=shown)
