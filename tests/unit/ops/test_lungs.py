"""A recipe of five steps from a chest to its lungs."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from medviewer.io import volume
from medviewer.ops.components import BorderParams, HolesParams, LargestParams, clear_border, fill_holes, keep_largest
from medviewer.ops.evaluate import evaluate_scene
from medviewer.ops.morphology import MorphologyParams, Step, morphology
from medviewer.ops.recipe import Recipe, RecipeStep
from medviewer.ops.threshold import FixedParams, Preset, fixed
from medviewer.ops.volume_grid import Dimension


def test_lungs_of_a_chest_have_a_plausible_volume(shared_data: Path) -> None:
    chest = volume.load(shared_data / "dicom" / "ct_chest_lidc-0314")
    steps = (
        RecipeStep.of(fixed, FixedParams(Preset.AIR_LUNG)),
        RecipeStep.of(clear_border, BorderParams()),
        RecipeStep.of(keep_largest, LargestParams(2)),
        RecipeStep.of(morphology, MorphologyParams(Step.CLOSE, 5.0, Dimension.VOLUME)),
        RecipeStep.of(fill_holes, HolesParams()),
    )
    recipe = Recipe.from_json(Recipe(steps).to_json())
    lungs = evaluate_scene(recipe, chest).labels
    assert lungs is not None
    mask = lungs.mask()
    litres = float(mask.sum()) * float(np.prod(chest.geometry.spacing_xyz_mm)) / 1e6
    assert 2.0 < litres < 6.5  # both lungs of an adult, breathed in
    inside = np.concatenate([chest.modality_slice(k)[mask[k]] for k in range(chest.n_slices)])
    assert -900 < float(np.median(inside)) < -700
    # Both lungs are there: neither side of the middle holds much more than the other.
    x = chest.geometry.world(np.stack(np.nonzero(mask)[::-1], axis=1))[:, 0]
    share = float((x < (x.min() + x.max()) / 2).mean())
    assert 0.3 < share < 0.7
    assert not mask[:, [0, -1]].any()
    assert not mask[:, :, [0, -1]].any()
