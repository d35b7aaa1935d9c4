"""The commands: each takes its options, prints its answer and returns the exit code."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medviewer.cli.output import ProgressLine, emit, say, write_line
from medviewer.errors import CatalogError, InputError, MedviewerError

if TYPE_CHECKING:
    from medviewer.io.catalog import Catalog

log = logging.getLogger(__name__)

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130

FAULT = "This could not be read because of a fault in the program; the log says more."

WindowCheck = Callable[[], Mapping[str, Any]]


class UsageError(InputError):
    """The command line cannot be understood."""


def _existing(path: str) -> Path:
    found = Path(path)
    try:
        exists = found.exists()
    except (OSError, ValueError):
        exists = False
    if not exists:
        raise InputError(f"There is no file or folder {json.dumps(path, ensure_ascii=False)}.")
    return found


def probe(options: argparse.Namespace, _rest: list[str]) -> int:
    """Say what is in a file or series, and whether it loads."""
    if options.stdin == (options.path is not None):
        raise UsageError("Give either a path or --stdin.", "See medviewer probe --help.")
    for path in _lines_of_stdin() if options.stdin else [options.path]:
        emit(_probed(path))
    return DONE


def _probed(path: str) -> dict[str, Any]:
    if not path:
        return {"status": "refused", "reason": "The path is empty.", "warnings": []}
    try:
        from medviewer.io import probe as door

        found: dict[str, Any] = door.probe(path)
    except MedviewerError as error:
        found = {"status": "refused", "reason": error.message, "warnings": []}
    except Exception:  # one file must not keep the next ones from being looked at
        log.exception("probe failed")
        found = {"status": "refused", "reason": FAULT, "warnings": []}
    return found


def _lines_of_stdin() -> Iterator[str]:
    for line in sys.stdin.buffer:
        path = line.removesuffix(b"\n")
        yield os.fsdecode(path.removesuffix(b"\r") if os.name == "nt" else path)


def import_folder(options: argparse.Namespace, _rest: list[str]) -> int:
    """Read headers into a catalog; a line for each instance once it is durable."""
    folder = _existing(options.folder)
    from medviewer.io.catalog import Catalog
    from medviewer.io.importing import ImportProgress, import_paths

    told: set[str] = set()
    counting = sys.stderr.isatty()

    def progress(state: ImportProgress) -> None:
        _acknowledge(state.uids, told)
        if counting:
            sys.stderr.write(f"\r{state.files} files, {state.stored} imported ")
            sys.stderr.flush()

    with Catalog(options.catalog) as catalog:
        done = import_paths(catalog, [folder], progress=progress)
        if done.unchanged:
            # Killed between the disk and the line, an earlier run may not have told of these.
            for uids in _stored_below(catalog, os.path.abspath(folder if folder.is_dir() else folder.parent)):
                _acknowledge(uids, told)
    say(f"{done.files} files: {done.stored} imported, {done.unchanged} unchanged, {done.left_out} left out.")
    return DONE


def _acknowledge(uids: Sequence[str], told: set[str]) -> None:
    """A line for each instance that is safely on disk and was not told of before."""
    new = [uid for uid in dict.fromkeys(uids) if uid not in told]
    told.update(new)
    if new:
        sys.stdout.write("".join(f"IMPORTED {uid}\n" for uid in new))
        sys.stdout.flush()


def _stored_below(catalog: Catalog, root: str) -> Iterator[list[str]]:
    """UIDs of the instances in the catalog whose files lie below `root`, by series."""
    below = os.path.join(root, "")
    start, page = 0, 500
    while studies := catalog.studies("", limit=page, offset=start):
        start += len(studies)
        for study in studies:
            for row in catalog.series_of(study.id):
                headers = catalog.instances(row.id)
                yield [h.sop_instance_uid for h in headers if h.path.startswith(below)]


def check_catalog(options: argparse.Namespace, _rest: list[str]) -> int:
    """Look whether a catalog is whole."""
    from medviewer.io.catalog import FILE_NAME, Catalog

    folder = Path(options.folder)
    if not (folder / FILE_NAME).is_file():
        raise CatalogError("There is no catalog in this folder.", "Import a folder into it first.")
    try:
        with Catalog(folder) as catalog:
            report: dict[str, Any] = dict(catalog.check())
    except CatalogError as error:  # so damaged that it does not open
        report = {"integrity": error.message, "hint": error.hint}
    emit(report)
    return DONE if report["integrity"] == "ok" else FAILED


def series(options: argparse.Namespace, _rest: list[str]) -> int:
    """List the series of a folder, and every file that was left out with the reason."""
    from medviewer.io import listing

    found = listing.list_folder([_existing(options.folder)])
    if options.json:
        emit(found)
        return DONE
    for entry in found["series"]:
        part = f" ({entry['part']} of {entry['parts']}: {entry['split_reason']})" if entry["parts"] > 1 else ""
        size = f"{entry['rows']} × {entry['columns']}, {entry['n_frames']} images, {entry['n_files']} files"
        write_line(f"{entry['modality'] or '--':<4} {entry['description'] or 'no description'}{part}: {size}")
    for left in found["left_out"]:
        write_line(f"left out: {left['path']}: {left['reason']}")
    return DONE


def op(_options: argparse.Namespace, words: list[str]) -> int:
    """Apply an operation or a recipe to an image and write the result."""
    from medviewer.services import batch

    if not words or words[0] in ("-h", "--help"):
        write_line(batch.help_text())
        return DONE if words else USAGE
    call = batch.parse(words)
    mask = _existing(call.mask) if call.mask else None
    result = batch.run(
        call.recipe,
        _existing(call.source),
        Path(call.target),
        ProgressLine("Processing"),
        mask,
        resample_mask=call.resample_mask,
    )
    emit(result)
    return DONE


def run(options: argparse.Namespace, _rest: list[str]) -> int:
    """Apply a recipe to every series of a folder or list."""
    from medviewer.services import recipe_runs, recipes
    from medviewer.services.jobs import CancelToken, JobContext

    recipe = recipes.read(_existing(options.recipe))
    items, left = recipe_runs.items_in(recipe_runs.sources_of(options.source))
    line = ProgressLine("Processing")

    def told(outcome: recipe_runs.Outcome) -> None:
        emit(
            {
                "name": outcome.item.name,
                "source": outcome.item.source,
                "status": "failed" if outcome.error else "done",
                "reason": outcome.error,
                "files": list(outcome.written),
                "rows": outcome.table.n_rows if outcome.table is not None else None,
                "warnings": list(outcome.warnings),
            }
        )

    context = JobContext(CancelToken(), line)
    masks = _existing(options.masks) if options.masks else None
    outcomes = recipe_runs.run(recipe, items, options.target, context, told, options.format, masks)
    for entry in left:
        say(f"left out: {entry.path}: {entry.reason}")
    failed = sum(bool(outcome.error) for outcome in outcomes)
    emit({"done": len(outcomes) - failed, "failed": failed, "left_out": len(left), "folder": str(options.target)})
    return FAILED if failed else DONE


def ops(options: argparse.Namespace, _rest: list[str]) -> int:
    """List the operations."""
    from medviewer.ops import describe
    from medviewer.services import processing

    operations = [operation for _, group in processing.operations_by_group() for operation in group]
    if options.help_page:
        sys.stdout.write(describe.help_page(operations))
    elif options.json:
        for operation in operations:
            emit(describe.summary(operation))
    else:
        for operation in operations:
            write_line(f"{operation.id:<24} {operation.title}")
    return DONE


def selftest(window_check: WindowCheck | None) -> int:
    """Use every part of the program once."""
    from medviewer.services import diagnostics

    report = diagnostics.selftest(window_check)
    emit(report)
    return DONE if report["status"] == "passed" else FAILED
