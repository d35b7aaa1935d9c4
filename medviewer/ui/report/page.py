"""A report as a text document that breaks over pages: headings, facts, pictures, tables with repeated headers."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QUrl
from PySide6.QtGui import QFont, QFontInfo, QGuiApplication, QTextDocument

from medviewer.ui.report.content import Facts, KeyPicture, Report, TextTable, translate
from medviewer.ui.theme import CHINESE_FAMILIES, PAPER, tabular

BODY_PT = 9.5
DPI = 96.0
"""Resolution in which the document is laid out; the page is drawn enlarged to that of the PDF."""

_INK, _DIM, _LINE, _CAUTION = (PAPER[name] for name in ("ink", "dim", "line", "caution"))

_STYLE = f"""
body {{ color: {_INK}; }}
h1 {{ font-size: 18pt; font-weight: 600; margin: 0 0 2px 0; }}
h2 {{ font-size: 12pt; font-weight: 600; margin: 16px 0 4px 0; }}
h3 {{ font-size: 10pt; font-weight: 600; margin: 8px 0 2px 0; }}
p {{ margin: 2px 0 2px 0; }}
.dim {{ color: {_DIM}; }}
.caution {{ color: {_CAUTION}; }}
.small {{ font-size: 8pt; }}
td.name {{ color: {_DIM}; padding: 0 14px 1px 0; }}
td.value {{ padding: 0 0 1px 0; }}
th {{ font-weight: 600; text-align: left; background-color: #eef1f4; }}
"""


def document_of(report: Report, width_px: float) -> QTextDocument:
    """Lay a report out.

    Parameters
    ----------
    width_px : float
        Width of the text, in pixels of `DPI`; pictures are made to fit.
    """
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.setUseDesignMetrics(True)  # the same line breaks at every resolution
    document.setDefaultFont(body_font())
    document.setDefaultStyleSheet(_STYLE)
    for n, picture in enumerate(report.pictures):
        plain = picture.image.copy()
        plain.setDevicePixelRatio(1.0)  # the size on paper is said beside it
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(_picture_name(n)), plain)
    document.setHtml(html_of(report, width_px))
    return document


def body_font() -> QFont:
    """The interface's families, Chinese among them, in a size for paper; never hinted for a screen."""
    base = QGuiApplication.font()
    font = QFont(base)
    font.setFamilies([QFontInfo(base).family(), *CHINESE_FAMILIES])
    font.setPointSizeF(BODY_PT)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setFeature(QFont.Tag.fromString("liga"), 0)  # type: ignore[arg-type, unused-ignore]  # words stay findable
    return tabular(font)


def html_of(report: Report, width_px: float) -> str:
    """The report as rich text."""
    parts = [
        f"<h1>{escape(report.title)}</h1>",
        f'<p class="dim">{escape(report.made)} · {escape(report.program)}</p>',
        f'<p class="caution"><b>{escape(report.purpose)}</b></p>',
    ]
    if report.remark.strip():
        lines = "<br/>".join(escape(line) for line in report.remark.strip().splitlines())
        parts.append(f"<p>{lines}</p>")
    if report.patient is not None:
        parts.append(_facts(report.patient))
    parts += [_facts(facts) for facts in report.series]
    if report.pictures:
        parts.append(f"<h2>{escape(translate('Report', 'Key images'))}</h2>")
        parts.append(_pictures(report.pictures, width_px))
    if report.measurements is not None:
        parts.append(_table(report.measurements, 2))
    for steps in report.steps:
        title = translate("Report", "Processing: {series}").format(series=steps.title)
        parts.append(f"<h2>{escape(title)}</h2><ol>")
        parts += [f"<li>{escape(line)}</li>" for line in steps.lines]
        parts.append("</ol>")
    parts += [_table(table, 2) for table in report.tables]
    return f"<html><body>{''.join(parts)}</body></html>"


def _facts(facts: Facts) -> str:
    """A title, pairs in two columns side by side, and what is not to be relied on."""
    out = [f"<h2>{escape(facts.title)}</h2>"]
    half = (len(facts.pairs) + 1) // 2
    rows = []
    for n in range(half):
        cells = ""
        for name, value in facts.pairs[n :: half or 1][:2]:
            low = 'valign="bottom"'  # Chinese and Latin letters of one row stand on one line
            cells += f'<td class="name" {low}>{escape(name)}</td><td class="value" {low}>{escape(value)}</td>'
            cells += '<td width="24"></td>'
        rows.append(f"<tr>{cells}</tr>")
    if rows:
        out.append(f'<table border="0" cellspacing="0" cellpadding="0">{"".join(rows)}</table>')
        out.append('<p style="font-size: 3pt">&nbsp;</p>')  # a heading keeps no distance from a table by itself
    out += [f'<p class="caution small">⚠ {escape(caution)}</p>' for caution in facts.cautions]
    return "".join(out)


def _picture_name(n: int) -> str:
    return f"picture:{n}"


def _pictures(pictures: tuple[KeyPicture, ...], width_px: float) -> str:
    """One large, or two beside each other; a picture and its line stay on one page as a table row does."""
    columns = 1 if len(pictures) == 1 else 2
    room = (width_px - 12 * (columns - 1)) / columns
    highest = 0.8 * width_px if columns == 1 else room
    rows = []
    for first in range(0, len(pictures), columns):
        cells = ""
        for n in range(first, min(first + columns, len(pictures))):
            image = pictures[n].image
            scale = min(room / max(1, image.width()), highest / max(1, image.height()))
            w, h = max(1, int(image.width() * scale)), max(1, int(image.height() * scale))
            cells += (
                f'<td width="{100 // columns}%" valign="top"><img src="{_picture_name(n)}" width="{w}" height="{h}"/>'
                f'<p class="dim small">{escape(pictures[n].caption)}</p></td>'
            )
        rows.append(f"<tr>{cells}</tr>")
    return f'<table border="0" cellspacing="0" cellpadding="3" width="100%">{"".join(rows)}</table>'


def _table(table: TextTable, level: int) -> str:
    """A table whose header comes again on every page."""
    numbers = table.numbers or (False,) * len(table.header)
    align = [' align="right"' if number else "" for number in numbers]
    size = "8pt" if len(table.header) <= MANY_COLUMNS else "6.5pt"
    style = f' style="font-size: {size}; border-bottom: 0.5px solid {_LINE}"'
    head = "".join(f"<th{a}{style}>{escape(word)}</th>" for word, a in zip(table.header, align, strict=True))
    rows = [
        "<tr>" + "".join(f"<td{a}{style}>{_cell(word)}</td>" for word, a in zip(row, align, strict=True)) + "</tr>"
        for row in table.rows
    ]
    note = f'<p class="dim small">{escape(table.note)}</p>' if table.note else ""
    return (
        f"<h{level}>{escape(table.title)}</h{level}>{note}"
        '<table border="0" style="border-collapse: collapse" cellspacing="0" cellpadding="4" width="100%">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


MANY_COLUMNS = 9


def _cell(word: str) -> str:
    """A cell; long words without a space may break anywhere, so that no table is wider than the page."""
    text = escape(word)
    return text if len(max(word.split(), key=len, default="")) <= 24 else "\u200b".join(_chunks(word))


def _chunks(word: str) -> list[str]:
    return [escape(word[n : n + 12]) for n in range(0, len(word), 12)]
