"""Which operations there are. Built-in ones are listed here; networks and plug-ins add theirs.

The modules of operations are imported when the first operation is asked for: the window stands before that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from medviewer.errors import RecipeError
from medviewer.ops.operation import Operation

Source = Callable[[], Iterable[Operation]]

_operations: dict[str, Operation] = {}
_lock = threading.RLock()


def _built_in() -> Iterable[Operation]:
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

    rooms = (
        filters, smoothing, denoise, diffusion, bias_field, sharpen, edges, canny, ridge, grey_morphology, contrast,
        intensity, resample, placement, colour, threshold, local_threshold, components, morphology, masks, distance,
        painted_mask, watershed, grow, graph_cut, walker, level_set, superpixels, pixel_classifier, objects,
        object_splitting, contouring, feature_step,
    )  # fmt: skip
    return [operation for room in rooms for operation in room.OPERATIONS]


_waiting: list[Source] = [_built_in]


def announce(source: Source) -> None:
    """Have operations added by a function that is called once, when the first operation is asked for."""
    with _lock:
        _waiting.append(source)


def register(*operations: Operation) -> None:
    """Add operations; the same one may be added again.

    Raises
    ------
    ValueError
        When another operation has the id.
    """
    with _lock:
        _load()
        _add(operations)


def _add(operations: Iterable[Operation]) -> None:
    for operation in operations:
        known = _operations.get(operation.id)
        if known is not None and known is not operation:
            raise ValueError(f"two operations are called {operation.id}")
        _operations[operation.id] = operation


def _load() -> None:
    with _lock:
        while _waiting:
            _add(_waiting.pop(0)())


def get(operation_id: str) -> Operation:
    """The operation with that id.

    Raises
    ------
    RecipeError
        When there is none.
    """
    _load()
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
    _load()
    return sorted(_operations.values(), key=lambda operation: (operation.group, operation.title))
