"""Feature extraction as a step of a recipe."""

from __future__ import annotations

from dataclasses import dataclass

from medviewer.core.labels import LabelMap
from medviewer.core.table import Table
from medviewer.errors import InputError
from medviewer.ops.features.extraction import extract
from medviewer.ops.features.perturbation import Perturbation
from medviewer.ops.features.settings import FeatureSettings
from medviewer.ops.features.stability import stability
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
    return extract(scene.image, _mask_of(scene), params, ctx)


@dataclass(frozen=True)
class StabilityParams(FeatureSettings, Perturbation):
    """Which features, and how far the masks are changed."""


@operation(
    id="features.stability",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Features"),
    title=QT_TRANSLATE_NOOP("Operations", "Stability of features"),
    across_slices=True,
    whole=True,
    run=Run.ON_ACTION,
    colour=True,
)
def feature_stability(scene: Scene, params: StabilityParams, ctx: Context) -> Table:
    """Computes the same features under masks that could have been drawn instead, and says how well they agree.

    Every label of the mask is one region. Each is grown, shrunk, moved, and given random outlines; the intraclass
    correlation ICC(3,1) with its 95 % interval says how much of a feature's variance lies between regions and not
    between ways of drawing them, the coefficient of variation how far the values of one region differ. One region
    alone has no correlation.
    """
    found = stability([(scene.image, _mask_of(scene))], params, params, ctx)
    ctx.progress(1.0)
    return found


def _mask_of(scene: Scene) -> LabelMap:
    if scene.labels is None:
        raise InputError(
            "Features are computed inside a mask, and there is none yet.",
            "Add a step before it that makes one, such as a threshold, or Take a painted mask.",
            "input.labels",
        )
    return scene.labels


OPERATIONS: tuple[Operation, ...] = (extract_features, feature_stability)
