"""Which operations there are. Built-in ones are listed here; networks and plug-ins add theirs with `register`."""

from __future__ import annotations

from medviewer.errors import RecipeError
from medviewer.ops import (
    bias_field,
    canny,
    colour,
    components,
    contouring,
    contrast,
    denoise,
    diffusion,
    distance,
    edges,
    filters,
    graph_cut,
    grey_morphology,
    grow,
    intensity,
    level_set,
    local_threshold,
    masks,
    morphology,
    object_splitting,
    objects,
    painted_mask,
    pixel_classifier,
    placement,
    resample,
    ridge,
    sharpen,
    smoothing,
    superpixels,
    threshold,
    walker,
    watershed,
)
from medviewer.ops.features import step as feature_step
from medviewer.ops.operation import Operation

_operations: dict[str, Operation] = {}


def register(*operations: Operation) -> None:
    """Add operations; the same one may be added again.

    Raises
    ------
    ValueError
        When another operation has the id.
    """
    for operation in operations:
        known = _operations.get(operation.id)
        if known is not None and known is not operation:
            raise ValueError(f"two operations are called {operation.id}")
        _operations[operation.id] = operation


def get(operation_id: str) -> Operation:
    """The operation with that id.

    Raises
    ------
    RecipeError
        When there is none.
    """
    found = _operations.get(operation_id)
    if found is None:
        raise RecipeError(
            f"There is no operation called {operation_id[:60]}.",
            "It may come from a plug-in or a newer version of the program.",
            "recipe.operation",
        )
    return found


def all_operations() -> list[Operation]:
    """Every operation, by group and title."""
    return sorted(_operations.values(), key=lambda operation: (operation.group, operation.title))


register(*painted_mask.OPERATIONS, *feature_step.OPERATIONS)
register(
    *filters.OPERATIONS,
    *smoothing.OPERATIONS,
    *denoise.OPERATIONS,
    *diffusion.OPERATIONS,
    *bias_field.OPERATIONS,
    *sharpen.OPERATIONS,
    *edges.OPERATIONS,
    *canny.OPERATIONS,
    *ridge.OPERATIONS,
    *contrast.OPERATIONS,
    *intensity.OPERATIONS,
    *resample.OPERATIONS,
    *placement.OPERATIONS,
    *colour.OPERATIONS,
)
register(*threshold.OPERATIONS, *local_threshold.OPERATIONS, *components.OPERATIONS)
register(*morphology.OPERATIONS, *masks.OPERATIONS, *distance.OPERATIONS, *grey_morphology.OPERATIONS)
register(*watershed.OPERATIONS, *grow.OPERATIONS, *graph_cut.OPERATIONS, *walker.OPERATIONS)
register(*level_set.OPERATIONS, *superpixels.OPERATIONS, *pixel_classifier.OPERATIONS)
register(*objects.OPERATIONS, *object_splitting.OPERATIONS, *contouring.OPERATIONS)
