"""A mask made by hand or brought from a file, taken into a recipe."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from medviewer.errors import InputError
from medviewer.ops.operation import Context, Operation, Slot, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Help, Label
from medviewer.ops.scene import Scene

ID = "mask.painted"
PREFIX = "layer:"
"""Masks that come from outside the recipe stand in `Scene.kept` under their name with this before it."""


@dataclass(frozen=True)
class PaintedParams:
    """Which one."""

    name: Annotated[
        str,
        Label(QT_TRANSLATE_NOOP("Operations", "Name of the mask")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "As it stands in the Masks tab. Empty: the first one. When the recipe is run on a folder, the mask "
                "is the file that bears the name of the image.",
            )
        ),
    ] = ""


@operation(
    id=ID,
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Masks"),
    title=QT_TRANSLATE_NOOP("Operations", "Take a painted mask"),
    scene_slot=Slot.LABELS,
    colour=True,
)
def painted(scene: Scene, params: PaintedParams, ctx: Context) -> Scene:
    """Takes a mask that you painted, corrected by hand or opened from a file as the mask of the recipe.

    In the window it is a layer of the Masks tab; painting on it computes the steps after this one anew. On the
    command line and on a folder it is a file: see the options `--mask` and `--masks`.

    Raises
    ------
    InputError
        When there is no mask of that name.
    """
    there = {name.removeprefix(PREFIX): mask for name, mask in scene.kept.items() if name.startswith(PREFIX)}
    if not params.name and scene.labels is not None and not there:
        ctx.progress(1.0)
        return replace(scene, labels=replace(scene.labels))  # the mask that came with the image
    wanted = params.name or next(iter(there), "")
    if wanted not in there:
        raise InputError(
            f"There is no mask called {wanted[:60]}." if wanted else "There is no painted mask yet.",
            "Paint one in the Masks tab, or open one from a file.",
            "input.name",
        )
    ctx.progress(1.0)
    return replace(scene, labels=there[wanted])


OPERATIONS: tuple[Operation, ...] = (painted,)
