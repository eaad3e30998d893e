"""The right side of the page of people: one person, or one zone, with what may be done about it."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.gui.look import SIGNS, button, kind, label, scaled, small
from desktop.gui.people_acts import Act, acts, acts_in, holders_of, who_lets_in
from desktop.gui.words import Words
from desktop.gui.zone_card import day
from desktop.registers.register import Register
from desktop.store.people import Access, Person, who_can_open
from desktop.store.roles import roles_of
from desktop.store.vault import Vault

STATE_COLOURS = {"active": "good", "blocked": "warning", "removed": "second"}


class Panel(QScrollArea):
    """Shows one thing at a time, from the top down."""

    # What is to be done, with whom, and in which zone.
    asked = Signal(str, str, str)

    def __init__(self, vault: Vault, words: Words) -> None:
        """Begin empty."""
        super().__init__()
        self.vault, self.words = vault, words
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._begin()

    def _begin(self) -> None:
        self._inner = QWidget()
        self._layout = QVBoxLayout(self._inner)
        self._layout.setContentsMargins(18, 12, 18, 12)
        self._layout.setSpacing(6)

    def _end(self) -> None:
        self._layout.addStretch(1)
        self.setWidget(self._inner)

    def _title(self, text: str, below: str, style: str = "second") -> None:
        self._layout.addWidget(scaled(label(text, "title", wrap=True), 1.3))
        self._layout.addWidget(label(below, style, wrap=True))

    def _section(self, text: str) -> None:
        self._layout.addSpacing(8)
        self._layout.addWidget(label(text, "section", wrap=True))

    def _say(self, text: str, style: str = "") -> None:
        self._layout.addWidget(label(text, style, wrap=True))

    def _buttons(self, found: Sequence[Act], name: str) -> None:
        """Offer what may be done, and say why the rest may not."""
        row = QVBoxLayout()
        row.setSpacing(6)
        for act in found:
            if act.why_not is None:
                one = button(self.words(f"people_page.{act.name}"))
                one.clicked.connect(lambda _=False, act=act: self.asked.emit(act.name, name, act.zone))
                row.addWidget(one, 0, Qt.AlignmentFlag.AlignLeft)
        self._layout.addLayout(row)
        for act in found:
            if act.why_not is not None:
                text = self.words("people_page.not_now", act=self.words(f"people_page.{act.name}"), why=act.why_not)
                self._layout.addWidget(small(label(text, "second", wrap=True)))

    def _zone(self, zone: str) -> str:
        return self.words.of(self.vault.definitions.codes["zones"].codes[zone].label)

    # A person

    def show_person(self, person: Person, everyone: Sequence[Person]) -> None:
        """Show one of *everyone*."""
        self._begin()
        words, roles = self.words, roles_of(self.vault.definitions)
        said = words(f"people_page.since_{person.state}", at=day(person.since))
        self._title(person.name, said, STATE_COLOURS[person.state])
        if person.failed:
            self._say(f"{SIGNS['warning']} {words('people_page.failed', n=person.failed)}", "warning")
        self._section(words("people_page.roles"))
        for name in person.roles:
            self._say(words.of(roles[name].label) if name in roles else name)
            if name in roles:
                self._layout.addWidget(small(label(words.of(roles[name].purpose), "second", wrap=True)))
        self._show_keys(person, everyone)
        if found := acts(self.vault, person, everyone):
            self._section(words("people_page.acts"))
            self._buttons(found, person.name)
        self._end()

    def _show_keys(self, person: Person, everyone: Sequence[Person]) -> None:
        found = {zone: acts_in(self.vault, zone, person, everyone) for zone in self.vault.definitions.zones}
        shown = {zone: act for zone, act in found.items() if act or zone in person.zones}
        self._section(self.words("people_page.opens"))
        if not shown:
            self._say(self.words("people_page.opens_nothing"), "second")
        for zone, act in shown.items():
            self._layout.addWidget(self._build_key(zone, act, person))
            if act and act.why_not is not None:
                self._layout.addWidget(small(label(self.words.of(act.why_not), "second", wrap=True)))

    def _build_key(self, zone: str, act: Act | None, person: Person) -> QWidget:
        held = zone in person.zones
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        said = f"{SIGNS['good'] if held else '—'} {self._zone(zone)}"
        layout.addWidget(label(said, "good" if held else "second", wrap=True), 1)
        if act and act.why_not is None:
            one = button(self.words(f"people_page.{act.name}"))
            kind(one, "link")
            one.setAccessibleName(f"{self.words(f'people_page.{act.name}')}: {self._zone(zone)}")
            one.clicked.connect(lambda _=False: self.asked.emit(act.name, person.name, zone))
            layout.addWidget(one)
        return row

    # A zone, by one of its registers

    def show_register(self, register: Register, everyone: Sequence[Person]) -> None:
        """Show who can open *register*, which is whoever can open its zone."""
        self._begin()
        words, zone = self.words, register.zone
        neighbours = [r for r in self.vault.definitions.of_zone(zone) if r is not register]
        below = ", ".join(words.of(r.label) for r in neighbours)
        self._title(words.of(register.label), words("people_page.opened_with", zone=self._zone(zone), others=below))
        access = who_can_open(self.vault.folder, zone)
        self._section(words("people_page.openers"))
        self._show_openers(access, {person.name: person for person in everyone})
        self._section(words("people_page.sheets"))
        self._show_sheets(access)
        if access.due:
            self._say(f"{SIGNS['warning']} {words('people.key_due', zone=self._zone(zone))}", "warning")
        self._section(words("people_page.acts"))
        if zone in self.vault.zones:
            proving = [Act("type_back", zone)] if access.sheets_unproven else []
            self._buttons([Act("new_sheet", zone), *proving, Act("change_key", zone)], "")
        elif holders_of(zone, everyone):
            self._say(words("people_page.only_holders"), "second")
        else:
            self._say(words.of(who_lets_in(self.vault, zone, everyone)), "second")
        self._end()

    def _show_openers(self, access: Access, people: Mapping[str, Person]) -> None:
        roles = roles_of(self.vault.definitions)
        for one in access.people:
            state = self.words("people_page.is_blocked") if one.blocked else ""
            name = f"{one.name} — {state}" if state else one.name
            self._say(f"{SIGNS['warning' if one.blocked else 'good']} {name}", "warning" if one.blocked else "good")
            posts = ", ".join(self.words.of(roles[role].label) for role in one.roles if role in roles)
            said = self.words("people_page.let_in_by", by=one.by, at=day(one.at))
            self._layout.addWidget(small(label(f"{posts} · {said}", "second", wrap=True)))
        if not access.people:
            self._say(f"{SIGNS['warning']} {self.words('people_page.no_openers')}", "warning")

    def _show_sheets(self, access: Access) -> None:
        for number in access.sheets:
            self._say(f"{SIGNS['good']} {self.words('people_page.sheet_proven', number=number)}", "good")
        for number in access.sheets_unproven:
            self._say(f"{SIGNS['warning']} {self.words('people_page.sheet_unproven', number=number)}", "warning")
        if not access.sheets and not access.sheets_unproven:
            self._say(f"{SIGNS['warning']} {self.words('people_page.no_sheets')}", "warning")
