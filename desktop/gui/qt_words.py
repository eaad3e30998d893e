"""The words of Qt's own dialogs and menus in the language of the program: Qt has no Kyrgyz of its own, and not all of the Russian."""

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from desktop.registers.messages import sentences

# The sentences that are asked for by their English.
GROUP = "qt."
LOCALES = {"ru": "ru_RU", "ky": "ky_KG", "en": "en_GB"}
_installed: list[QTranslator] = []


class QtWords(QTranslator):
    """Answers Qt by the declared sentences."""

    def __init__(self, language: str) -> None:
        """Take the words of *language*."""
        super().__init__()
        declared = [forms for name, forms in sentences().items() if name.startswith(GROUP)]
        self._words = {str(forms["en"]): str(forms[language]) for forms in declared}

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        """Give the words for *source*, or nothing where they are not declared."""
        return self._words.get(source)

    def isEmpty(self) -> bool:
        """Tell Qt that there is something to ask for."""
        return False


def speak_qt(app: QApplication, language: str) -> bool:
    """Let Qt's own dialogs, menus and numbers speak *language*, and tell whether Qt found its own words where it has any."""
    while _installed:
        app.removeTranslator(_installed.pop())
    QLocale.setDefault(QLocale(LOCALES[language]))
    if language == "en":
        return True
    # What is not declared is better read in Russian than in English; what was installed last is asked first.
    own = QTranslator()
    found = own.load("qtbase_ru", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    for translator in (own, QtWords(language)):
        app.installTranslator(translator)
        _installed.append(translator)
    return found
