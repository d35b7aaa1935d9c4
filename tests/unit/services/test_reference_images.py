"""The self-test's images are what they claim to be: other decoders read the same pixels from them."""

from __future__ import annotations

import zlib
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
import SimpleITK as sitk
from pydicom.encaps import generate_frames

from medviewer.services.reference_images import ReferenceImage, reference_images

IMAGES = {image.name: image for image in reference_images()}
# pydicom's plug-ins here read neither 12-bit JPEG nor JPEG XL nor deflated frames.
BY_SITK = {"JPEG Extended, 12 bit"}
BY_LIBJXL = {"JPEG XL Lossless", "JPEG XL"}
BY_HAND = {"Deflated Image Frame Compression"}

# PS3.5 section 10: what a workstation is expected to read.
SYNTAXES = {
    "1.2.840.10008.1.2" + suffix
    for suffix in (
        "", ".1", ".1.99", ".2", ".5", ".8.1", ".4.50", ".4.51", ".4.57", ".4.70", ".4.80", ".4.81", ".4.90", ".4.91",
        ".4.110", ".4.112", ".4.201", ".4.202", ".4.203",
    )
}  # fmt: skip


def decode(image: ReferenceImage, path: Path) -> np.ndarray:
    image.write(path)
    dataset = pydicom.dcmread(path)
    assert dataset.file_meta.TransferSyntaxUID == image.uid
    if image.name in BY_SITK:
        return sitk.GetArrayFromImage(sitk.ReadImage(str(path)))[0]
    if image.name in BY_LIBJXL:
        (frame,) = generate_frames(dataset.PixelData, number_of_frames=1)
        return imagecodecs.jpegxl_decode(frame)
    if image.name in BY_HAND:
        (frame,) = generate_frames(dataset.PixelData, number_of_frames=1)
        return np.frombuffer(zlib.decompress(frame, wbits=-15), "<u2").reshape(image.pixels.shape)
    return dataset.pixel_array


@pytest.mark.parametrize("name", IMAGES)
def test_another_decoder_reads_the_pixels_within_the_tolerance(name: str, tmp_path: Path) -> None:
    image = IMAGES[name]
    found = decode(image, tmp_path / "image.dcm")
    assert found.shape == image.pixels.shape
    difference = np.abs(found.astype(np.int64) - image.pixels.astype(np.int64)).max()
    assert difference <= image.tolerance


@pytest.mark.parametrize("name", [name for name, image in IMAGES.items() if image.encode])
def test_coded_images_are_coded(name: str, tmp_path: Path) -> None:
    image = IMAGES[name]
    image.write(tmp_path / "image.dcm")
    frame = next(iter(generate_frames(pydicom.dcmread(tmp_path / "image.dcm").PixelData, number_of_frames=1)))
    jpeg, jpeg_2000 = frame[:2] == b"\xff\xd8", frame[:4] == b"\xff\x4f\xff\x51"
    family = image.uid.removeprefix("1.2.840.10008.1.2")
    assert jpeg == (family.startswith(".4.") and len(family) == 5 and family < ".4.90")
    assert jpeg_2000 == (family in {".4.90", ".4.91"} or family.startswith(".4.20"))
    # SOF marker: baseline, extended, lossless (ITU-T T.81 table B.1); JPEG-LS has its own (T.87).
    marker = {".4.50": 0xC0, ".4.51": 0xC1, ".4.57": 0xC3, ".4.70": 0xC3, ".4.80": 0xF7, ".4.81": 0xF7}.get(family)
    assert marker is None or bytes((0xFF, marker)) in frame


def test_every_transfer_syntax_is_there_and_lossy_ones_alone_are_tolerant() -> None:
    assert {image.uid for image in IMAGES.values()} == SYNTAXES
    lossy = {image.uid.rpartition(".")[2] for image in IMAGES.values() if image.tolerance}
    assert lossy == {"50", "51", "81", "91", "112", "203"}


def test_lossless_pictures_use_every_byte() -> None:
    for image in IMAGES.values():
        if not image.tolerance and image.pixels.ndim == 2:
            bits = np.bitwise_or.reduce(image.pixels.astype(np.int64).ravel() & 0xFFFF)
            assert int(bits) == 2**image.bits_stored - 1, image.name
