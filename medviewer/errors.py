"""The errors a user is told of. Anything else that is raised is a bug.

A message is one sentence a user understands, without exception names, stacks or patient data; the hint says what
to do next. ``Cancelled`` is silent.
"""

from __future__ import annotations


class MedviewerError(Exception):
    """An error that is told to the user.

    Parameters
    ----------
    message : str
        One sentence that says what is wrong.
    hint : str, optional
        What the user can do about it.
    code : str, optional
        Stable short name, used by tests and the help page.
    """

    default_code = "error"

    def __init__(self, message: str, hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code or self.default_code

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def __reduce__(self) -> tuple[type[MedviewerError], tuple[str, str, str]]:
        # Errors travel from decoder processes to the window.
        return type(self), (self.message, self.hint, self.code)


class InputError(MedviewerError):
    """A parameter or selection that cannot be used; shown in the form."""

    default_code = "input"


class DataError(MedviewerError):
    """A file or series that cannot be used."""

    default_code = "data"


class UnreadableFile(DataError):
    """The file is damaged, truncated or not what it claims to be."""

    default_code = "data.unreadable"


class UnsupportedTransferSyntax(DataError):
    """Pixel data in a form that no decoder here reads; the message names what is missing."""

    default_code = "data.transfer-syntax"


class InconsistentSeries(DataError):
    """Instances that do not form one series (sizes, orientation, gaps)."""

    default_code = "data.series"


class GeometryMismatch(DataError):
    """Two images that do not lie on the same grid or in the same frame of reference."""

    default_code = "data.geometry"


class TooLarge(DataError):
    """More memory would be needed than the program allows itself."""

    default_code = "data.too-large"


class ModelError(MedviewerError):
    """A model that is missing, damaged, unsafe or does not fit."""

    default_code = "model"


class RecipeError(MedviewerError):
    """A recipe that names an unknown operation or has a bad reference."""

    default_code = "recipe"


class SettingsError(MedviewerError):
    """A settings file or value that cannot be used."""

    default_code = "settings"


class SessionError(MedviewerError):
    """A session file that cannot be opened or written."""

    default_code = "session"


class CatalogError(MedviewerError):
    """The catalog cannot be opened or written."""

    default_code = "catalog"


class NetworkError(MedviewerError):
    """A server that does not answer or refuses."""

    default_code = "network"


class PluginError(MedviewerError):
    """A plug-in that failed; it is switched off."""

    default_code = "plugin"


class Cancelled(Exception):
    """The job was cancelled. Silent."""
