"""A preview of a part is what the whole result has there: the reach that filters declare is the one they have."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from medviewer.ops import canny, contrast, denoise, diffusion, edges, filters, intensity, ridge, sharpen, smoothing
from medviewer.ops.evaluate import evaluate_box_scene, evaluate_scene
from medviewer.ops.operation import Operation, Slot
from medviewer.ops.params import fields_of
from medviewer.ops.part import Box
from medviewer.ops.recipe import Recipe, RecipeStep
from medviewer.ops.scene import Scene
from medviewer.ops.volume_grid import Dimension
from tests.helpers.phantoms import make_image

MODULES = (filters, smoothing, denoise, diffusion, sharpen, edges, canny, ridge, contrast, intensity)
OPERATIONS = [operation for module in MODULES for operation in module.OPERATIONS]
IMAGE = make_image((11, 60, 70))
BOX: Box = ((4, 6), (20, 33), (25, 41))


def cases() -> list[Any]:
    """Every operation, slice and volume, with a given and an estimated noise or limit."""
    found = []
    for operation in OPERATIONS:
        names = {field.name for field in fields_of(operation.params_type)}
        for dimension in Dimension if "dimension" in names else [None]:
            for given in (False, True) if names & {"noise", "contrast"} else (False,):
                changes: dict[str, Any] = {} if dimension is None else {"dimension": dimension}
                if given:
                    changes |= {name: 20.0 for name in ("noise", "contrast") if name in names}
                if "iterations" in names:
                    changes["iterations"] = 6
                params = replace(operation.defaults(), **changes)
                found.append(pytest.param(operation, params, id=f"{operation.id}-{dimension}-{given}"))
    return found


@pytest.mark.parametrize(("operation", "params"), cases())
def test_a_part_is_part_of_the_whole(operation: Operation, params: Any) -> None:
    recipe = Recipe((RecipeStep.of(operation, params),))
    whole = evaluate_scene(recipe, Scene.of(IMAGE))
    part, exact = evaluate_box_scene(recipe, IMAGE, BOX)
    assert exact
    inside = tuple(slice(low, high) for low, high in BOX)
    if operation.gives is Slot.LABELS:
        assert part.labels is not None
        assert whole.labels is not None
        assert np.array_equal(part.labels.array, whole.labels.array[inside])
    else:
        scale = float(np.abs(whole.image.array).max())
        np.testing.assert_allclose(part.image.array, whole.image.array[inside], atol=3e-5 * scale)
