"""The command line: the same program without a screen.

Results go to standard output, one JSON object a line; progress, messages and the log go to standard error. Bad input
is told in a sentence, never as a stack. Exit codes: 0 done, 1 could not be done, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import math
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from medviewer import __version__
from medviewer.errors import CatalogError, InputError, MedviewerError

if TYPE_CHECKING:
    from medviewer.io.catalog import Catalog

log = logging.getLogger(__name__)

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130

FAULT = "This could not be read because of a fault in the program; the log says more."

OpenWindow = Callable[[list[str], argparse.Namespace], int]
WindowCheck = Callable[[], Mapping[str, Any]]


class UsageError(InputError):
    """The command line cannot be understood."""


class Parser(argparse.ArgumentParser):
    """Raises instead of ending the process; shows whole defaults and line breaks of its texts."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}.", f"See {self.prog} --help.")


def main(
    arguments: Sequence[str] | None = None,
    open_window: OpenWindow | None = None,
    window_check: WindowCheck | None = None,
) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; by default those of the process.
    open_window : callable, optional
        Called with paths and options when no command is given; returns the exit code.
    window_check : callable, optional
        Opens a window for the self-test.

    Returns
    -------
    int
        Exit code.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        command, options, rest = parse(words)
        if command is None:
            if open_window is None:
                raise UsageError("There is no such command.", "See medviewer --help.")
            return open_window(rest, options)
        _set_up_log(options)
        if command == "selftest":
            return selftest(window_check)
        return COMMANDS[command][0](options, rest)
    except MedviewerError as error:
        _say(str(error))
        return USAGE if isinstance(error, UsageError) else FAILED
    except SystemExit as ended:  # --help and --version
        return ended.code if isinstance(ended.code, int) else DONE
    except KeyboardInterrupt:
        _say("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the output has enough
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception:  # the last boundary: a bug is logged, and the user gets a sentence
        log.exception("the command failed")
        _say("This failed because of a fault in the program; the log says more.")
        return FAILED


# -- parsing


def parse(words: Sequence[str]) -> tuple[str | None, argparse.Namespace, list[str]]:
    """The command (None: open the window), the options, and what the command parses itself (or the paths)."""
    common = folder_options()
    options, rest = common.parse_known_args(list(words))
    if rest and rest[0] in COMMANDS:
        return rest[0], _command_options(rest[0], rest[1:], common, options), rest[1:]
    parser = Parser(
        prog="medviewer",
        description="Open, read, measure and process medical images. Without a command, the window opens and shows "
        "the files and folders named.",
        epilog="commands:\n" + "\n".join(f"  {name:<14} {entry[1]}" for name, entry in COMMANDS.items())
        + "\n\n`medviewer COMMAND --help` says more. To open a file that has the name of a command, write ./NAME.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[common],
        allow_abbrev=False,
    )  # fmt: skip
    parser.add_argument("paths", nargs="*", metavar="PATH", help="file or folder to open in the window")
    parser.add_argument("--version", action="version", version=f"medviewer {__version__}")
    options = parser.parse_args(list(words))
    return None, options, list(options.paths)


def folder_options() -> Parser:
    """The options that every command takes."""
    parser = Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("--data-dir", metavar="DIR", help="folder of catalog, settings and sessions")
    parser.add_argument("--cache-dir", metavar="DIR", help="folder of what can be made again")
    parser.add_argument("--log-dir", metavar="DIR", help="folder of the log (commands write none without it)")
    return parser


def _command_options(
    command: str, words: Sequence[str], common: Parser, options: argparse.Namespace
) -> argparse.Namespace:
    if command == "op":  # takes the options of the operation, which is not known yet
        return options
    parser = Parser(
        prog=f"medviewer {command}", description=COMMANDS[command][2], parents=[common], allow_abbrev=False
    )
    ARGUMENTS[command](parser)
    given = vars(parser.parse_args(list(words)))
    return argparse.Namespace(**given | vars(options))


def _set_up_log(options: argparse.Namespace) -> None:
    from medviewer import log as log_file
    from medviewer.services.paths import Paths, private_folder

    folder: Path | None = None
    if options.log_dir or options.data_dir or os.environ.get("MEDVIEWER_LOG_DIR"):
        folder = Paths.choose(options.data_dir, options.cache_dir, options.log_dir).log_dir
        try:
            private_folder(folder)
        except OSError:
            folder = None
            _say("The log folder cannot be written; the log goes to standard error only.")
    log_file.set_up(folder, stderr_level=logging.ERROR)


# -- output


def _emit(value: Mapping[str, Any]) -> None:
    """One JSON object on a line of its own, whole when it leaves; ASCII, so that any path survives any terminal."""
    try:
        text = json.dumps(value, ensure_ascii=True, allow_nan=False, default=_plain)
    except ValueError:  # NaN and infinity are no JSON
        text = json.dumps(_finite(value), ensure_ascii=True, allow_nan=False, default=_plain)
    _write_line(text)


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _plain(value: object) -> Any:
    for attribute in ("tolist", "_asdict"):  # numpy, named tuples
        method = getattr(value, attribute, None)
        if method is not None:
            return method()
    if isinstance(value, Path):
        return str(value)
    import msgspec

    return msgspec.to_builtins(value, enc_hook=str)


def _say(sentence: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(sentence.encode("utf-8", "backslashreplace").decode() + "\n")
        sys.stderr.flush()


class ProgressLine:
    """Progress on standard error: one line that is written over on a terminal, nothing elsewhere."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = sys.stderr.isatty()
        self._last = -1

    def __call__(self, fraction: float, text: str = "") -> None:
        percent = int(100 * fraction)
        if self._shown and percent != self._last:
            self._last = percent
            sys.stderr.write(f"\r{self._what} {percent} %")
            sys.stderr.write("\n" if percent >= 100 else "")
            sys.stderr.flush()


def _existing(path: str) -> Path:
    found = Path(path)
    try:
        exists = found.exists()
    except (OSError, ValueError):
        exists = False
    if not exists:
        raise InputError(f"There is no file or folder {json.dumps(path, ensure_ascii=False)}.")
    return found


# -- commands


def probe(options: argparse.Namespace, _rest: list[str]) -> int:
    """Say what is in a file or series, and whether it loads."""
    if options.stdin == (options.path is not None):
        raise UsageError("Give either a path or --stdin.", "See medviewer probe --help.")
    for path in _lines_of_stdin() if options.stdin else [options.path]:
        _emit(_probed(path))
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
    _say(f"{done.files} files: {done.stored} imported, {done.unchanged} unchanged, {done.left_out} left out.")
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


def _write_line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


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
    _emit(report)
    return DONE if report["integrity"] == "ok" else FAILED


def series(options: argparse.Namespace, _rest: list[str]) -> int:
    """List the series of a folder, and every file that was left out with the reason."""
    from medviewer.io import listing

    found = listing.list_folder([_existing(options.folder)])
    if options.json:
        _emit(found)
        return DONE
    for entry in found["series"]:
        part = f" ({entry['part']} of {entry['parts']}: {entry['split_reason']})" if entry["parts"] > 1 else ""
        size = f"{entry['rows']} × {entry['columns']}, {entry['n_frames']} images, {entry['n_files']} files"
        _write_line(f"{entry['modality'] or '--':<4} {entry['description'] or 'no description'}{part}: {size}")
    for left in found["left_out"]:
        _write_line(f"left out: {left['path']}: {left['reason']}")
    return DONE


def op(_options: argparse.Namespace, words: list[str]) -> int:
    """Apply an operation or a recipe to an image and write the result."""
    from medviewer.services import batch

    if not words or words[0] in ("-h", "--help"):
        _write_line(batch.help_text())
        return DONE if words else USAGE
    recipe, source, target = batch.parse(words)
    result = batch.run(recipe, _existing(source), Path(target), ProgressLine("Processing"))
    _emit(result)
    return DONE


def ops(options: argparse.Namespace, _rest: list[str]) -> int:
    """List the operations."""
    from medviewer.ops import describe
    from medviewer.services import processing

    operations = [operation for _, group in processing.operations_by_group() for operation in group]
    if options.help_page:
        sys.stdout.write(describe.help_page(operations))
    elif options.json:
        for operation in operations:
            _emit(describe.summary(operation))
    else:
        for operation in operations:
            _write_line(f"{operation.id:<24} {operation.title}")
    return DONE


def selftest(window_check: WindowCheck | None) -> int:
    """Use every part of the program once."""
    from medviewer.services import diagnostics

    report = diagnostics.selftest(window_check)
    _emit(report)
    return DONE if report["status"] == "passed" else FAILED


Command = Callable[[argparse.Namespace, list[str]], int]

COMMANDS: dict[str, tuple[Command, str, str]] = {
    "probe": (
        probe,
        "say what is in a file or series folder, and whether it loads",
        (
            "Says as JSON what is in a file (or in a folder that is one series) and whether it loads: sizes, values, "
            "spacing, warnings; or why it is refused. The exit code is 0 whenever there is an answer."
        ),
    ),
    "import": (
        import_folder,
        "read the headers of a folder into a catalog",
        (
            "Reads every file below a folder into a catalog. Prints IMPORTED and the SOP instance UID of an instance "
            "as soon as it is safely on disk. Run again, it completes an import that was interrupted."
        ),
    ),
    "check-catalog": (
        check_catalog,
        "look whether a catalog is whole",
        (
            "Says as JSON whether a catalog is sound: integrity, instances, duplicates, rows without file, files "
            "without row."
        ),
    ),
    "series": (
        series,
        "list the series of a folder",
        "Lists the series below a folder as the window would, and every file left out with the reason.",
    ),
    "op": (op, "apply an operation or a recipe to an image", ""),
    "ops": (ops, "list the operations", "Lists the operations that the program knows."),
    "selftest": (
        lambda _options, _rest: DONE,
        "does everything work on this machine?",
        "Uses every library once and reads an image of every transfer syntax. Prints a report as JSON.",
    ),
}


def _probe_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="?", metavar="PATH", help="file, or folder that is one series")
    parser.add_argument("--stdin", action="store_true", help="read paths from standard input, one a line")


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", help="folder, file, ZIP archive or DICOMDIR")
    parser.add_argument("--catalog", metavar="DIR", required=True, help="folder of the catalog; made if missing")


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="folder of the catalog")


def _series_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", help="folder, file, ZIP archive or DICOMDIR")
    parser.add_argument("--json", action="store_true", help="one JSON object, for programs")


def _ops_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object a line, with the schema of parameters")
    parser.add_argument("--help-page", action="store_true", help="the help page on operations, as Markdown")


ARGUMENTS: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "probe": _probe_arguments,
    "import": _import_arguments,
    "check-catalog": _check_arguments,
    "series": _series_arguments,
    "ops": _ops_arguments,
    "selftest": lambda _parser: None,
}
