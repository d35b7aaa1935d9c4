"""Where every file goes that the program writes, and where its resources are. Nothing else chooses a folder."""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from medviewer.document.durable import atomic_write, private_folder
from medviewer.errors import SettingsError

__all__ = ["Paths", "atomic_write", "hashed_name", "private_folder", "resource_dir"]

APP = "medviewer"


def hashed_name(text: str, suffix: str = "") -> str:
    """A file name made from a hash of `text` (a UID, a key), never from the text itself.

    Received text may hold ``../``, control characters or patient data; 32 hexadecimal digits of SHA-256 hold none.
    """
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32] + suffix


def resource_dir() -> Path:
    """The folder of icons, themes, translations, samples and help.

    ``medviewer/resources`` where the program is installed or frozen, ``resources`` beside the package in a checkout.

    Raises
    ------
    FileNotFoundError
        When the installation is damaged.
    """
    package = Path(__file__).resolve().parent.parent
    candidates = [package / "resources", package.parent / "resources"]
    bundle = getattr(sys, "_MEIPASS", None)
    if bundle is not None:
        candidates.insert(0, Path(bundle) / APP / "resources")
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise FileNotFoundError("the program's resources are missing")


@dataclass(frozen=True)
class Paths:
    """The three folders of the program; each is private to the user (mode 0700).

    Attributes
    ----------
    data_dir : Path
        Catalog, settings, journal, sessions: what must not be lost.
    cache_dir : Path
        What can be made again.
    log_dir : Path
        Logs and bug reports, free of patient data.
    """

    data_dir: Path
    cache_dir: Path
    log_dir: Path

    @classmethod
    def choose(
        cls,
        data_dir: str | os.PathLike[str] | None = None,
        cache_dir: str | os.PathLike[str] | None = None,
        log_dir: str | os.PathLike[str] | None = None,
    ) -> Paths:
        """The folders given on the command line, else by MEDVIEWER_DATA_DIR…, else the platform's usual ones.

        When only the data folder is given, cache and logs go below it: a program told to keep to one folder does.
        """
        data = data_dir or os.environ.get("MEDVIEWER_DATA_DIR")
        cache = cache_dir or os.environ.get("MEDVIEWER_CACHE_DIR")
        logs = log_dir or os.environ.get("MEDVIEWER_LOG_DIR")
        if data:
            cache = cache or Path(data) / "cache"
            logs = logs or Path(data) / "log"
        if not (data and cache and logs):
            import platformdirs

            data = data or platformdirs.user_data_dir(APP, appauthor=False)
            cache = cache or platformdirs.user_cache_dir(APP, appauthor=False)
            logs = logs or platformdirs.user_log_dir(APP, appauthor=False)
        return cls(*(Path(p).expanduser().absolute() for p in (data, cache, logs)))

    def ensure(self) -> Paths:
        """Make the folders; returns itself.

        Raises
        ------
        SettingsError
            When one of them cannot be made or written.
        """
        for folder, option in (
            (self.data_dir, "--data-dir"),
            (self.cache_dir, "--cache-dir"),
            (self.log_dir, "--log-dir"),
        ):
            try:
                writable = os.access(private_folder(folder), os.W_OK | os.X_OK)
            except OSError:
                writable = False
            if not writable:
                raise SettingsError(
                    f"The folder {folder} cannot be written.", f"Choose another one with {option}.", "settings.folder"
                )
        return self

    @property
    def settings_file(self) -> Path:
        """The user's settings (JSON)."""
        return self.data_dir / "settings.json"

    @property
    def catalog_dir(self) -> Path:
        """The catalog of studies."""
        return self.data_dir / "catalog"

    @property
    def journal_dir(self) -> Path:
        """The document while the program runs, and the last session."""
        return self.data_dir / "journal"

    @property
    def measurement_dir(self) -> Path:
        """Measurements by series."""
        return self.data_dir / "measurements"

    @property
    def report_dir(self) -> Path:
        """Bug reports."""
        return self.log_dir / "reports"
