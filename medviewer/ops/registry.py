"""Which operations there are. Built-in ones are listed here; networks and plug-ins add theirs with `register`."""

from __future__ import annotations

from medviewer.errors import RecipeError
from medviewer.ops import filters
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


register(*filters.OPERATIONS)
