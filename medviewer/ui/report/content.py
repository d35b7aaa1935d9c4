"""What a report says, as values: gathered from the window once, then laid out without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtGui import QImage

import medviewer
from medviewer.core.image import SpacingSource
from medviewer.core.person_name import readable_date, readable_name
from medviewer.core.table import Table, is_missing
from medviewer.document.state import Plane, View
from medviewer.ops import evaluate
from medviewer.services import result_tables
from medviewer.services.loading import LoadedSeries
from medviewer.services.workspace import Workspace
from medviewer.ui.canvas.corner_text import number
from medviewer.ui.canvas.trust import Level, short_unit, trust_lights
from medviewer.ui.measurement_model import KIND, NAME, SERIES, SLICE, VALUE, MeasurementModel
from medviewer.ui.step_list import step_words
from medviewer.ui.table_model import cell_text
from medviewer.ui.told import told

translate = QCoreApplication.translate

MOST_COLUMNS = 8
MOST_ROWS = 40


@dataclass(frozen=True)
class Facts:
    """Pairs of a name and a value under a title; `cautions` are sentences on what is not to be relied on."""

    title: str
    pairs: tuple[tuple[str, str], ...]
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class KeyPicture:
    """A picture with the line under it."""

    image: QImage
    caption: str


@dataclass(frozen=True)
class TextTable:
    """A table as words; `numbers` says which columns are right-aligned, `note` what was left out."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[bool, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Steps:
    """The steps that were applied to a series, in order, in words."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Report:
    """Everything that is printed."""

    title: str
    made: str
    program: str
    purpose: str
    patient: Facts | None = None
    series: tuple[Facts, ...] = ()
    pictures: tuple[KeyPicture, ...] = ()
    measurements: TextTable | None = None
    steps: tuple[Steps, ...] = ()
    tables: tuple[TextTable, ...] = ()
    remark: str = ""


@dataclass(frozen=True)
class Choices:
    """What was ticked.

    Attributes
    ----------
    columns : mapping
        Of each table that is wanted, by id, the keys of its columns.
    """

    title: str = ""
    remark: str = ""
    patient: bool = False
    pictures: bool = True
    measured_slices: bool = True
    measurements: bool = True
    steps: bool = True
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rows: int = MOST_ROWS


def gather(workspace: Workspace, choices: Choices, pictures: Sequence[KeyPicture], made: str) -> Report:
    """Everything of the report but its pictures, from what is open now.

    Parameters
    ----------
    pictures : sequence of KeyPicture
        See `pictures.key_pictures`.
    made : str
        When, for people.
    """
    opened = shown_series(workspace)
    return Report(
        choices.title or translate("Report", "Report"),
        made,
        translate("Report", "Made with medviewer {version}").format(version=medviewer.__version__),
        translate("Report", "For research, not for diagnosis"),
        _patient(opened) if choices.patient else None,
        tuple(_series(loaded, dated=choices.patient) for loaded in opened),
        tuple(pictures),
        _measurements(workspace) if choices.measurements else None,
        tuple(_steps(workspace, opened)) if choices.steps else (),
        tuple(_tables(workspace, choices)),
        choices.remark,
    )


def shown_series(workspace: Workspace) -> tuple[LoadedSeries, ...]:
    """The open series that panes show or that were measured, each once, in the order of the panes."""
    state = workspace.document.state
    keys = [state.view(pane).series_key for pane in state.layout.visible]
    keys += [m.series_key for m in state.measurements]
    found = [workspace.loaded(key) for key in dict.fromkeys(keys) if key]
    return tuple(loaded for loaded in found if loaded is not None and loaded.is_open)


def series_title(loaded: LoadedSeries) -> str:
    """What a series is called: modality, number, description."""
    series = loaded.series
    number_ = f"#{series.number}" if series.number is not None else ""
    words = " ".join(word for word in (series.modality, number_, series.description) if word)
    return words or translate("Report", "Series")


def _patient(opened: Sequence[LoadedSeries]) -> Facts | None:
    """Whose images these are; several people are all named."""
    people: dict[tuple[str, ...], None] = {}
    for loaded in opened:
        h = loaded.header(0)
        people[
            readable_name(h.patient_name),
            h.patient_id,
            readable_date(h.patient_birth_date),
            h.patient_sex,
            h.accession_number,
        ] = None
    names = (
        translate("Report", "Name"),
        translate("Report", "Patient number"),
        translate("Report", "Date of birth"),
        translate("Report", "Sex"),
        translate("Report", "Accession number"),
    )
    pairs = tuple((name, value) for person in people for name, value in zip(names, person, strict=True) if value)
    return Facts(translate("Report", "Patient"), pairs) if pairs else None


def _series(loaded: LoadedSeries, *, dated: bool) -> Facts:
    image, header = loaded.image, loaded.header(loaded.image.n_slices // 2)
    facts, geometry = image.facts, image.geometry
    z, y, x = geometry.shape_zyx
    pairs: list[tuple[str, str]] = []
    if dated:  # a date tells apart, and so names
        pairs.append((translate("Report", "Study date"), readable_date(header.study_date)))
        pairs.append((translate("Report", "Study"), header.study_description))
        pairs.append((translate("Report", "Institution"), header.institution))
    pairs.append((translate("Report", "Body part"), header.body_part))
    size = f"{x} × {y}" + (f" × {z}" if z > 1 else "")
    pairs.append((translate("Report", "Size"), f"{size} px"))
    if facts.spacing_source not in (SpacingSource.NONE, SpacingSource.REGION):
        sx, sy, sz = geometry.spacing_xyz_mm
        spacing = f"{sx:.4g} × {sy:.4g}" + (f" × {sz:.4g}" if z > 1 and facts.has_patient_position else "")
        pairs.append((translate("Report", "Spacing"), f"{spacing} mm"))
    if header.slice_thickness:
        pairs.append((translate("Report", "Slice thickness"), f"{number(header.slice_thickness)} mm"))
    if image.unit and facts.unit_trusted:
        pairs.append((translate("Report", "Values in"), short_unit(image.unit)))
    pairs.append((translate("Report", "Scanner"), header.manufacturer))
    pairs.append((translate("Report", "Kernel"), header.convolution_kernel))
    lights = trust_lights(facts, image.unit, View(loaded.key, Plane.STACK))
    cautions = [told(light.reason) for light in lights if light.level is not Level.GOOD]
    cautions += [told(sentence) for sentence in facts.warnings]
    if loaded.errors:
        cautions.append(translate("Report", "{n} slices could not be read.").format(n=len(loaded.errors)))
    kept = tuple((name, value) for name, value in pairs if value)
    return Facts(series_title(loaded), kept, tuple(dict.fromkeys(cautions)))


def _measurements(workspace: Workspace) -> TextTable | None:
    model = MeasurementModel(workspace)
    model.update_rows()
    rows: list[tuple[str, ...]] = []
    for row in range(model.rowCount()):
        m = model.measurement(row)
        cells = [str(model.index(row, column).data() or "") for column in (NAME, KIND, VALUE, SERIES, SLICE)]
        rows.append((*cells, m.note if m is not None else ""))
    if not rows:
        return None
    header = [
        translate("Report", "Name"),
        translate("Report", "Kind"),
        translate("Report", "Value"),
        translate("Report", "Series"),
        translate("Report", "Slice"),
        translate("Report", "Remark"),
    ]
    if not any(row[-1] for row in rows):
        header, rows = header[:-1], [row[:-1] for row in rows]
    numbers = tuple(n == 4 for n in range(len(header)))
    note = translate("Report", "Values come from the original pixels, never from processed ones.")
    return TextTable(translate("Report", "Measurements"), tuple(header), tuple(rows), numbers, note)


def _steps(workspace: Workspace, opened: Sequence[LoadedSeries]) -> list[Steps]:
    found = []
    for loaded in opened:
        steps = workspace.document.state.recipes.get(loaded.key, ())
        unit = evaluate.length_unit(loaded.image)
        lines = []
        for step in steps:
            if step.on:
                title, settings = step_words(step, unit)
                lines.append(f"{title}: {settings}" if settings else title)
        if lines:
            found.append(Steps(series_title(loaded), tuple(lines)))
    return found


def _tables(workspace: Workspace, choices: Choices) -> list[TextTable]:
    tables = result_tables.of(workspace)
    found = []
    for table_id, keys in choices.columns.items():
        known = tables.get(table_id)
        if known is not None and keys:
            found.append(text_table(known.name, known.table, keys, choices.rows))
    return found


def text_table(title: str, table: Table, keys: Sequence[str], most_rows: int) -> TextTable:
    """The first rows of some columns of a table as words; missing values are a dash."""
    columns = [table.column(key) for key in keys if key in table.keys]
    header = tuple((column.title or column.key) + (f" [{column.unit}]" if column.unit else "") for column in columns)
    n = min(table.n_rows, most_rows)
    rows = tuple(
        tuple("–" if is_missing(c.values[row]) else cell_text(c.values[row]) for c in columns) for row in range(n)
    )
    notes = []
    if n < table.n_rows:
        notes.append(
            translate("Report", "The first {n} of {all} rows.").format(n=n, all=QLocale().toString(table.n_rows))
        )
    if len(columns) < len(table.columns):
        notes.append(translate("Report", "{n} of {all} columns.").format(n=len(columns), all=len(table.columns)))
    return TextTable(title, header, rows, tuple(column.is_number for column in columns), " ".join(notes))
