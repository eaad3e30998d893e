"""What is done with people and keys: asked for, done beside the screen, and told."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.gui import background, people_prompts, prompts, sheet_panel
from desktop.gui.people_acts import roles_to_give
from desktop.gui.people_prompts import Coming
from desktop.gui.recovery_sheet import sheet_of
from desktop.gui.words import Words
from desktop.registers.problems import AppError
from desktop.store import people, recovery
from desktop.store.people import Person
from desktop.store.roles import at_station, roles_of
from desktop.store.vault import Vault

T = TypeVar("T")

# What is refused where the keys were changed in another window meanwhile.
CHANGED_ELSEWHERE = "people.unlock_again"


class PeopleWork(QObject):
    """Does what the page of people offers, for the person whose vault is open."""

    # The person it was done with, and what to say of it.
    done = Signal(str, str)
    log_in_again = Signal()

    def __init__(self, page: QWidget, vault: Vault, words: Words) -> None:
        """Ask over *page*."""
        super().__init__(page)
        self.page, self.vault, self.words = page, vault, words

    def do(self, name: str, person: Person | None, zone: str) -> None:
        """Do the act *name* with *person*, with a *zone* where it is about one."""
        of_person: dict[str, Callable[[Person], None]] = {
            "give_roles": self.give_roles, "block": self.block, "unblock": self.unblock, "remove": self.remove,
            "reset_password": self.reset_password,
        }  # fmt: skip
        of_key: dict[str, Callable[[Person, str], None]] = {"let_in": self.let_in, "shut_out": self.shut_out}
        of_zone: dict[str, Callable[[str], None]] = {
            "new_sheet": self.new_sheet, "type_back": self.type_back, "change_key": self.change_key,
        }  # fmt: skip
        if name == "change_password":
            self.change_password()
        elif name in of_zone:
            of_zone[name](zone)
        elif person and name in of_key:
            of_key[name](person, zone)
        elif person:
            of_person[name](person)

    def _run(self, work: Callable[[], T], done: Callable[[T], None], again: Callable[[str], None] | None = None) -> None:
        """Do *work* beside the screen; where it is refused, ask *again* with the reason, or say it."""

        def failed(error: AppError) -> None:
            if again and error.name != CHANGED_ELSEWHERE:
                again(self.words.of(error.text))
            else:
                self._refuse(error)

        background.run(self.page, work, done, failed)

    def _refuse(self, error: AppError) -> None:
        prompts.tell(self.page, self.words, error)
        if error.name == CHANGED_ELSEWHERE:
            self.log_in_again.emit()

    def _tell(self, sentence: str, name: str, zone: str = "") -> None:
        self.done.emit(name, self.words(f"people_page.{sentence}", name=name, zone=self._zone(zone) if zone else ""))

    def _zone(self, zone: str) -> str:
        return self.words.of(self.vault.definitions.codes["zones"].codes[zone].label)

    def _named(self, zones: Sequence[str]) -> str:
        return ", ".join(self.words("people_page.quoted", zone=self._zone(zone)) for zone in zones)

    # Coming

    def add(self, before: Coming | None = None, said: str = "") -> None:
        """Add somebody, and let them at once into the zones that were ticked."""
        vault, zones = self.vault, {zone: self._zone(zone) for zone in self.vault.zones}
        coming = people_prompts.ask_newcomer(self.page, self.words, roles_to_give(vault), zones, before, said)
        if coming is None:
            return

        def work() -> None:
            people.add(vault, coming.newcomer)
            for zone in coming.zones:
                people.let_in(vault, zone, coming.newcomer.name, coming.newcomer.password)

        name = coming.newcomer.name
        self._run(work, lambda _: self._tell("added", name), lambda text: self.add(coming, text))

    def give_roles(self, person: Person, said: str = "") -> None:
        """Change the roles of somebody; of oneself the pages must follow."""
        here = at_station(roles_of(self.vault.definitions), headquarters=self.vault.station.is_headquarters)
        chosen = people_prompts.ask_roles(self.page, self.words, person.name, here, person.roles, said)
        if chosen is None or set(chosen) == set(person.roles):
            return

        def done(_: None) -> None:
            self._tell("roles_given", person.name)
            if person.name == self.vault.person:
                self.log_in_again.emit()

        self._run(lambda: people.give_roles(self.vault, person.name, chosen), done, lambda text: self.give_roles(person, text))

    def let_in(self, person: Person, zone: str, said: str = "") -> None:
        """Let somebody into a zone, who types their own password here and now."""
        words, name = self.words, person.name
        title = words("people_page.let_in_title", name=name, zone=self._zone(zone))
        text = words("people_page.let_in_text", name=name, zone=self._zone(zone))
        password = people_prompts.ask_password(self.page, words, title, text, words("people_page.let_in_yes"), said)
        if password is not None:
            self._run(
                lambda: people.let_in(self.vault, zone, name, password),
                lambda _: self._tell("is_in", name, zone),
                lambda text: self.let_in(person, zone, text),
            )

    # Passwords

    def change_password(self, said: str = "") -> None:
        """Change one's own password."""
        name = self.vault.person
        typed = people_prompts.ask_change_of_password(self.page, self.words, name, said)
        if typed is not None:
            self._run(
                lambda: people.change_password(self.vault, *typed),
                lambda _: self._tell("password_set", name),
                self.change_password,
            )

    def reset_password(self, person: Person, said: str = "") -> None:
        """Let somebody who forgot the password choose a new one, and say which zones that costs."""
        words, name = self.words, person.name
        lost = [zone for zone in person.zones if zone not in self.vault.zones]
        text = words("people_page.reset_text", name=name)
        if lost:
            text = f"{text} {words('people_page.reset_loses', name=name, zones=self._named(lost))}"
        title = words("people_page.reset_title", name=name)
        password = people_prompts.ask_new_password(self.page, words, title, text, name, said)
        if password is not None:
            self._run(
                lambda: people.reset_password(self.vault, name, password),
                lambda _: self._tell("password_set", name),
                lambda text: self.reset_password(person, text),
            )

    # Going

    def block(self, person: Person) -> None:
        """Let somebody log in no more for now."""
        words = self.words
        title, text = words("people_page.block_title", name=person.name), words("people_page.block_text")
        if people_prompts.ask_sure(self.page, words, title, text, words("people_page.block")):
            self._run(lambda: people.block(self.vault, person.name), lambda _: self._tell("blocked", person.name))

    def unblock(self, person: Person) -> None:
        """Let somebody log in again."""
        self._run(lambda: people.unblock(self.vault, person.name), lambda _: self._tell("unblocked", person.name))

    def remove(self, person: Person) -> None:
        """Remove somebody for good; the keys that can be changed here are, and new sheets made."""
        words, name = self.words, person.name
        here = [zone for zone in person.zones if zone in self.vault.zones]
        elsewhere = [zone for zone in person.zones if zone not in here]
        said = [words("people_page.remove_text")]
        if here:
            said.append(words("people_page.remove_changes", zones=self._named(here)))
        if elsewhere:
            said.append(words("people_page.remove_leaves", zones=self._named(elsewhere)))
        title = words("people_page.remove_title", name=name)
        if people_prompts.ask_sure(self.page, words, title, " ".join(said), words("people_page.remove")):
            self._run(lambda: people.remove(self.vault, name), lambda _: self._gone("gone", name, here))

    def shut_out(self, person: Person, zone: str) -> None:
        """Take a zone away from somebody, which changes its key."""
        words, name = self.words, person.name
        title = words("people_page.shut_out_title", name=name, zone=self._zone(zone))
        text = words("people_page.shut_out_text", name=name, zone=self._zone(zone))
        if people_prompts.ask_sure(self.page, words, title, text, words("people_page.shut_out")):
            self._run(
                lambda: people.shut_out(self.vault, zone, name), lambda left_out: self._gone("is_out", name, [zone], left_out)
            )

    def change_key(self, zone: str) -> None:
        """Change the key of a zone, and make its sheet anew."""
        words = self.words
        title = words("people_page.change_key_title", zone=self._zone(zone))
        text = words("people_page.change_key_text", zone=self._zone(zone))
        if people_prompts.ask_sure(self.page, words, title, text, words("people_page.change_key")):
            self._run(
                lambda: people.change_key(self.vault, zone), lambda left_out: self._gone("key_changed", "", [zone], left_out)
            )

    def _gone(self, sentence: str, name: str, zones: Sequence[str], left_out: Sequence[str] = ()) -> None:
        """Tell what was done, have the sheets of *zones* made anew, and open the station again under its new keys."""
        self._tell(sentence, name, zones[0] if len(zones) == 1 else "")
        for zone in zones:
            if not self.page.isVisible():
                return  # the station locked itself meanwhile
            text = self.words("people_page.sheet_void", zone=self._zone(zone))
            if left_out:
                text = f"{text} {self.words('people_page.left_out', names=', '.join(left_out), zone=self._zone(zone))}"
            title = self.words("people_page.key_is_new", zone=self._zone(zone))
            yes, no = self.words("people_page.make_sheet"), self.words("recovery_page.later")
            if people_prompts.ask_sure(self.page, self.words, title, text, yes, no):
                self.new_sheet(zone)
        if zones:
            self.log_in_again.emit()

    # Sheets

    def new_sheet(self, zone: str) -> None:
        """Make a recovery sheet; the one before stays good until this one is typed back."""
        try:
            code = recovery.new_code(self.vault, zone)
            sheet = sheet_of(self.vault.folder, self.vault.definitions, zone, code)
        except AppError as error:
            self._refuse(error)
            return
        proven = sheet_panel.hand_over_sheet(self.page, self.vault.folder, sheet, self.words)
        self._after_sheet(zone, is_proven=proven)

    def type_back(self, zone: str, typed: str = "", said: str = "") -> None:
        """Prove a sheet that was made earlier."""
        code = people_prompts.ask_code(self.page, self.words, self._zone(zone), typed, said)
        if code is None:
            return
        try:
            recovery.confirm(self.vault.folder, zone, code)
        except AppError as error:
            self.type_back(zone, code, self.words.of(error.text))
            return
        self._after_sheet(zone, is_proven=True)

    def _after_sheet(self, zone: str, *, is_proven: bool) -> None:
        self.vault.catch_up()
        self._tell("sheet_works" if is_proven else "sheet_waits", "", zone)
