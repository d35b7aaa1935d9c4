"""Radiomics: features of regions by the definitions of the IBSI and of PyRadiomics, and how stable they are.

`extraction.extract` makes the table; `settings.FeatureSettings` says what goes into it; `stability` repeats it under
perturbed masks; `reference` compares with the published values of the digital phantom.
"""

from medviewer.ops.features.extraction import extract
from medviewer.ops.features.settings import Aggregate, Binning, FeatureSettings, Interpolation, Mode

__all__ = ["Aggregate", "Binning", "FeatureSettings", "Interpolation", "Mode", "extract"]
