"""A recipe applied to an image: pure, cancellable, each step's result found again by its content key."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from medviewer.core.image import Image, SpacingSource
from medviewer.core.labels import LabelMap
from medviewer.core.table import Table
from medviewer.errors import TooLarge
from medviewer.ops.describe import history_text
from medviewer.ops.operation import Context, Operation, QuietContext
from medviewer.ops.params import to_json
from medviewer.ops.part import Box, crop_scene
from medviewer.ops.recipe import Recipe
from medviewer.ops.scene import Scene


class Cache(Protocol):
    """Where results of steps are kept; `services.cache.ByteCache` is one."""

    def get(self, key: str, /) -> Any:
        """The scene of that key, if it is still there, else None."""

    def put(self, key: str, scene: Any, /) -> object:
        """Keep a scene."""


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


def result_key(recipe: Recipe, start: Image | Scene) -> str:
    """Content key that the recipe's result on an image, or from a scene, will have."""
    key = scene_key(start if isinstance(start, Scene) else Scene.of(start))
    for operation, params in recipe.active():
        key = step_key(operation, params, key)
    return key


def evaluate(recipe: Recipe, image: Image, ctx: Context | None = None, cache: Cache | None = None) -> Image:
    """The image that `evaluate_scene` gives."""
    return evaluate_scene(recipe, image, ctx, cache).image


def evaluate_scene(
    recipe: Recipe, start: Image | Scene, ctx: Context | None = None, cache: Cache | None = None
) -> Scene:
    """Apply the steps that are on, in order.

    Parameters
    ----------
    recipe : Recipe
        Without steps that are on, the image itself comes back.
    start : Image or Scene
        Not changed.
    ctx : Context, optional
        Cancel and progress; the steps share the progress equally.
    cache : Cache, optional
        Asked for each step's scene, latest first, and given those that were computed.

    Returns
    -------
    Scene
        The `key` of what the last step made is `result_key`; ``facts.derived_from`` says in words what was done.

    Raises
    ------
    InputError, RecipeError
        When a step cannot be applied; Cancelled when `ctx` says so.
    """
    ctx = ctx if ctx is not None else QuietContext()
    steps = recipe.active()
    scene = start if isinstance(start, Scene) else Scene.of(start)
    if not steps:
        return scene
    keys = [scene_key(scene)]
    for operation, params in steps:
        keys.append(step_key(operation, params, keys[-1]))
    done = 0
    if cache is not None:
        for number in range(len(steps), 0, -1):
            found = cache.get(keys[number])
            if found is not None:
                scene, done = found, number
                break
    for number in range(done, len(steps)):
        operation, params = steps[number]
        inner = ctx.subrange((number - done) / (len(steps) - done), (number + 1 - done) / (len(steps) - done))
        inner.check()
        scene = _apply(operation, params, scene, inner, keys[number + 1])
        if cache is not None:
            cache.put(keys[number + 1], scene)
    return scene


def scene_key(scene: Scene) -> str:
    """Content key of what a recipe begins with: the image's, with those of masks that come along."""
    key = content_key(scene.image)
    masks = {"": scene.labels, **scene.kept}
    for name in sorted(masks):
        mask = masks[name]
        if mask is not None:
            key = hashlib.sha256(f"{key} {name} {labels_key(mask)}".encode()).hexdigest()[:40]
    return key


def labels_key(labels: LabelMap) -> str:
    """The mask's key; made from its voxels and grid where it has none."""
    if labels.key:
        return labels.key
    digest = hashlib.blake2b(repr((labels.array.dtype.str, labels.geometry, labels.slice_positions_mm)).encode())
    digest.update(np.ascontiguousarray(labels.array).data)
    return digest.hexdigest()[:40]


def _apply(operation: Operation, params: Any, scene: Scene, ctx: Context, key: str) -> Scene:
    try:
        result = operation(scene, params, ctx)
    except MemoryError:
        raise TooLarge(
            f"There is not enough memory for {operation.title} on this series.",
            "Close other series or other programs, or process a smaller series.",
        ) from None
    if isinstance(result, Table):
        # Who learns from the table must know how its numbers were made.
        made = {"of": operation.id, "version": operation.version, "params": to_json(params)}
        return scene.with_table(operation.id, replace(result, facts={"features": made, **result.facts}))
    if isinstance(result, LabelMap):
        return replace(scene, labels=replace(result, key=key))
    words = history_text(operation, params, length_unit(scene.image))
    if isinstance(result, Scene):
        if result.labels is not None and result.labels is not scene.labels:
            result = replace(result, labels=replace(result.labels, key=key))
        return (
            result if result.image is scene.image else replace(result, image=_told(result.image, scene, words, key))
        )
    if operation.keeps_geometry and result.array.shape[:3] != scene.image.array.shape[:3]:
        raise AssertionError(f"{operation.id} changed the grid without saying so")
    return scene.with_image(_told(result, scene, words, key))


def _told(result: Image, scene: Scene, words: str, key: str) -> Image:
    before = scene.image.facts.derived_from
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
        if operation.whole(params):
            everything = image.geometry.shape_zyx
            reach = [everything[0] if operation.across_slices(params) else reach[0], *everything[1:]]
    z, y, x = (
        (max(0, low - r), min(n, high + r))
        for (low, high), r, n in zip(box, reach, image.geometry.shape_zyx, strict=True)
    )
    return z, y, x


def evaluate_box(recipe: Recipe, image: Image, box: Box, ctx: Context | None = None) -> Image:
    """The image that `evaluate_box_scene` gives."""
    return evaluate_box_scene(recipe, image, box, ctx)[0].image


def evaluate_box_scene(
    recipe: Recipe, start: Image | Scene, box: Box, ctx: Context | None = None, most_slices: int = 0
) -> tuple[Scene, bool]:
    """The part `box` of what `evaluate_scene` gives, at the cost of the part and its halo.

    Parameters
    ----------
    start : Image or Scene
        On the grid that `box` means. The recipe must keep the grid.
    box : three pairs
        (first, end) along z, y, x; one slice: ``((k, k + 1), (0, rows), (0, columns))``.
    most_slices : int
        Look no further than so many slices around the box; 0: as far as the recipe needs.

    Returns
    -------
    scene : Scene
        Of the shape of `box`, in its place.
    exact : bool
        Whether it is what the whole result has there, within rounding; False where `most_slices` cut the halo.
    """
    scene = start if isinstance(start, Scene) else Scene.of(start)
    outer = box_with_halo(recipe, scene.image, box)
    exact = True
    if most_slices:
        (first, end), (low, high) = box[0], outer[0]
        near = max(low, first - most_slices), min(high, end + most_slices)
        exact = near == outer[0]
        outer = near, outer[1], outer[2]
    result = evaluate_scene(recipe, crop_scene(scene, outer), ctx)
    if outer == box:
        return result, exact
    z, y, x = ((low - o, high - o) for (low, high), (o, _) in zip(box, outer, strict=True))
    part = crop_scene(result, (z, y, x))
    # Copies, so that who keeps the part does not keep its halo.
    labels = None if part.labels is None else replace(part.labels, array=part.labels.array.copy())
    image = replace(part.image, array=part.image.array.copy())
    return Scene(image, part.original, labels, {}, result.tables), exact
