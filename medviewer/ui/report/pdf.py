"""A report as a PDF, page by page, so that the window goes on between pages."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
)

from medviewer.errors import DataError
from medviewer.ui.report.content import Report, translate
from medviewer.ui.report.page import DPI, body_font, document_of
from medviewer.ui.theme import PAPER

MARGIN_MM = 16.0
FOOT_MM = 8.0
RESOLUTION = 300
PAGES = {"A4": QPageSize.PageSizeId.A4, "Letter": QPageSize.PageSizeId.Letter}
MOST_PAGES = 500
_MM = DPI / 25.4


def write_pdf(report: Report, path: Path, page: str = "A4") -> int:
    """Write a report; returns the number of pages.

    Raises
    ------
    DataError
        The file cannot be written.
    """
    return max((done for done, _count in pages_written(report, path, page)), default=0)


def pages_written(report: Report, path: Path, page: str = "A4") -> Generator[tuple[int, int], None, None]:
    """Write a report step by step; each step gives the pages that are done and how many there are.

    The file appears whole at the end; an iterator that is closed before leaves nothing behind.

    Parameters
    ----------
    page : str
        A key of `PAGES`.

    Raises
    ------
    DataError
        The file cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=".medviewer-", suffix=".pdf", dir=path.parent)
        os.close(handle)
    except OSError:
        raise _refused() from None
    partial = Path(name)
    try:
        yield from _drawn(report, partial, page)
        umask = os.umask(0)
        os.umask(umask)
        partial.chmod(0o666 & ~umask)
        os.replace(partial, path)
    except OSError:
        raise _refused() from None
    finally:
        with suppress(OSError):
            partial.unlink()


def _refused() -> DataError:
    return DataError("The report could not be written.", "Choose another folder.")


def _drawn(report: Report, path: Path, page: str) -> Generator[tuple[int, int], None, None]:
    writer = QPdfWriter(str(path))
    writer.setResolution(RESOLUTION)
    writer.setTitle(report.title)
    writer.setCreator(report.program)
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    writer.setPageLayout(
        QPageLayout(QPageSize(PAGES[page]), QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter)
    )
    full = writer.pageLayout().paintRect(QPageLayout.Unit.Millimeter)
    width, height = full.width() * _MM, (full.height() - FOOT_MM) * _MM
    document = document_of(report, width)
    document.setPageSize(QSizeF(width, height))
    count = min(document.pageCount(), MOST_PAGES)
    yield 0, count
    painter = QPainter()
    if not painter.begin(writer):
        raise _refused()
    try:
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)  # else pictures become JPEG
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.scale(RESOLUTION / DPI, RESOLUTION / DPI)
        context = QAbstractTextDocumentLayout.PaintContext()
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Text, QColor(PAPER["ink"]))
        context.palette = palette
        for n in range(count):
            if n and not writer.newPage():
                raise _refused()
            painter.save()
            painter.translate(0, -n * height)
            # A pixel less: what begins on the next page would be written here too, unseen, yet found by a search.
            context.clip = QRectF(0, n * height, width, height - 1)
            painter.setClipRect(context.clip)
            document.documentLayout().draw(painter, context)
            painter.restore()
            _foot(painter, report, n + 1, count, QRectF(0, height, width, FOOT_MM * _MM))
            yield n + 1, count
    finally:
        painter.end()


def _foot(painter: QPainter, report: Report, page: int, count: int, place: QRectF) -> None:
    """Purpose and program at the left, the number of the page at the right, on every page."""
    font = QFont(body_font())
    font.setPointSizeF(7.5)
    font.setPixelSize(round(7.5 * DPI / 72))  # the painter is scaled: a size in points would be scaled twice
    painter.setFont(font)
    painter.setPen(QColor(PAPER["dim"]))
    bottom = Qt.AlignmentFlag.AlignBottom
    painter.drawText(place, bottom | Qt.AlignmentFlag.AlignLeft, f"{report.purpose} · {report.program}")
    words = translate("Report", "Page {n} of {count}").format(n=page, count=count)
    painter.drawText(place, bottom | Qt.AlignmentFlag.AlignRight, words)
