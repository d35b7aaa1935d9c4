"""Attributes of one frame: per-frame functional group, shared one, then the dataset itself (PS3.3 C.7.6.16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from medviewer.io.dataset import as_numbers, items, value

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_MACROS: dict[str, tuple[str, ...]] = {
    "PixelSpacing": ("PixelMeasuresSequence",),
    "SliceThickness": ("PixelMeasuresSequence",),
    "SpacingBetweenSlices": ("PixelMeasuresSequence",),
    "ImagePositionPatient": ("PlanePositionSequence",),
    "ImageOrientationPatient": ("PlaneOrientationSequence",),
    "ImagePositionVolume": ("PlanePositionVolumeSequence",),
    "ImageOrientationVolume": ("PlaneOrientationVolumeSequence",),
    "RescaleSlope": ("PixelValueTransformationSequence",),
    "RescaleIntercept": ("PixelValueTransformationSequence",),
    "RescaleType": ("PixelValueTransformationSequence",),
    "WindowCenter": ("FrameVOILUTSequence",),
    "WindowWidth": ("FrameVOILUTSequence",),
    "WindowCenterWidthExplanation": ("FrameVOILUTSequence",),
    "VOILUTFunction": ("FrameVOILUTSequence",),
    "VOILUTSequence": ("FrameVOILUTSequence",),
    "StackID": ("FrameContentSequence",),
    "InStackPositionNumber": ("FrameContentSequence",),
    "TemporalPositionIndex": ("FrameContentSequence",),
    "DimensionIndexValues": ("FrameContentSequence",),
    "ReferencedSegmentNumber": ("SegmentIdentificationSequence",),
    "DiffusionBValue": ("MRDiffusionSequence",),
    "DiffusionDirectionality": ("MRDiffusionSequence",),
    "EffectiveEchoTime": ("MREchoSequence",),
    "NominalCardiacTriggerDelayTime": ("CardiacSynchronizationSequence",),
    "FrameType": (
        "MRImageFrameTypeSequence",
        "CTImageFrameTypeSequence",
        "PETFrameTypeSequence",
        "XAXRFFrameCharacteristicsSequence",
        "XRay3DFrameTypeSequence",
        "CommonCTMRPETImageFrameTypeSequence",
    ),
    "ColumnPositionInTotalImagePixelMatrix": ("PlanePositionSlideSequence",),
    "RowPositionInTotalImagePixelMatrix": ("PlanePositionSlideSequence",),
}


class FrameMeta:
    """Reads attributes of frames; the groups are taken apart once.

    Parameters
    ----------
    ds : Dataset
        Without or with functional groups.
    """

    def __init__(self, ds: Dataset) -> None:
        self.ds = ds
        shared = items(ds, "SharedFunctionalGroupsSequence")
        self._shared = shared[0] if shared else None
        self._per_frame = items(ds, "PerFrameFunctionalGroupsSequence")

    @property
    def is_enhanced(self) -> bool:
        """Whether there are functional groups."""
        return self._shared is not None or bool(self._per_frame)

    def get(self, frame: int, keyword: str) -> Any:
        """The value of `keyword` for frame `frame` (from 0), or None."""
        macros = _MACROS.get(keyword, ())
        groups = [self._per_frame[frame]] if frame < len(self._per_frame) else []
        if self._shared is not None:
            groups.append(self._shared)
        for group in groups:
            for macro in macros:
                for item in items(group, macro)[:1]:
                    found = value(item, keyword)
                    if found is not None:
                        return found
            if not macros:
                for element in _sequences(group):
                    found = value(element, keyword)
                    if found is not None:
                        return found
        return value(self.ds, keyword)

    def numbers(self, frame: int, keyword: str, count: int = 0) -> tuple[float, ...]:
        """The value as finite floats; empty when missing or not usable."""
        return as_numbers(self.get(frame, keyword), count)

    def number(self, frame: int, keyword: str) -> float | None:
        """The value as a finite float, or None."""
        found = self.numbers(frame, keyword)
        return found[0] if found else None

    def sequence(self, frame: int, keyword: str) -> list[Dataset]:
        """The items of a functional group's own sequence: per frame, shared, then of the dataset."""
        groups = [self._per_frame[frame]] if frame < len(self._per_frame) else []
        if self._shared is not None:
            groups.append(self._shared)
        for group in (*groups, self.ds):
            found = items(group, keyword)
            if found:
                return found
        return []

    def source(self, frame: int, keyword: str) -> Dataset:
        """The dataset or item that holds `keyword` for the frame; the dataset itself when nothing does."""
        groups = [self._per_frame[frame]] if frame < len(self._per_frame) else []
        if self._shared is not None:
            groups.append(self._shared)
        for group in groups:
            for macro in _MACROS.get(keyword, ()):
                for item in items(group, macro)[:1]:
                    if value(item, keyword) is not None:
                        return item
        return self.ds


def frame_meta(ds: Dataset, frame: int, keyword: str) -> Any:
    """One attribute of one frame: per-frame group, shared group, then the dataset; None when nowhere."""
    return FrameMeta(ds).get(frame, keyword)


def _sequences(group: Dataset) -> list[Dataset]:
    found: list[Dataset] = []
    for tag in list(group.keys()):
        found.extend(items(group, int(tag))[:1])
    return found
