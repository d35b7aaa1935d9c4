"""Features of the image biomarker standardisation initiative (IBSI): families, identifiers, names, aggregations.

Names and identifiers are those of the IBSI reference manual (Zwanenburg et al., arXiv:1612.07003v11; The Image
Biomarker Standardization Initiative, Radiology 2020, doi:10.1148/radiol.2020191145). `tag` is the short form that the
published tables of reference values use.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Family(enum.StrEnum):
    """A family of features; the value is the prefix of its tags."""

    MORPHOLOGY = "morph"
    LOCAL = "loc"
    STATISTICS = "stat"
    HISTOGRAM = "ih"
    VOLUME_HISTOGRAM = "ivh"
    GLCM = "cm"
    GLRLM = "rlm"
    GLSZM = "szm"
    GLDZM = "dzm"
    NGTDM = "ngt"
    NGLDM = "ngl"

    @property
    def heading(self) -> str:
        """Words for people, in English."""
        return _FAMILY_TITLES[self]

    @property
    def is_texture(self) -> bool:
        """Whether its features come from a matrix that can be aggregated in several ways."""
        return self in _TEXTURE

    @property
    def is_directional(self) -> bool:
        """Whether the matrix is made per direction (six ways to aggregate), not per neighbourhood (three)."""
        return self in (Family.GLCM, Family.GLRLM)


_FAMILY_TITLES = {
    Family.MORPHOLOGY: "Morphology",
    Family.LOCAL: "Local intensity",
    Family.STATISTICS: "Intensity statistics",
    Family.HISTOGRAM: "Intensity histogram",
    Family.VOLUME_HISTOGRAM: "Intensity-volume histogram",
    Family.GLCM: "GLCM",
    Family.GLRLM: "GLRLM",
    Family.GLSZM: "GLSZM",
    Family.GLDZM: "GLDZM",
    Family.NGTDM: "NGTDM",
    Family.NGLDM: "NGLDM",
}

_TEXTURE = (Family.GLCM, Family.GLRLM, Family.GLSZM, Family.GLDZM, Family.NGTDM, Family.NGLDM)


class Aggregation(enum.StrEnum):
    """How the matrices of slices and directions become one value; the value is the suffix of the tags."""

    SLICES_AVERAGED = "2D_avg"
    SLICES_MERGED = "2D_comb"
    DIRECTIONS_MERGED = "2_5D_avg"
    ALL_2D_MERGED = "2_5D_comb"
    VOLUME_AVERAGED = "3D_avg"
    VOLUME_MERGED = "3D_comb"

    @property
    def space(self) -> str:
        """``"2D"``, ``"2_5D"`` or ``"3D"``: what it is for matrices without directions."""
        return self.value.rpartition("_")[0]

    @property
    def identifier(self) -> str:
        """IBSI identifier for matrices with directions."""
        return _DIRECTIONAL_IDS[self]

    @property
    def space_identifier(self) -> str:
        """IBSI identifier for matrices without directions."""
        return _SPACE_IDS[self.space]


_DIRECTIONAL_IDS = {
    Aggregation.SLICES_AVERAGED: "BTW3",
    Aggregation.SLICES_MERGED: "SUJT",
    Aggregation.DIRECTIONS_MERGED: "JJUI",
    Aggregation.ALL_2D_MERGED: "ZW7Z",
    Aggregation.VOLUME_AVERAGED: "ITBB",
    Aggregation.VOLUME_MERGED: "IAZD",
}
_SPACE_IDS = {"2D": "8QNN", "2_5D": "62GR", "3D": "KOBO"}


@dataclass(frozen=True)
class FeatureName:
    """One feature as the IBSI names it."""

    tag: str
    identifier: str
    name: str
    family: Family

    @property
    def title(self) -> str:
        """The name, with the family where several families have one of that name."""
        return f"{self.name} ({self.family.heading})" if self.family.is_texture else self.name


def _names(family: Family, text: str) -> dict[str, FeatureName]:
    found = {}
    for line in text.strip().splitlines():
        short, identifier, name = line.strip().split(" ", 2)
        tag = f"{family.value}_{short}"
        found[tag] = FeatureName(tag, identifier, name, family)
    return found


FEATURES: dict[str, FeatureName] = {
    **_names(
        Family.MORPHOLOGY,
        """
        volume RNU0 Volume (mesh)
        vol_approx YEKZ Volume (voxel counting)
        area_mesh C0JK Surface area (mesh)
        av 2PR5 Surface to volume ratio
        comp_1 SKGS Compactness 1
        comp_2 BQWJ Compactness 2
        sph_dispr KRCK Spherical disproportion
        sphericity QCFX Sphericity
        asphericity 25C7 Asphericity
        com KLMA Centre of mass shift
        diam L0JK Maximum 3D diameter
        pca_maj_axis TDIC Major axis length
        pca_min_axis P9VJ Minor axis length
        pca_least_axis 7J51 Least axis length
        pca_elongation Q3CK Elongation
        pca_flatness N17B Flatness
        vol_dens_aabb PBX1 Volume density (axis-aligned bounding box)
        area_dens_aabb R59B Area density (axis-aligned bounding box)
        vol_dens_aee 6BDE Volume density (approximate enclosing ellipsoid)
        area_dens_aee RDD2 Area density (approximate enclosing ellipsoid)
        vol_dens_conv_hull R3ER Volume density (convex hull)
        area_dens_conv_hull 7T7F Area density (convex hull)
        integ_int 99N0 Integrated intensity
        moran_i N365 Moran's I index
        geary_c NPT7 Geary's C measure
        """,
    ),
    **_names(
        Family.LOCAL,
        """
        peak_loc VJGA Local intensity peak
        peak_glob 0F91 Global intensity peak
        """,
    ),
    **_names(
        Family.STATISTICS,
        """
        mean Q4LE Mean intensity
        var ECT3 Intensity variance
        skew KE2A Intensity skewness
        kurt IPH6 Excess intensity kurtosis
        median Y12H Median intensity
        min 1GSF Minimum intensity
        p10 QG58 10th intensity percentile
        p90 8DWT 90th intensity percentile
        max 84IY Maximum intensity
        iqr SALO Intensity interquartile range
        range 2OJQ Intensity range
        mad 4FUA Intensity-based mean absolute deviation
        rmad 1128 Intensity-based robust mean absolute deviation
        medad N72L Intensity-based median absolute deviation
        cov 7TET Intensity-based coefficient of variation
        qcod 9S40 Intensity-based quartile coefficient of dispersion
        energy N8CA Intensity-based energy
        rms 5ZWQ Root mean square intensity
        """,
    ),
    **_names(
        Family.HISTOGRAM,
        """
        mean X6K6 Mean discretised intensity
        var CH89 Discretised intensity variance
        skew 88K1 Discretised intensity skewness
        kurt C3I7 Excess discretised intensity kurtosis
        median WIFQ Median discretised intensity
        min 1PR8 Minimum discretised intensity
        p10 GPMT 10th discretised intensity percentile
        p90 OZ0C 90th discretised intensity percentile
        max 3NCY Maximum discretised intensity
        mode AMMC Intensity histogram mode
        iqr WR0O Discretised intensity interquartile range
        range 5Z3W Discretised intensity range
        mad D2ZX Intensity histogram mean absolute deviation
        rmad WRZB Intensity histogram robust mean absolute deviation
        medad 4RNL Intensity histogram median absolute deviation
        cov CWYJ Intensity histogram coefficient of variation
        qcod SLWD Intensity histogram quartile coefficient of dispersion
        entropy TLU2 Discretised intensity entropy
        uniformity BJ5W Discretised intensity uniformity
        max_grad 12CE Maximum histogram gradient
        max_grad_g 8E6O Maximum histogram gradient intensity
        min_grad VQB3 Minimum histogram gradient
        min_grad_g RHQZ Minimum histogram gradient intensity
        """,
    ),
    **_names(
        Family.VOLUME_HISTOGRAM,
        """
        v10 NK6P Volume fraction at 10% intensity
        v90 4279 Volume fraction at 90% intensity
        i10 PWN1 Intensity at 10% volume
        i90 BOHI Intensity at 90% volume
        diff_v10_v90 WITY Volume fraction difference between 10% and 90% intensity
        diff_i10_i90 JXJA Intensity difference between 10% and 90% volume
        auc 9CMM Area under the intensity-volume histogram curve
        """,
    ),
    **_names(
        Family.GLCM,
        """
        joint_max GYBY Joint maximum
        joint_avg 60VM Joint average
        joint_var UR99 Joint variance
        joint_entr TU9B Joint entropy
        diff_avg TF7R Difference average
        diff_var D3YU Difference variance
        diff_entr NTRS Difference entropy
        sum_avg ZGXS Sum average
        sum_var OEEB Sum variance
        sum_entr P6QZ Sum entropy
        energy 8ZQL Angular second moment
        contrast ACUI Contrast
        dissimilarity 8S9J Dissimilarity
        inv_diff IB1Z Inverse difference
        inv_diff_norm NDRX Normalised inverse difference
        inv_diff_mom WF0Z Inverse difference moment
        inv_diff_mom_norm 1QCO Normalised inverse difference moment
        inv_var E8JP Inverse variance
        corr NI2N Correlation
        auto_corr QWB0 Autocorrelation
        clust_tend DG8W Cluster tendency
        clust_shade 7NFM Cluster shade
        clust_prom AE86 Cluster prominence
        info_corr1 R8DG First measure of information correlation
        info_corr2 JN9H Second measure of information correlation
        """,
    ),
    **_names(
        Family.GLRLM,
        """
        sre 22OV Short runs emphasis
        lre W4KF Long runs emphasis
        lgre V3SW Low grey level run emphasis
        hgre G3QZ High grey level run emphasis
        srlge HTZT Short run low grey level emphasis
        srhge GD3A Short run high grey level emphasis
        lrlge IVPO Long run low grey level emphasis
        lrhge 3KUM Long run high grey level emphasis
        glnu R5YN Grey level non-uniformity
        glnu_norm OVBL Normalised grey level non-uniformity
        rlnu W92Y Run length non-uniformity
        rlnu_norm IC23 Normalised run length non-uniformity
        r_perc 9ZK5 Run percentage
        gl_var 8CE5 Grey level variance
        rl_var SXLW Run length variance
        rl_entr HJ9O Run entropy
        """,
    ),
    **_names(
        Family.GLSZM,
        """
        sze 5QRC Small zone emphasis
        lze 48P8 Large zone emphasis
        lgze XMSY Low grey level zone emphasis
        hgze 5GN9 High grey level zone emphasis
        szlge 5RAI Small zone low grey level emphasis
        szhge HW1V Small zone high grey level emphasis
        lzlge YH51 Large zone low grey level emphasis
        lzhge J17V Large zone high grey level emphasis
        glnu JNSA Grey level non-uniformity
        glnu_norm Y1RO Normalised grey level non-uniformity
        zsnu 4JP3 Zone size non-uniformity
        zsnu_norm VB3A Normalised zone size non-uniformity
        z_perc P30P Zone percentage
        gl_var BYLV Grey level variance
        zs_var 3NSA Zone size variance
        zs_entr GU8N Zone size entropy
        """,
    ),
    **_names(
        Family.GLDZM,
        """
        sde 0GBI Small distance emphasis
        lde MB4I Large distance emphasis
        lgze S1RA Low grey level zone emphasis
        hgze K26C High grey level zone emphasis
        sdlge RUVG Small distance low grey level emphasis
        sdhge DKNJ Small distance high grey level emphasis
        ldlge A7WM Large distance low grey level emphasis
        ldhge KLTH Large distance high grey level emphasis
        glnu VFT7 Grey level non-uniformity
        glnu_norm 7HP3 Normalised grey level non-uniformity
        zdnu V294 Zone distance non-uniformity
        zdnu_norm IATH Normalised zone distance non-uniformity
        z_perc VIWW Zone percentage
        gl_var QK93 Grey level variance
        zd_var 7WT1 Zone distance variance
        zd_entr GBDU Zone distance entropy
        """,
    ),
    **_names(
        Family.NGTDM,
        """
        coarseness QCDE Coarseness
        contrast 65HE Contrast
        busyness NQ30 Busyness
        complexity HDEZ Complexity
        strength 1X9X Strength
        """,
    ),
    **_names(
        Family.NGLDM,
        """
        lde SODN Low dependence emphasis
        hde IMOQ High dependence emphasis
        lgce TL9H Low grey level count emphasis
        hgce OAE7 High grey level count emphasis
        ldlge EQ3F Low dependence low grey level emphasis
        ldhge JA6D Low dependence high grey level emphasis
        hdlge NBZI High dependence low grey level emphasis
        hdhge 9QMG High dependence high grey level emphasis
        glnu FP8K Grey level non-uniformity
        glnu_norm 5SPA Normalised grey level non-uniformity
        dcnu Z87G Dependence count non-uniformity
        dcnu_norm OKJI Normalised dependence count non-uniformity
        dc_perc 6XV8 Dependence count percentage
        gl_var 1PFV Grey level variance
        dc_var DNX2 Dependence count variance
        dc_entr FCBV Dependence count entropy
        dc_energy CAS9 Dependence count energy
        """,
    ),
}
"""Every feature by its tag, in the order of the manual."""


def of_family(family: Family) -> tuple[FeatureName, ...]:
    """The features of a family, in the order of the manual."""
    return tuple(feature for feature in FEATURES.values() if feature.family is family)


def aggregations_of(family: Family, wanted: tuple[Aggregation, ...]) -> tuple[tuple[str, str], ...]:
    """Tag suffix and identifier of each different aggregation of a family; ``(("", ""),)`` where there is none.

    Families without directions know only 2D, 2.5D and 3D: averaged and merged are the same there.
    """
    if not family.is_texture:
        return (("", ""),)
    if family.is_directional:
        return tuple((a.value, a.identifier) for a in wanted)
    return tuple(dict.fromkeys((a.space, a.space_identifier) for a in wanted))
