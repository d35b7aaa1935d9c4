"""Pictures, against Pillow."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image as Pillow

from medviewer.core.geometry import Geometry
from medviewer.core.image import Image, SpacingSource
from medviewer.errors import DataError, MedviewerError
from medviewer.io import raster, volume


def noise(shape, dtype=np.uint8):
    return np.random.default_rng(0).integers(0, np.iinfo(dtype).max, shape, dtype=dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_grey_png(tmp_path, dtype):
    values = noise((9, 7), dtype)
    Pillow.fromarray(values).save(tmp_path / "a.png")
    image = volume.load(tmp_path / "a.png")
    np.testing.assert_array_equal(image.array[0], values)
    assert image.array.dtype == dtype
    assert image.facts.spacing_source is SpacingSource.NONE


def test_transparent_and_palette_png_are_rgb(tmp_path):
    values = noise((9, 7, 3))
    Pillow.fromarray(values).convert("RGBA").save(tmp_path / "a.png")
    np.testing.assert_array_equal(raster.read(tmp_path / "a.png").array[0], values)
    Pillow.fromarray(values).quantize(16).save(tmp_path / "b.png")
    expected = np.asarray(Pillow.open(tmp_path / "b.png").convert("RGB"))
    np.testing.assert_array_equal(raster.read(tmp_path / "b.png").array[0], expected)


def test_tiff_pages_of_16_bit(tmp_path):
    pages = [noise((5, 6), np.uint16) + k for k in range(4)]
    first, *rest = [Pillow.fromarray(page) for page in pages]
    first.save(tmp_path / "a.tif", save_all=True, append_images=rest)
    image = volume.load(tmp_path / "a.tif")
    np.testing.assert_array_equal(image.array, pages)


def test_pages_of_another_size_are_left_out_with_a_warning(tmp_path):
    pages = [Pillow.fromarray(noise(shape)) for shape in ((5, 6), (7, 7), (5, 6))]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    sheet = raster.describe(tmp_path / "a.tif")
    assert sheet.pages == (0, 2)
    assert sheet.warnings


def test_exif_orientation(tmp_path):
    values = np.zeros((8, 16, 3), np.uint8)
    values[:, :8] = 255
    exif = Pillow.Exif()
    exif[0x0112] = 6  # turn clockwise to see it upright
    Pillow.fromarray(values).save(tmp_path / "a.jpg", exif=exif, quality=95)
    image = volume.load(tmp_path / "a.jpg")
    assert image.array.shape == (1, 16, 8, 3)
    assert image.array[0, 2, 4, 0] > 200
    assert image.array[0, 13, 4, 0] < 50
    assert image.facts.lossy


def test_written_pictures_read_back(tmp_path):
    values = noise((1, 6, 5), np.uint16)
    raster.write(Image(values, Geometry((1, 6, 5))), tmp_path / "a.png")
    np.testing.assert_array_equal(np.asarray(Pillow.open(tmp_path / "a.png")), values[0])
    stack = noise((3, 6, 5)).astype(np.int16) - 100
    raster.write(Image(stack, Geometry((3, 6, 5))), tmp_path / "a.tif")
    np.testing.assert_array_equal(raster.read(tmp_path / "a.tif").array, stack)


def test_jpeg_has_eight_bits_in_a_window(tmp_path):
    values = np.linspace(-1000, 3000, 64 * 64).reshape(1, 64, 64).astype(np.int16)
    raster.write(Image(values, Geometry((1, 64, 64))), tmp_path / "a.jpg")
    found = np.asarray(Pillow.open(tmp_path / "a.jpg"))
    assert found.dtype == np.uint8
    assert found[0, 0] < 20
    assert found[-1, -1] > 235


def test_png_of_a_stack_is_refused(tmp_path):
    with pytest.raises(DataError, match="3"):
        raster.write(Image(noise((3, 4, 4)), Geometry((3, 4, 4))), tmp_path / "a.png")


@pytest.mark.parametrize("keep", [20, 60, 200])
def test_cut_pictures_are_refused(tmp_path, keep):
    Pillow.fromarray(noise((64, 64, 3))).save(tmp_path / "a.png")
    (tmp_path / "a.png").write_bytes((tmp_path / "a.png").read_bytes()[:keep])
    with pytest.raises(MedviewerError):
        raster.read(tmp_path / "a.png")
