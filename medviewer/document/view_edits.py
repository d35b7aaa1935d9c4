"""Edits of what panes show and how they are laid out. ``None`` in a field means "leave as it is"."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import Any

from medviewer.core.display import Appearance
from medviewer.document import titles
from medviewer.document.edit import Edit
from medviewer.document.state import DocumentState, Layout, Plane, Slab, View

MAX_ROWS = 8
MAX_COLUMNS = 8
MAX_SLAB_MM = 500.0


def _with_layout(state: DocumentState, layout: Layout) -> DocumentState:
    return state if layout == state.layout else replace(state, layout=layout)


def _with_view(state: DocumentState, pane: int, view: View) -> DocumentState:
    if pane < 0:
        raise ValueError(f"no such pane: {pane}")
    return state if view == state.view(pane) else replace(state, layout=state.layout.with_view(pane, view))


# -- one pane


@dataclass(frozen=True)
class SetIndex(Edit):
    """Scroll panes: `indices` maps pane to slice. Linked panes scroll in one edit."""

    indices: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, pane: int, index: int) -> SetIndex:
        """Scroll one pane."""
        return cls(((pane, index),))

    def apply(self, state: DocumentState) -> DocumentState:
        for pane, index in self.indices:
            state = _with_view(state, pane, replace(state.view(pane), index=max(0, index)))
        return state

    @property
    def title(self) -> str:
        return titles.SCROLL

    @property
    def merge_key(self) -> Hashable:
        # One entry per hand that scrolls: the panes that follow may change on the way, the first is the leader.
        return ("index", self.indices[0][0] if self.indices else -1)

    @property
    def is_navigation(self) -> bool:
        return True


@dataclass(frozen=True)
class SetView(Edit):
    """Change how a pane lies on screen: zoom, pan, turn, or original against processed (and the line between)."""

    pane: int
    zoom: float | None = None
    pan_px: tuple[float, float] | None = None
    rotation_deg: int | None = None
    flip_h: bool | None = None
    flip_v: bool | None = None
    show_processed: bool | None = None
    split: float | None = None

    def _changes(self) -> dict[str, Any]:
        names = ("zoom", "pan_px", "rotation_deg", "flip_h", "flip_v", "show_processed", "split")
        changes = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        if "rotation_deg" in changes:
            changes["rotation_deg"] %= 360
        if "split" in changes:
            changes["split"] = min(1.0, max(0.0, changes["split"]))
        return changes

    def apply(self, state: DocumentState) -> DocumentState:
        return _with_view(state, self.pane, replace(state.view(self.pane), **self._changes()))

    @property
    def title(self) -> str:
        names = self._changes().keys()
        if names & {"rotation_deg", "flip_h", "flip_v"}:
            return titles.TURN_IMAGE
        if "split" in names:
            return titles.BEFORE_AFTER
        return titles.SHOW_ORIGINAL if "show_processed" in names else titles.MOVE_IMAGE

    @property
    def merge_key(self) -> Hashable | None:
        names = self._changes().keys()
        if "split" in names and names <= {"split", "show_processed"}:
            return ("split", self.pane)
        return ("view", self.pane) if names <= {"zoom", "pan_px"} else None


@dataclass(frozen=True)
class SetSlab(Edit):
    """Project a slab around the slices of panes: thickness in mm (0: the slice alone) and how."""

    panes: tuple[int, ...]
    mm: float | None = None
    mode: Slab | None = None

    @classmethod
    def of(cls, pane: int, mm: float | None = None, mode: Slab | None = None) -> SetSlab:
        """Change one pane."""
        return cls((pane,), mm, mode)

    def apply(self, state: DocumentState) -> DocumentState:
        changes: dict[str, Any] = {}
        if self.mm is not None:
            changes["slab_mm"] = min(MAX_SLAB_MM, max(0.0, self.mm))
        if self.mode is not None:
            changes["slab_mode"] = self.mode
        for pane in self.panes:
            state = _with_view(state, pane, replace(state.view(pane), **changes))
        return state

    @property
    def title(self) -> str:
        return titles.SLAB

    @property
    def merge_key(self) -> Hashable:
        return ("slab", self.panes, self.mode)


@dataclass(frozen=True)
class ResetView(Edit):
    """Fit the image, undo turns, and take the file's window again; slice, slab, colour map and series stay."""

    pane: int

    def apply(self, state: DocumentState) -> DocumentState:
        view = state.view(self.pane)
        appearance = replace(view.appearance, window=None, lut_index=0, invert=False)
        fresh = View()
        fitted = replace(
            view,
            appearance=appearance,
            zoom=fresh.zoom,
            pan_px=fresh.pan_px,
            rotation_deg=fresh.rotation_deg,
            flip_h=fresh.flip_h,
            flip_v=fresh.flip_v,
        )
        return _with_view(state, self.pane, fitted)

    @property
    def title(self) -> str:
        return titles.RESET_VIEW


@dataclass(frozen=True)
class SetAppearance(Edit):
    """Give panes another window, colour map, inversion or interpolation.

    `panes` is one pane or several that are linked; `title_key` is one of `titles` (the window by default).
    """

    panes: tuple[int, ...]
    appearance: Appearance
    title_key: str = titles.WINDOW

    @classmethod
    def of(cls, pane: int, appearance: Appearance, title_key: str = titles.WINDOW) -> SetAppearance:
        """Change one pane."""
        return cls((pane,), appearance, title_key)

    def apply(self, state: DocumentState) -> DocumentState:
        for pane in self.panes:
            state = _with_view(state, pane, replace(state.view(pane), appearance=self.appearance))
        return state

    @property
    def title(self) -> str:
        return self.title_key

    @property
    def merge_key(self) -> Hashable:
        return ("appearance", self.panes, self.title_key)


@dataclass(frozen=True)
class SetScale(Edit):
    """Read the values of a series in another scale (SUV, Bq/ml, a real world value map).

    Attributes
    ----------
    name : str
        One of the scales that the series offers; empty: the one that it opens in.
    appearances : tuple of (pane, Appearance)
        Panes of the series whose windows were converted, so that the picture stays as it is.
    """

    series_key: str
    name: str
    appearances: tuple[tuple[int, Appearance], ...] = ()

    def apply(self, state: DocumentState) -> DocumentState:
        if state.scales.get(self.series_key, "") != self.name:
            scales = {key: name for key, name in state.scales.items() if key != self.series_key}
            if self.name:
                scales[self.series_key] = self.name
            state = replace(state, scales=scales)
        for pane, appearance in self.appearances:
            view = state.view(pane)
            if view.series_key == self.series_key:
                state = _with_view(state, pane, replace(view, appearance=appearance))
        return state

    @property
    def title(self) -> str:
        return titles.SCALE


@dataclass(frozen=True)
class ShowSeries(Edit):
    """Show a series in a pane; an empty `series_key` empties it. The pane becomes the active one."""

    pane: int
    series_key: str
    plane: Plane = Plane.STACK
    index: int = -1
    appearance: Appearance = field(default_factory=Appearance)

    def apply(self, state: DocumentState) -> DocumentState:
        view = View(self.series_key, self.plane, self.index, self.appearance)
        state = _with_view(state, self.pane, view)
        return _with_layout(state, replace(state.layout, active=self.pane))

    @property
    def title(self) -> str:
        return titles.SHOW_SERIES if self.series_key else titles.CLOSE_SERIES


@dataclass(frozen=True)
class SetPlane(Edit):
    """Show another plane of the same series in a pane; window, colours and slab stay."""

    pane: int
    plane: Plane
    index: int = -1

    def apply(self, state: DocumentState) -> DocumentState:
        view = state.view(self.pane)
        shown = View(
            view.series_key,
            self.plane,
            self.index,
            view.appearance,
            show_processed=view.show_processed,
            split=view.split,
            slab_mm=view.slab_mm,
            slab_mode=view.slab_mode,
        )
        return _with_view(state, self.pane, shown)

    @property
    def title(self) -> str:
        return titles.LAYOUT


# -- the grid


@dataclass(frozen=True)
class SetLayout(Edit):
    """A grid of rows × columns; `views` replaces the panes from the first on. Panes off the grid are kept."""

    rows: int
    columns: int
    views: tuple[View, ...] = ()

    def apply(self, state: DocumentState) -> DocumentState:
        if not (1 <= self.rows <= MAX_ROWS and 1 <= self.columns <= MAX_COLUMNS):
            raise ValueError(f"no such layout: {self.rows} × {self.columns}")
        count = self.rows * self.columns
        views = self.views + state.layout.views[len(self.views) :]
        views += (View(),) * (count - len(views))
        active = state.layout.active if state.layout.active < count else 0
        layout = replace(state.layout, rows=self.rows, columns=self.columns, views=views, active=active, maximised=-1)
        return _with_layout(state, layout)

    @property
    def title(self) -> str:
        return titles.LAYOUT


def mpr_layout(series_key: str, appearance: Appearance | None = None) -> SetLayout:
    """Axial, coronal and sagittal planes of a series side by side."""
    look = appearance or Appearance()
    planes = (Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL)
    return SetLayout(1, 3, tuple(View(series_key, plane, -1, look) for plane in planes))


@dataclass(frozen=True)
class SwapPanes(Edit):
    """Exchange what two panes show."""

    first: int
    second: int

    def apply(self, state: DocumentState) -> DocumentState:
        a, b = state.view(self.first), state.view(self.second)
        layout = state.layout.with_view(self.first, b).with_view(self.second, a)
        return _with_layout(state, replace(layout, active=self.second))

    @property
    def title(self) -> str:
        return titles.SWAP_PANES


@dataclass(frozen=True)
class Maximise(Edit):
    """Show one pane alone; -1 shows all again."""

    pane: int

    def apply(self, state: DocumentState) -> DocumentState:
        active = self.pane if self.pane >= 0 else state.layout.active
        return _with_layout(state, replace(state.layout, maximised=max(-1, self.pane), active=active))

    @property
    def title(self) -> str:
        return titles.MAXIMISE if self.pane >= 0 else titles.RESTORE


@dataclass(frozen=True)
class SetActive(Edit):
    """Choose the pane that keys and panels act on. Not in the undo list."""

    pane: int

    def apply(self, state: DocumentState) -> DocumentState:
        return _with_layout(state, replace(state.layout, active=self.pane))

    @property
    def title(self) -> str:
        return titles.ACTIVATE

    @property
    def is_transient(self) -> bool:
        return True


@dataclass(frozen=True)
class SetIndexKnown(Edit):
    """Fill in the slice of panes that have none yet (-1), once the series is open. Not in the undo list."""

    indices: tuple[tuple[int, int], ...]

    def apply(self, state: DocumentState) -> DocumentState:
        for pane, index in self.indices:
            view = state.view(pane)
            if view.index < 0:
                state = _with_view(state, pane, replace(view, index=max(0, index)))
        return state

    @property
    def title(self) -> str:
        return titles.SCROLL

    @property
    def is_transient(self) -> bool:
        return True


@dataclass(frozen=True)
class SetLinks(Edit):
    """Switch what ties panes together."""

    linked_scroll: bool | None = None
    reference_lines: bool | None = None
    crosshair: bool | None = None

    def apply(self, state: DocumentState) -> DocumentState:
        names = ("linked_scroll", "reference_lines", "crosshair")
        changes = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        return _with_layout(state, replace(state.layout, **changes))

    @property
    def title(self) -> str:
        return titles.LINKS


@dataclass(frozen=True)
class MoveCrosshair(Edit):
    """Put the crosshair at a patient position in mm (LPS); None takes it away.

    `indices` scrolls the panes that follow it, in the same undo entry.
    """

    world: tuple[float, float, float] | None
    indices: tuple[tuple[int, int], ...] = ()

    def apply(self, state: DocumentState) -> DocumentState:
        state = SetIndex(self.indices).apply(state)
        return _with_layout(state, replace(state.layout, crosshair_world=self.world))

    @property
    def title(self) -> str:
        return titles.CROSSHAIR

    @property
    def merge_key(self) -> Hashable:
        return ("crosshair",)

    @property
    def is_navigation(self) -> bool:
        return True
