"""The help of a window: F1 tells of where the person is, Ctrl+F1 lists the keys, and a page holds all of it."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from shiboken6 import isValid

from desktop.gui import pages
from desktop.gui.about import about
from desktop.gui.help_page import HelpPage, Topics
from desktop.gui.help_panel import HelpPanel
from desktop.gui.help_topics import FIRST_SCREEN, help_on, of_register, page_of
from desktop.gui.key_sheet import Key, key_sheet, keys_of
from desktop.gui.rail import MOST_NUMBERED
from desktop.gui.shortcuts import answer_keys
from desktop.registers.help_pages import heading, help_page
from desktop.store.vault import Vault

if TYPE_CHECKING:
    from desktop.gui.main_window import MainWindow

KEYS, ABOUT = "keys_of_pages", "about"
# What is told of the whole program, in the order of reading it.
BEGINNING = ("first_week", "training", "records")
_OF_KEY = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)


class Guide(QObject):
    """Answers F1 and Ctrl+F1 in one window, and Esc while help is shown."""

    def __init__(self, window: "MainWindow") -> None:
        """Listen to the keys that nothing in *window* wants."""
        super().__init__(window)
        self.window = window
        self.panel: HelpPanel | None = None
        window.installEventFilter(self)
        QApplication.instance().focusChanged.connect(self._follow)  # type: ignore[union-attr]

    def beside(self, content: QWidget) -> QWidget:
        """Put the help beside the *content* of the window."""
        window, words = self.window, self.window.words
        self.panel = HelpPanel(window.definitions, words)
        self.panel.all_asked.connect(partial(self.show_page, ""))
        whole = QWidget()
        layout = QHBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(content, 1)
        layout.addWidget(self.panel)
        answer_keys(whole, ["Ctrl+F1"], partial(self.show_page, KEYS), "sheet")
        return whole

    @property
    def is_shown(self) -> bool:
        """Tell whether help is beside the page."""
        return self.panel is not None and isValid(self.panel) and self.panel.isVisible()

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Answer the keys of help before anything else of the window does."""
        if event.type() in _OF_KEY and isinstance(event, QKeyEvent) and not event.modifiers():
            wanted = event.key() == Qt.Key.Key_F1 or (event.key() == Qt.Key.Key_Escape and self.is_shown)
            if wanted:
                event.accept()
                if event.type() == QEvent.Type.KeyPress:
                    self.tell() if event.key() == Qt.Key.Key_F1 else self.leave()
                return True
        return False

    def tell(self) -> None:
        """Tell of the field with the cursor, or of the page."""
        window = self.window
        if not window.vault or not self.panel:
            self._tell_alone()
            return
        page = window.pages.get(window.page)
        self.panel.tell(help_on(window.definitions, window.words, window.page, page, QApplication.focusWidget()))

    def _tell_alone(self) -> None:
        """Tell of the first screen, in a small window of its own."""
        words = self.window.words
        self.panel = HelpPanel(self.window.definitions, words)
        self.panel.setParent(self.window, Qt.WindowType.Tool)
        self.panel.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.panel.setWindowTitle(words("help.title"))
        self.panel.all.hide()
        self.panel.resize(self.panel.width(), 520)
        self.panel.tell(help_page(FIRST_SCREEN, words.language))

    def leave(self) -> None:
        """Close the help beside the page."""
        if self.panel:
            self.panel.leave()

    def _follow(self, _: QWidget | None, now: QWidget | None) -> None:
        """Go on telling of where the person is while help is shown."""
        if self.is_shown and self.window.vault and now and self.window.isAncestorOf(now):
            self.tell()

    # The page of all help

    def show_page(self, topic: str) -> None:
        """Show the page of all help, at *topic* where it is named."""
        before = self.window.page
        self.leave()
        self.window.show_page(pages.HELP)
        page = self.window.pages.get(pages.HELP)
        if isinstance(page, HelpPage) and self.window.page == pages.HELP:
            page.show_topic(topic or (before if before in page.topics else BEGINNING[0]))

    def make_page(self) -> HelpPage:
        """Make the page of all help: how to begin, each page and register of this person, the keys, the program."""
        window, words, vault = self.window, self.window.words, self._vault
        registers = {register.name: register for register in vault.registers}
        keys = dict.fromkeys(page_of(entry.key) for entry in pages.entries(vault, words))
        written, of_pages = self._topics(BEGINNING), self._topics([key for key in keys if key not in registers])
        of_registers: Topics = {
            name: (words.of(register.label), partial(of_register, register, words)) for name, register in registers.items()
        }
        program: Topics = {
            KEYS: (words("help.keys"), self.list_keys),
            ABOUT: (words("help.about"), partial(about, window.definitions, words)),
        }
        groups = [
            ("help.begin", written),
            ("help.registers", of_registers),
            ("help.pages", of_pages),
            ("help.program", program),
        ]
        return HelpPage(window.definitions, words, [(words(name), topics) for name, topics in groups if topics])

    def _topics(self, keys: Iterable[str]) -> Topics:
        return {key: (heading(self._text(key)), partial(self._text, key)) for key in keys if self._text(key)}

    def _text(self, key: str) -> str:
        return help_page(key, self.window.words.language)

    def list_keys(self) -> str:
        """Write the sheet of the keys of all pages that were opened, and of those that answer everywhere."""
        window, words = self.window, self.window.words
        entries = pages.entries(self._vault, words)
        names = {entry.key: entry.text for entry in entries}
        opened = [(names.get(key) or heading(self._text(page_of(key))) or key, page) for key, page in window.pages.items()]
        inside = {key for _, page in opened for key in keys_of(page, words)}
        everywhere = [key for key in keys_of(window, words) if key not in inside]
        numbered = [
            Key((f"Alt+{place}",), words("keys.page", page=one.text)) for place, one in enumerate(entries[:MOST_NUMBERED], 1)
        ]
        return key_sheet(words, [*everywhere, *numbered], opened)

    @property
    def _vault(self) -> Vault:
        assert self.window.vault is not None  # noqa: S101 - the page of all help is one of an open station
        return self.window.vault
