"""Thresholds, morphology, parts and regions against scipy, scikit-image and SimpleITK."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import SimpleITK
from scipy import ndimage
from skimage import filters, measure, segmentation
from skimage import morphology as skimage_morphology

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, SpacingSource
from medviewer.core.labels import binary
from medviewer.core.marks import Mark
from medviewer.ops.components import ComponentsParams, HolesParams, components, fill_holes
from medviewer.ops.distance import DistanceParams, distance
from medviewer.ops.grey_morphology import GreyMorphologyParams, Shape, grey_morphology
from medviewer.ops.grey_morphology import Step as GreyStep
from medviewer.ops.grow import Alike, GrowParams, grow
from medviewer.ops.local_threshold import AdaptiveParams, HysteresisParams, adaptive, hysteresis
from medviewer.ops.morphology import MorphologyParams, Step, morphology
from medviewer.ops.operation import QuietContext
from medviewer.ops.pixel_classifier import PixelParams, pixel_classifier
from medviewer.ops.pixel_features import FilterBank
from medviewer.ops.relief import gradient_magnitude, levels
from medviewer.ops.superpixels import SuperpixelParams, superpixels
from medviewer.ops.threshold import AutomaticParams, ClassesParams, FixedParams, automatic, classes, fixed
from medviewer.ops.volume_grid import Dimension
from medviewer.ops.walker import WalkerParams, random_walker
from medviewer.ops.watershed import WatershedParams, watershed
from tests.perf.measure import Table, compare, ct_slice, in_turns

pytestmark = pytest.mark.perf

GROUP = "Segmentation"
FACTS = Facts("CT", SpacingSource.PATIENT, has_patient_position=True, unit_trusted=True)
PLANE = ct_slice(512)
VOLUME = np.stack([ct_slice(256, seed) for seed in range(48)])
CTX = QuietContext()
itk = SimpleITK.GetImageFromArray


def image_of(array: Any, spacing: float = 1.0) -> Image:
    return Image(array, Geometry(array.shape, spacing_xyz_mm=(spacing,) * 3), unit="HU", facts=FACTS)


SLICE, STACK = image_of(PLANE[None]), image_of(VOLUME)
BODY = binary(SLICE.array > -300, SLICE)
BODIES = binary(VOLUME > -300, STACK)
MASK, MASKS = BODY.mask()[0], BODIES.mask()
SEEDS = (
    Mark(1, ((160.0, 250.0, 0.0),)), Mark(2, ((350.0, 250.0, 0.0),)), Mark(0, ((5.0, 5.0, 0.0),)),
)  # fmt: skip
STROKES = tuple(Mark(m.label, (m.points_mm[0], (m.points_mm[0][0] + 20, m.points_mm[0][1], 0.0)), 4.0) for m in SEEDS)


def disk(radius: int) -> Any:
    return skimage_morphology.disk(radius)


def test_grey_erosion(table: Table) -> None:
    params = GreyMorphologyParams(GreyStep.ERODE, 2.0, Shape.SQUARE)
    ours = {"medviewer": lambda: grey_morphology(SLICE, params)}
    peers = {
        "scipy": lambda: ndimage.grey_erosion(PLANE, (5, 5)),
        "SimpleITK": lambda: SimpleITK.GrayscaleErode(itk(PLANE), (2, 2), SimpleITK.sitkBox),
        "scikit-image": lambda: skimage_morphology.erosion(PLANE, np.ones((5, 5))),
    }
    compare(table, GROUP, "grey erosion 5×5, 512²", ours | peers, {"scipy": "≥ 20×"}, repeat=5)
    params = GreyMorphologyParams(GreyStep.ERODE, 1.0, Shape.SQUARE, Dimension.VOLUME)
    ours = {"medviewer": lambda: grey_morphology(STACK, params)}
    peers = {"scipy": lambda: ndimage.grey_erosion(VOLUME, (3, 3, 3))}
    compare(table, GROUP, "grey erosion 3³, 256²×48", ours | peers, {"scipy": "≥ 15×"}, rounds=3)


@pytest.mark.parametrize("radius", [5, 15])
def test_mask_opening(table: Table, radius: int) -> None:
    ours = {"medviewer": lambda: morphology(BODY, MorphologyParams(Step.OPEN, float(radius)))}
    peers = {
        "scipy": lambda: ndimage.binary_opening(MASK, disk(radius)),
        "SimpleITK": lambda: SimpleITK.BinaryMorphologicalOpening(itk(MASK.view("u1")), (radius, radius)),
        "scikit-image": lambda: skimage_morphology.opening(MASK, disk(radius)),
    }
    goals = {"SimpleITK": "≥ 10×"}
    compare(table, GROUP, f"mask opening, disc {radius} px, 512²", ours | peers, goals, rounds=3, repeat=3)


@pytest.mark.parametrize("radius", [2, 4])
def test_mask_erosion_by_balls(table: Table, radius: int) -> None:
    params = MorphologyParams(Step.ERODE, float(radius), Dimension.VOLUME)
    element = skimage_morphology.ball(radius)
    ours = {"medviewer": lambda: morphology(BODIES, params)}
    peers = {
        "scipy": lambda: ndimage.binary_erosion(MASKS, element),
        "SimpleITK": lambda: SimpleITK.BinaryErode(itk(MASKS.view("u1")), (radius,) * 3),
    }
    compare(table, GROUP, f"mask erosion, ball {radius}, 256²×48", ours | peers, {"scipy": "≥ 15×"}, rounds=2)


def test_parts_and_distances(table: Table) -> None:
    noisy = binary(SLICE.array > 40, SLICE)
    mask = noisy.mask()[0]
    ours = {"medviewer": lambda: components(noisy, ComponentsParams())}
    peers = {
        "scipy, without sizes": lambda: ndimage.label(mask, np.ones((3, 3))),
        "SimpleITK": lambda: SimpleITK.RelabelComponent(SimpleITK.ConnectedComponent(itk(mask.view("u1")), True)),
        "scikit-image, without sizes": lambda: measure.label(mask, connectivity=2),
    }
    compare(
        table,
        GROUP,
        "parts by size, 512²",
        ours | peers,
        {"SimpleITK": "≥ 0.95×", "scipy, without sizes": "≥ 0.95×"},
        repeat=5,
    )
    noisy3 = binary(VOLUME > 60, STACK)
    ours = {"medviewer": lambda: components(noisy3, ComponentsParams())}
    peers = {
        "SimpleITK": lambda: SimpleITK.RelabelComponent(SimpleITK.ConnectedComponent(itk(noisy3.array), True)),
        "scipy, without sizes": lambda: ndimage.label(noisy3.mask(), np.ones((3, 3, 3))),
    }
    compare(table, GROUP, "parts by size, 256²×48", ours | peers, {"SimpleITK": "≥ 0.95×"}, rounds=3)
    ours = {"medviewer": lambda: distance(SLICE, DistanceParams(), labels=BODY)}
    peers = {
        "scipy": lambda: ndimage.distance_transform_edt(MASK),
        "SimpleITK": lambda: SimpleITK.SignedMaurerDistanceMap(itk(MASK.view("u1")), True, False, True),
    }
    compare(table, GROUP, "distance map, 512²", ours | peers, {"SimpleITK": "≥ 0.95×"})
    ours = {"medviewer": lambda: distance(STACK, DistanceParams(dimension=Dimension.VOLUME), labels=BODIES)}
    peers = {
        "SimpleITK": lambda: SimpleITK.SignedMaurerDistanceMap(itk(MASKS.view("u1")), True, False, True),
        "scipy": lambda: ndimage.distance_transform_edt(MASKS),
    }
    compare(table, GROUP, "distance map, 256²×48", ours | peers, {"SimpleITK": "≥ 0.95×"}, rounds=3)


def test_thresholds(table: Table) -> None:
    ours = {"medviewer": lambda: automatic(SLICE, AutomaticParams())}
    peers = {
        "scikit-image": lambda: filters.threshold_otsu(PLANE) < PLANE,
        "SimpleITK": lambda: SimpleITK.OtsuThreshold(itk(PLANE), 0, 1),
    }
    compare(table, GROUP, "Otsu and its mask, 512²", ours | peers, {"scikit-image": "≥ 2.5×"}, repeat=5)
    ours = {"medviewer": lambda: automatic(STACK, AutomaticParams())}
    peers = {"scikit-image": lambda: filters.threshold_otsu(VOLUME) < VOLUME}
    compare(table, GROUP, "Otsu and its mask, 256²×48", ours | peers, {"scikit-image": "≥ 2×"}, rounds=5)
    ours = {"medviewer": lambda: adaptive(SLICE, AdaptiveParams(window_mm=30.0))}
    peers = {"scikit-image": lambda: filters.threshold_local(PLANE, 31, "mean") < PLANE}
    compare(table, GROUP, "adaptive mean 31, 512²", ours | peers, {"scikit-image": "≥ 2.5×"})
    ours = {"medviewer": lambda: hysteresis(SLICE, HysteresisParams(0.0, 400.0))}
    peers = {"scikit-image": lambda: filters.apply_hysteresis_threshold(PLANE, 0, 400)}
    compare(table, GROUP, "hysteresis, 512²", ours | peers)


def test_regions(table: Table) -> None:
    ours = {"medviewer": lambda: grow(SLICE, GrowParams(SEEDS[:1], Alike.RANGE, low=-1000, high=-700))}
    peers = {
        "SimpleITK": lambda: SimpleITK.ConnectedThreshold(itk(PLANE), [(160, 250)], -1000, -700),
        "scikit-image": lambda: segmentation.flood((PLANE >= -1000) & (PLANE <= -700), (250, 160), connectivity=1),
    }
    compare(table, GROUP, "region growing, 512²", ours | peers, {"SimpleITK": "≥ 1.3×"}, repeat=5)
    seeds = np.zeros(PLANE.shape, np.int32)
    for mark in SEEDS:
        x, y, _ = mark.points_mm[0]
        seeds[int(y), int(x)] = mark.label + 1
    relief = levels(gradient_magnitude(PLANE.astype(np.float32), (1.0, 1.0, 1.0), CTX), CTX)
    ours = {"medviewer": lambda: watershed(SLICE, WatershedParams(SEEDS, smoothing_mm=0.0))}
    peers = {"scikit-image (flooding alone)": lambda: segmentation.watershed(relief, seeds)}
    compare(table, GROUP, "watershed with its gradient, 512²", ours | peers)
    part = np.ascontiguousarray(PLANE[192:320, 60:188])  # the rim of a lung
    marks = (
        Mark(1, ((100.0, 60.0, 0.0), (100.0, 70.0, 0.0)), 3.0),
        Mark(0, ((8.0, 60.0, 0.0), (8.0, 70.0, 0.0)), 3.0),
    )
    painted = np.zeros(part.shape, np.int32)
    painted[57:74, 97:104], painted[57:74, 5:12] = 2, 1
    ours = {"medviewer": lambda: random_walker(image_of(part[None]), WalkerParams(marks))}
    alike = part / np.sqrt(10.0 * part.std())  # the weights that ours have
    peers = {"scikit-image": lambda: segmentation.random_walker(alike, painted, mode="cg_j")}
    compare(table, GROUP, "random walker, 128²", ours | peers, rounds=1, note="scikit-image stops after 30 rounds")
    ours = {"medviewer": lambda: superpixels(SLICE, SuperpixelParams(11.0))}
    peers = {"scikit-image": lambda: segmentation.slic(PLANE.astype(np.float32), 2100, 50, channel_axis=None)}
    compare(table, GROUP, "superpixels, 512²", ours | peers, rounds=3)


def test_pixel_classifier(table: Table) -> None:
    from skimage.feature import multiscale_basic_features

    bank = FilterBank((1.0, 2.0, 4.0))
    ours = {"medviewer": lambda: bank.of_slice(SLICE, 0, CTX)}
    peers = {"scikit-image": lambda: multiscale_basic_features(PLANE.astype(np.float32), sigma_min=1, sigma_max=4)}
    compare(table, GROUP, "filter bank of three scales, 512²", ours | peers, rounds=3, note="22 and 15 features")
    taken = in_turns({"all": lambda: pixel_classifier(SLICE, PixelParams(STROKES))}, rounds=3)["all"]
    table.value(GROUP, "pixel classifier, strokes to mask, 512²", f"{taken.wall_ms:.0f} ms")


def test_live_previews(table: Table) -> None:
    """What is dragged on a slice; the goal is 30 ms."""
    live = {
        "threshold": lambda: fixed(SLICE, FixedParams()),
        "automatic threshold": lambda: automatic(SLICE, AutomaticParams()),
        "four classes": lambda: classes(SLICE, ClassesParams(4)),
        "adaptive Gaussian": lambda: adaptive(SLICE, AdaptiveParams()),
        "mask closing, 10 mm": lambda: morphology(BODY, MorphologyParams(Step.CLOSE, 10.0)),
        "fill holes": lambda: fill_holes(BODY, HolesParams()),
        "connected parts": lambda: components(BODY, ComponentsParams()),
        "distance map": lambda: distance(SLICE, DistanceParams(), labels=BODY),
        "grey opening, 5 mm": lambda: grey_morphology(SLICE, GreyMorphologyParams(radius_mm=5.0)),
        "region growing": lambda: grow(SLICE, GrowParams(SEEDS[:1])),
        "watershed": lambda: watershed(SLICE, WatershedParams(SEEDS)),
    }
    for what, timing in in_turns(live).items():
        table.value(GROUP, f"live on 512²: {what}", f"{timing.wall_ms:.1f} ms", "< 30 ms")
