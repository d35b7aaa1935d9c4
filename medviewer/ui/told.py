"""Sentences of the rooms below the window, in its language: errors, reasons why a file is not shown, warnings.

The readers know no languages: they speak English, with names and numbers put in. Here a finished sentence is found
again by its pattern and said in the language of the window; one that is not in the list stays English.
"""

from __future__ import annotations

import functools
import re

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

_BETWEEN_SENTENCES = re.compile(r"(?<=[.])[ \n]+(?=[A-Z])")

_SENTENCES = (
    QT_TRANSLATE_NOOP("Told", "The file is empty."),
    QT_TRANSLATE_NOOP("Told", "This is a {a}, which is not shown here."),
    QT_TRANSLATE_NOOP("Told", "This is an {a}, which is not shown here."),
    QT_TRANSLATE_NOOP("Told", "The file is of an unknown kind."),
    QT_TRANSLATE_NOOP("Told", "The picture is damaged."),
    QT_TRANSLATE_NOOP("Told", "The picture claims a suspicious size."),
    QT_TRANSLATE_NOOP("Told", "This is a gzip-compressed file that holds no NIfTI volume."),
    QT_TRANSLATE_NOOP("Told", "Duplicate of {a} ({b})."),
    QT_TRANSLATE_NOOP("Told", "Another, different image bears the same instance UID."),
    QT_TRANSLATE_NOOP("Told", "The file is cut short inside its header and holds no image."),
    QT_TRANSLATE_NOOP("Told", "The file is cut short: the pixel data end before their declared length."),
    QT_TRANSLATE_NOOP("Told", "The file is cut short: frame {a} of {b} is not whole."),
    QT_TRANSLATE_NOOP("Told", "The file is cut short: {a} of {b} frames are there."),
    QT_TRANSLATE_NOOP("Told", "The file is cut short: not even its first frame is whole."),
    QT_TRANSLATE_NOOP("Told", "The file is cut short: its values are not all there."),
    QT_TRANSLATE_NOOP("Told", "The file is cut short: its header claims an image far larger than the file can hold."),
    QT_TRANSLATE_NOOP("Told", "Copy or send it again."),
    QT_TRANSLATE_NOOP("Told", "Copy or send the file again."),
    QT_TRANSLATE_NOOP("Told", "It may be damaged or cut short."),
    QT_TRANSLATE_NOOP("Told", "It may be damaged or cut short: copy or send it again."),
    QT_TRANSLATE_NOOP("Told", "The file holds no pixel data."),
    QT_TRANSLATE_NOOP("Told", "The file holds no image."),
    QT_TRANSLATE_NOOP("Told", "The file has no pixels."),
    QT_TRANSLATE_NOOP("Told", "The pixel data are empty."),
    QT_TRANSLATE_NOOP("Told", "The file has no DICOM preamble."),
    QT_TRANSLATE_NOOP("Told", "The file does not name its transfer syntax; it was found out from the content."),
    QT_TRANSLATE_NOOP("Told", "The transfer syntax says native pixels, but the pixel data are encapsulated."),
    QT_TRANSLATE_NOOP("Told", "The transfer syntax says compressed, but the pixel data are not encapsulated."),
    QT_TRANSLATE_NOOP("Told", "The file has no study UID; one was made from its folder."),
    QT_TRANSLATE_NOOP("Told", "The file has no series UID; one was made from its folder."),
    QT_TRANSLATE_NOOP("Told", "The file has no instance UID; one was made from its content."),
    QT_TRANSLATE_NOOP("Told", "An identifier of the file is not a valid UID; it is used as it stands."),
    QT_TRANSLATE_NOOP("Told", "The file's windows are incomplete."),
    QT_TRANSLATE_NOOP("Told", "The file ends inside its header."),
    QT_TRANSLATE_NOOP("Told", "The header of the file is damaged."),
    QT_TRANSLATE_NOOP("Told", "The file is damaged: its header cannot be read."),
    QT_TRANSLATE_NOOP("Told", "The file is damaged and cannot be read."),
    QT_TRANSLATE_NOOP("Told", "The file starts like DICOM but holds no usable elements."),
    QT_TRANSLATE_NOOP("Told", "This is not a DICOM file."),
    QT_TRANSLATE_NOOP("Told", "Choose a file or a folder with DICOM files."),
    QT_TRANSLATE_NOOP("Told", "The file cannot be opened."),
    QT_TRANSLATE_NOOP("Told", "Check that it is still there and that you may read it."),
    QT_TRANSLATE_NOOP("Told", "The file cannot be read from its disk."),
    QT_TRANSLATE_NOOP("Told", "The file cannot be read from the disk."),
    QT_TRANSLATE_NOOP("Told", "Check that the disk or the network drive is there."),
    QT_TRANSLATE_NOOP("Told", "The file may not be read: permission denied."),
    QT_TRANSLATE_NOOP("Told", "The file does not exist."),
    QT_TRANSLATE_NOOP("Told", "There is no such file."),
    QT_TRANSLATE_NOOP("Told", "The link leads nowhere."),
    QT_TRANSLATE_NOOP("Told", "The folder may not be opened: {a}."),
    QT_TRANSLATE_NOOP("Told", "The DICOMDIR lists this file, but it is not there."),
    QT_TRANSLATE_NOOP("Told", "Media directory (DICOMDIR); the files that it lists are read one by one."),
    QT_TRANSLATE_NOOP("Told", "The DICOMDIR is damaged."),
    QT_TRANSLATE_NOOP("Told", "Open its folder instead."),
    QT_TRANSLATE_NOOP("Told", "ZIP archive; its {a} files are listed one by one."),
    QT_TRANSLATE_NOOP("Told", "The ZIP archive is empty."),
    QT_TRANSLATE_NOOP("Told", "The ZIP archive is damaged."),
    QT_TRANSLATE_NOOP("Told", "The file inside the archive is damaged."),
    QT_TRANSLATE_NOOP("Told", "The file inside the archive is encrypted."),
    QT_TRANSLATE_NOOP("Told", "An archive inside an archive is not opened."),
    QT_TRANSLATE_NOOP("Told", "The series holds no image."),
    QT_TRANSLATE_NOOP("Told", "The series holds {a} stacks. Shown: {b}. Others: {c}."),
    QT_TRANSLATE_NOOP("Told", "The images carry no pixel spacing."),
    QT_TRANSLATE_NOOP("Told", "The pixel spacing is not positive and was left out."),
    QT_TRANSLATE_NOOP("Told", "The {a} is not a number and was left out."),
    QT_TRANSLATE_NOOP("Told", "The {a} is not positive and was left out."),
    QT_TRANSLATE_NOOP("Told", "The {a} is not usable and was left out."),
    QT_TRANSLATE_NOOP("Told", "The image orientation is not usable and was left out."),
    QT_TRANSLATE_NOOP("Told", "The number of frames is not usable; one frame is assumed."),
    QT_TRANSLATE_NOOP("Told", "The slices are tilted by {a}° against the direction they follow."),
    QT_TRANSLATE_NOOP("Told", "The distance between slices is not even."),
    QT_TRANSLATE_NOOP("Told", "The images carry no position in the patient."),
    QT_TRANSLATE_NOOP("Told", "All images lie at one location."),
    QT_TRANSLATE_NOOP("Told", "All slices lie in the same place."),
    QT_TRANSLATE_NOOP("Told", "The images are shifted against each other, so they form no volume."),
    QT_TRANSLATE_NOOP("Told", "Planes across the stack need at least three slices."),
    QT_TRANSLATE_NOOP(
        "Told", "The file does not say how large a pixel is, so that planes across the stack would be distorted."
    ),
    QT_TRANSLATE_NOOP("Told", "A volume needs at least three slices."),
    QT_TRANSLATE_NOOP("Told", "Text is burned into the pixels; it may name the patient."),
    QT_TRANSLATE_NOOP("Told", "A picture has no position in the patient."),
    QT_TRANSLATE_NOOP("Told", "The file holds {a} volumes; the first is shown."),
    QT_TRANSLATE_NOOP("Told", "The file does not place its volume in the patient: left and right are not known."),
    QT_TRANSLATE_NOOP("Told", "The header says {a} × {b} pixels and the compressed image says {c} × {d}."),
    QT_TRANSLATE_NOOP("Told", "The compressed pixels are damaged and cannot be decoded."),
    QT_TRANSLATE_NOOP("Told", "The compressed pixels are missing or cut short."),
    QT_TRANSLATE_NOOP("Told", "The compressed pixels of this frame are missing."),
    QT_TRANSLATE_NOOP("Told", "The compressed frame is shorter than the header says."),
    QT_TRANSLATE_NOOP("Told", "The size of the compressed image contradicts the header."),
    QT_TRANSLATE_NOOP("Told", "The decoder broke down over this frame; its pixels are damaged."),
    QT_TRANSLATE_NOOP("Told", "Decoding this frame took too long, so it was given up."),
    QT_TRANSLATE_NOOP("Told", "The pixels are stored as {a}, which no decoder here reads."),
    QT_TRANSLATE_NOOP("Told", "The pixels are stored as {a} JPEG, which no decoder here reads."),
    QT_TRANSLATE_NOOP("Told", "Ask for the images in an uncompressed or JPEG 2000 form."),
    QT_TRANSLATE_NOOP("Told", "The transfer syntax {a} is not known, so the pixels cannot be decoded."),
    QT_TRANSLATE_NOOP("Told", "Ask for the images in a standard transfer syntax."),
    QT_TRANSLATE_NOOP("Told", "The colour palette is damaged."),
    QT_TRANSLATE_NOOP("Told", "The image needs a colour palette, and the file has none that can be used."),
    QT_TRANSLATE_NOOP("Told", "An overlay of the file is damaged and was left out."),
    QT_TRANSLATE_NOOP("Told", "A window of the file has no width and was left out."),
    QT_TRANSLATE_NOOP("Told", "The dose has no scaling: its values are relative."),
    QT_TRANSLATE_NOOP("Told", "The file does not say how its values become Hounsfield units."),
    QT_TRANSLATE_NOOP("Told", "The unit of the PET values is not known."),
    QT_TRANSLATE_NOOP("Told", "There is not enough memory for the volume."),
    QT_TRANSLATE_NOOP("Told", "Close other series or programs."),
    QT_TRANSLATE_NOOP("Told", "The series is still being opened."),
    QT_TRANSLATE_NOOP("Told", "This series could not be opened."),
    QT_TRANSLATE_NOOP("Told", "The log says more."),
    QT_TRANSLATE_NOOP("Told", "This slice could not be read."),
    QT_TRANSLATE_NOOP("Told", "This series is no longer in the list."),
    QT_TRANSLATE_NOOP("Told", "Import its files again."),
    QT_TRANSLATE_NOOP("Told", "The planes could not be made."),
    QT_TRANSLATE_NOOP("Told", "Slices of this series could not be read, so no planes can be made across it."),
    QT_TRANSLATE_NOOP("Told", "The disk is full: the catalog could not be written."),
    QT_TRANSLATE_NOOP("Told", "Free some space and try again."),
    QT_TRANSLATE_NOOP("Told", "The catalog file was damaged."),
    QT_TRANSLATE_NOOP(
        "Told", "It is built again from your files, which are not affected; the damaged file was kept beside it."
    ),
    QT_TRANSLATE_NOOP("Told", "Only two or more series of one study can be merged."),
    QT_TRANSLATE_NOOP("Told", "Select them in the list."),
    QT_TRANSLATE_NOOP("Told", "The images of this series do not differ in that."),
    QT_TRANSLATE_NOOP("Told", "Choose another way to split it."),
    QT_TRANSLATE_NOOP("Told", "The settings could not be saved."),
    QT_TRANSLATE_NOOP("Told", "Make room on the disk."),
    QT_TRANSLATE_NOOP("Told", "Your work cannot be kept safe on the disk."),
    QT_TRANSLATE_NOOP("Told", "Make room on the disk, or save the session elsewhere."),
    QT_TRANSLATE_NOOP("Told", "This file is not a medviewer session."),
    QT_TRANSLATE_NOOP("Told", "The session file is damaged."),
    QT_TRANSLATE_NOOP("Told", "The session could not be saved."),
    QT_TRANSLATE_NOOP("Told", "The table could not be written."),
    QT_TRANSLATE_NOOP("Told", "Choose another folder, or close the file."),
    QT_TRANSLATE_NOOP("Told", "The file could not be written."),
    QT_TRANSLATE_NOOP("Told", "Check the folder and the space on the disk."),
    QT_TRANSLATE_NOOP("Told", "The file does not hold window presets."),
    QT_TRANSLATE_NOOP("Told", "Choose a file that was exported from the window panel."),
)

# What is put into them.
_WORDS = (
    QT_TRANSLATE_NOOP("Told", "text file"),
    QT_TRANSLATE_NOOP("Told", "XML file"),
    QT_TRANSLATE_NOOP("Told", "web page"),
    QT_TRANSLATE_NOOP("Told", "JSON or text file"),
    QT_TRANSLATE_NOOP("Told", "PDF document"),
    QT_TRANSLATE_NOOP("Told", "GIF picture"),
    QT_TRANSLATE_NOOP("Told", "BMP picture"),
    QT_TRANSLATE_NOOP("Told", "NumPy array"),
    QT_TRANSLATE_NOOP("Told", "HDF5 file"),
    QT_TRANSLATE_NOOP("Told", "MATLAB file"),
    QT_TRANSLATE_NOOP("Told", "program"),
    QT_TRANSLATE_NOOP("Told", "Windows program"),
    QT_TRANSLATE_NOOP("Told", "SQLite database"),
    QT_TRANSLATE_NOOP("Told", "Microsoft Office document"),
    QT_TRANSLATE_NOOP("Told", "RAR archive"),
    QT_TRANSLATE_NOOP("Told", "7-Zip archive"),
    QT_TRANSLATE_NOOP("Told", "tar archive"),
    QT_TRANSLATE_NOOP("Told", "AVI video"),
    QT_TRANSLATE_NOOP("Told", "MPEG video"),
    QT_TRANSLATE_NOOP("Told", "Matroska video"),
    QT_TRANSLATE_NOOP("Told", "MPEG-4 video or HEIF picture"),
    QT_TRANSLATE_NOOP("Told", "same instance UID"),
    QT_TRANSLATE_NOOP("Told", "pixel spacing"),
    QT_TRANSLATE_NOOP("Told", "slice thickness"),
)
SENTENCES: tuple[str, ...] = tuple(map(str, _SENTENCES))
WORDS: tuple[str, ...] = tuple(map(str, _WORDS))


def told(text: str) -> str:
    """One or several sentences in the window's language.

    Parameters
    ----------
    text : str
        English, as an error or a reader says it.

    Returns
    -------
    str
        Translated sentence by sentence; what is not known stays as it is.
    """
    whole = _one(text)
    if whole != text:
        return whole
    return re.sub(r"(?<=。) (?=\S)", "", " ".join(_one(part) for part in _BETWEEN_SENTENCES.split(text)))


def _one(sentence: str) -> str:
    exact = QCoreApplication.translate("Told", sentence)
    if exact != sentence:
        return exact
    for pattern, source in _patterns():
        found = pattern.fullmatch(sentence)
        if found is not None:
            shown = QCoreApplication.translate("Told", source)
            values = {name: QCoreApplication.translate("Told", value) for name, value in found.groupdict().items()}
            # In one pass: a file name may hold braces of its own.
            pieces = re.split(r"\{(\w)\}", shown)
            return "".join(values.get(piece, "") if n % 2 else piece for n, piece in enumerate(pieces))
    return sentence


@functools.cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The sentences with something put in, as patterns; those with more words of their own first."""
    open_ones = sorted((s for s in SENTENCES if "{" in s), key=len, reverse=True)
    return tuple((re.compile(re.sub(r"\\{(\w)\\}", r"(?P<\1>.+?)", re.escape(s))), s) for s in open_ones)
