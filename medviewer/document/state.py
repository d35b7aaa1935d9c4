"""The document as an immutable value: what is open, how it is shown, what was measured, which steps are applied."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from medviewer.core.display import Appearance
from medviewer.document.layers import LabelLayer


class Plane(StrEnum):
    """What a pane shows: the stack as stored, or a plane through the volume."""

    STACK = "stack"
    AXIAL = "axial"
    CORONAL = "coronal"
    SAGITTAL = "sagittal"


class Slab(StrEnum):
    """What a slab shows of the values through its thickness: their average, the largest (MIP), the smallest."""

    MEAN = "mean"
    MAX = "max"
    MIN = "min"


@dataclass(frozen=True)
class View:
    """One pane.

    Attributes
    ----------
    series_key : str
        ``Series.key`` of what is shown; empty for an empty pane.
    plane : Plane
        Stack or reconstructed plane.
    index : int
        Slice of the plane's own stack, from 0; -1: not yet known (the middle is taken when the series opens).
    zoom : float
        1 fits the pane; 2 is twice as large.
    pan_px : tuple of float
        Shift of the image centre along the screen axes (x right, y down) in image pixels of the finer pitch, so that
        it survives resizing and zooming.
    rotation_deg : int
        0, 90, 180, 270, clockwise on screen, applied after the flips.
    flip_h, flip_v : bool
        Mirror left-right, top-bottom on screen.
    show_processed : bool
        Show the result of the recipe of the series instead of the original.
    split : float
        Where the line between original (left of it) and processed image stands, as a part of the pane's width, 0 to
        1; 0: no line, the whole pane shows what `show_processed` says.
    slab_mm : float
        Thickness that is projected around the slice; 0: the slice alone.
    slab_mode : Slab
        How it is projected.
    """

    series_key: str = ""
    plane: Plane = Plane.STACK
    index: int = -1
    appearance: Appearance = field(default_factory=Appearance)
    zoom: float = 1.0
    pan_px: tuple[float, float] = (0.0, 0.0)
    rotation_deg: int = 0
    flip_h: bool = False
    flip_v: bool = False
    show_processed: bool = True
    split: float = 0.0
    slab_mm: float = 0.0
    slab_mode: Slab = Slab.MEAN


@dataclass(frozen=True)
class Layout:
    """The grid of panes.

    `views` has at least rows × columns entries in reading order; more are kept so that a smaller grid and back
    loses nothing. `maximised` is the index of a pane shown alone, or -1.
    """

    rows: int = 1
    columns: int = 1
    views: tuple[View, ...] = (View(),)
    active: int = 0
    maximised: int = -1
    crosshair_world: tuple[float, float, float] | None = None
    linked_scroll: bool = False
    reference_lines: bool = True
    crosshair: bool = True

    @property
    def visible(self) -> tuple[int, ...]:
        """Indices of the panes on screen."""
        if self.maximised >= 0:
            return (self.maximised,)
        return tuple(range(self.rows * self.columns))

    def with_view(self, pane: int, view: View) -> Layout:
        """A copy with one pane replaced."""
        views = list(self.views)
        while len(views) <= pane:
            views.append(View())
        views[pane] = view
        return replace(self, views=tuple(views))


class Shape(StrEnum):
    """Kinds of measurement."""

    DISTANCE = "distance"
    ANGLE = "angle"
    ELLIPSE = "ellipse"
    RECTANGLE = "rectangle"
    FREEHAND = "freehand"


@dataclass(frozen=True)
class Measurement:
    """A measurement, anchored in the image it was drawn on.

    Attributes
    ----------
    id : str
        Unique in the document.
    points : tuple of (x, y)
        Continuous pixel coordinates of the plane's own slice (x right along columns, y down along rows, pixel
        centres at integers). Distance: 2 points; angle: 3, the vertex in the middle; ellipse and rectangle: two
        opposite corners of the bounding box; freehand: 3 or more.
    sop_instance_uid, frame
        Of the slice for a stack; empty for reconstructed planes.
    """

    id: str
    shape: Shape
    series_key: str
    plane: Plane
    index: int
    points: tuple[tuple[float, float], ...]
    name: str = ""
    note: str = ""
    sop_instance_uid: str = ""
    frame: int = 0
    colour: str = ""


@dataclass(frozen=True)
class Step:
    """One step of a recipe: an operation with its parameters, on or off."""

    op: str
    version: int
    params: dict[str, Any] = field(default_factory=dict)
    on: bool = True


@dataclass(frozen=True)
class DocumentState:
    """All that undo covers. Pixels are never in here, they are found by key; labels are, for the hand made them."""

    layout: Layout = field(default_factory=Layout)
    measurements: tuple[Measurement, ...] = ()
    recipes: dict[str, tuple[Step, ...]] = field(default_factory=dict)  # by series_key
    scales: dict[str, str] = field(default_factory=dict)  # by series_key: name of what its values are read in
    layers: tuple[LabelLayer, ...] = ()  # the last lies on top

    def view(self, pane: int) -> View:
        """The view of a pane (an empty one when the layout has fewer)."""
        return self.layout.views[pane] if pane < len(self.layout.views) else View()

    def layer(self, layer_id: str) -> LabelLayer | None:
        """The label layer with an id, or None."""
        return next((layer for layer in self.layers if layer.id == layer_id), None)
