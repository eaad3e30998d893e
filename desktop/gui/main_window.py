"""The window: the rail, and one page at a time."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop import __version__
from desktop.gui import background, pages, prompts
from desktop.gui.guide import Guide
from desktop.gui.history_dialog import take_back
from desktop.gui.look import dress, icon, kind, sized, wears
from desktop.gui.notice import Notices
from desktop.gui.practice import Practice
from desktop.gui.qt_words import speak_qt
from desktop.gui.rail import Rail
from desktop.gui.register_page import RegisterPage
from desktop.gui.shortcuts import answer_keys
from desktop.gui.unlock_page import UnlockPage
from desktop.gui.words import NAMES, Words
from desktop.gui.zone_card import count_waiting
from desktop.registers.declarations import Definitions
from desktop.registers.problems import AppError
from desktop.registers.states import DRAFT
from desktop.store import backup_counts
from desktop.store.backups import EVERY, back_up_if_changed
from desktop.store.check import Checked, put_back
from desktop.store.keyring import FILE, read_station
from desktop.store.people import notices
from desktop.store.records import Records
from desktop.store.settings import Settings, read_settings, write_settings
from desktop.store.vault import Vault
from desktop.store.version_checks import check_version, unchecked

SMALLEST = QSize(960, 520)
# Narrower than this, the rail keeps its pictures alone.
NARROW = 1100
# Seconds after which a backup that found somebody typing is tried again.
TRY_AGAIN = 60


class MainWindow(QMainWindow):
    """Shows the first screen until a password opens the station, then its pages."""

    def __init__(self, folder: Path, definitions: Definitions, language: str | None = None) -> None:
        """Show the station in *folder*, or the first start where there is none. Raises AppError."""
        super().__init__()
        self.folder, self.definitions = folder, definitions
        self.settings = read_settings(folder)
        self._spoken, self._has_chosen = language, False
        self.words = Words(language or self.settings.language or _language_of(folder))
        self._wear()
        self.vault: Vault | None = None
        self.pages: dict[str, QWidget] = {}
        self.page = self._before_search = ""
        self._may_close = self._has_copied = False
        QApplication.clipboard().dataChanged.connect(self._note_copied)
        self._backup = QTimer(self)
        self._backup.setSingleShot(True)
        self._backup.timeout.connect(self.back_up)
        self.setMinimumSize(SMALLEST)
        self.guide, self.practice = Guide(self), Practice(self)
        self._show_first()

    # Locked

    def _show_first(self) -> None:
        if not (self.folder / FILE).exists():
            self.show_first_start()
            return
        try:
            self.show_unlock()
        except AppError as error:
            if error.name != "vault.unreadable":
                raise
            self.show_restore(self.words.of(error.text))

    def show_first_start(self) -> None:
        """Show how a station is made."""
        from desktop.gui.first_start import FirstStart

        first = FirstStart(self.folder, self.definitions, self.words)
        first.made.connect(self.show_unlock)
        first.language_chosen.connect(self.speak)
        first.restore_asked.connect(self.show_restore)
        self.setCentralWidget(first)

    def show_unlock(self) -> None:
        """Show the first screen."""
        self.unlock_page = UnlockPage(self.folder, self.definitions, self.words)
        self.unlock_page.opened.connect(self.open)
        self.unlock_page.language_chosen.connect(self.speak)
        self.unlock_page.restore_asked.connect(self.show_restore)
        self.unlock_page.practice_asked.connect(self.practice.enter)
        self.unlock_page.practice_button.setVisible(not self.practice.is_on)
        self.setCentralWidget(self.practice.surround(self.unlock_page))
        self.unlock_page.password.setFocus()

    def show_restore(self, said: str = "") -> None:
        """Show how a backup is put back where there is no station to open, with what is *said* of it."""
        from desktop.gui.restore_wizard import RestoreWizard

        wizard = RestoreWizard(self.folder, self.definitions, self.words)
        wizard.left.connect(self._show_first)
        wizard.restored.connect(self._show_first)
        self.setCentralWidget(wizard)
        wizard.begin(said=said)

    def speak(self, language: str) -> None:
        """Go on in another language; an open form is kept."""
        self._spoken = language
        self._has_chosen = self.vault is None
        self.keep_settings("language", replace(self.settings, language=language))

    def keep_settings(self, name: str, settings: Settings) -> None:
        """Go on by other *settings*, of which *name* was changed; an open form is kept."""
        if self.vault and not self.may_leave():
            return
        self.settings = settings
        self.words = Words(settings.language or self.words.language)
        self._wear()
        self._write_settings()
        if self.vault is None:
            self._show_first()
            return
        page = self.page
        begun = {key: left for key, one in self.pages.items() if (left := _handed_on(one)) is not None}
        self._show_station(page)
        for key, left in begun.items():
            cast("Any", self._page(key)).take_up(left)
        if go_to := getattr(self.pages[page], "go_to", None):
            go_to(name)

    def _write_settings(self) -> None:
        """Keep the settings with the station; in practice, and before there is a station, they hold for now."""
        if self.practice.is_on or not (self.folder / FILE).exists():
            return
        try:
            write_settings(self.folder, self.vault.person if self.vault else "", self.settings)
        except AppError as error:
            prompts.tell(self, self.words, error)

    def _wear(self) -> None:
        """Look and speak as the settings say."""
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return
        speak_qt(app, self.words.language)
        if not wears(self.settings.points, self.settings.scheme):
            dress(app, self.settings.points, self.settings.scheme)

    def lock(self) -> None:
        """Hide and close the station, once nothing uses it, after a backup of what changed; an open form is kept."""
        background.after(self, lambda: self._leave("lock", lambda: None))

    def take_over(self, definitions: Definitions) -> None:
        """Go on with other *definitions*: the station is closed, and opened with them by its password."""
        self.definitions = definitions
        self.lock()

    def leave_station(self, then: Callable[[], None]) -> None:
        """Close the station, once nothing uses it, and go on with *then*."""
        background.after(self, lambda: self._leave("lock", then))

    def _leave(self, why: str, then: Callable[[], None]) -> None:
        """Hide the pages at once, make the backup that *why* asks for, close the files, and go on with *then*."""
        vault = self.vault
        if vault is None:
            then()
            return
        self._backup.stop()
        self._keep_forms()
        self._close_dialogs()
        self._forget_copied()
        self.vault, self.pages, self.page = None, {}, ""
        self.show_unlock()
        self.unlock_page.message.setText(self.words("window.backing_up"))

        def close() -> AppError | None:
            try:
                back_up_if_changed(vault, why)
            except AppError as error:
                return error
            finally:
                vault.close()
            return None

        def closed(error: AppError | None) -> None:
            self.unlock_page.message.setText(self.words.of(error.text) if error else "")
            then()

        background.run(self, close, closed, lambda error: prompts.tell(self, self.words, error))

    def _keep_forms(self) -> None:
        for page in self.pages.values():
            if isinstance(page, RegisterPage):
                page.keep()

    def _note_copied(self) -> None:
        self._has_copied = QApplication.activeWindow() is not None

    def _forget_copied(self) -> None:
        """Take from the clipboard what was copied in this program: it may be of a record."""
        if self._has_copied:
            QApplication.clipboard().clear()
            self._has_copied = False

    def _close_dialogs(self) -> None:
        while isinstance(dialog := QApplication.activeModalWidget(), QDialog):
            dialog.reject()

    # Open

    def open(self, vault: Vault) -> None:
        """Show the pages of an open station."""
        self.vault = vault
        self._take_settings(vault)
        self._show_station("")
        self._tell_notices()
        self._check_version()
        self._backup.start(EVERY * 1000)

    def _take_settings(self, vault: Vault) -> None:
        """Take up what this person chose once; a language that was chosen just now at the first screen holds before it."""
        if self.practice.is_on:
            return
        own = read_settings(vault.folder, vault.person)
        self.settings = replace(own, language=self._spoken or own.language)
        if self._has_chosen and self.settings != own:
            self._write_settings()
        self._spoken, self._has_chosen = None, False
        self.words = Words(self.settings.language or self.words.language)
        self._wear()

    def _show_station(self, page: str) -> None:
        self.pages, self.page = {}, ""
        vault, words = self._opened, self.words
        self._makers = pages.makers(self, vault)
        entries = pages.entries(vault, words)
        place = words.of(self.definitions.codes["prisons"].codes[vault.station.prison].label)
        # From the outside in: a widget that moves into another is dressed anew with all that it holds.
        central = QWidget()
        layout = QHBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.setCentralWidget(self.practice.surround(self.guide.beside(central)))
        self.rail = Rail(words("window.program"), place, entries, self._foot(vault), central)
        self.rail.chosen.connect(self.show_page)
        self.rail.narrow(is_narrow=self.width() < sized(NARROW))
        layout.addWidget(self.rail)
        layout.addWidget(self._build_side(central), 1)
        if vault.zones:
            answer_keys(central, [Qt.Key.Key_F7], self.search, "search_all")
        self.show_page(page or entries[0].key)

    def _build_side(self, parent: QWidget) -> QWidget:
        side = QWidget(parent)
        kind(side, "page")
        self.notices, self.stack = Notices(self.words), QStackedWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self.stack, 1)
        return side

    @property
    def _opened(self) -> Vault:
        assert self.vault is not None  # noqa: S101 - pages are made for an open station only
        return self.vault

    def _foot(self, vault: Vault) -> list[QPushButton]:
        words = self.words
        language = QPushButton(NAMES[words.language])
        menu = QMenu(language)
        for code, name in NAMES.items():
            menu.addAction(name).triggered.connect(lambda _=False, chosen=code: self.speak(chosen))
        language.setMenu(menu)
        language.setIcon(icon("languages", "second"))
        lock = QPushButton(words("window.lock", person=vault.person))
        lock.setIcon(icon("lock", "second"))
        lock.clicked.connect(self.lock)
        for one in (language, lock):
            kind(one, "entry")
        return [language, lock]

    # What must be known

    def _tell_notices(self) -> None:
        """Say what somebody who has just come in must know: of passwords and keys, of the clock, of backups outside."""
        vault, words = self._opened, self.words
        if found := [words.of(text) for text in notices(vault)]:
            more = f" {words('form.more', n=len(found) - 1)}" if len(found) > 1 else ""
            self.notices.say(
                "people", found[0] + more, actions=[(words("window.people"), lambda: self.show_page(pages.PEOPLE))]
            )
        if older := put_back(vault):
            actions = [(words("window.backups"), lambda: self.show_page(pages.BACKUPS))]
            self.notices.say("put_back", " ".join(words.of(finding.text) for finding in older), "error", actions)
        self._tell_of_clock()
        with suppress(AppError):
            counted = backup_counts.begin_session(self.folder)
            if counted.is_due:
                action = (words("window.backups"), lambda: self.show_page(pages.BACKUPS))
                self.notices.say("backups", words.of(counted.reminder), actions=[action])

    def _check_version(self) -> None:
        """Check every file that another version of the program looked after until now, and say what came of it."""
        vault, words = self._opened, self.words
        if not unchecked(vault):
            return
        self.notices.say("version", words("window.checking_version", version=__version__), "notice")
        background.run(self, lambda: check_version(vault), self._tell_checked, self._tell_not_checked)

    def _tell_checked(self, found: Checked) -> None:
        if self.vault is None:
            return
        said = {"version": __version__, "n": sum(zone.records for zone in found.zones)}
        if found.is_sound:
            self.notices.say("version", self.words("window.version_sound", **said), "good")
            return
        actions = [(self.words("window.backups"), lambda: self.show_page(pages.BACKUPS))]
        self.notices.say("version", self.words("window.version_damaged", **said), "error", actions)

    def _tell_not_checked(self, error: AppError) -> None:
        if self.vault:
            self.notices.say("version", self.words.of(error.text), "error")

    def _tell_of_clock(self) -> None:
        doubts = {zone: self._opened.zone(zone).clock_doubt for zone in self._opened.zones}
        doubt = next((found for found in doubts.values() if found), None)
        if doubt:
            action = (self.words("window.date_is_right"), self._confirm_date)
            self.notices.say("clock", self.words.of(doubt.text), actions=[action])

    def _confirm_date(self) -> None:
        for zone in self._opened.zones:
            if self._opened.zone(zone).clock_doubt:
                self._opened.zone(zone).confirm_date()

    def count_waiting(self) -> None:
        """Show in the rail how many finished records have not been handed off yet."""
        waiting = count_waiting(self._opened)
        self.rail.count(pages.HAND_OFF, waiting, self.words("handoff_page.waiting_count", n=waiting))

    def tell_saved(self, records: Records, uid: str, text: str) -> None:
        """Say that a record was saved or voided, with the way back."""

        def undo() -> None:
            take_back(self, records, uid, self.words)
            page = self.pages.get(records.register.name)
            if isinstance(page, RegisterPage):
                page.read_again(uid)

        self.notices.say("saved", text, "good", [(self.words("window.undo"), undo)])
        self.count_waiting()

    def back_up(self) -> None:
        """Make the backup of every half hour, at a moment when nobody is typing in a form."""
        if self.vault is None:
            return
        page = self.pages.get(self.page)
        if isinstance(page, RegisterPage) and page.form.is_dirty and QApplication.focusWidget():
            self._backup.start(TRY_AGAIN * 1000)
            return
        vault = self._opened
        self._backup.start(EVERY * 1000)
        background.after(
            self, lambda: background.run(self, lambda: back_up_if_changed(vault, "interval"), lambda _: None, self._no_backup)
        )

    def _no_backup(self, error: AppError) -> None:
        if self.vault:
            self.notices.say("backups", self.words.of(error.text), "error")

    # Pages

    def show_page(self, key: str) -> None:
        """Show a page, unless the open form must be looked after first."""
        if key != self.page and not self.may_leave():
            self.rail.mark(self.page)
            return
        shown = self._page(key)
        self.page = key
        self.rail.mark(key)
        self.stack.setCurrentWidget(shown)
        if arrive := getattr(shown, "arrive", None):
            arrive()
        self.count_waiting()

    def _page(self, key: str) -> QWidget:
        """Give a page, made when it is first asked for."""
        if key not in self.pages:
            self.pages[key] = self._makers[key]()
            self.stack.addWidget(self.pages[key])
        return self.pages[key]

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

    def begin_record(self, register: str) -> None:
        """Begin a record in the page of its register."""
        self.show_page(register)
        page = self.pages.get(register)
        if isinstance(page, RegisterPage) and self.page == register:
            page.begin()

    def search(self) -> None:
        """Show the search over all registers; from there, begin it anew."""
        if self.page != pages.SEARCH:
            self._before_search = self.page
        self.show_page(pages.SEARCH)

    def leave_search(self) -> None:
        """Go back to the page from which the search was opened."""
        self.show_page(self._before_search)

    def close_notice(self, key: str) -> None:
        """Take away a strip that says what is no longer so."""
        self.notices.close_notice(key)

    def may_leave(self) -> bool:
        """Tell whether the open page lets go."""
        page = self.pages.get(self.page)
        return not isinstance(page, RegisterPage) or page.may_leave()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the page what room there is."""
        super().resizeEvent(event)
        if self.vault:
            self.rail.narrow(is_narrow=self.width() < sized(NARROW))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about an open form, make a backup of what changed, close the files, and only then go."""
        if self.vault is None or self._may_close:
            event.accept()
            return
        event.ignore()
        if self.may_leave():
            self._leave("exit", self._close)

    def _close(self) -> None:
        self._may_close = True
        self.close()


def _handed_on(page: QWidget) -> Any:
    """Give what a page has begun that its like in another language can go on with; None where there is nothing."""
    hand_on = getattr(page, "hand_on", None)
    return hand_on() if hand_on else None


def _language_of(folder: Path) -> str:
    """Give the language of the station in *folder*, Russian where it cannot be read."""
    try:
        return read_station(folder).language
    except AppError:
        return "ru"
