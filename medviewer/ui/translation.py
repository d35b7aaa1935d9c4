"""The language of the window, changed while the program runs: English is in the source, others are ``.qm`` files."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator
from PySide6.QtGui import QFontDatabase

from medviewer.services.paths import resource_dir

LANGUAGES: Final = ("en", "zh_CN")


class Translation(QObject):
    """Installs the translators of a language; Qt then sends every widget a ``LanguageChange``."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._installed: list[QTranslator] = []
        self._language = "en"

    @property
    def language(self) -> str:
        """The language in force, one of `LANGUAGES`."""
        return self._language

    def use(self, choice: str) -> str:
        """Change the language.

        Parameters
        ----------
        choice : str
            One of `LANGUAGES`, or ``"system"``.

        Returns
        -------
        str
            The language in force afterwards: English where a translation is missing.
        """
        language = resolve(choice)
        if language == self._language:
            return language
        for translator in self._installed:
            QCoreApplication.removeTranslator(translator)
        self._installed.clear()
        self._language = "en"
        QLocale.setDefault(QLocale(language))
        if language != "en":
            # Qt's own first: the one installed last is asked first.
            qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
            self._install(f"qtbase_{language}", qt_folder)
            if self._install(f"medviewer_{language}", str(resource_dir() / "translations")):
                self._language = language
        return self._language

    def _install(self, name: str, folder: str) -> bool:
        translator = QTranslator(self)
        if not translator.load(name, folder):
            return False
        self._installed.append(translator)
        return QCoreApplication.installTranslator(translator)


def resolve(choice: str) -> str:
    """The language that a choice means: ``"system"`` is Chinese where the system is, else English."""
    if choice in LANGUAGES:
        return choice
    locale = QLocale.system()
    return "zh_CN" if locale.language() == QLocale.Language.Chinese else "en"


def has_chinese_font() -> bool:
    """Whether Chinese text can be read on this computer and not only boxes."""
    return bool(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese))
