"""A recipe applied to an image: pure, cancellable, each step's result found again by its content key."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from medviewer.core.image import Image, SpacingSource
from medviewer.core.slicing import slice_geometry
from medviewer.errors import TooLarge
from medviewer.ops.describe import history_text
from medviewer.ops.operation import Context, Operation, QuietContext
from medviewer.ops.params import to_json
from medviewer.ops.recipe import Recipe

Span = tuple[int, int]
Box = tuple[Span, Span, Span]


class Cache(Protocol):
    """Where results of steps are kept; `services.cache.ByteCache` is one."""

    def get(self, key: str, /) -> Any:
        """The image of that key, if it is still there, else None."""

    def put(self, key: str, image: Any, /) -> object:
        """Keep an image."""


def content_key(image: Image) -> str:
    """The image's key; made from its pixels and meaning where it has none."""
    if image.key:
        return image.key
    digest = hashlib.blake2b(digest_size=20)
    grid = (image.array.shape, image.array.dtype.str, image.geometry, image.slice_positions_mm)
    meaning = (grid, image.rescale.slopes, image.unit)
    more = (image.rescale.intercepts, image.rescale.table_first, image.padding, image.monochrome1, image.facts)
    digest.update(repr((meaning, more)).encode())
    if image.rescale.table is not None:
        digest.update(np.ascontiguousarray(image.rescale.table).data)
    for plane in image.array:
        digest.update(np.ascontiguousarray(plane).data)
    return digest.hexdigest()


def step_key(operation: Operation, params: Any, input_key: str) -> str:
    """Content key of a step's result: operation, version, parameters and the input's key."""
    value = [operation.id, operation.version, to_json(params), input_key]
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:40]


def result_key(recipe: Recipe, image: Image) -> str:
    """Content key that the recipe's result on `image` will have."""
    key = content_key(image)
    for operation, params in recipe.active():
        key = step_key(operation, params, key)
    return key


def evaluate(recipe: Recipe, image: Image, ctx: Context | None = None, cache: Cache | None = None) -> Image:
    """Apply the steps that are on, in order.

    Parameters
    ----------
    recipe : Recipe
        Without steps that are on, `image` itself comes back.
    image : Image
        Not changed.
    ctx : Context, optional
        Cancel and progress; the steps share the progress equally.
    cache : Cache, optional
        Asked for each step's result, latest first, and given those that were computed.

    Returns
    -------
    Image
        Its `key` is `result_key`; ``facts.derived_from`` says in words what was done.

    Raises
    ------
    InputError, RecipeError
        When a step cannot be applied; Cancelled when `ctx` says so.
    """
    ctx = ctx if ctx is not None else QuietContext()
    steps = recipe.active()
    if not steps:
        return image
    keys = [content_key(image)]
    for operation, params in steps:
        keys.append(step_key(operation, params, keys[-1]))
    result, done = image, 0
    if cache is not None:
        for number in range(len(steps), 0, -1):
            found = cache.get(keys[number])
            if found is not None:
                result, done = found, number
                break
    for number in range(done, len(steps)):
        operation, params = steps[number]
        inner = ctx.subrange((number - done) / (len(steps) - done), (number + 1 - done) / (len(steps) - done))
        inner.check()
        result = _apply(operation, params, result, inner, keys[number + 1])
        if cache is not None:
            cache.put(keys[number + 1], result)
    return result


def _apply(operation: Operation, params: Any, image: Image, ctx: Context, key: str) -> Image:
    try:
        result = operation(image, params, ctx)
    except MemoryError:
        raise TooLarge(
            f"There is not enough memory for {operation.title} on this series.",
            "Close other series or other programs, or process a smaller series.",
        ) from None
    if operation.keeps_geometry and result.array.shape[:3] != image.array.shape[:3]:
        raise AssertionError(f"{operation.id} changed the grid without saying so")
    words = history_text(operation, params, length_unit(image))
    before = image.facts.derived_from
    facts = replace(result.facts, derived_from=f"{before}; {words}" if before else words)
    return replace(result, facts=facts, key=key)


def length_unit(image: Image) -> str:
    """``"mm"``, or ``"px"`` for an image whose spacing is not known: lengths then count in pixels."""
    return "px" if image.facts.spacing_source is SpacingSource.NONE else "mm"


# -- a part of the image


def box_with_halo(recipe: Recipe, image: Image, box: Box) -> Box:
    """The voxels needed so that a result inside `box` is that of the whole image.

    Parameters
    ----------
    box : three pairs
        (first, end) along z, y, x.
    """
    reach = [0, 0, 0]
    sx, sy, sz = image.geometry.spacing_xyz_mm
    for operation, params in recipe.active():
        mm, px = operation.halo_mm(params), operation.halo_px(params)
        reach[2] += max(px, int(mm / sx + 0.5))
        reach[1] += max(px, int(mm / sy + 0.5))
        if operation.across_slices(params):
            reach[0] += max(px, int(mm / sz + 0.5))
    z, y, x = (
        (max(0, low - r), min(n, high + r))
        for (low, high), r, n in zip(box, reach, image.geometry.shape_zyx, strict=True)
    )
    return z, y, x


def crop(image: Image, box: Box) -> Image:
    """The voxels of `box` ((first, end) along z, y, x) as an image of its own, in its place; pixels are shared."""
    (z0, z1), (y0, y1), (x0, x1) = box
    origin = slice_geometry(image, "stack", z0).world(x0, y0)
    positions = image.slice_positions_mm[z0:z1]
    geometry = replace(
        image.geometry,
        shape_zyx=(z1 - z0, y1 - y0, x1 - x0),
        origin_mm=(float(origin[0]), float(origin[1]), float(origin[2])),
    )
    slopes, intercepts = image.rescale.slopes, image.rescale.intercepts
    rescale = replace(
        image.rescale,
        slopes=slopes[z0:z1] if len(slopes) > 1 else slopes,
        intercepts=intercepts[z0:z1] if len(intercepts) > 1 else intercepts,
    )
    key = f"{image.key}[{z0}:{z1},{y0}:{y1},{x0}:{x1}]" if image.key else ""
    return replace(
        image,
        array=image.array[z0:z1, y0:y1, x0:x1],
        geometry=geometry,
        rescale=rescale,
        key=key,
        slice_positions_mm=tuple(p - positions[0] for p in positions) if len(positions) > 1 else (),
    )


def evaluate_box(recipe: Recipe, image: Image, box: Box, ctx: Context | None = None) -> Image:
    """The part `box` of what `evaluate` gives, at the cost of the part and its halo.

    Parameters
    ----------
    box : three pairs
        (first, end) along z, y, x; one slice: ``((k, k + 1), (0, rows), (0, columns))``.

    Returns
    -------
    Image
        Of the shape of `box`, in its place. Equal to the whole result within rounding.
    """
    outer = box_with_halo(recipe, image, box)
    result = evaluate(recipe, crop(image, outer), ctx)
    z, y, x = ((low - o, high - o) for (low, high), (o, _) in zip(box, outer, strict=True))
    part = crop(result, (z, y, x))
    # A copy, so that who keeps the part does not keep its halo.
    return replace(part, array=part.array.copy()) if outer != box else part
