"""Feature extraction as a step of a recipe."""

from __future__ import annotations

from medviewer.core.table import Table
from medviewer.errors import InputError
from medviewer.ops.features.extraction import extract
from medviewer.ops.features.settings import FeatureSettings
from medviewer.ops.operation import Context, Operation, Run, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP
from medviewer.ops.scene import Scene


@operation(
    id="features.extract",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Features"),
    title=QT_TRANSLATE_NOOP("Operations", "Compute features"),
    across_slices=True,
    whole=True,
    run=Run.ON_ACTION,
    colour=True,
)
def extract_features(scene: Scene, params: FeatureSettings, ctx: Context) -> Table:
    """Computes radiomics features of every label of the mask: shape, intensity, histograms and texture.

    Names and definitions are those of the Image Biomarker Standardisation Initiative, or of PyRadiomics where that is
    chosen. The values come from the image as the steps before have made it: put this step behind filters to have
    features of the filtered image. See the help page on features.
    """
    if scene.labels is None:
        raise InputError(
            "Features are computed inside a mask, and there is none yet.",
            "Add a step before it that makes one, such as a threshold, or Take a painted mask.",
            "input.labels",
        )
    return extract(scene.image, scene.labels, params, ctx)


OPERATIONS: tuple[Operation, ...] = (extract_features,)
