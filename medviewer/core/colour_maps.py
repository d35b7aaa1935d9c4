"""Colour maps: 256 RGB entries each, made from a few anchors when first asked for.

``hot-iron``, ``pet`` and ``hot-metal-blue`` are the well-known palettes of PS3.6 annex B, entry by entry; viridis,
magma, inferno, cividis and turbo are perceptual maps, within 3 of 255 of their published tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from medviewer.core.marking import QT_TRANSLATE_NOOP

# Anchors "iirrggbb": index and colour in hexadecimal, straight lines between them.
_ANCHORS: Mapping[str, str] = MappingProxyType(
    {
        QT_TRANSLATE_NOOP("ColourMaps", "grey"): "00000000 ffffffff",
        QT_TRANSLATE_NOOP("ColourMaps", "inverse grey"): "00ffffff ff000000",
        QT_TRANSLATE_NOOP("ColourMaps", "hot"): "00000000 60ff0000 c0ffff00 ffffffff",
        QT_TRANSLATE_NOOP("ColourMaps", "hot-iron"): "00000000 7ffe0000 80ff0000 bfff7e00 fefffcfc ffffffff",
        QT_TRANSLATE_NOOP("ColourMaps", "pet"): (
            "00000000 01000201 3e007d7b 3f00807d 40017e7f 5f3f40bd 61433dc1 746817e7 7f7e01fd 808000ff 828404f8 "
            "a9d1525c c0ff8000 e9ffd2a5 ebffd6ae fefffcfa ffffffff"
        ),
        QT_TRANSLATE_NOOP("ColourMaps", "hot-metal-blue"): (
            "00000000 11000021 2a000053 2b000054 4c000095 550000a7 663200c8 775a0096 888c2032 99be4000 aaff6000 "
            "eeffe0c8 ffffffff"
        ),
        QT_TRANSLATE_NOOP("ColourMaps", "rainbow"): "00000080 200000ff 6002fffe 9ffeff01 dfff0000 ff800000",
        QT_TRANSLATE_NOOP("ColourMaps", "turbo"): (
            "0030123b 0b3c3286 164451bf 224771e9 2d458cfd 353ba0fd 4028bceb 4d18d7ca 561ce6b4 5f2ff19b 6f69fd66 "
            "7c99fe42 87b7f735 99e1dd37 a9f9bc39 b9fe932a cdef5811 e1ce2d04 f49e1001 ff7a0403"
        ),
        QT_TRANSLATE_NOOP("ColourMaps", "viridis"): (
            "00440154 1d482979 3a3e4c8a 7723888e 931fa287 a62fb47c bb54c568 d795d840 eed2e21b f6e7e419 fffde725"
        ),
        QT_TRANSLATE_NOOP("ColourMaps", "magma"): (
            "00000004 0f090720 26251255 343d0f71 4559157e 69912b81 8bc83e73 9fe55064 b1f66c5c c2fc8c63 dcfebd82 "
            "fffcfdbf"
        ),
        QT_TRANSLATE_NOOP("ColourMaps", "inferno"): (
            "00000004 110c0826 23260c51 313e0966 455f136e 638f2469 83c03a51 9ee25734 bbf8850f c6fb9906 cffcaa0f "
            "e1f8cd37 eff2e865 faf5f992 fffcffa4"
        ),
        QT_TRANSLATE_NOOP("ColourMaps", "cividis"): (
            "0000224e 15003170 18053371 201a386f 373a486c 6e6d6f72 8a868379 bcb8aa6e e1dfca57 f7f8df3c fcfee434 "
            "fffee838"
        ),
        QT_TRANSLATE_NOOP("ColourMaps", "bone"): "00000000 66595b79 c3accbcb ffffffff",
        # Moreland (2009), diverging, for differences around zero.
        QT_TRANSLATE_NOOP(
            "ColourMaps", "cool-warm"
        ): "003b4cc0 206282ea 408db0fe 60b8d0f9 80dddddd a0f5c4ad c0f49a7b e0de604d ffb40426",
        QT_TRANSLATE_NOOP("ColourMaps", "red"): "00000000 ffff0000",
        QT_TRANSLATE_NOOP("ColourMaps", "green"): "00000000 ff00ff00",
        QT_TRANSLATE_NOOP("ColourMaps", "blue"): "00000000 ff0000ff",
    }
)


@cache
def _table(name: str) -> NDArray[np.uint8]:
    anchors = [bytes.fromhex(word) for word in _ANCHORS[name].split()]
    index = [anchor[0] for anchor in anchors]
    table = np.empty((256, 3), np.uint8)
    for channel in range(3):
        line = np.interp(np.arange(256), index, [anchor[channel + 1] for anchor in anchors])
        table[:, channel] = np.floor(line + 0.5).astype(np.uint8)
    table.flags.writeable = False
    return table


class ColourMaps(Mapping[str, NDArray[np.uint8]]):
    """Read-only tables by name, uint8 (256, 3) RGB, in the order in which a menu lists them."""

    def __getitem__(self, name: str) -> NDArray[np.uint8]:
        return _table(name)

    def __iter__(self) -> Iterator[str]:
        return iter(_ANCHORS)

    def __len__(self) -> int:
        return len(_ANCHORS)


COLOUR_MAPS: Mapping[str, NDArray[np.uint8]] = ColourMaps()


def colour_map(name: str) -> NDArray[np.uint8]:
    """The table of a name; grey for one that this program does not know (a session of a newer one)."""
    return COLOUR_MAPS[name if name in COLOUR_MAPS else "grey"]
