"""Which pages a person has, and how each is made: derived from the keys that were opened and the roles that were given."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop.analysis import continuity
from desktop.gui import prompts
from desktop.gui.rail import Entry
from desktop.gui.register_page import RegisterPage
from desktop.gui.words import Words
from desktop.registers.problems import AppError
from desktop.store.vault import Vault

if TYPE_CHECKING:
    from desktop.gui.main_window import MainWindow

SETTINGS = "settings"
HAND_OFF, MERGE, ARRIVALS, TABLES = "hand_off", "merge", "arrivals", "tables"
COVERS, PEOPLE, BACKUPS, KEYS, MOVES = "covers", "people", "backups", "keys", "moves"
DEFINITIONS, RECEIPTS, QUESTIONS, HELP = "definitions", "receipts", "questions", "help"
# The search is no entry of the rail: a key opens it from everywhere.
HOME, SEARCH = "home", "search"
# Before the name of a register whose records connect persons.
LINKS = "links:"
# Before the name of a zone in which care must go on after release.
RELEASES = "continuity:"


def entries(vault: Vault, words: Words) -> list[Entry]:
    """List the entries of the rail: home, registers zone by zone, then what is exchanged, then the station itself."""
    zones = vault.definitions.codes["zones"].codes
    found = [Entry(r.name, words.of(r.label), r.icon, words.of(zones[r.zone].label)) for r in vault.registers]
    for zone in continuity.zones(vault):
        group = words.of(zones[zone].label)
        last = max(place for place, entry in enumerate(found) if entry.group == group)
        found.insert(last + 1, Entry(f"{RELEASES}{zone}", words("release_page.rail"), "log-out", group))
    first = [Entry(HOME, words("home.title"), "house")] if vault.zones else []
    return [*first, *found, *_of_exchange(vault, words), *_of_station(vault, words), *_of_program(words)]


def _of_exchange(vault: Vault, words: Words) -> Iterator[Entry]:
    group = words("window.exchange")
    if vault.may("hand_off") and not vault.station.is_headquarters:
        yield Entry(HAND_OFF, words("handoff_page.title"), "send", group)
    if vault.may("merge") and vault.station.is_headquarters:
        yield Entry(MERGE, words("merge_page.title"), "inbox", group)
    if vault.may("merge") and vault.zones and vault.station.is_headquarters:
        yield Entry(QUESTIONS, words("questions_page.title"), "circle-help", group)
    if vault.may("hand_off") and vault.zones and not vault.station.is_headquarters:
        yield Entry(RECEIPTS, words("receipts_page.rail"), "inbox", group)
    if vault.zones and vault.station.is_headquarters:
        yield Entry(ARRIVALS, words("arrivals_page.title"), "calendar-check", group)
    if any(register.transfer and vault.may("write", register.zone) for register in vault.registers):
        yield Entry(MOVES, words("transfers_page.title"), "arrow-right", group)
    if vault.may("tables") and vault.zones:
        yield Entry(TABLES, words("tables_page.title"), "table-2", group)
    linked = [register for register in vault.registers if register.links and vault.may("tables", register.zone)]
    yield from (Entry(f"{LINKS}{register.name}", words("links_page.title"), "network", group) for register in linked)
    if vault.may("covers") and not vault.station.is_headquarters:
        yield Entry(COVERS, words("covers_page.title"), "file-text", group)


def _of_station(vault: Vault, words: Words) -> Iterator[Entry]:
    group = words("window.station")
    yield Entry(PEOPLE, words("window.people"), "users", group)
    if vault.may("backup") or vault.zones:
        yield Entry(BACKUPS, words("window.backups"), "shield", group)
    if vault.zones and vault.may("merge" if vault.station.is_headquarters else "hand_off"):
        yield Entry(KEYS, words("enrolment_page.title"), "badge-check", group)
    if vault.zones and vault.may("definitions") and vault.station.is_headquarters:
        yield Entry(DEFINITIONS, words("definitions_page.title"), "list-checks", group)


def _of_program(words: Words) -> Iterator[Entry]:
    yield Entry(SETTINGS, words("settings.title"), "settings", words("window.station"))
    yield Entry(HELP, words("help.title"), "circle-help", words("window.station"))


def makers(window: "MainWindow", vault: Vault) -> dict[str, Callable[[], QWidget]]:
    """Give what makes each page; a page is made when it is first shown."""
    words = window.words
    found: dict[str, Callable[[], QWidget]] = {r.name: partial(_register, vault, r.name, window) for r in vault.registers}
    found |= {f"{LINKS}{r.name}": partial(_links, vault, r.name, window) for r in vault.registers if r.links}
    found |= {f"{RELEASES}{zone}": partial(_releases, vault, zone, window) for zone in continuity.zones(vault)}
    return found | {
        HELP: window.guide.make_page,
        HOME: partial(_home, vault, words, window),
        SEARCH: partial(_search, vault, words, window),
        HAND_OFF: partial(_hand_off, vault, words, window),
        MERGE: partial(_merge, vault, words),
        RECEIPTS: partial(_receipts, vault, words, window),
        QUESTIONS: partial(_questions, vault, words, window),
        ARRIVALS: partial(_arrivals, vault, words, window),
        MOVES: partial(_moves, vault, words),
        TABLES: partial(_tables, vault, words, window),
        COVERS: partial(_covers, vault, words),
        SETTINGS: partial(_settings, words, window),
        PEOPLE: partial(_people, vault, words, window),
        BACKUPS: partial(_backups, vault, words, window),
        KEYS: partial(_keys, vault, words, window),
        DEFINITIONS: partial(_definitions, vault, words, window),
    }


def _home(vault: Vault, words: Words, window: "MainWindow") -> QWidget:
    from desktop.gui.home_page import HomePage

    page = HomePage(vault, words)
    page.page_asked.connect(window.show_page)
    page.drafts_asked.connect(window.show_drafts)
    page.record_asked.connect(window.show_record)
    page.new_asked.connect(window.begin_record)
    page.search_asked.connect(window.search)
    page.date_confirmed.connect(partial(window.close_notice, "clock"))
    return page


def _search(vault: Vault, words: Words, window: "MainWindow") -> QWidget:
    from desktop.gui.search_page import SearchPage

    page = SearchPage(vault, words)
    page.record_asked.connect(window.show_record)
    page.left.connect(window.leave_search)
    return page


def _register(vault: Vault, name: str, window: "MainWindow") -> QWidget:
    zone = vault.definitions.registers[name].zone
    page = RegisterPage(vault.records(name), window.words, may_write=vault.may("write", zone))
    page.told.connect(window.tell_saved)
    page.import_asked.connect(partial(_import, vault, page, window))
    page.table.setAccessibleName(window.words.of(page.register.label))
    page.form.enter_saves = window.settings.enter == "save"
    page.form.may_ask = vault.may("merge", zone) and vault.station.is_headquarters
    page.form.question_asked.connect(partial(_ask, vault, page, window))
    page.transfer_asked.connect(partial(_move, window, name))
    page.roll_asked.connect(partial(_call_roll, page, window))
    return page


def _ask(vault: Vault, page: RegisterPage, window: "MainWindow", uid: str) -> None:
    """Ask the prison of a record about it."""
    from desktop.exchange.questions import ask
    from desktop.gui.question_prompts import ask_question

    number = page.records.read(uid)[0]["number"]
    if said := ask_question(page, window.words, page.register, number):
        try:
            ask(vault, page.register.name, uid, *said)
        except AppError as error:
            prompts.tell(page, window.words, error)
            return
        page.open(uid)
        page.form.say(window.words("questions_page.asked"))
        page.changed.emit()


def _settings(words: Words, window: "MainWindow") -> QWidget:
    from desktop.gui.settings_page import SettingsPage

    page = SettingsPage(words, window.settings)
    page.changed.connect(window.keep_settings)
    return page


def _releases(vault: Vault, zone: str, window: "MainWindow") -> QWidget:
    from desktop.gui.release_page import ReleasePage

    page = ReleasePage(vault, zone, window.words)
    page.record_asked.connect(window.show_record)
    return page


def _receipts(vault: Vault, words: Words, window: "MainWindow") -> QWidget:
    from desktop.gui.receipts_page import ReceiptsPage

    page = ReceiptsPage(vault, words)
    page.record_asked.connect(window.show_record)
    page.definitions_applied.connect(window.take_over)
    return page


def _questions(vault: Vault, words: Words, window: "MainWindow") -> QWidget:
    from desktop.gui.questions_page import QuestionsPage

    page = QuestionsPage(vault, words)
    page.record_asked.connect(window.show_record)
    return page


def _import(vault: Vault, page: RegisterPage, window: "MainWindow") -> None:
    from desktop.gui.foreign_import import ForeignImportPage

    importing = ForeignImportPage(vault, page.records, window.words)

    def leave(is_written: bool) -> None:
        page.uncover()
        if is_written:
            page.changed.emit()

    importing.left.connect(leave)
    page.cover(importing)
    importing.choose_button.setFocus()


def _call_roll(page: RegisterPage, window: "MainWindow", uid: str) -> None:
    """Show the roll of a record over its register, and what became of the record after it."""
    from desktop.gui.roll_page import RollPage

    try:
        roll = RollPage(page.records, window.words, uid, may_write=page.may_write)
    except AppError as error:
        prompts.tell(page, window.words, error)
        return

    def leave(has_saved: bool) -> None:
        page.uncover()
        page.open(uid)
        if has_saved:
            page.changed.emit()

    roll.left.connect(leave)
    page.cover(roll)
    roll.grid.setFocus()


def _move(window: "MainWindow", register: str, uid: str) -> None:
    from desktop.gui.transfers_page import TransfersPage

    window.show_page(MOVES)
    page = window.pages[MOVES]
    if isinstance(page, TransfersPage):
        page.show_case(register, uid)


def _moves(vault: Vault, words: Words) -> QWidget:
    from desktop.gui.transfers_page import TransfersPage

    return TransfersPage(vault, words)


def _hand_off(vault: Vault, words: Words, window: "MainWindow") -> QWidget:
    from desktop.gui.handoff_page import HandoffPage

    page = HandoffPage(vault, words)
    page.drafts_asked.connect(window.show_drafts)
    page.written.connect(window.count_waiting)
    page.cover_asked.connect(lambda: window.show_page(COVERS))
    return page


def _merge(vault: Vault, words: Words) -> QWidget:
    from desktop.gui.merge_page import MergePage

    return MergePage(vault, words)


def _arrivals(vault: Vault, words: Words, window: "MainWindow") -> QWidget:
    from desktop.gui.arrivals_page import ArrivalsPage

    page = ArrivalsPage(vault, words)
    page.merge_asked.connect(partial(window.show_page, MERGE))
    return page


def _tables(vault: Vault, words: Words, window: "MainWindow") -> QWidget:
    from desktop.gui.tables_page import TablesPage

    page = TablesPage(vault, words)
    page.record_asked.connect(window.show_record)
    return page


def _links(vault: Vault, register: str, window: "MainWindow") -> QWidget:
    from desktop.gui.links_page import LinksPage

    page = LinksPage(vault, window.words, vault.definitions.registers[register])
    page.record_asked.connect(window.show_record)
    return page


def _covers(vault: Vault, words: Words) -> QWidget:
    from desktop.gui.covers_page import CoversPage

    return CoversPage(vault, words)


def _people(vault: Vault, words: Words, window: "MainWindow") -> QWidget:
    from desktop.gui.people_page import PeoplePage

    page = PeoplePage(vault, words)
    page.log_in_again.connect(window.lock)
    return page


def _backups(vault: Vault, words: Words, window: "MainWindow") -> QWidget:
    from desktop.gui.backups_page import BackupsPage

    page = BackupsPage(vault, words)
    page.restored.connect(window.lock)
    return page


def _keys(vault: Vault, words: Words, window: "MainWindow") -> QWidget:
    from desktop.gui.enrolment_page import EnrolmentPage

    page = EnrolmentPage(vault, words)
    page.definitions_applied.connect(window.take_over)
    return page


def _definitions(vault: Vault, words: Words, window: "MainWindow") -> QWidget:
    from desktop.gui.definitions_page import DefinitionsPage

    page = DefinitionsPage(vault, words)
    page.applied.connect(window.take_over)
    return page
