"""Sentences of the readers in the language of the window."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

import medviewer
from medviewer.core.table import Column, Table
from medviewer.errors import MedviewerError
from medviewer.io.series_rules import HARD_RULES, SOFT_RULES
from medviewer.lab import cases, leakage, split
from medviewer.lab.split import Scheme, SplitRequest
from medviewer.ops import registry
from medviewer.ops.params import fields_of, from_json
from medviewer.ui import told as subject
from medviewer.ui.told import told, told_reason
from medviewer.ui.told_sentences import COMPOSED, OPEN_WORDS, REASONS, SENTENCES, WORDS
from medviewer.ui.translation import Translation
from tests.helpers.patients import simulated

BELOW_THE_WINDOW = ("core", "io", "document", "services", "ops", "lab")


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[None]:
    translation = Translation(qapp)
    translation.use("zh_CN")
    yield
    translation.use("en")


@functools.cache
def sources() -> dict[str, tuple[ast.AST, ...]]:
    """Everything that the files of the rooms below the window are made of."""
    folder = Path(medviewer.__file__).parent
    files = [path for room in BELOW_THE_WINDOW for path in sorted((folder / room).rglob("*.py"))]
    return {
        path.relative_to(folder).as_posix(): tuple(ast.walk(ast.parse(path.read_text("utf-8")))) for path in files
    }


def shapes(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def spoken() -> set[str]:
    """Every text that the rooms below the window hold, with ``{}`` where something is put in."""
    return {text for nodes in sources().values() for text in shapes(nodes)}


def test_every_sentence_is_still_said_by_a_reader() -> None:
    texts = spoken()
    open_ones = [
        re.compile(re.escape(text).replace(r"\{\}", ".+"))
        for text in texts
        if len(text.replace("{}", "")) > 20 and "{}" in text
    ]
    lost = [
        sentence
        for sentence in SENTENCES
        if re.sub(r"\{\w\}", "{}", sentence) not in texts and not any(p.fullmatch(sentence) for p in open_ones)
    ]
    assert lost == []


def test_in_english_nothing_changes(qapp: QApplication) -> None:
    assert told("The file is empty.") == "The file is empty."
    assert told("Something that nobody knows.") == "Something that nobody knows."
    assert told("") == ""


def test_a_sentence_with_numbers_is_found_by_its_pattern(chinese: None) -> None:
    text = told("The header says 256 × 1024 pixels and the compressed image says 512 × 640.")
    assert text == "头信息注明 256 × 1024 像素，压缩图像为 512 × 640。"


def test_what_is_put_in_is_said_in_the_language_too(chinese: None) -> None:
    assert told("This is a text file, which is not shown here.") == "该文件（文本文件）不在此处显示。"


def test_braces_in_a_file_name_are_no_places(chinese: None) -> None:
    assert told("Duplicate of {b}.dcm (same instance UID).") == "与 {b}.dcm 重复（实例 UID 相同）。"


def test_several_sentences_are_told_one_by_one(chinese: None) -> None:
    text = told("The file is cut short: frame 2 of 5 is not whole. Copy or send it again.")
    assert text == "文件不完整：第 2 帧（共 5 帧）残缺。请重新复制或发送。"


def test_an_unknown_sentence_stays_beside_a_known_one(chinese: None) -> None:
    assert told("Nobody knows this. The file is empty.") == "Nobody knows this. 文件为空。"


def test_every_sentence_has_its_chinese(chinese: None) -> None:
    for text in (*SENTENCES, *COMPOSED, *WORDS, *OPEN_WORDS, *REASONS):
        assert QCoreApplication.translate("Told", text) != text, text


def test_places_are_the_same_in_chinese(chinese: None) -> None:
    for text in (*SENTENCES, *COMPOSED, *OPEN_WORDS, *REASONS):
        shown = QCoreApplication.translate("Told", text)
        assert set(re.findall(r"\{\w\}", shown)) == set(re.findall(r"\{\w\}", text)), text


def kinds_of_errors() -> set[str]:
    """The names of the errors that a user is told of, those that a room declares itself included."""
    import medviewer.errors

    own = vars(medviewer.errors).values()
    kinds = {kind.__name__ for kind in own if isinstance(kind, type) and issubclass(kind, MedviewerError)}
    classes = [node for nodes in sources().values() for node in nodes if isinstance(node, ast.ClassDef)]
    return kinds | {c.name for c in classes if any(isinstance(b, ast.Name) and b.id in kinds for b in c.bases)}


def spellings(node: ast.AST, said_by_name: dict[str, list[ast.expr]]) -> Iterator[str]:
    """What an argument of an error may say, with 7 for what is only known when it is said."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, ast.IfExp):
        yield from spellings(node.body, said_by_name)
        yield from spellings(node.orelse, said_by_name)
    elif isinstance(node, ast.JoinedStr | ast.BinOp):
        pieces = node.values if isinstance(node, ast.JoinedStr) else [node.left, node.right]
        found = [""]
        for piece in pieces:
            inner = piece.value if isinstance(piece, ast.FormattedValue) else piece
            ways = list(spellings(inner, said_by_name)) if is_spelt(inner, said_by_name) else ["7"]
            found = [text + way for text in found for way in ways]
        yield from found
    elif isinstance(node, ast.Name):
        for value in said_by_name.get(node.id, []):
            if not isinstance(value, ast.Name):
                yield from spellings(value, said_by_name)


def is_spelt(node: ast.AST, said_by_name: dict[str, list[ast.expr]]) -> bool:
    """Whether all that a part of a sentence may be stands in the source."""
    if isinstance(node, ast.IfExp):
        return is_spelt(node.body, said_by_name) and is_spelt(node.orelse, said_by_name)
    if isinstance(node, ast.Name):
        values = said_by_name.get(node.id, [])
        return bool(values) and all(isinstance(v, ast.IfExp) and is_spelt(v, said_by_name) for v in values)
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def by_name(nodes: Iterable[ast.AST]) -> dict[str, list[ast.expr]]:
    """What is assigned to each name of a module, pairs taken apart, and handed to parameters of that name."""
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    for name, value in zip(target.elts, node.value.elts, strict=False):
                        if isinstance(name, ast.Name):
                            found.setdefault(name.id, []).append(value)
                elif isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
        elif isinstance(node, ast.arguments):
            names = node.args[len(node.args) - len(node.defaults) :]
            for argument, default in zip(names, node.defaults, strict=True):
                found.setdefault(argument.arg, []).append(default)
    return found


def said_in_errors() -> dict[str, str]:
    """Messages and hints of errors, and warnings, of the rooms below the window, each with its place."""
    kinds = kinds_of_errors()
    said: dict[str, str] = {}
    for place, nodes in sources().items():
        names = by_name(nodes)
        for node in nodes:
            if not isinstance(node, ast.Call):
                continue
            arguments = [k.value for k in node.keywords if k.arg in {"message", "hint", "what_to_do"}]
            called = node.func
            if isinstance(called, ast.Name) and called.id in kinds:
                whole = not any(isinstance(a, ast.Starred) for a in node.args)
                arguments += node.args[:2] if whole else []
            elif isinstance(called, ast.Name) and called.id == "Finding":
                arguments += node.args[2:3]
            elif isinstance(called, ast.Attribute) and called.attr == "append" and isinstance(called.value, ast.Name):
                arguments += node.args if called.value.id in WARNINGS else []
            for argument in arguments:
                said |= {text: f"{place}:{argument.lineno}" for text in spellings(argument, names) if text}
    return said


WARNINGS = {"warnings", "notes", "told", "reasons"}
"""Lists of sentences about something that was read or made."""

ONLY_ON_THE_COMMAND_LINE = ("services/diagnostics.py", "services/feature_tables.py", "ops/describe.py", "io/probe.py")
"""Checks of the installation and of files, and how an operation is called from a shell."""

OF_PARTS = {
    "7 7.": "ops/params.py",
    "7: 7": "services/settings.py",  # a variable of the environment
    "This series cannot be processed from slice to slice. 7": "ops/volume_grid.py",
    "There is no a table left at the end of the recipe, so that there is nothing to write.": "services/batch.py",
    "There is no an image left at the end of the recipe, so that there is nothing to write.": "services/batch.py",
    "7.": "lab/experiment.py",
    "7 both among the cases learned from and among those tested on.": "lab/leakage.py",
    "7 cases of different patients have 7": "lab/leakage.py",
    "7 cases of different rows have 7": "lab/leakage.py",
}
"""Sentences of which the walk sees only parts; below, the rooms say them themselves."""


def is_known(text: str) -> bool:
    """Whether `told` finds a sentence, or each of several."""
    sentences = {*SENTENCES, *COMPOSED}

    def one(sentence: str) -> bool:
        return sentence in sentences or any(t.places_of(sentence) is not None for t in subject._patterns())

    return one(text) or all(one(part) for part in subject._BETWEEN_SENTENCES.split(text))


def test_every_error_is_known() -> None:
    """An error that a room has learned to say, and that the window would show in English."""
    said = said_in_errors()
    assert len(said) > 600  # the walk finds them
    unknown = [
        f"{place} {text}"
        for text, place in said.items()
        if not is_known(text)
        and not place.startswith(ONLY_ON_THE_COMMAND_LINE)
        and not place.startswith(OF_PARTS.get(text, "nowhere"))
    ]
    assert unknown == []


def test_parameters_that_are_refused_are_known(qapp: QApplication) -> None:
    """Every parameter of every operation, given values of the wrong kind and far out of its range."""
    refused: set[str] = set()
    for operation in registry.all_operations():
        for field in fields_of(operation.params_type):
            for value in (1e12, -1e12, 0.5, float("nan"), "unheard of", None, [3]):
                try:
                    from_json(operation.params_type, {field.name: value})
                except MedviewerError as error:
                    refused.add(error.message)
    assert len(refused) > 100
    assert [message for message in sorted(refused) if not is_known(message)] == []


def test_findings_about_cases_are_known(qapp: QApplication) -> None:
    """Every search for leakage finds something here, and every split describes itself."""
    table = simulated(40, 3, 6, seed=1)
    columns: dict[str, list[Any]] = {column.key: list(column.values) for column in table.columns}
    features = [c.key for c in table.columns if c.key not in {"dx", "patient"} and c.is_number]
    for key in features:
        columns[key][60] = columns[key][0]  # one row twice
        columns[key][61] = columns[key][1] + 1e-9
    columns["dx"][60] = next(dx for dx in columns["dx"] if dx != columns["dx"][0])
    columns["part"] = ["test" if n % 5 == 0 else "train" for n in range(table.n_rows)]
    order = sorted(range(table.n_rows), key=lambda row: columns["dx"][row])
    first = np.array(columns[features[0]])
    more = {
        "content_hash": ["same" if n in (2, 70) else f"h{n}" for n in range(table.n_rows)],
        "telling": [float(order.index(row)) for row in range(table.n_rows)],
        "scaled": ((first - first.mean()) / first.std()).tolist(),
    }
    requests = (
        SplitRequest(use_parts=True),
        SplitRequest(folds=3, repeats=2),
        SplitRequest(scheme=Scheme.LEAVE_ONE_OUT, test_share=0.3),
        SplitRequest(scheme=Scheme.HELD_OUT, test_share=0.3),
    )
    said: list[str] = []
    codes: set[str] = set()
    for leaky in (columns, columns | more):
        made = Table(tuple(Column(key, tuple(values)) for key, values in leaky.items()))
        for group in ("patient", ""):
            built = cases.build(made, "dx", group, part="part", exclude=[] if group else ["patient"])
            for request in requests:
                drawn = split.draw(built, request)
                found = leakage.look(built, drawn)
                said += [drawn.description, *(f.sentence for f in found), *(left.why for left in built.left_out)]
                codes |= {finding.code for finding in found}
    assert codes >= {
        "leak.no-patient",
        "leak.same-patient",
        "leak.duplicate-image",
        "leak.duplicate-row",
        "leak.near-duplicate",
        "leak.telling-column",
        "leak.scaled",
    }
    assert [sentence for sentence in said if not is_known(sentence) and sentence not in WORDS] == []


def test_one_sentence_does_not_swallow_the_one_before(qapp: QApplication) -> None:
    for text in (
        "Nobody knows this. A filter works on an image.",
        "Nobody knows this. 2 sets of them carry different labels.",
    ):
        assert not is_known(text)
        assert told(text) == text


def test_a_name_may_look_like_the_end_of_a_sentence(chinese: None) -> None:
    assert told("Duplicate of Dr. Smith.dcm (same instance UID).") == "与 Dr. Smith.dcm 重复（实例 UID 相同）。"


def test_every_reason_to_split_is_known() -> None:
    """Labels as the rules themselves make them."""
    places = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    values: dict[str, tuple[object, ...]] = {
        "kind": ("waveform",),
        "image_class": ("", "localizer", "derived"),
        "size": ((512, 256),),
        "colour": (("palette colour", 1), ("colour", 3)),
        "orientation": ("rotating", (), places, (0.0, 1.0, 0.0, 0.0, 0.0, -1.0), (0.8, 0.6, 0.0, 0.0, 0.0, -1.0)),
        "spacing": ((0.5, 0.25), ()),
        "kernel": ("B30f", ""),
        "echo": (12.5, (2, "number")),
        "acquisition_time": ("101500",),
    }
    for rule in (*HARD_RULES, *SOFT_RULES):
        if rule.name in {"sop_class", "image_type"}:  # nothing, and words of the file
            continue
        for value in values.get(rule.name, (7.5, None) if rule.name != "contrast" else (True, False)):
            label = rule.label(value)
            known = label in REASONS or any(t.places_of(label) is not None for t in subject._reason_patterns())
            assert known or label in {"", "waveform", "512 × 256"}, label


def test_reasons_are_told_phrase_by_phrase(qapp: QApplication) -> None:
    assert told_reason("coronal, echo time 12.5 ms, phase 3") == "coronal, echo time 12.5 ms, phase 3"
    assert told_reason("") == ""


def test_arrow_keys_are_arrows_in_every_language(chinese: None) -> None:
    from PySide6.QtGui import QKeySequence

    from medviewer.ui.action_set import key_text

    assert [key_text(QKeySequence(k)) for k in ("Down", "Ctrl+Left", "Shift+Up")] == ["↓", "Ctrl+←", "Shift+↑"]
    assert key_text(QKeySequence("Ctrl+U")) == "Ctrl+U"
