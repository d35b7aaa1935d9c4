"""What is computed and how the image is prepared: the parameters of feature extraction."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated

from medviewer.errors import InputError
from medviewer.ops.features.identifiers import Aggregation, Family
from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Help, Label, Range, ShowWhen, Step, Unit


class Mode(enum.StrEnum):
    """Whose definitions hold."""

    IBSI = "ibsi"
    PYRADIOMICS = "pyradiomics"


class Binning(enum.StrEnum):
    """How intensities become grey levels."""

    NUMBER = "number"
    WIDTH = "width"
    NONE = "none"


class Interpolation(enum.StrEnum):
    """How intensities are taken between voxels."""

    NEAREST = "nearest"
    LINEAR = "linear"
    CUBIC = "cubic"


class Aggregate(enum.StrEnum):
    """Which aggregations of texture matrices are given."""

    SLICES_AVERAGED = "2D_avg"
    SLICES_MERGED = "2D_comb"
    DIRECTIONS_MERGED = "2_5D_avg"
    ALL_2D_MERGED = "2_5D_comb"
    VOLUME_AVERAGED = "3D_avg"
    VOLUME_MERGED = "3D_comb"
    ALL = "all"

    @property
    def chosen(self) -> tuple[Aggregation, ...]:
        """The aggregations it stands for."""
        return tuple(Aggregation) if self is Aggregate.ALL else (Aggregation(self.value),)


@dataclass(frozen=True)
class FeatureSettings:
    """Parameters of feature extraction; the defaults give every standard family of one 3-D region."""

    mode: Annotated[
        Mode,
        Choices(
            {
                "ibsi": QT_TRANSLATE_NOOP("Operations", "IBSI (standard)"),
                "pyradiomics": QT_TRANSLATE_NOOP("Operations", "PyRadiomics-compatible"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Definitions")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "IBSI gives standardised features with their identifiers. PyRadiomics-compatible gives the 107 "
                "features of PyRadiomics under its names, for comparison with earlier work.",
            )
        ),
    ] = Mode.IBSI
    binning: Annotated[
        Binning,
        Choices(
            {
                "number": QT_TRANSLATE_NOOP("Operations", "Fixed number of bins"),
                "width": QT_TRANSLATE_NOOP("Operations", "Fixed width of bins"),
                "none": QT_TRANSLATE_NOOP("Operations", "None (whole numbers as they are)"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Discretisation")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "A fixed width suits calibrated intensities such as Hounsfield units or SUV; a fixed number suits "
                "arbitrary units such as those of MR.",
            )
        ),
    ] = Binning.NUMBER
    bin_number: Annotated[
        int,
        Range(2, 1024),
        ShowWhen("binning", ("number",)),
        Label(QT_TRANSLATE_NOOP("Operations", "Number of bins")),
        Help(QT_TRANSLATE_NOOP("Operations", "Grey levels between the smallest and the largest value.")),
    ] = 32
    bin_width: Annotated[
        float,
        Range(1e-6, 1e6),
        Step(1.0),
        ShowWhen("binning", ("width",)),
        Label(QT_TRANSLATE_NOOP("Operations", "Width of bins")),
        Help(QT_TRANSLATE_NOOP("Operations", "In the unit of the image.")),
    ] = 25.0
    aggregation: Annotated[
        Aggregate,
        Choices(
            {
                "2D_avg": QT_TRANSLATE_NOOP("Operations", "2D, averaged over directions and slices"),
                "2D_comb": QT_TRANSLATE_NOOP("Operations", "2D, merged per slice, averaged over slices"),
                "2_5D_avg": QT_TRANSLATE_NOOP("Operations", "2.5D, merged per direction, averaged"),
                "2_5D_comb": QT_TRANSLATE_NOOP("Operations", "2.5D, all merged"),
                "3D_avg": QT_TRANSLATE_NOOP("Operations", "3D, averaged over directions"),
                "3D_comb": QT_TRANSLATE_NOOP("Operations", "3D, all merged"),
                "all": QT_TRANSLATE_NOOP("Operations", "All six"),
            }
        ),
        ShowWhen("mode", ("ibsi",)),
        Label(QT_TRANSLATE_NOOP("Operations", "Texture matrices")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "How the texture of slices and directions is brought together (IBSI definitions only). 2D suits "
                "thick slices, 3D nearly cubic voxels.",
            )
        ),
    ] = Aggregate.VOLUME_MERGED
    resample_mm: Annotated[
        float,
        Range(0.0, 20.0),
        Step(0.1),
        Unit("mm"),
        Label(QT_TRANSLATE_NOOP("Operations", "Resample to")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Edge of the cubic voxels on which features are computed; 0 keeps the voxels of the image. The new "
                "grid is aligned with the centre of the image.",
            )
        ),
    ] = 0.0
    interpolation: Annotated[
        Interpolation,
        Choices(
            {
                "nearest": QT_TRANSLATE_NOOP("Operations", "Nearest"),
                "linear": QT_TRANSLATE_NOOP("Operations", "Linear"),
                "cubic": QT_TRANSLATE_NOOP("Operations", "Cubic spline"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Interpolation")),
        Help(QT_TRANSLATE_NOOP("Operations", "Used where the image is resampled.")),
    ] = Interpolation.LINEAR
    limit_range: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Limit intensities")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations", "Leaves voxels outside the range below out of every feature but those of shape."
            )
        ),
    ] = False
    range_low: Annotated[
        float,
        Range(-1e6, 1e6),
        Step(1.0),
        ShowWhen("limit_range", (True,)),
        Label(QT_TRANSLATE_NOOP("Operations", "Lowest intensity")),
        Help(QT_TRANSLATE_NOOP("Operations", "In the unit of the image.")),
    ] = -1000.0
    range_high: Annotated[
        float,
        Range(-1e6, 1e6),
        Step(1.0),
        ShowWhen("limit_range", (True,)),
        Label(QT_TRANSLATE_NOOP("Operations", "Highest intensity")),
        Help(QT_TRANSLATE_NOOP("Operations", "In the unit of the image.")),
    ] = 400.0
    outlier_sigma: Annotated[
        float,
        Range(0.0, 10.0),
        Step(0.5),
        Label(QT_TRANSLATE_NOOP("Operations", "Leave out outliers beyond")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "So many standard deviations from the mean of the region (3 is usual); 0 leaves none out.",
            )
        ),
    ] = 0.0
    shape: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Shape")),
        Help(QT_TRANSLATE_NOOP("Operations", "Volume, surface, compactness, axes and diameters of the region.")),
    ] = True
    intensity: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Intensity and its histograms")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations", "Statistics of the intensities, their histogram and the intensity-volume histogram."
            )
        ),
    ] = True
    local_intensity: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Local intensity peaks")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations", "The mean in a sphere of 1 cm³ around the brightest voxel, and the largest such mean."
            )
        ),
    ] = True
    glcm: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Co-occurrence (GLCM)")),
        Help(QT_TRANSLATE_NOOP("Operations", "Which grey levels lie beside which.")),
    ] = True
    glrlm: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Run lengths (GLRLM)")),
        Help(QT_TRANSLATE_NOOP("Operations", "How long rows of one grey level are.")),
    ] = True
    glszm: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Size zones (GLSZM)")),
        Help(QT_TRANSLATE_NOOP("Operations", "How large connected zones of one grey level are.")),
    ] = True
    gldzm: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Distance zones (GLDZM)")),
        Help(QT_TRANSLATE_NOOP("Operations", "How far such zones lie from the edge of the region.")),
    ] = True
    ngtdm: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Grey tone differences (NGTDM)")),
        Help(QT_TRANSLATE_NOOP("Operations", "How much voxels differ from the mean around them.")),
    ] = True
    ngldm: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Grey level dependence (NGLDM)")),
        Help(QT_TRANSLATE_NOOP("Operations", "How many neighbours are like the voxel.")),
    ] = True
    wavelet: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Wavelet-filtered images")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Intensity and texture once more on each of the eight sub-bands of a stationary wavelet transform "
                "(coif1).",
            )
        ),
    ] = False
    log_sigmas_mm: Annotated[
        str,
        Unit("mm"),
        Label(QT_TRANSLATE_NOOP("Operations", "LoG-filtered images")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Standard deviations of the Laplacian of Gaussian, with commas between them, such as 1, 2, 3. Empty: "
                "none.",
            )
        ),
    ] = ""
    patterns: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Hu moments, LBP and HOG")),
        Help(QT_TRANSLATE_NOOP("Operations", "Of the slice on which the region is largest.")),
    ] = False
    voxel_shift: Annotated[
        float,
        Range(-1e6, 1e6),
        Step(100.0),
        ShowWhen("mode", ("pyradiomics",)),
        Label(QT_TRANSLATE_NOOP("Operations", "Added before energy")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "PyRadiomics-compatible only: what its setting voxelArrayShift adds to intensities before energy and "
                "root mean square.",
            )
        ),
    ] = 0.0

    def families(self) -> tuple[Family, ...]:
        """The IBSI families that are wanted, in the order of the manual."""
        wanted = {
            Family.MORPHOLOGY: self.shape,
            Family.LOCAL: self.local_intensity,
            Family.STATISTICS: self.intensity,
            Family.HISTOGRAM: self.intensity,
            Family.VOLUME_HISTOGRAM: self.intensity,
            Family.GLCM: self.glcm,
            Family.GLRLM: self.glrlm,
            Family.GLSZM: self.glszm,
            Family.GLDZM: self.gldzm,
            Family.NGTDM: self.ngtdm,
            Family.NGLDM: self.ngldm,
        }
        return tuple(family for family in Family if wanted[family])

    def sigmas_mm(self) -> tuple[float, ...]:
        """The standard deviations of the LoG filter.

        Raises
        ------
        InputError
            For what is no positive number.
        """
        sigmas = []
        for word in self.log_sigmas_mm.replace(";", ",").split(","):
            if not word.strip():
                continue
            try:
                sigma = float(word)
            except ValueError:
                sigma = 0.0
            if not 0.05 <= sigma <= 50.0:
                raise InputError(
                    "The widths of the LoG filter must be numbers between 0.05 and 50.",
                    "Write them with commas between, such as 1, 2, 3.",
                    "input.log_sigmas_mm",
                )
            sigmas.append(sigma)
        return tuple(dict.fromkeys(sigmas))
