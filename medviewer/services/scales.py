"""What the values of a series can be read in: as its rescale gives them, as SUV, as real world values.

The stored pixels are shared by all scales; only the rule from stored to shown values differs. Scales are linear, so
that a window, and all that is linear in the values, is converted rather than found anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from medviewer.core.image import Image, Rescale
from medviewer.core.voi import Appearance, Voi, VoiFunction, Window, effective_linear
from medviewer.document.edits import SetScale
from medviewer.document.state import DocumentState
from medviewer.io.quantities import Scale

NATIVE = "native"
"""Name of the scale that the modality LUT or rescale gives."""
_SUV_UNITS = ("g/ml", "cm2/ml")
_NAMELESS = "real world value"
_UNEVEN = "The slices have different rescale rules, so one map does not hold for all of them."


def is_suv(unit: str) -> bool:
    """Whether a unit is one of standardised uptake values."""
    return unit.startswith(_SUV_UNITS)


class SeriesScales:
    """The scales of an open series and the one in force.

    Parameters
    ----------
    native : Image
        The stack in the scale of its rescale.
    offered : iterable of Scale
        ``VolumePlan.scales``: relative to `native`; those without a slope say why.

    Attributes
    ----------
    choices : tuple of Scale
        `NATIVE` first, then what else there is, or is not for a reason.
    current : Scale
        In force; always one with a slope.
    """

    def __init__(self, native: Image, offered: Iterable[Scale] = ()) -> None:
        self._native = Scale(NATIVE, native.unit, 1.0)
        others = []
        for scale in () if native.is_colour else offered:
            named = scale if scale.name else replace(scale, name=scale.unit or _NAMELESS)
            if named.slope == 1.0 and named.intercept == 0.0 and named.unit == native.unit:
                continue  # the file holds it already
            if named.slope == 0.0:
                named = replace(named, slope=None)
            if not (native.facts.modality == "PT" or native.rescale.is_uniform):
                # A real world value map speaks of stored values; it was related to the rescale of one slice.
                named = replace(named, slope=None, reason=_UNEVEN)
            others.append(named)
        self.choices = (self._native, *others)
        self._default = self._native
        if native.facts.modality == "PT" and not is_suv(native.unit):
            self._default = next((s for s in others if s.slope is not None and is_suv(s.unit)), self._native)
        self.current = self._default
        self._images: dict[tuple[str, int], tuple[Image, Image]] = {}

    def find(self, name: str) -> Scale:
        """The scale of that name; the one that the series opens in when it is empty, unknown or not available."""
        named = next((scale for scale in self.choices if scale.name == name), self._default)
        return named if named.slope is not None else self._default

    def select(self, name: str) -> bool:
        """Make a scale the one in force; whether that is another one than before."""
        wanted = self.find(name)
        changed = wanted.name != self.current.name
        self.current = wanted
        return changed

    def image(self, native: Image) -> Image:
        """The same pixels in the scale in force; always the same object for one image and scale."""
        if self.current.name == NATIVE:
            return native
        key = (self.current.name, id(native))
        known = self._images.get(key)
        if known is None or known[0] is not native:
            known = self._images[key] = (native, _rescaled(native, self.current))
        return known[1]

    def window(self, native: Window) -> Window:
        """A window in native values in the scale in force."""
        return converted(native, self._native, self.current)

    def voi(self, native: Voi) -> Voi:
        """What the file offers for display, in the scale in force. Its tables hold for native values only."""
        if self.current.name == NATIVE:
            return native
        return Voi(tuple(self.window(window) for window in native.windows if window.is_valid))


def converted(window: Window, before: Scale, after: Scale) -> Window:
    """The window that shows values of one scale as `window` shows the same values in another.

    The half units of the linear function (PS3.3 C.11.2.1.2.1) mean something only in the scale they were written in,
    so the result is LINEAR_EXACT.
    """
    if before.name == after.name or before.slope is None or after.slope is None:
        return window
    gain = after.slope / before.slope
    offset = after.intercept - gain * before.intercept
    if window.function is VoiFunction.SIGMOID:
        return Window(gain * window.center + offset, abs(gain) * window.width, VoiFunction.SIGMOID)
    center, width = effective_linear(window)
    return Window(gain * center + offset, max(abs(gain) * width, 1e-12), VoiFunction.LINEAR_EXACT)


def _rescaled(image: Image, scale: Scale) -> Image:
    slope, intercept = scale.slope or 0.0, scale.intercept
    rule = image.rescale
    if rule.table is None:
        # Two tuples of one or n entries each.
        rule = Rescale(
            tuple(slope * own for own in rule.slopes), tuple(slope * own + intercept for own in rule.intercepts)
        )
    elif image.facts.modality == "PT":
        rule = replace(rule, table=rule.table * slope + intercept)
    else:
        rule = Rescale((slope,), (intercept,))  # real world value maps speak of stored values (C.7.6.16.2.11)
    return replace(
        image,
        rescale=rule,
        unit=scale.unit,
        key=f"{image.key}:in {scale.name}" if image.key else "",
        facts=replace(image.facts, unit_trusted=bool(scale.unit), unit_reason=""),
    )


def scale_edit(loaded: Any, state: DocumentState, name: str) -> SetScale:
    """The edit that reads an open series in another scale and converts the windows of its panes.

    Parameters
    ----------
    loaded : services.loading.LoadedSeries
        Open.
    state : DocumentState
        Whose panes show it.
    name : str
        Of one of its scales.
    """
    scales: SeriesScales = loaded.scales
    before, after = scales.current, scales.find(name)
    changed: list[tuple[int, Appearance]] = []
    for pane, view in enumerate(state.layout.views):
        if view.series_key != loaded.key or view.index < 0 or before.name == after.name:
            continue
        window = view.appearance.window
        if window is None and loaded.image.facts.modality == "PT":
            # What a PET is shown with by default depends on its unit; every other default is converted by itself.
            found = loaded.default_window(0)
            window = found if isinstance(found, Window) else None
        if window is not None:
            changed.append((pane, replace(view.appearance, window=converted(window, before, after))))
    return SetScale(loaded.key, after.name, tuple(changed))
