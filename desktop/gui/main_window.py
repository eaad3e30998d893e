"""The window: the rail, and one page at a time."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop.gui import background
from desktop.gui.look import icon, kind
from desktop.gui.rail import Entry, Rail
from desktop.gui.register_page import RegisterPage
from desktop.gui.unlock_page import UnlockPage
from desktop.gui.words import NAMES, Words
from desktop.registers.declarations import Definitions
from desktop.registers.states import DRAFT
from desktop.store.keyring import read_station
from desktop.store.vault import Vault

SMALLEST = QSize(960, 520)


class MainWindow(QMainWindow):
    """Shows the first screen until a password opens the station, then its pages."""

    def __init__(self, folder: Path, definitions: Definitions, language: str | None = None) -> None:
        """Show the station in *folder*. Raises AppError where there is none."""
        super().__init__()
        self.folder, self.definitions = folder, definitions
        self.words = Words(language or read_station(folder).language)
        self.vault: Vault | None = None
        self.pages: dict[str, QWidget] = {}
        self.page = ""
        self.setWindowTitle(self.words("window.program"))
        self.setMinimumSize(SMALLEST)
        self.show_unlock()

    # Locked

    def show_unlock(self) -> None:
        """Show the first screen."""
        self.unlock_page = UnlockPage(self.folder, self.definitions, self.words)
        self.unlock_page.opened.connect(self.open)
        self.unlock_page.language_chosen.connect(self.speak)
        self.setCentralWidget(self.unlock_page)
        self.unlock_page.password.setFocus()

    def speak(self, language: str) -> None:
        """Go on in another language; an open form is kept."""
        self.words = Words(language)
        if self.vault is None:
            self.show_unlock()
        elif self.may_leave():
            self._show_station(self.page)

    def lock(self) -> None:
        """Close the station's files, once nothing uses them, and go back to the first screen; an open form is kept."""
        background.after(self, self._lock)

    def _lock(self) -> None:
        self._keep_forms()
        if self.vault:
            self.vault.close()
        self.vault, self.pages = None, {}
        self.show_unlock()

    def _keep_forms(self) -> None:
        for page in self.pages.values():
            if isinstance(page, RegisterPage):
                page.keep()

    # Open

    def open(self, vault: Vault) -> None:
        """Show the pages of an open station."""
        self.vault = vault
        self._show_station("")

    def _show_station(self, page: str) -> None:
        self.pages, self.page = {}, ""
        vault, words = self._opened, self.words
        self._makers = self._page_makers(vault)
        entries = self._entries(vault)
        place = words.of(self.definitions.codes["prisons"].codes[vault.station.prison].label)
        self.rail = Rail(words("window.program"), place, entries, self._foot(vault))
        self.rail.chosen.connect(self.show_page)
        self.stack = QStackedWidget()
        kind(self.stack, "page")
        central = QWidget()
        layout = QHBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.rail)
        layout.addWidget(self.stack, 1)
        self.setCentralWidget(central)
        self.show_page(page or entries[0].key)

    def _entries(self, vault: Vault) -> list[Entry]:
        words, zones = self.words, self.definitions.codes["zones"].codes
        entries = [
            Entry(register.name, words.of(register.label), register.icon, words.of(zones[register.zone].label))
            for register in vault.registers
        ]
        group = words("window.exchange")
        if vault.station.is_headquarters:
            entries.append(Entry("merge", words("merge_page.title"), "inbox", group))
        else:
            entries.append(Entry("hand_off", words("handoff_page.title"), "send", group))
        return [*entries, Entry("tables", words("tables_page.title"), "table-2", group)]

    def _page_makers(self, vault: Vault) -> dict[str, Callable[[], QWidget]]:
        makers: dict[str, Callable[[], QWidget]] = {
            register.name: lambda name=register.name: RegisterPage(vault.records(name), self.words)  # type: ignore[misc]
            for register in vault.registers
        }
        return makers | {"hand_off": self._make_hand_off, "merge": self._make_merge, "tables": self._make_tables}

    def _make_hand_off(self) -> QWidget:
        from desktop.gui.handoff_page import HandoffPage

        page = HandoffPage(self._opened, self.words)
        page.drafts_asked.connect(self.show_drafts)
        return page

    def _make_merge(self) -> QWidget:
        from desktop.gui.merge_page import MergePage

        return MergePage(self._opened, self.words)

    def _make_tables(self) -> QWidget:
        from desktop.gui.tables_page import TablesPage

        page = TablesPage(self._opened, self.words)
        page.record_asked.connect(self.show_record)
        return page

    @property
    def _opened(self) -> Vault:
        assert self.vault is not None  # noqa: S101 - pages are made for an open station only
        return self.vault

    def _foot(self, vault: Vault) -> list[QWidget]:
        words = self.words
        foot = QWidget()
        layout = QVBoxLayout(foot)
        layout.setContentsMargins(6, 0, 6, 0)
        layout.setSpacing(0)
        language = QPushButton(NAMES[words.language])
        menu = QMenu(language)
        for code, name in NAMES.items():
            menu.addAction(name).triggered.connect(lambda _=False, chosen=code: self.speak(chosen))
        language.setMenu(menu)
        language.setIcon(icon("languages", "second"))
        lock = QPushButton(words("window.lock", person=vault.keys.person))
        lock.setIcon(icon("lock", "second"))
        lock.clicked.connect(self.lock)
        for one in (language, lock):
            kind(one, "entry")
            layout.addWidget(one)
        return [foot]

    def show_page(self, key: str) -> None:
        """Show a page, unless the open form must be looked after first."""
        if key != self.page and not self.may_leave():
            self.rail.mark(self.page)
            return
        if key not in self.pages:
            self.pages[key] = self._makers[key]()
            self.stack.addWidget(self.pages[key])
        self.page = key
        self.rail.mark(key)
        self.stack.setCurrentWidget(self.pages[key])
        if arrive := getattr(self.pages[key], "arrive", None):
            arrive()

    def show_drafts(self, register: str) -> None:
        """Show what is not finished yet in a register."""
        self.show_page(register)
        page = self.pages[register]
        if isinstance(page, RegisterPage):
            page.show_state(DRAFT)

    def show_record(self, register: str, uid: str) -> None:
        """Show one record in the page of its register."""
        self.show_page(register)
        page = self.pages[register]
        if isinstance(page, RegisterPage) and page.may_leave():
            page.open(uid)

    def may_leave(self) -> bool:
        """Tell whether the open page lets go."""
        page = self.pages.get(self.page)
        return not isinstance(page, RegisterPage) or page.may_leave()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about an open form, then close the files."""
        if self.vault and not self.may_leave():
            event.ignore()
            return
        if self.vault:
            self.vault.close()
        event.accept()
