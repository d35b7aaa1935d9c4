"""The program's log: a rotating file, errors on stderr for the command line, and one filter against patient data."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import logging.handlers
import os
import re
import sys
import traceback
from pathlib import Path
from typing import TextIO

FILE_NAME = "medviewer.log"
MAX_BYTES = 2 * 2**20
BACKUPS = 3
FORMAT = "%(asctime)s %(levelname)s %(name)s [%(threadName)s] %(message)s"

_UID = re.compile(r"(?<![\w.])(?:2\.25\.\d+|[0-2](?:\.(?:0|[1-9]\d*)){4,})(?!\w|\.\d)")
_DICOM_DEFINED = "1.2.840.10008."  # SOP classes and transfer syntaxes name no one
# A path ends at a quote, a bracket, a comma, or a line's end; blanks belong to it, for folders named after patients.
_PATH = re.compile(
    r"(?P<quote>[\"'])(?P<quoted>(?:[A-Za-z]:[\\/]|/|~[\\/]|\\\\)[^\"'\n]+)(?P=quote)"
    r"|(?<![\w.:/\\])(?P<bare>(?:[A-Za-z]:[\\/]|/|~/|\\\\)[^\"'<>|,;:()\n]*)"
)
# PS3.5 6.2.1: components divided by ^. Up to three words before it belong to the name ("van der Berg^Jan"); that a
# sentence may lose a word of its own is the lesser evil. A power (x^2) is none.
_PERSON = re.compile(
    r"(?:[^\W\d_][\w.'’-]* ){0,3}[^\W\d_][\w.'’-]*(?:\^(?=[^\W\d_]|[\^=])|(?<=[^\W\d_]{2})\^)[\w^=.'’ -]*"
)
_LABELLED = re.compile(
    r"(?i)\b(patient[ _]?(?:name|id|birth[ _]?date|address)|other[ _]?patient[ _]?ids?|accession[ _]?number"
    r"|referring[ _]?physician(?:s?[ _]?name)?|institution[ _]?name|birth[ _]?date)(\s*[:=]\s*)"
    r"(\"[^\"\n]*\"|'[^'\n]*'|[^\s,;\"')]+(?: [^\s,;=:\"')]+)*)"
)
_OWN_CODE = re.compile(r"(?:^|[\\/])(?:medviewer|site-packages|python3(?:\.\d+)?)[\\/](?P<rest>.*)$")


def _digest(text: str) -> str:
    """Eight hexadecimal digits that let two lines about the same thing be recognised, salted per process.

    Without salt, a short patient ID could be found by trying all of them.
    """
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=4, key=_SALT).hexdigest()


_SALT = os.urandom(16)


def _hide_path(match: re.Match[str]) -> str:
    text = match["quoted"] or match["bare"]
    trail = text[len(text.rstrip()) :]
    text = text.rstrip()
    if len(text) < 2:
        return match[0]
    quote = match["quote"] or ""
    own = _OWN_CODE.search(text)
    if own is not None and text.endswith(".py"):
        return f"{quote}…/{own['rest']}{quote}{trail}"
    suffix = Path(text).suffix
    suffix = suffix if re.fullmatch(r"\.[A-Za-z]{2,5}", suffix) else ""
    return f"{quote}<path {_digest(text)}{suffix}>{quote}{trail}"


def _hide_uid(match: re.Match[str]) -> str:
    uid = match[0]
    return uid if uid.startswith(_DICOM_DEFINED) else f"<uid {_digest(uid)}>"


def without_patient_data(text: str) -> str:
    """`text` with names, IDs, UIDs and paths replaced by short salted hashes.

    Paths of the program's own code stay readable, as do UIDs that DICOM itself defines.
    """
    text = _LABELLED.sub(lambda m: f"{m[1]}{m[2]}<{_digest(m[3])}>", text)
    text = _PATH.sub(_hide_path, text)
    text = _UID.sub(_hide_uid, text)
    return _PERSON.sub(lambda m: f"<name {_digest(m[0])}>", text)


def traceback_text(error: BaseException) -> str:
    """The stack of an error without patient data: files and lines of code, the error's kind, no source lines."""
    lines = []
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    for one in reversed(chain):
        for frame in traceback.extract_tb(one.__traceback__):
            own = _OWN_CODE.search(frame.filename)
            lines.append(f"  {own['rest'] if own else Path(frame.filename).name}:{frame.lineno} {frame.name}")
        lines.append(f"{type(one).__module__}.{type(one).__qualname__}: {without_patient_data(str(one))}")
    return "\n".join(lines)


class PatientDataFilter(logging.Filter):
    """Formats a record and takes patient data out of it, once, before any handler writes it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "is_clean", False):
            return True  # another handler's filter was here; hashing the hashes would only make lines differ
        record.is_clean = True
        try:
            text = record.getMessage()
        except (TypeError, ValueError):
            text = str(record.msg)
        record.msg, record.args = without_patient_data(text), None
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = traceback_text(record.exc_info[1])
        record.exc_info = None
        record.stack_info = None
        return True


class _File(logging.handlers.RotatingFileHandler):
    def _open(self) -> TextIO:  # type: ignore[override]
        stream = super()._open()
        with contextlib.suppress(OSError):
            os.chmod(self.baseFilename, 0o600)
        return stream

    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk costs log lines, never the program, and prints nothing."""


class _Stderr(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:
        """A closed pipe ends nothing."""


def set_up(log_dir: Path | None, *, stderr_level: int | None = logging.WARNING, level: int = logging.INFO) -> None:
    """Send the log to a rotating file in `log_dir`, and to stderr from `stderr_level` on.

    Parameters
    ----------
    log_dir : Path or None
        Private folder that exists; None: no file.
    stderr_level : int or None
        None: nothing on stderr (the window, which has no terminal).

    Notes
    -----
    Calling it again replaces the handlers. When the file cannot be opened, the program runs without it.
    """
    root = logging.getLogger()
    tear_down()
    root.setLevel(level)
    handlers: list[logging.Handler] = []
    if log_dir is not None:
        with contextlib.suppress(OSError):
            handlers.append(
                _File(log_dir / FILE_NAME, maxBytes=MAX_BYTES, backupCount=BACKUPS, encoding="utf-8", delay=False)
            )
    if stderr_level is not None:
        stderr = _Stderr(sys.stderr)
        stderr.setLevel(stderr_level)
        handlers.append(stderr)
    for handler in handlers:
        handler.addFilter(PatientDataFilter())
        handler.setFormatter(
            logging.Formatter(FORMAT if isinstance(handler, _File) else "%(levelname)s: %(message)s")
        )
        root.addHandler(handler)
    # Decoders and readers of others warn with the text of the file; only their errors are kept.
    for name in ("pydicom", "PIL", "matplotlib"):
        logging.getLogger(name).setLevel(logging.ERROR)
    logging.captureWarnings(True)


def tear_down() -> None:
    """Close the handlers that `set_up` made."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, (_File, _Stderr)):
            root.removeHandler(handler)
            handler.close()
