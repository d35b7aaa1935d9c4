"""Colour maps against pydicom's palettes (PS3.6 annex B) and OpenCV's tables."""

from __future__ import annotations

import numpy as np
import pytest

from medviewer.core.colour_maps import COLOUR_MAPS, colour_map

# SOP instances of the palettes, PS3.6 table A-1
WELL_KNOWN = {
    "HOT_IRON": "1.2.840.10008.1.5.1",
    "PET": "1.2.840.10008.1.5.2",
    "HOT_METAL_BLUE": "1.2.840.10008.1.5.3",
}


def test_every_map_is_256_read_only_colours() -> None:
    assert list(COLOUR_MAPS)[:2] == ["grey", "inverse grey"]
    assert len(COLOUR_MAPS) == len(list(COLOUR_MAPS)) >= 14
    for table in COLOUR_MAPS.values():
        assert (table.shape, table.dtype) == ((256, 3), np.uint8)
        assert not table.flags.writeable
    assert np.array_equal(COLOUR_MAPS["grey"], np.repeat(np.arange(256)[:, None], 3, 1))
    assert np.array_equal(COLOUR_MAPS["inverse grey"], COLOUR_MAPS["grey"][::-1])


@pytest.mark.parametrize(
    ("name", "palette"), [("hot-iron", "HOT_IRON"), ("pet", "PET"), ("hot-metal-blue", "HOT_METAL_BLUE")]
)
def test_well_known_palettes_entry_by_entry(name: str, palette: str) -> None:
    from pydicom.pixels import apply_color_lut

    expected = apply_color_lut(np.arange(256, dtype=np.uint8), palette=WELL_KNOWN[palette])
    if expected.dtype == np.uint16:
        expected = expected >> 8
    np.testing.assert_allclose(COLOUR_MAPS[name].astype(int), expected.astype(int), atol=1)


@pytest.mark.parametrize(
    ("name", "peer"),
    [
        ("viridis", "VIRIDIS"),
        ("magma", "MAGMA"),
        ("inferno", "INFERNO"),
        ("cividis", "CIVIDIS"),
        ("turbo", "TURBO"),
        ("bone", "BONE"),
        ("rainbow", "JET"),
    ],
)
def test_published_maps_within_three_levels(name: str, peer: str) -> None:
    import cv2

    ramp = np.arange(256, dtype=np.uint8)[None]
    expected = cv2.applyColorMap(ramp, getattr(cv2, f"COLORMAP_{peer}"))[0, :, ::-1]
    np.testing.assert_allclose(COLOUR_MAPS[name].astype(int), expected.astype(int), atol=3)


def test_diverging_map_is_palest_in_the_middle() -> None:
    brightness = COLOUR_MAPS["cool-warm"].astype(int).min(axis=1)
    assert abs(int(brightness.argmax()) - 128) <= 3


def test_unknown_names_are_grey() -> None:
    assert np.array_equal(colour_map("from a newer program"), COLOUR_MAPS["grey"])
    with pytest.raises(KeyError):
        COLOUR_MAPS["from a newer program"]
