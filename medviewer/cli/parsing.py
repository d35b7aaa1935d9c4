"""Commands and their options, and the help texts."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import NoReturn

from medviewer import __version__
from medviewer.cli import classify, commands, features
from medviewer.cli.commands import DONE, UsageError


class Parser(argparse.ArgumentParser):
    """Raises instead of ending the process; shows whole defaults and line breaks of its texts."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}.", f"See {self.prog} --help.")


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


Command = Callable[[argparse.Namespace, list[str]], int]

COMMANDS: dict[str, tuple[Command, str, str]] = {
    "probe": (
        commands.probe,
        "say what is in a file or series folder, and whether it loads",
        (
            "Says as JSON what is in a file (or in a folder that is one series) and whether it loads: sizes, values, "
            "spacing, warnings; or why it is refused. The exit code is 0 whenever there is an answer."
        ),
    ),
    "import": (
        commands.import_folder,
        "read the headers of a folder into a catalog",
        (
            "Reads every file below a folder into a catalog. Prints IMPORTED and the SOP instance UID of an instance "
            "as soon as it is safely on disk. Run again, it completes an import that was interrupted."
        ),
    ),
    "check-catalog": (
        commands.check_catalog,
        "look whether a catalog is whole",
        (
            "Says as JSON whether a catalog is sound: integrity, instances, duplicates, rows without file, files "
            "without row."
        ),
    ),
    "series": (
        commands.series,
        "list the series of a folder",
        "Lists the series below a folder as the window would, and every file left out with the reason.",
    ),
    "op": (commands.op, "apply an operation or a recipe to an image", ""),
    "run": (
        commands.run,
        "apply a recipe to every series of a folder",
        (
            "Applies a recipe, saved from the Process panel, to every series below IN (a folder, a file, or a list "
            "of paths: .txt or .csv, one a line), and writes images, masks, tables and a report into the folder OUT. "
            "Prints one JSON object for each series. The originals are never changed; a series that fails costs no "
            "other."
        ),
    ),
    "features": (features.features, features.SUMMARY, features.DESCRIPTION),
    "classify": (classify.classify, classify.SUMMARY, classify.DESCRIPTION),
    "ops": (commands.ops, "list the operations", "Lists the operations that the program knows."),
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


def _run_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("recipe", metavar="RECIPE.json", help="recipe saved from the Process panel")
    parser.add_argument("source", metavar="IN", help="folder, file, or list of paths")
    parser.add_argument("target", metavar="OUT", help="folder for the results; made if missing")
    parser.add_argument(
        "--format",
        default=".nii.gz",
        choices=(".nii.gz", ".nrrd", ".mha", ".png", ".tif"),
        help="ending of images and masks; default .nii.gz (colour pictures: .png)",
    )
    parser.add_argument("--masks", metavar="FOLDER", help="a mask for each series: NAME.mask.nii.gz or so")


def _ops_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object a line, with the schema of parameters")
    parser.add_argument("--help-page", action="store_true", help="the help page on operations, as Markdown")


ARGUMENTS: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "probe": _probe_arguments,
    "import": _import_arguments,
    "check-catalog": _check_arguments,
    "series": _series_arguments,
    "run": _run_arguments,
    "features": features.arguments,
    "classify": classify.arguments,
    "ops": _ops_arguments,
    "selftest": lambda _parser: None,
}
