"""The window that a series has before anyone chooses one: the same for all its slices and planes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from medviewer.core.image import Image
from medviewer.core.presets import PRESETS, presets_for
from medviewer.core.voi import Voi, VoiLut, Window, auto_window, default_window

MOST_SLICES = 7
MOST_PIXELS = 4_000_000
_PIXELS_PER_SLICE = 65_536


def slices_to_sample(count: int, rows: int, columns: int) -> list[int]:
    """Evenly spread slices of a stack, the middle one among them; fewer of large ones, whose reading takes time."""
    most = min(count, MOST_SLICES, max(1, MOST_PIXELS // max(1, rows * columns)))
    wanted = most if most % 2 else most - 1
    return sorted({int((i + 0.5) * count / wanted) for i in range(wanted)})


def window_of_samples(image: Image, ks: Iterable[int]) -> Window:
    """A window from the values of some slices of a grey stack: 1st to 99th percentile, PET from zero.

    PET uptake is read from zero; windows in PET files fit the storage of one slice.
    """
    found = []
    for k in ks:
        values = image.modality_slice(k).reshape(-1)
        step = max(1, values.size // _PIXELS_PER_SLICE)
        while step > 1 and np.gcd(step, image.array.shape[2]) != 1:
            step += 1  # walks through all columns
        found.append(values[::step])
    values = np.concatenate(found) if found else np.zeros(0, np.float32)
    if image.facts.modality == "PT":
        return Window.between(0.0, max(auto_window(values, 1, 99.9).upper, 1e-6))
    return auto_window(values)


def stated_window(image: Image, voi: Voi, lut_index: int = 0) -> Window | VoiLut | None:
    """What a slice is shown with by its file, or by the custom of its modality; None: see `window_of_samples`.

    PET in SUV has the range that it is read in everywhere, whatever the file says.
    """
    if image.is_colour:
        return None
    if image.facts.modality == "PT":
        presets = presets_for(PRESETS, "PT", image.unit if image.facts.unit_trusted else "")
        return presets[0].window if presets else None
    return default_window(image, voi, lut_index)
