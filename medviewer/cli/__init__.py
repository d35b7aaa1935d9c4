"""The command line: the same program without a screen.

Results go to standard output, one JSON object a line; progress, messages and the log go to standard error. Bad input
is told in a sentence, never as a stack. Exit codes: 0 done, 1 could not be done, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from medviewer.cli.commands import DONE, FAILED, INTERRUPTED, USAGE, UsageError, WindowCheck, selftest
from medviewer.cli.output import say
from medviewer.cli.parsing import COMMANDS, parse
from medviewer.errors import MedviewerError

log = logging.getLogger(__name__)

OpenWindow = Callable[[list[str], argparse.Namespace], int]


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
            if rest and not any(os.path.lexists(path) for path in rest if "\0" not in path):
                name = json.dumps(rest[0], ensure_ascii=False)
                raise UsageError(f"There is no command, file or folder called {name}.", _suggestion(rest[0]))
            return open_window(rest, options)
        _set_up_log(options)
        if command == "selftest":
            return selftest(window_check)
        return COMMANDS[command][0](options, rest)
    except MedviewerError as error:
        say(str(error))
        return USAGE if isinstance(error, UsageError) else FAILED
    except SystemExit as ended:  # --help and --version
        return ended.code if isinstance(ended.code, int) else DONE
    except KeyboardInterrupt:
        say("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the output has enough
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception:  # the last boundary: a bug is logged, and the user gets a sentence
        log.exception("the command failed")
        say("This failed because of a fault in the program; the log says more.")
        return FAILED


def _suggestion(word: str) -> str:
    import difflib

    near = difflib.get_close_matches(word, COMMANDS, 1)
    return f"Did you mean {near[0]}?" if near else "See medviewer --help."


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
            say("The log folder cannot be written; the log goes to standard error only.")
    log_file.set_up(folder, stderr_level=logging.ERROR)
