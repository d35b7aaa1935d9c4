"""Every operation that there is keeps the promises of its declaration."""

from __future__ import annotations

import functools
import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from medviewer.core import labels
from medviewer.core.geometry import Geometry
from medviewer.core.image import Image, Rescale
from medviewer.core.marks import Mark
from medviewer.core.table import Table
from medviewer.errors import Cancelled, InputError, MedviewerError
from medviewer.ops import describe, registry
from medviewer.ops.evaluate import evaluate_scene
from medviewer.ops.operation import Operation, QuietContext, Slot
from medviewer.ops.params import Hand, Kind, fields_of, from_json, to_json
from medviewer.ops.recipe import Recipe, RecipeStep
from medviewer.ops.scene import Scene
from medviewer.services import processing
from medviewer.services.jobs import CancelToken, JobContext
from tests.helpers.classifiers import write_picture_classifier
from tests.helpers.phantoms import make_image

assert processing.registry is registry  # importing it adds the networks
OPERATIONS = registry.all_operations()
LANES = {"compute", "torch:cpu"}


def with_nan() -> Image:
    image = make_image(dtype=np.float32, rescale=Rescale())
    array = image.array.copy()
    array[1, 3:6, 4:9] = np.nan
    return replace(image, array=array)


def with_padding() -> Image:
    image = make_image(padding=(-2000, -1990))
    array = image.array.copy()
    array[:, :4] = -1995
    return replace(image, array=array)


PHANTOMS = {
    "volume": make_image(),
    "one slice": make_image((1, 24, 32)),
    "one row": make_image((2, 1, 32)),
    "one pixel": make_image((1, 1, 1)),
    "anisotropic": make_image(spacing_xyz_mm=(0.4, 1.7, 9.0)),
    "eight bit": make_image(dtype=np.uint8),
    "not a number": with_nan(),
    "all not a number": replace(make_image(dtype=np.float32), array=np.full((5, 24, 32), np.nan, np.float32)),
    "padding": with_padding(),
    "oblique": make_image(geometry=Geometry((5, 24, 32), axis_x=(0.8, 0.6, 0.0), axis_y=(-0.6, 0.8, 0.0))),
}


COLOUR = replace(
    make_image((1, 24, 32)), array=np.random.default_rng(0).integers(0, 255, (1, 24, 32, 3), dtype=np.uint8)
)


@pytest.fixture(params=OPERATIONS, ids=lambda o: o.id)
def operation(request: pytest.FixtureRequest) -> Operation:
    found: Operation = request.param
    return found


def scene_of(image: Image) -> Scene:
    """The image with a mask of two labels, and one put aside."""
    bright = np.zeros(image.array.shape[:3], np.uint8)
    rows, columns = bright.shape[1:]
    bright[:, : rows // 2 + 1, : columns // 2 + 1] = 1
    bright[:, rows // 2 + 1 :, columns // 2 + 1 :] = 2
    bright[1:-1, 2 : rows // 4, -columns // 4 : -2] = 3  # an island
    mask = labels.of_array(bright, image, (labels.Label(1, "one"), labels.Label(2, "two"), labels.Label(3)))
    return Scene(image, image, mask, {"A": labels.binary(bright > 0, image)})


def params_of(operation: Operation, image: Image) -> Any:
    """The defaults, with marks set where there are any to set."""
    z, y, x = image.geometry.shape_zyx
    low, high = (image.geometry.world(p) for p in ((x // 4, y // 4, z // 2), (3 * x // 4, 3 * y // 4, z // 2)))
    places = [(float(p[0]), float(p[1]), float(p[2])) for p in (low, high)]
    params = operation.defaults()
    for field in fields_of(operation.params_type):
        if field.set_by is not None:
            single = [Mark(n, (place,)) for n, place in zip(sorted(field.set_by.labels), places, strict=False)]
            marks = (Mark(1, tuple(places)),) if field.set_by.hand is Hand.BOX else tuple(single)
            params = replace(params, **{field.name: marks})
        if field.pick is not None:
            params = replace(params, **{field.name: str(a_classifier())})
    return params


@functools.cache
def a_classifier() -> Path:
    return write_picture_classifier(Path(tempfile.mkdtemp()) / "tree.classifier")


def assert_told(refusal: MedviewerError, allowed: bool = True) -> None:
    """A refusal is a sentence, and comes only where one may."""
    assert allowed, refusal
    assert refusal.message.endswith(".")


def made(operation: Operation, before: Scene, result: Any) -> Any:
    """What the operation says that it makes."""
    if operation.gives is Slot.SCENE:
        assert isinstance(result, Scene)
        return result.image
    kind = {Slot.IMAGE: Image, Slot.LABELS: labels.LabelMap, Slot.TABLE: Table}[operation.gives]
    assert isinstance(result, kind)
    return result


def test_every_kind_is_there() -> None:
    assert {"filter.gaussian", "network.diffusion"} <= {o.id for o in OPERATIONS}


@pytest.mark.parametrize("name", PHANTOMS)
def test_runs_keeps_the_input_and_the_geometry(operation: Operation, name: str) -> None:
    image = PHANTOMS[name]
    scene = scene_of(image)
    before = image.array.copy()
    image.array.flags.writeable = False
    for mask in (scene.labels, *scene.kept.values()):
        assert mask is not None
        mask.array.flags.writeable = False
    try:
        found = operation(scene, params_of(operation, image))
    except MedviewerError as refusal:  # odd images may be refused, in a sentence
        assert_told(refusal, name not in {"volume", "anisotropic", "eight bit"})
        return
    finally:
        assert np.array_equal(image.array, before, equal_nan=image.array.dtype.kind == "f")
    result = made(operation, scene, found)
    if operation.gives is Slot.TABLE:
        return
    if operation.keeps_geometry:
        assert result.geometry == image.geometry
        assert result.array.shape[:3] == image.array.shape[:3]
    if operation.gives is Slot.IMAGE and operation.keeps_geometry:
        assert not np.shares_memory(result.array, image.array)
        for k in range(image.n_slices):
            missing = ~np.isfinite(image.modality_slice(k))
            assert np.array_equal(~np.isfinite(result.modality_slice(k)), missing), "missing values grew or vanished"


def test_defaults_do_something(operation: Operation) -> None:
    image = COLOUR if operation.id.startswith("colour.") else PHANTOMS["volume"]
    scene = scene_of(image)
    found = operation(scene, params_of(operation, image))
    result = made(operation, scene, found)
    if operation.gives is Slot.TABLE:
        assert result.n_rows
    elif operation.gives is Slot.LABELS:
        assert result.array.any()
    elif operation.gives is Slot.IMAGE and operation.keeps_geometry:
        assert (
            result.array.shape != image.array.shape
            or np.nanmax(np.abs(result.modality_slice(2) - image.modality_slice(2))) > 1e-3
        )


def test_same_twice(operation: Operation) -> None:
    image = PHANTOMS["volume"]
    scene = scene_of(image)
    params = params_of(operation, image)
    first, second = (made(operation, scene, operation(scene, params, QuietContext(3))) for _ in range(2))
    if operation.gives is Slot.TABLE:
        for a, b in zip(first.columns, second.columns, strict=True):
            same = [x == y or (x != x and y != y) for x, y in zip(a.values, b.values, strict=True)]
            assert all(same), a.key
    else:
        assert np.array_equal(first.array, second.array, equal_nan=first.array.dtype.kind == "f")


def test_colour_is_refused_with_a_sentence(operation: Operation) -> None:
    rng = np.random.default_rng(0)
    colour = replace(make_image((1, 24, 32)), array=rng.integers(0, 255, (1, 24, 32, 3), dtype=np.uint8))
    scene = scene_of(colour)
    if operation.takes == {Slot.LABELS}:
        return
    if operation.colour:
        result = made(operation, scene, operation(scene, params_of(operation, colour)))
        if operation.keeps_geometry and operation.gives is not Slot.TABLE:
            assert result.geometry == colour.geometry
        return
    with pytest.raises(InputError, match="colour"):
        operation(scene, params_of(operation, colour))


def test_without_a_mask_those_that_need_one_say_so(operation: Operation) -> None:
    if Slot.LABELS in operation.takes:
        with pytest.raises(InputError, match="mask"):
            operation(PHANTOMS["volume"], params_of(operation, PHANTOMS["volume"]))


def test_an_empty_mask_costs_nothing(operation: Operation) -> None:
    image = PHANTOMS["volume"]
    empty = labels.binary(np.zeros(image.array.shape, bool), image)
    try:
        operation(Scene(image, image, empty, {"A": empty}), params_of(operation, image))
    except MedviewerError as refusal:
        assert_told(refusal)


def test_numbers_at_both_ends_of_their_range(operation: Operation) -> None:
    image = make_image((2, 9, 11))
    scene = scene_of(image)
    for field in fields_of(operation.params_type):
        if field.kind in (Kind.INT, Kind.FLOAT):
            for end in (field.low, field.high):
                params = replace(params_of(operation, image), **{field.name: field.convert(end)})
                try:
                    result = made(operation, scene, operation(scene, params))
                except MedviewerError as refusal:
                    assert_told(refusal)
                    continue
                if operation.gives is Slot.IMAGE:
                    assert np.isfinite(result.array).all()


def test_out_of_range_is_refused_by_name(operation: Operation) -> None:
    for field in fields_of(operation.params_type):
        if field.high is not None:
            with pytest.raises(InputError, match=field.label):
                operation(
                    scene_of(make_image((1, 4, 4))), replace(operation.defaults(), **{field.name: field.high * 2 + 1})
                )


def test_cancel_is_honoured(operation: Operation) -> None:
    token = CancelToken()
    token.cancel()
    image = make_image((8, 16, 16))
    with pytest.raises(Cancelled):
        operation(scene_of(image), params_of(operation, image), JobContext(token))


def test_progress_rises_to_the_end(operation: Operation) -> None:
    seen: list[float] = []
    image = make_image((6, 16, 16))
    operation(scene_of(image), params_of(operation, image), JobContext(report=lambda f, _t: seen.append(f)))
    assert seen == sorted(seen)
    assert seen
    assert seen[-1] == pytest.approx(1.0)


def test_params_round_trip(operation: Operation) -> None:
    params = params_of(operation, PHANTOMS["volume"])
    assert from_json(operation.params_type, json.loads(json.dumps(to_json(params)))) == params
    assert Recipe.from_json(Recipe((RecipeStep.of(operation, params),)).to_json()).active() == [(operation, params)]


def test_command_line_round_trip(operation: Operation) -> None:
    params = params_of(operation, PHANTOMS["volume"])
    for field in fields_of(operation.params_type):
        other: Any = getattr(params, field.name)
        if field.kind is Kind.BOOL:
            other = not field.default
        elif field.kind is Kind.CHOICE:
            other = field.python_type(field.choices[-1][0])
        elif field.low is not None and field.high is not None:
            other = field.convert(field.low + (field.high - field.low) * (0 if field.kind is Kind.INT else 0.37))
        params = replace(params, **{field.name: other})
    parser = describe.parser_of(operation, "test")
    arguments = parser.parse_args(describe.arguments_of(operation, params))
    assert describe.params_from_arguments(operation.params_type, arguments) == params


def test_documented(operation: Operation) -> None:
    assert operation.lane in LANES
    assert len(operation.description) > 80
    assert "Parameters" not in operation.description
    assert operation.function.__module__.startswith("medviewer.")
    for field in fields_of(operation.params_type):
        assert field.label
        assert field.help, f"{operation.id} {field.name} has no help"
        if field.kind in (Kind.INT, Kind.FLOAT):
            assert field.low is not None
            assert field.high is not None
    text = describe.history_text(operation, operation.defaults())
    assert text.startswith(operation.title)
    assert "\n" not in text


def test_result_says_what_was_done(operation: Operation) -> None:
    image = make_image((2, 12, 12), key="abc")
    step = RecipeStep.of(operation, params_of(operation, image))
    result = evaluate_scene(Recipe((step,)), replace(scene_of(image), image=image))
    if operation.gives is Slot.IMAGE:
        assert operation.title in result.image.facts.derived_from
        assert result.image.key
        assert result.image.key != image.key
    elif operation.gives is Slot.LABELS:
        assert result.labels is not None
        assert result.labels.key
        assert result.image is image


def test_unknown_operation_is_told() -> None:
    with pytest.raises(MedviewerError, match=r"no operation called filter\.nonsense"):
        registry.get("filter.nonsense")


def test_two_operations_with_one_id_are_a_bug() -> None:
    with pytest.raises(ValueError, match=r"filter\.gaussian"):
        registry.register(replace(registry.get("filter.gaussian"), version=9))
