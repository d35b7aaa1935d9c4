"""Parameters as frozen dataclasses whose fields say their range, unit and words; everything else is derived.

    @dataclass(frozen=True)
    class GaussianParams:
        sigma_mm: Annotated[float, Range(0.1, 50.0), Step(0.1), Unit("mm"), Label("Radius"), Help("…")] = 1.0

A field is ``bool``, ``int``, ``float``, ``str``, a ``StrEnum``, a ``Literal`` of strings or `core.marks.Marks`, and
has a default.
"""

from __future__ import annotations

import enum
import math
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from decimal import Decimal
from typing import Any, TypeVar

from medviewer.core import marks as mark_values
from medviewer.core.marks import Mark, Marks
from medviewer.errors import InputError

P = TypeVar("P")

WIDE = 1e5
"""A number that may lie this far on both sides of 0 is a value of the image."""


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """`text` itself; the name makes the translation tools find it (Qt's convention, without Qt)."""
    return text


@dataclass(frozen=True)
class Range:
    """Inclusive limits of a number."""

    low: float
    high: float


@dataclass(frozen=True)
class Step:
    """What one press of an arrow changes; also decides how many decimals are shown."""

    value: float


@dataclass(frozen=True)
class Unit:
    """Shown inside the field. ``"mm"`` becomes ``"px"`` where the spacing of an image is not known."""

    text: str


@dataclass(frozen=True)
class Label:
    """Name of a field for people, in English; the form translates it."""

    text: str


@dataclass(frozen=True)
class Help:
    """One or two sentences: the tooltip, the command line's help and the help page."""

    text: str


@dataclass(frozen=True)
class Choices:
    """The values that a ``str`` or enum field may have, each with its words in English."""

    labels: Mapping[str, str]

    def __hash__(self) -> int:
        return hash(tuple(self.labels.items()))


@dataclass(frozen=True)
class ShowWhen:
    """The field matters only while another one (a choice or a switch) has one of these values; the form hides it."""

    field: str
    values: tuple[str | bool, ...]


@dataclass(frozen=True)
class Pick:
    """The text is the path of a file; the form offers to choose one."""

    words: str
    patterns: str  # "*.classifier"


class Hand(enum.StrEnum):
    """How marks are set on the image."""

    POINTS = "points"  # each click is a mark
    STROKES = "strokes"  # painted with a brush
    BOX = "box"  # a dragged rectangle: a mark with two opposite corners


@dataclass(frozen=True)
class SetBy:
    """For marks: how they are set, and what each label stands for."""

    hand: Hand
    labels: Mapping[int, str]

    def __hash__(self) -> int:
        return hash((self.hand, tuple(self.labels.items())))


class Kind(enum.StrEnum):
    """What a field holds."""

    BOOL = "bool"
    INT = "int"
    FLOAT = "float"
    TEXT = "text"
    CHOICE = "choice"
    MARKS = "marks"


@dataclass(frozen=True)
class Field:
    """One parameter, as read from the annotation.

    Attributes
    ----------
    name : str
        Name in the dataclass, in JSON and (with dashes) on the command line.
    python_type : type
        bool, int, float, str or the enum.
    low, high : float or None
        Inclusive limits of a number.
    step : float or None
        For the arrows of the field.
    choices : tuple of (value, words)
        For `Kind.CHOICE`.
    set_by : SetBy or None
        For `Kind.MARKS`.
    show_when : ShowWhen or None
        When the form shows it; None: always.
    pick : Pick or None
        Which files a text may name.
    """

    name: str
    kind: Kind
    python_type: type
    default: Any
    label: str
    help: str = ""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    step: float | None = None
    choices: tuple[tuple[str, str], ...] = ()
    set_by: SetBy | None = None
    show_when: ShowWhen | None = None
    pick: Pick | None = None

    @property
    def decimals(self) -> int:
        """Digits after the point that the field shows; follows from the step."""
        if self.kind is not Kind.FLOAT:
            return 0
        exponent = Decimal(repr(self.step or 0.01)).normalize().as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 2

    @property
    def of_image(self) -> bool:
        """Whether the number is a value of the image, in its unit: its limits are wide enough for any image."""
        wide = self.low is not None and self.high is not None and self.low <= -WIDE and self.high >= WIDE
        return wide and not self.unit

    def words(self, value: Any) -> str:
        """The value for people, without its unit."""
        if self.kind is Kind.CHOICE:
            return dict(self.choices).get(str(value), str(value))
        if self.kind is Kind.BOOL:
            return "on" if value else "off"
        if self.kind is Kind.MARKS:
            return str(len(value))
        return f"{value:g}" if self.kind is Kind.FLOAT else str(value)

    def convert(self, value: Any) -> Any:
        """The value in the field's own type.

        Raises
        ------
        InputError
            For a value of another type, a number that is not finite or outside the range, an unknown choice. The
            sentence names the field.
        """
        if self.kind is Kind.BOOL:
            if not isinstance(value, bool):
                raise self._refusal("must be on or off")
            return value
        if self.kind in (Kind.INT, Kind.FLOAT):
            return self._convert_number(value)
        if self.kind is Kind.CHOICE:
            allowed = [name for name, _ in self.choices]
            if not isinstance(value, str) or str(value) not in allowed:
                raise self._refusal("must be one of " + ", ".join(allowed))
            return self.python_type(value)
        if self.kind is Kind.MARKS:
            try:
                return mark_values.from_json(value)
            except (TypeError, ValueError):
                raise self._refusal("must be a list of marks, each with a label and points in mm") from None
        if not isinstance(value, str):
            raise self._refusal("must be text")
        return value

    def _convert_number(self, value: Any) -> int | float:
        if isinstance(value, bool) or not hasattr(value, "__float__"):
            raise self._refusal("must be a number")
        try:
            number = float(value)
        except (OverflowError, TypeError, ValueError):
            raise self._refusal("must be a number") from None
        if not math.isfinite(number):
            raise self._refusal("must be a finite number")
        if self.kind is Kind.INT and number != int(number):
            raise self._refusal("must be a whole number")
        if (self.low is not None and number < self.low) or (self.high is not None and number > self.high):
            raise self._refusal(f"must lie {self._limits()}")
        return int(number) if self.kind is Kind.INT else number

    def _limits(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        if self.low is None:
            return f"at or below {self.high:g}{unit}"
        if self.high is None:
            return f"at or above {self.low:g}{unit}"
        return f"between {self.low:g} and {self.high:g}{unit}"

    def _refusal(self, what: str) -> InputError:
        return InputError(f"{self.label} {what}.", code=f"input.{self.name}")


_known: dict[type, tuple[Field, ...]] = {}


def fields_of(params_type: type) -> tuple[Field, ...]:
    """The fields of a parameter class, in order.

    Raises
    ------
    TypeError
        For a class or field that cannot be a parameter (a bug of whoever declares it).
    """
    found = _known.get(params_type)
    if found is None:
        if not (isinstance(params_type, type) and is_dataclass(params_type)):
            raise TypeError(f"{params_type!r} is not a dataclass")
        hints = typing.get_type_hints(params_type, include_extras=True)
        found = tuple(_field(f.name, hints[f.name], _default(f)) for f in fields(params_type) if f.init)
        _known[params_type] = found
    return found


def _default(field: Any) -> Any:
    if field.default is not MISSING:
        return field.default
    if field.default_factory is not MISSING:
        return field.default_factory()
    raise TypeError(f"parameter {field.name} has no default")


def _field(name: str, hint: Any, default: Any) -> Field:
    marks: dict[type, Any] = {}
    base = hint
    if typing.get_origin(hint) is typing.Annotated:
        base, *extras = typing.get_args(hint)
        marks = {type(extra): extra for extra in extras}
    kind, python_type, choices = _kind(name, base, marks.get(Choices))
    limits: Range | None = marks.get(Range)
    label: Label | None = marks.get(Label)
    helped: Help | None = marks.get(Help)
    unit: Unit | None = marks.get(Unit)
    step: Step | None = marks.get(Step)
    return Field(
        name,
        kind,
        python_type,
        default,
        label.text if label else name.replace("_", " ").capitalize(),
        helped.text if helped else "",
        unit.text if unit else "",
        limits.low if limits else None,
        limits.high if limits else None,
        step.value if step else (1.0 if kind is Kind.INT else None),
        choices,
        marks.get(SetBy),
        marks.get(ShowWhen),
        marks.get(Pick),
    )


def _kind(name: str, base: Any, labels: Choices | None) -> tuple[Kind, type, tuple[tuple[str, str], ...]]:
    words = dict(labels.labels) if labels else {}
    if isinstance(base, type) and issubclass(base, enum.StrEnum):
        return Kind.CHOICE, base, tuple((str(m), words.get(str(m), str(m).capitalize())) for m in base)
    if typing.get_origin(base) is typing.Literal:
        return Kind.CHOICE, str, tuple((str(v), words.get(str(v), str(v))) for v in typing.get_args(base))
    if base is str and labels:
        return Kind.CHOICE, str, tuple(words.items())
    if base == Marks:
        return Kind.MARKS, Mark, ()
    plain = {bool: Kind.BOOL, int: Kind.INT, float: Kind.FLOAT, str: Kind.TEXT}.get(base)
    if plain is None or isinstance(base, types.UnionType):
        raise TypeError(f"parameter {name} has a type that no form shows: {base!r}")
    return plain, base, ()


def is_shown(field: Field, params: Any) -> bool:
    """Whether a field matters with the other choices of `params`."""
    when = field.show_when
    if when is None:
        return True
    other = getattr(params, when.field)
    return (other if isinstance(other, bool) else str(other)) in when.values


def validate(params: P) -> P:
    """The same parameters, each value in its own type and range.

    Raises
    ------
    InputError
        Naming the first field that is wrong.
    """
    kind = type(params)
    return kind(**{field.name: field.convert(getattr(params, field.name)) for field in fields_of(kind)})


def to_json(params: Any) -> dict[str, Any]:
    """Parameters as JSON values, every field, in the order of declaration."""
    result: dict[str, Any] = {}
    for field in fields_of(type(params)):
        value = getattr(params, field.name)
        if field.kind is Kind.MARKS:
            value = mark_values.to_json(value)
        result[field.name] = str(value) if field.kind is Kind.CHOICE else value
    return result


def from_json(params_type: type[P], values: Mapping[str, Any]) -> P:
    """Parameters from JSON values; fields left out have their default.

    Raises
    ------
    InputError
        For an unknown name or a value that does not fit.
    """
    known = {field.name: field for field in fields_of(params_type)}
    for name in values:
        if name not in known:
            raise InputError(
                f"There is no parameter called {str(name)[:60]}.", "Known are: " + ", ".join(known) + "."
            )
    return params_type(**{name: known[name].convert(value) for name, value in values.items()})
