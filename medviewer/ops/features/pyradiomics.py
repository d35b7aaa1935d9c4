"""The 107 features of PyRadiomics 3.0 under its names and by its definitions, where they differ from the IBSI's.

PyRadiomics: van Griethuysen et al., Cancer Research 2017, doi:10.1158/0008-5472.CAN-17-0339; definitions from its
documentation. Kurtosis is not reduced by 3, axes come from the covariance divided by n, textures are averaged over
13 directions, and what is not defined has the value that PyRadiomics gives it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from medviewer.ops.features import cooccurrence, dependence, mesh, morphology, runs, zones
from medviewer.ops.features.emphasis import DEPENDENCES, RUNS, SIZE_ZONES, cells_of
from medviewer.ops.features.ibsi import SMALL_REGION, Task, Values, run_tasks
from medviewer.ops.features.intensity import Distribution
from medviewer.ops.features.lattice import DIRECTIONS_3D, Lattice
from medviewer.ops.features.regions import Discretised, Region
from medviewer.ops.features.settings import FeatureSettings
from medviewer.ops.operation import Context

GLCM = {
    "Autocorrelation": "auto_corr",
    "ClusterProminence": "clust_prom",
    "ClusterShade": "clust_shade",
    "ClusterTendency": "clust_tend",
    "Contrast": "contrast",
    "Correlation": "corr",
    "DifferenceAverage": "diff_avg",
    "DifferenceEntropy": "diff_entr",
    "DifferenceVariance": "diff_var",
    "Id": "inv_diff",
    "Idm": "inv_diff_mom",
    "Idmn": "inv_diff_mom_norm",
    "Idn": "inv_diff_norm",
    "Imc1": "info_corr1",
    "Imc2": "info_corr2",
    "InverseVariance": "inv_var",
    "JointAverage": "joint_avg",
    "JointEnergy": "energy",
    "JointEntropy": "joint_entr",
    "MCC": "mcc",
    "MaximumProbability": "joint_max",
    "SumAverage": "sum_avg",
    "SumEntropy": "sum_entr",
    "SumSquares": "joint_var",
}
GLRLM = {
    "GrayLevelNonUniformity": "glnu",
    "GrayLevelNonUniformityNormalized": "glnu_norm",
    "GrayLevelVariance": "gl_var",
    "HighGrayLevelRunEmphasis": "hgre",
    "LongRunEmphasis": "lre",
    "LongRunHighGrayLevelEmphasis": "lrhge",
    "LongRunLowGrayLevelEmphasis": "lrlge",
    "LowGrayLevelRunEmphasis": "lgre",
    "RunEntropy": "rl_entr",
    "RunLengthNonUniformity": "rlnu",
    "RunLengthNonUniformityNormalized": "rlnu_norm",
    "RunPercentage": "r_perc",
    "RunVariance": "rl_var",
    "ShortRunEmphasis": "sre",
    "ShortRunHighGrayLevelEmphasis": "srhge",
    "ShortRunLowGrayLevelEmphasis": "srlge",
}
GLSZM = {
    "GrayLevelNonUniformity": "glnu",
    "GrayLevelNonUniformityNormalized": "glnu_norm",
    "GrayLevelVariance": "gl_var",
    "HighGrayLevelZoneEmphasis": "hgze",
    "LargeAreaEmphasis": "lze",
    "LargeAreaHighGrayLevelEmphasis": "lzhge",
    "LargeAreaLowGrayLevelEmphasis": "lzlge",
    "LowGrayLevelZoneEmphasis": "lgze",
    "SizeZoneNonUniformity": "zsnu",
    "SizeZoneNonUniformityNormalized": "zsnu_norm",
    "SmallAreaEmphasis": "sze",
    "SmallAreaHighGrayLevelEmphasis": "szhge",
    "SmallAreaLowGrayLevelEmphasis": "szlge",
    "ZoneEntropy": "zs_entr",
    "ZonePercentage": "z_perc",
    "ZoneVariance": "zs_var",
}
GLDM = {
    "DependenceEntropy": "dc_entr",
    "DependenceNonUniformity": "dcnu",
    "DependenceNonUniformityNormalized": "dcnu_norm",
    "DependenceVariance": "dc_var",
    "GrayLevelNonUniformity": "glnu",
    "GrayLevelVariance": "gl_var",
    "HighGrayLevelEmphasis": "hgce",
    "LargeDependenceEmphasis": "hde",
    "LargeDependenceHighGrayLevelEmphasis": "hdhge",
    "LargeDependenceLowGrayLevelEmphasis": "hdlge",
    "LowGrayLevelEmphasis": "lgce",
    "SmallDependenceEmphasis": "lde",
    "SmallDependenceHighGrayLevelEmphasis": "ldhge",
    "SmallDependenceLowGrayLevelEmphasis": "ldlge",
}
NGTDM = {
    "Busyness": "busyness",
    "Coarseness": "coarseness",
    "Complexity": "complexity",
    "Contrast": "contrast",
    "Strength": "strength",
}


def compute(
    region: Region, discretised: Discretised, settings: FeatureSettings, ctx: Context, image_name: str = "original"
) -> Values:
    """The features of one image type, by their PyRadiomics names (``"original_glcm_Contrast"``).

    Parameters
    ----------
    image_name : str
        ``"original"``, ``"wavelet-LLH"``, ``"log-sigma-1-0-mm-3D"``; shape belongs to ``"original"`` only.
    """
    lattice = Lattice.of(discretised.levels, discretised.n_levels)
    _ = lattice.flat, lattice.voxels_per_slice, lattice.n_voxels, lattice.level_counts
    region.intensities()
    tasks: list[Task] = []
    if settings.shape and image_name == "original":
        tasks.append(lambda: _named("shape", shape(region)))
    if settings.intensity:
        tasks.append(lambda: _named("firstorder", first_order(region, lattice, settings.voxel_shift)))
    if settings.glcm:
        tasks.append(lambda: _named("glcm", _glcm(lattice, ctx)))
    if settings.ngldm:
        tasks.append(lambda: _named("gldm", _gldm(lattice, ctx)))
    if settings.glrlm:
        tasks.append(lambda: _named("glrlm", _glrlm(lattice, ctx)))
    if settings.glszm:
        tasks.append(lambda: _named("glszm", _glszm(lattice)))
    if settings.ngtdm:
        tasks.append(lambda: _named("ngtdm", _ngtdm(lattice)))
    found = run_tasks(tasks, region.mask.size > SMALL_REGION, ctx)
    return {f"{image_name}_{name}": value for name, value in found.items()}


def _named(group: str, values: Values) -> Values:
    return {f"{group}_{name}": values[name] for name in sorted(values)}


def _renamed(names: dict[str, str], values: Values) -> Values:
    return {name: values[ours] for name, ours in names.items()}


def first_order(region: Region, lattice: Lattice, shift: float) -> Values:
    """The 18 first-order features."""
    found = Distribution.of(region.intensities())
    values = found.values
    mean, variance, third, fourth = found.moments()
    flat = values[0] == values[-1]
    p10, p25, median, p75, p90 = (found.percentile(q) for q in (10, 25, 50, 75, 90))
    shifted = values + shift
    energy = float(found.counts @ (shifted * shifted))
    p = lattice.level_counts[lattice.level_counts > 0] / lattice.n_voxels
    robust = found.between(p10, p90)
    return {
        "10Percentile": p10,
        "90Percentile": p90,
        "Energy": energy,
        "Entropy": -float((p * np.log2(p)).sum()) + 0.0,
        "InterquartileRange": p75 - p25,
        "Kurtosis": 0.0 if flat else fourth / variance**2,
        "Maximum": float(values[-1]),
        "Mean": mean,
        "MeanAbsoluteDeviation": found.deviation_from(mean),
        "Median": median,
        "Minimum": float(values[0]),
        "Range": float(values[-1] - values[0]),
        "RobustMeanAbsoluteDeviation": robust.deviation_from(robust.mean_of(robust.values)),
        "RootMeanSquared": math.sqrt(energy / found.n),
        "Skewness": 0.0 if flat else third / variance**1.5,
        "TotalEnergy": energy * region.voxel_volume,
        "Uniformity": float((p * p).sum()),
        "Variance": 0.0 if flat else variance,
    }


def shape(region: Region) -> Values:
    """The 14 features of 3-D shape."""
    mask, spacing = region.shape_mask, region.spacing_zyx
    found = mesh.surface(mask, spacing, folded=True)
    major, minor, least = morphology.axes_of(mask, spacing).eigenvalues
    hull = morphology.Hull(mask, spacing)
    slices, columns, rows = (plane_diameter(mask, spacing, axis) for axis in range(3))
    return {
        "Elongation": math.sqrt(minor / major) if major else math.nan,
        "Flatness": math.sqrt(least / major) if major else math.nan,
        "LeastAxisLength": 4 * math.sqrt(least),
        "MajorAxisLength": 4 * math.sqrt(major),
        "Maximum2DDiameterColumn": columns,
        "Maximum2DDiameterRow": rows,
        "Maximum2DDiameterSlice": slices,
        "Maximum3DDiameter": morphology.largest_distance(hull.corners),
        "MeshVolume": found.volume,
        "MinorAxisLength": 4 * math.sqrt(minor),
        "Sphericity": (36 * math.pi * found.volume**2) ** (1 / 3) / found.area,
        "SurfaceArea": found.area,
        "SurfaceVolumeRatio": found.area / found.volume,
        "VoxelVolume": int(mask.sum()) * region.voxel_volume,
    }


def plane_diameter(mask: NDArray[np.bool_], spacing_zyx: tuple[float, float, float], axis: int) -> float:
    """Largest distance of two mesh vertices in one plane perpendicular to an axis (0: slices)."""
    order = (axis, *(a for a in range(3) if a != axis))
    turned = np.ascontiguousarray(mask.transpose(order))
    spacing = np.asarray([spacing_zyx[a] for a in order])
    points = morphology.plane_hulls(mesh.vertex_extremes(turned))
    starts = np.flatnonzero(np.diff(points[:, 0], prepend=points[0, 0] - 1))
    flat = points[:, 1:] * spacing[1:]
    reach = np.maximum.reduceat(flat, starts) - np.minimum.reduceat(flat, starts)
    bound = np.hypot(reach[:, 0], reach[:, 1])
    stops = np.append(starts[1:], len(flat))
    best = 0.0
    for plane in np.argsort(-bound):
        if bound[plane] <= best:  # no diagonal of the planes that are left is longer
            break
        best = max(best, morphology.largest_distance(flat[starts[plane] : stops[plane]]))
    return best


def _glcm(lattice: Lattice, ctx: Context) -> Values:
    counts = cooccurrence.volume_matrices(lattice, ctx)
    present = np.flatnonzero(lattice.level_counts)
    result = {name: float(np.mean(v)) for name, v in cooccurrence.matrix_features(counts).items() if len(v)}
    if not result:
        return dict.fromkeys(GLCM, math.nan)
    if len(present) == 1:  # what PyRadiomics gives a region of one grey level
        result |= {"corr": 1.0, "info_corr1": 0.0, "mcc": 1.0}
    else:
        with np.errstate(invalid="ignore"):
            per_direction = cooccurrence.matrix_features(counts)
        result["corr"] = float(np.nan_to_num(per_direction["corr"], nan=1.0).mean())
        result["info_corr1"] = float(np.nan_to_num(per_direction["info_corr1"], nan=0.0).mean())
        result["mcc"] = _maximal_correlation(counts[:, present][:, :, present])
    return _renamed(GLCM, result)


def _maximal_correlation(counts: NDArray[np.float64]) -> float:
    """Mean of the maximal correlation coefficient (Haralick's f14) over the directions.

    The eigenvalues of Q = D⁻¹ P D⁻¹ P are the squares of those of the symmetric D^-½ P D^-½.
    """
    p = counts + counts.transpose(0, 2, 1)
    total = p.sum(axis=(1, 2))
    p = p[total > 0] / total[total > 0][:, None, None]
    px = p.sum(axis=1)
    root = np.where(px > 0, 1 / np.sqrt(np.where(px > 0, px, 1)), 0.0)
    values = np.linalg.eigvalsh(p * root[:, :, None] * root[:, None, :])
    squares = np.sort(values * values, axis=1)
    return float(np.sqrt(squares[:, -2]).mean())


def _glrlm(lattice: Lattice, ctx: Context) -> Values:
    cells = runs.volume_cells(lattice, ctx)
    sizes = [n - 2 for n in lattice.levels.shape]
    # Directions in which the box has no second voxel are left out.
    possible = [all(abs(d) < n for d, n in zip(direction, sizes, strict=True)) for direction in DIRECTIONS_3D]
    keep = np.asarray(possible)[cells.matrix]
    if not keep.any():
        return dict.fromkeys(GLRLM, math.nan)
    kept = cells_of(cells.matrix[keep], cells.level[keep], cells.size[keep], cells.count[keep], cells.n_voxels)
    return _renamed(GLRLM, kept.features(RUNS))


def _glszm(lattice: Lattice) -> Values:
    found = zones.find_zones(lattice, in_slices=False)
    cells = cells_of(found.slice_number, found.level, found.size, None, np.array([float(lattice.n_voxels)]))
    return _renamed(GLSZM, cells.features(SIZE_ZONES))


def _gldm(lattice: Lattice, ctx: Context) -> Values:
    return _renamed(GLDM, dependence.dependence_cells(lattice, ctx, in_slices=False).features(DEPENDENCES))


def _ngtdm(lattice: Lattice) -> Values:
    found = dependence.tone_features(dependence.tone_differences(lattice, in_slices=False))
    return _renamed(NGTDM, found)
