"""Small images with known pixels, one for each transfer syntax: what the self-test reads back.

The pixels are made here by a formula and encoded by the codecs that ship with the program, so no file is needed and
the expected values are exact. The pictures are smooth where the coding loses something, and use every bit where it
does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

ROWS, COLUMNS = 48, 64


@dataclass(frozen=True, eq=False)
class ReferenceImage:
    """One image in one transfer syntax.

    Attributes
    ----------
    uid : str
        Transfer Syntax UID (PS3.6 table A-1).
    name : str
        Name of the coding, for the report.
    pixels : NDArray
        Stored values, shape (48, 64) or (48, 64, 3) RGB.
    bits_stored : int
        8, 12 or 16.
    tolerance : float
        Largest absolute difference that the coding may cause; 0 for lossless ones.
    encode : callable or None
        From `pixels` to the coded frame; None for native pixels.
    photometric : str
        PhotometricInterpretation of the coded frame.
    """

    uid: str
    name: str
    pixels: NDArray[Any]
    bits_stored: int
    tolerance: float = 0.0
    encode: Callable[[NDArray[Any]], bytes] | None = None
    photometric: str = "MONOCHROME2"

    def write(self, path: Path) -> None:
        """Write the image as a DICOM Part 10 file."""
        from pydicom.dataset import Dataset, FileMetaDataset
        from pydicom.encaps import encapsulate
        from pydicom.uid import UID, ExplicitVRBigEndian, MRImageStorage, generate_uid

        meta = FileMetaDataset()
        meta.TransferSyntaxUID = UID(self.uid)
        meta.MediaStorageSOPClassUID = MRImageStorage
        meta.MediaStorageSOPInstanceUID = generate_uid()
        dataset = Dataset()
        dataset.file_meta = meta
        dataset.SOPClassUID = meta.MediaStorageSOPClassUID
        dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
        dataset.StudyInstanceUID = generate_uid()
        dataset.SeriesInstanceUID = generate_uid()
        dataset.FrameOfReferenceUID = generate_uid()
        dataset.PatientID = "SELFTEST"
        dataset.PatientName = "Selftest"
        dataset.Modality = "MR"
        dataset.SeriesNumber = dataset.InstanceNumber = 1
        dataset.ImagePositionPatient = [0, 0, 0]
        dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        dataset.PixelSpacing = [1, 1]
        dataset.SliceThickness = 1
        dataset.Rows, dataset.Columns = self.pixels.shape[:2]
        dataset.SamplesPerPixel = 3 if self.pixels.ndim == 3 else 1
        if self.pixels.ndim == 3:
            dataset.PlanarConfiguration = 0
        dataset.PhotometricInterpretation = self.photometric
        dataset.BitsAllocated = self.pixels.dtype.itemsize * 8
        dataset.BitsStored = self.bits_stored
        dataset.HighBit = self.bits_stored - 1
        dataset.PixelRepresentation = int(self.pixels.dtype.kind == "i")
        if self.encode is not None:
            dataset.PixelData = encapsulate([self.encode(self.pixels)])
            dataset["PixelData"].VR = "OB"
            dataset["PixelData"].is_undefined_length = True
        else:
            kind = self.pixels.dtype.newbyteorder(">" if self.uid == ExplicitVRBigEndian else "<")
            dataset.PixelData = self.pixels.astype(kind).tobytes()
            dataset["PixelData"].VR = "OW" if self.pixels.dtype.itemsize == 2 else "OB"
        if UID(self.uid).is_transfer_syntax:
            dataset.save_as(path, enforce_file_format=True)
        else:
            _write_explicit_little_endian(dataset, path)


def _write_explicit_little_endian(dataset: Dataset, path: Path) -> None:
    """Write a Part 10 file whose transfer syntax is too new for pydicom's table of them (PS3.10 section 7.1)."""
    from pydicom.filebase import DicomBytesIO
    from pydicom.filewriter import write_dataset, write_file_meta_info

    out = DicomBytesIO()
    out.is_little_endian, out.is_implicit_VR = True, False
    out.write(b"\0" * 128 + b"DICM")
    write_file_meta_info(out, dataset.file_meta)
    write_dataset(out, dataset)
    path.write_bytes(out.getvalue())


def reference_images() -> list[ReferenceImage]:
    """One or more images for each transfer syntax that the program reads (PS3.5 section 10 and annex A)."""
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    grey8 = ((x * 3 + y * 2) % 256).astype(np.uint8)
    soft8 = (x * 2 + y * 2).astype(np.uint8)
    grey12 = ((x * 37 + y * 61) % 4096).astype(np.uint16)
    soft12 = (x * 40 + y * 20).astype(np.uint16)
    grey16 = ((x * 1021 + y * 331) % 65536).astype(np.uint16)
    signed16 = (x * 701 - y * 599).astype(np.int16)
    rgb = np.stack([x * 3, y * 4, x + y], axis=-1).astype(np.uint8)

    def image(
        suffix: str,
        name: str,
        pixels: NDArray[Any],
        bits: int,
        encode: Callable[[NDArray[Any]], bytes] | None = None,
        tolerance: float = 0.0,
        photometric: str = "MONOCHROME2",
    ) -> ReferenceImage:
        return ReferenceImage(f"1.2.840.10008.1.2{suffix}", name, pixels, bits, tolerance, encode, photometric)

    return [
        image("", "Implicit VR Little Endian", signed16, 16),
        image(".1", "Explicit VR Little Endian", grey12, 12),
        image(".1", "Explicit VR Little Endian, colour", rgb, 8, photometric="RGB"),
        image(".1.99", "Deflated Explicit VR Little Endian", signed16, 16),
        image(".2", "Explicit VR Big Endian", signed16, 16),
        image(".5", "RLE Lossless", signed16, 16, _rle),
        image(".5", "RLE Lossless, colour", rgb, 8, _rle, photometric="RGB"),
        image(".8.1", "Deflated Image Frame Compression", grey16, 16, _deflate),
        image(".4.50", "JPEG Baseline", soft8, 8, _jpeg(8), 2.0),
        image(".4.50", "JPEG Baseline, colour", rgb, 8, _jpeg(8), 5.0, "YBR_FULL_422"),
        image(".4.51", "JPEG Extended, 12 bit", soft12, 12, _jpeg(12), 4.0),
        image(".4.57", "JPEG Lossless", grey16, 16, _jpeg_lossless(16, predictor=6)),
        image(".4.70", "JPEG Lossless, first-order prediction", grey12, 12, _jpeg_lossless(12, predictor=1)),
        image(".4.70", "JPEG Lossless, first-order prediction, 8 bit", grey8, 8, _jpeg_lossless(8, predictor=1)),
        image(".4.80", "JPEG-LS Lossless", grey12, 12, _jpeg_ls(0)),
        image(".4.81", "JPEG-LS Near-lossless", soft12, 12, _jpeg_ls(2), 2.0),
        image(".4.90", "JPEG 2000 Lossless", grey12, 12, _jpeg_2000(12, lossless=True)),
        image(".4.91", "JPEG 2000", soft12, 12, _jpeg_2000(12, lossless=False), 24.0),
        image(".4.110", "JPEG XL Lossless", grey12, 12, _jpeg_xl(lossless=True)),
        image(".4.112", "JPEG XL", soft8, 8, _jpeg_xl(lossless=False), 4.0),
        image(".4.201", "High-Throughput JPEG 2000 Lossless", grey16, 16, _htj2k(lossless=True)),
        image(".4.202", "High-Throughput JPEG 2000 Lossless RPCL", grey16, 16, _htj2k(lossless=True)),
        image(".4.203", "High-Throughput JPEG 2000", soft12, 16, _htj2k(lossless=False), 32.0),
    ]


def _rle(pixels: NDArray[Any]) -> bytes:
    """RLE by PS3.5 annex G: a header, then one PackBits segment for each byte plane, high byte first."""
    samples = pixels.reshape(ROWS, COLUMNS, -1)
    size = samples.dtype.itemsize
    planes = samples.astype(samples.dtype.newbyteorder(">")).view(np.uint8).reshape(ROWS, COLUMNS, -1, size)
    segments = [
        b"".join(_packbits(planes[row, :, sample, byte].tobytes()) for row in range(ROWS))
        for sample in range(planes.shape[2])
        for byte in range(size)
    ]
    segments = [segment + b"\0" * (len(segment) % 2) for segment in segments]
    offsets = 64 + np.cumsum([0, *(len(segment) for segment in segments)])[:-1]
    header = np.zeros(16, "<u4")
    header[0] = len(segments)
    header[1 : 1 + len(segments)] = offsets
    return header.tobytes() + b"".join(segments)


def _packbits(row: bytes) -> bytes:
    """PackBits with runs of two or more, literals otherwise (PS3.5 G.3.1)."""
    out = bytearray()
    i = 0
    while i < len(row):
        run = 1
        while i + run < len(row) and run < 128 and row[i + run] == row[i]:
            run += 1
        if run > 1:
            out += bytes((257 - run, row[i]))
            i += run
            continue
        start = i
        while i < len(row) and i - start < 128 and (i + 1 == len(row) or row[i + 1] != row[i]):
            i += 1
        out += bytes((i - start - 1,)) + row[start:i]
    return bytes(out)


def _deflate(pixels: NDArray[Any]) -> bytes:
    """A raw deflate stream of the native frame (PS3.5 section 8.2.16)."""
    import zlib

    stream = zlib.compressobj(level=9, wbits=-15)
    return stream.compress(pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()) + stream.flush()


def _jpeg(bits: int) -> Callable[[NDArray[Any]], bytes]:
    def encode(pixels: NDArray[Any]) -> bytes:
        import imagecodecs

        subsampling = "422" if pixels.ndim == 3 else None
        return bytes(imagecodecs.jpeg8_encode(pixels, level=97, bitspersample=bits, subsampling=subsampling))

    return encode


def _jpeg_lossless(bits: int, predictor: int) -> Callable[[NDArray[Any]], bytes]:
    def encode(pixels: NDArray[Any]) -> bytes:
        import imagecodecs

        coded = imagecodecs.jpeg8_encode(pixels, lossless=True, predictor=predictor, bitspersample=bits)
        return bytes(coded)

    return encode


def _jpeg_ls(near: int) -> Callable[[NDArray[Any]], bytes]:
    def encode(pixels: NDArray[Any]) -> bytes:
        import imagecodecs

        return bytes(imagecodecs.jpegls_encode(pixels, level=near))

    return encode


def _jpeg_2000(bits: int, lossless: bool) -> Callable[[NDArray[Any]], bytes]:
    def encode(pixels: NDArray[Any]) -> bytes:
        import imagecodecs

        level = 0 if lossless else 60  # decibel
        coded = imagecodecs.jpeg2k_encode(
            pixels, level=level, codecformat="j2k", reversible=lossless, bitspersample=bits
        )
        return bytes(coded)

    return encode


def _htj2k(lossless: bool) -> Callable[[NDArray[Any]], bytes]:
    def encode(pixels: NDArray[Any]) -> bytes:
        import imagecodecs

        return bytes(imagecodecs.htj2k_encode(pixels, level=None if lossless else 0.0005, reversible=lossless))

    return encode


def _jpeg_xl(lossless: bool) -> Callable[[NDArray[Any]], bytes]:
    def encode(pixels: NDArray[Any]) -> bytes:
        import imagecodecs

        return bytes(imagecodecs.jpegxl_encode(pixels, lossless=lossless, distance=None if lossless else 0.5))

    return encode
