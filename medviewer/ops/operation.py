"""Operations: declared once, as a pure function with its parameters; form, command and help page are derived."""

from __future__ import annotations

import enum
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from medviewer.core.image import Image
from medviewer.core.labels import LabelMap, require_same_grid
from medviewer.core.table import Table
from medviewer.errors import InputError
from medviewer.ops.params import fields_of, validate
from medviewer.ops.scene import Scene


class Context(Protocol):
    """What a running operation may use; `services.jobs.JobContext` is one."""

    def check(self) -> None:
        """Raise Cancelled when the work should stop; to be called at least every 200 ms."""

    def progress(self, fraction: float, text: str = "") -> None:
        """Say how far the work is (0..1); also a cancel point."""

    def subrange(self, low: float, high: float) -> Context:
        """A context whose progress 0..1 fills `low`..`high` of this one's."""

    @property
    def rng(self) -> np.random.Generator:
        """The only source of randomness."""


class QuietContext:
    """A context for calls from a script or test: never cancelled, says nothing."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._rng = np.random.default_rng(seed)

    def check(self) -> None:
        """Never raises."""

    def progress(self, fraction: float, text: str = "") -> None:
        """Says nothing."""

    def subrange(self, low: float, high: float) -> QuietContext:
        """A context with the same seed: what one step draws does not change the next."""
        return QuietContext(self._seed)

    @property
    def rng(self) -> np.random.Generator:
        """Seeded generator."""
        return self._rng


class Run(enum.StrEnum):
    """When an operation runs in the window."""

    ON_CHANGED = "on-changed"  # live, on the visible slice, while a parameter is dragged
    ON_ACTION = "on-action"  # too slow for that: when the user asks


class Slot(enum.StrEnum):
    """What a recipe hands from step to step."""

    IMAGE = "image"
    LABELS = "labels"
    TABLE = "table"
    SCENE = "scene"  # everything


_SLOT_OF: Mapping[Any, Slot] = {
    Image: Slot.IMAGE,
    LabelMap: Slot.LABELS,
    Table: Slot.TABLE,
    Scene: Slot.SCENE,
}

Function = Callable[..., Any]
HaloMm = Callable[[Any], float]
Migration = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Operation:
    """A declared operation; call it as ``op(image, params, ctx)``, or ``op(image, params, ctx, labels=mask)``.

    Attributes
    ----------
    id : str
        ``"group.name"``, as in recipes and on the command line.
    version : int
        Raised whenever the same parameters give another result.
    group, title : str
        Words for menus, in English; translated in the context ``"Operations"``.
    params_type : type
        Frozen dataclass, see `params`.
    takes : frozenset of Slot
        What it needs: the image, the mask, both, or the whole scene (masks put aside, the original).
    may_take : frozenset of Slot
        What it uses when it is there: a mask that limits where it works or looks.
    gives : Slot
        What it makes: a new image, a new mask, a table, or a new scene.
    lane : str
        Where it runs: ``"compute"``, ``"torch:cpu"``.
    halo_mm : callable
        ``halo_mm(params)``: how far, in mm, a result depends on voxels around it; a preview needs no more than
        that. Counted in pixels where the spacing is not known, as the parameters are.
    halo_px : int or callable
        The same for what is counted in pixels whatever the spacing (kernels of a network).
    across_slices : callable
        ``across_slices(params)``: whether a result depends on neighbouring slices.
    whole : callable
        ``whole(params)``: whether a result depends on voxels however far away (an automatic threshold, connected
        parts): on its whole slice, and with `across_slices` on the whole volume.
    run : Run
        Live or when asked.
    keeps_geometry : bool
        Whether the result lies on the grid of the input.
    colour : bool
        Whether it takes colour images.
    migrations : mapping of int to callable
        ``migrations[n](params)`` turns JSON parameters of version n into those of version n + 1.
    scene_slot : Slot
        For operations that make a scene: what of it is new above all, and is written to a file.
    """

    id: str
    version: int
    group: str
    title: str
    params_type: type[Any]
    function: Function
    takes: frozenset[Slot]
    may_take: frozenset[Slot]
    gives: Slot
    lane: str
    halo_mm: HaloMm
    halo_px: Callable[[Any], int]
    across_slices: Callable[[Any], bool]
    whole: Callable[[Any], bool]
    run: Run = Run.ON_CHANGED
    keeps_geometry: bool = True
    colour: bool = False
    description: str = ""
    migrations: Mapping[int, Migration] = field(default_factory=dict)
    scene_slot: Slot = Slot.IMAGE

    @property
    def name(self) -> str:
        """The part of the id after the group."""
        return self.id.partition(".")[2]

    def defaults(self) -> Any:
        """Parameters with their defaults."""
        return self.params_type()

    def __call__(
        self,
        subject: Image | LabelMap | Scene,
        params: Any = None,
        ctx: Context | None = None,
        *,
        labels: LabelMap | None = None,
    ) -> Any:
        """Run, after a look at parameters and input.

        Parameters
        ----------
        subject : Image, LabelMap or Scene
            The image; for an operation that takes only a mask, the mask; a scene has all of them.
        labels : LabelMap, optional
            The mask, for an operation that takes an image too.

        Returns
        -------
        Image, LabelMap, Table or Scene
            As `gives` says.

        Raises
        ------
        InputError
            For parameters out of range, or input that the operation does not take.
        GeometryMismatch
            For a mask on another grid than the image.
        """
        checked = validate(self.defaults() if params is None else params)
        context = ctx if ctx is not None else QuietContext()
        if isinstance(subject, LabelMap):
            if self.takes != {Slot.LABELS}:
                raise InputError(f"{self.title} works on an image.", "", "input.image")
            return self.function(subject, checked, context)
        scene = subject if isinstance(subject, Scene) else Scene.of(subject, labels)
        if Slot.LABELS in self.takes and scene.labels is None:
            raise self.needs_mask()
        if self.takes == {Slot.LABELS}:
            return self.function(scene.labels, checked, context)
        if scene.image.is_colour and not self.colour:
            raise InputError(
                f"{self.title} works on grey images, and this one is in colour.",
                "Choose a series with one value per pixel, or add the step Grey from colour before it.",
                "input.colour",
            )
        if scene.labels is not None:
            require_same_grid(scene.image, scene.labels)
        if Slot.SCENE in self.takes:
            return self.function(scene, checked, context)
        if Slot.LABELS in self.takes | self.may_take:
            return self.function(scene.image, checked, context, scene.labels)
        return self.function(scene.image, checked, context)

    def needs_mask(self) -> InputError:
        """The sentence for a missing mask."""
        return InputError(
            f"{self.title} works on a mask, and there is none yet.",
            "Add a step before it that makes one, such as a threshold.",
            "input.labels",
        )


_ID = re.compile(r"[a-z][a-z0-9]*(\.[a-z][a-z0-9-]*)+")


def operation(
    *,
    id: str,  # noqa: A002 - the declaration reads like the recipe's JSON
    version: int,
    group: str,
    title: str,
    lane: str = "compute",
    halo_mm: HaloMm | float = 0.0,
    halo_px: Callable[[Any], int] | int = 0,
    across_slices: Callable[[Any], bool] | bool = False,
    whole: Callable[[Any], bool] | bool = False,
    run: Run = Run.ON_CHANGED,
    keeps_geometry: bool = True,
    colour: bool = False,
    migrations: Mapping[int, Migration] | None = None,
    scene_slot: Slot = Slot.IMAGE,
) -> Callable[[Function], Operation]:
    """Declare a function as an operation; see `Operation` for the arguments.

    One of ``f(image, params, ctx)``, ``f(image, params, ctx, labels)``, ``f(labels, params, ctx)`` and
    ``f(scene, params, ctx)``, returning an Image, a LabelMap, a Table or a Scene. What it takes and gives is read
    from the annotations (``LabelMap | None``: used when there is one), the description from the docstring (up to its
    first underlined heading).
    """
    if not _ID.fullmatch(id):
        raise ValueError(f"not an operation id: {id!r}")

    def declare(function: Function) -> Operation:
        names = list(function.__code__.co_varnames[: function.__code__.co_argcount])
        hints = typing.get_type_hints(function)
        takes = {_SLOT_OF[hints[names[0]]]}
        may_take: set[Slot] = set()
        if len(names) > 3:
            (may_take if type(None) in typing.get_args(hints[names[3]]) else takes).add(Slot.LABELS)
        params_type = hints[names[1]]
        fields_of(params_type)  # a declaration that no form can show fails here, at import
        mm, px, across, everything = halo_mm, halo_px, across_slices, whole
        return Operation(
            id,
            version,
            group,
            title,
            params_type,
            function,
            frozenset(takes),
            frozenset(may_take),
            _SLOT_OF[hints["return"]],
            lane,
            mm if callable(mm) else lambda _params: mm,
            px if callable(px) else lambda _params: px,
            across if callable(across) else lambda _params: across,
            everything if callable(everything) else lambda _params: everything,
            run,
            keeps_geometry,
            colour,
            _description(function.__doc__ or ""),
            dict(migrations or {}),
            scene_slot,
        )

    return declare


def _description(docstring: str) -> str:
    """The docstring up to its first numpydoc heading, paragraphs kept, lines joined."""
    lines = [line.strip() for line in docstring.strip().splitlines()]
    for number, line in enumerate(lines[1:], 1):
        if line and set(line) == {"-"}:
            lines = lines[: number - 1]
            break
    paragraphs = "\n".join(lines).strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
