"""People and keys: who is here and what each may do, and for every register who can open it."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop.gui.look import SIGNS, button, kind, label, restyle, scaled
from desktop.gui.people_acts import holders_of, roles_to_give
from desktop.gui.people_work import PeopleWork
from desktop.gui.person_panel import STATE_COLOURS, Panel
from desktop.gui.plain_table import Cell, Column, PlainTable
from desktop.gui.shortcuts import answer_keys
from desktop.gui.words import Words
from desktop.registers.register import Register
from desktop.store.keyring import REMOVED
from desktop.store.people import Person, everyone
from desktop.store.roles import roles_of
from desktop.store.vault import Vault

PANEL_WIDTH = 384
NARROW = 960
# Columns of the list of people.
ROLES, FAILED = 1, 4


class PeoplePage(QWidget):
    """The people of the station, as far as the person who is logged in may see to them."""

    log_in_again = Signal()

    def __init__(self, vault: Vault, words: Words) -> None:
        """Show the people."""
        super().__init__()
        self.vault, self.words = vault, words
        self.everyone: list[Person] = []
        self._zones = vault.definitions.codes["zones"].codes
        self.registers = [r for zone in vault.definitions.zones for r in vault.definitions.of_zone(zone)]
        self.panel = Panel(vault, words)
        self.work = PeopleWork(self, vault, words)
        self._build()
        self._connect()
        self.refresh()

    # What stands on the page

    def _build(self) -> None:
        words = self.words
        self.add_button = button(words("people_page.add"), picture="plus", primary=True, keys="Ins")
        self.add_button.setVisible(bool(roles_to_give(self.vault)))
        self.views = [self._pill("people_page.people"), self._pill("people_page.who_opens")]
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(scaled(label(words("window.people"), "title"), 1.45), 1)
        top.addWidget(self.add_button)
        views = QHBoxLayout()
        views.setSpacing(6)
        for pill in self.views:
            views.addWidget(pill)
        views.addStretch(1)
        self.people = PlainTable(words("people_page.people"), [
            Column(words("people_page.name"), 130), Column(words("people_page.roles")), Column(words("people_page.opens")),
            Column(words("people_page.state"), 104), Column(words("people_page.wrong_passwords"), 104, is_number=True),
        ])  # fmt: skip
        self.access = PlainTable(words("people_page.who_opens"), [
            Column(words("people_page.register")), Column(words("people_page.zone"), 170), Column(words("people_page.openers")),
        ])  # fmt: skip
        self.stack = QStackedWidget()
        self.stack.addWidget(self.people)
        self.stack.addWidget(self.access)
        self.message = label("", "good", wrap=True)
        self.message.hide()
        left = QVBoxLayout()
        left.setContentsMargins(14, 10, 14, 10)
        left.setSpacing(8)
        left.addLayout(top)
        left.addLayout(views)
        left.addWidget(self.message)
        left.addWidget(self.stack, 1)
        left.addWidget(label(words("people_page.keys"), "second"))
        self._side = QWidget()
        kind(self._side, "form")
        self._side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        holder = QVBoxLayout(self._side)
        holder.setContentsMargins(1, 0, 0, 0)
        holder.addWidget(self.panel)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(left, 1)
        layout.addWidget(self._side)

    def _pill(self, name: str) -> QPushButton:
        pill = QPushButton(self.words(name))
        kind(pill, "pill")
        pill.setAutoDefault(False)
        return pill

    def _connect(self) -> None:
        self.panel.asked.connect(self._act)
        self.work.done.connect(self._tell)
        self.work.log_in_again.connect(self.log_in_again)
        self.add_button.clicked.connect(self.add)
        self.people.marked.connect(self._show_person)
        self.access.marked.connect(self._show_register)
        for place, pill in enumerate(self.views):
            pill.clicked.connect(partial(self.show_view, place))
        answer_keys(self, [Qt.Key.Key_Insert], self.add_button.click, "add")
        answer_keys(self, [Qt.Key.Key_F6], self._other_side, "other_side")
        answer_keys(self, [Qt.Key.Key_F8], lambda: self.show_view(1 - self.stack.currentIndex()), "other_view")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room out; where it is scarce, what stands on the right anyway leaves the list."""
        super().resizeEvent(event)
        is_narrow = self.width() < NARROW
        self._side.setFixedWidth(self.width() * 2 // 5 if is_narrow else PANEL_WIDTH)
        for column in (ROLES, FAILED):
            self.people.setColumnHidden(column, is_narrow)

    def add(self) -> None:
        """Add somebody."""
        self.message.hide()
        self.work.add()

    def _act(self, name: str, person: str, zone: str) -> None:
        self.message.hide()
        self.work.do(name, next((one for one in self.everyone if one.name == person), None), zone)

    def _other_side(self) -> None:
        first = next((one for one in self.panel.findChildren(QPushButton) if one.isVisible()), self.table)
        (first if self.table.hasFocus() else self.table).setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def table(self) -> PlainTable:
        """Give the list that is shown."""
        return self.access if self.stack.currentIndex() else self.people

    def arrive(self) -> None:
        """Take up the page again."""
        self.refresh()
        self.table.setFocus()

    def show_view(self, place: int) -> None:
        """Show the people (0), or who can open which register (1)."""
        self.stack.setCurrentIndex(place)
        self._show_marked()
        self.table.setFocus()

    def refresh(self, name: str = "") -> None:
        """Read the keyring again, and mark the person *name*, or whoever was marked."""
        marked = name or (self.marked.name if self.marked else self.vault.person)
        self.everyone = sorted(everyone(self.vault.folder), key=lambda person: person.state == REMOVED)
        names = [person.name for person in self.everyone]
        self.people.show_rows([self._row_of(person) for person in self.everyone], names.index(marked) if marked in names else 0)
        self.access.show_rows([self._access_of(register) for register in self.registers], max(self.access.place, 0))
        self._show_marked()

    @property
    def marked(self) -> Person | None:
        """Give the person who is marked in the list."""
        place = self.people.place
        return self.everyone[place] if 0 <= place < len(self.everyone) else None

    def _row_of(self, person: Person) -> list[Cell]:
        words, roles = self.words, roles_of(self.vault.definitions)
        gone = person.state == REMOVED
        posts = ", ".join(words.of(roles[role].label) if role in roles else role for role in person.roles)
        opened = ", ".join(words.of(self._zones[zone].label) for zone in person.zones)
        state = words(f"people_page.is_{person.state}")
        return [
            *(Cell(text, "faint" if gone else "ink") for text in (person.name, posts, opened or "—")),
            Cell(state, "faint" if gone else STATE_COLOURS[person.state]),
            Cell(str(person.failed or ""), "warning"),
        ]

    def _access_of(self, register: Register) -> list[Cell]:
        names = ", ".join(holders_of(register.zone, self.everyone))
        opened = Cell(names) if names else Cell(self.words("people_page.no_openers"), "warning")
        return [Cell(self.words.of(register.label)), Cell(self.words.of(self._zones[register.zone].label)), opened]

    def _show_marked(self) -> None:
        for place, pill in enumerate(self.views):
            restyle(pill, "active", "true" if place == self.stack.currentIndex() else "false")
        if self.table is self.access:
            self._show_register(self.access.place)
        else:
            self._show_person(self.people.place)

    def _show_person(self, place: int) -> None:
        if 0 <= place < len(self.everyone):
            self.panel.show_person(self.everyone[place], self.everyone)

    def _show_register(self, place: int) -> None:
        if 0 <= place < len(self.registers):
            self.panel.show_register(self.registers[place], self.everyone)

    def _tell(self, name: str, text: str) -> None:
        """Say what was done, and show it."""
        self.refresh(name)
        self.message.setText(f"{SIGNS['good']} {text}")
        self.message.show()
