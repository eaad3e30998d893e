"""Cases that go to another prison: what is on its way, the letters that came, and what each station has to do next."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.exchange.letters import SUFFIX
from desktop.exchange.transfers import (
    ANSWERED,
    CAME,
    DUE,
    FORWARDED,
    REFUSED,
    SENT,
    SETTLED,
    Arrival,
    Came,
    Passage,
    arrival,
    letters_in,
    passages,
    read_transfers,
    refuse,
    take_over,
    write_on,
    write_transfer,
    zones,
)
from desktop.gui import background, prompts
from desktop.gui.look import SIGNS, button, label, restyle, scaled, small
from desktop.gui.plain_table import Cell, Column, PlainTable
from desktop.gui.shortcuts import answer_keys
from desktop.gui.words import Words
from desktop.gui.zone_card import day
from desktop.registers.kinds import Reading
from desktop.registers.problems import AppError
from desktop.registers.register import Table
from desktop.registers.rules import Row
from desktop.registers.states import DRAFT
from desktop.store.records import Saved
from desktop.store.vault import Vault

T = TypeVar("T")

LETTERS = f"Depter (*{SUFFIX})"
# After so many days on its way a case is no longer only late.
LONG = 14


class TransfersPage(QWidget):
    """Reads and writes the letters about transfers; at the new prison a person decides about each case."""

    def __init__(self, vault: Vault, words: Words) -> None:
        """Show the cases on their way in the zones that this person may write in."""
        super().__init__()
        self.vault, self.words = vault, words
        self.zones = zones(vault)
        self.passages: list[tuple[str, Passage]] = []
        self.shown: Arrival | None = None
        self.folder = ""
        self._looked_at: dict[str, Arrival] = {}
        self._build()
        self._connect()

    # What stands on the page

    def _build(self) -> None:
        words = self.words
        self.list = PlainTable(words("transfers_page.title"), [
            Column(words("transfers_page.case"), 150), Column(words("transfers_page.register"), 100),
            Column(words("transfers_page.origin"), 170), Column(words("transfers_page.destination"), 170),
            Column(words("transfers_page.began"), 92), Column(words("transfers_page.days"), 60, is_number=True),
            Column(words("transfers_page.state")),
        ])  # fmt: skip
        self.empty = label(words("transfers_page.none_yet"), "second", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.said, self.next = label("", wrap=True), label("", "second", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(8)
        layout.addLayout(self._build_top())
        headquarters = self.vault.station.is_headquarters
        note = words("transfers_page.note_headquarters" if headquarters else "transfers_page.note")
        layout.addWidget(label(note, "second", wrap=True))
        layout.addWidget(self.said)
        layout.addWidget(self.list, 2)
        layout.addWidget(self.empty, 2)
        layout.addWidget(self._build_arrival(), 3)
        layout.addWidget(self.next)
        layout.addLayout(self._build_foot())

    def _build_top(self) -> QHBoxLayout:
        words = self.words
        self.folder_button = button(words("transfers_page.read_folder"), picture="folder-open")
        self.files_button = button(words("transfers_page.read_files"), picture="inbox", primary=True, keys="Ctrl+O")
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(scaled(label(words("transfers_page.title"), "title"), 1.45), 1)
        top.addWidget(self.folder_button)
        top.addWidget(self.files_button)
        return top

    def _build_arrival(self) -> QWidget:
        words = self.words
        self.arrival = QWidget()
        self.told = PlainTable(words("transfers_page.told"), [Column(words("transfers_page.what"), 330), Column("")])
        self.person = QComboBox()
        self.person.setAccessibleName(words("transfers_page.person"))
        self.alike = label("", "second", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label(words("transfers_page.person")))
        row.addWidget(self.person)
        row.addWidget(self.alike, 1)
        layout = QVBoxLayout(self.arrival)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(small(label(words("transfers_page.told").upper(), "section")))
        layout.addWidget(self.told, 1)
        layout.addLayout(row)
        return self.arrival

    def _build_foot(self) -> QHBoxLayout:
        words = self.words
        self.take_button = button(words("transfers_page.take"), picture="check", primary=True)
        self.write_button = button("", picture="send")
        self.refuse_button = button(words("transfers_page.refuse"), picture="x")
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.take_button)
        foot.addWidget(self.write_button)
        foot.addStretch(1)
        foot.addWidget(self.refuse_button)
        return foot

    def _connect(self) -> None:
        self.files_button.clicked.connect(self.read_files)
        self.folder_button.clicked.connect(self.read_folder)
        self.list.marked.connect(self._show_place)
        self.take_button.clicked.connect(self.take)
        self.refuse_button.clicked.connect(self.refuse)
        self.write_button.clicked.connect(self.write)
        answer_keys(self, ["Ctrl+O", "Ctrl+Щ"], self.read_files, "read_files")

    # The list

    def arrive(self) -> None:
        """Take up the page again: other pages may have changed records."""
        self._say("")
        self.refresh()
        self.list.setFocus() if self.passages else self.files_button.setFocus()

    def refresh(self) -> None:
        """Read anew what is on its way, and keep the marked case marked."""
        kept = self.marked
        self.passages = [(zone, one) for zone in self.zones for one in passages(self.vault, zone)]
        self._looked_at.clear()
        self.list.show_rows([self._row(one) for _, one in self.passages])
        self.list.setVisible(bool(self.passages))
        self.empty.setVisible(not self.passages)
        self._show_place(-1)
        self._mark(kept.register if kept else "", kept.uid if kept else "")

    @property
    def marked(self) -> Passage | None:
        """Give the case that is marked."""
        place = self.list.place
        return self.passages[place][1] if 0 <= place < len(self.passages) else None

    def show_case(self, register: str, uid: str) -> None:
        """Mark the case whose record is *uid*, for whoever comes from its form."""
        self._mark(register, uid)
        self.write_button.setFocus()

    def _mark(self, register: str, uid: str) -> None:
        places = [n for n, (_, one) in enumerate(self.passages) if (one.register, one.uid) == (register, uid)]
        if places or self.passages:
            self.list.selectRow(places[0] if places else 0)

    def _row(self, one: Passage) -> list[Cell]:
        words, codes = self.words, self.vault.definitions.codes["prisons"].codes
        colour = "second" if one.state == SETTLED else "warning" if one.days >= LONG else "ink"
        days = str(one.days) if one.state not in (DUE, SETTLED) else ""
        return [
            Cell(one.case), Cell(words.of(self.vault.definitions.registers[one.register].label)),
            Cell(words.of(codes[one.origin].label)), Cell(words.of(codes[one.destination].label)),
            Cell(day(one.began) if one.began else "", "second"), Cell(days, colour), self._state(one),
        ]  # fmt: skip

    def _state(self, one: Passage) -> Cell:
        words = self.words
        if not one.decision:
            return Cell(words(f"transfers_page.{self._step(one)}"), "ink")
        if one.decision == REFUSED:
            said = Cell(f"{SIGNS['error']} {words('transfers_page.refused', why=one.why)}", "error")
        else:
            said = Cell(f"{SIGNS['good']} {words('transfers_page.taken', number=one.taken_as)}", "good")
        return Cell(f"{words('transfers_page.answered')} · {said.text}", "warning") if one.state == ANSWERED else said

    def _step(self, one: Passage) -> str:
        return f"{CAME}_headquarters" if one.state == CAME and self.vault.station.is_headquarters else one.state

    # One case

    def _show_place(self, place: int) -> None:
        zone, one = self.passages[place] if 0 <= place < len(self.passages) else ("", None)
        self.shown = None
        is_to_decide = one is not None and one.state == CAME and not self.vault.station.is_headquarters
        if one and is_to_decide:
            self._show_arrival(zone, one)
        self.arrival.setVisible(self.shown is not None)
        for each in (self.take_button, self.refuse_button):
            each.setVisible(self.shown is not None)
        name = self._writing(one) if one else ""
        self.write_button.setVisible(bool(name))
        self.write_button.setText(self.words(f"transfers_page.{name}") if name else "")
        self.next.setText(self.words(f"transfers_page.next_{self._step(one)}") if one else "")

    def _writing(self, one: Passage) -> str:
        """Name the letter that may be written about a case now, "" for none."""
        if self.vault.station.is_headquarters:
            return {CAME: "pass_on", FORWARDED: "pass_on_again", ANSWERED: "pass_answer", SETTLED: "pass_answer_again"}[
                one.state
            ]
        is_destination = one.destination == self.vault.station.prison
        if one.state == SETTLED:
            return "write_answer" if is_destination else ""
        return {DUE: "write", SENT: "write_again"}.get(one.state, "")

    def _show_arrival(self, zone: str, one: Passage) -> None:
        try:
            self.shown = self._looked_at.get(one.number) or arrival(self.vault, zone, one.number)
        except AppError as error:
            self._say(f"{SIGNS['error']} {self.words.of(error.text)}", "error")
            return
        self._looked_at[one.number] = self.shown
        self.told.show_rows(list(self._told(self.shown)))
        self._offer(self.shown)

    def _offer(self, shown: Arrival) -> None:
        """Offer the persons here who may be the one that came, first of all where there is one."""
        words = self.words
        self.person.clear()
        for row in shown.same:
            title = " ".join(str(row[name]) for name in shown.people.title if row.get(name))
            self.person.addItem(f"{row['number']} · {title}", row["number"])
        self.person.addItem(words("transfers_page.new_person"), "")
        self.alike.setText(words("transfers_page.alike") if shown.same else words("transfers_page.not_alike"))
        restyle(self.alike, "kind", "warning" if shown.same else "second")

    def _told(self, shown: Arrival) -> Iterator[list[Cell]]:
        reading = Reading(self.vault.zone(shown.register.zone).today, dict(self.vault.definitions.codes))
        for register, row in ((shown.people, shown.person), (shown.register, shown.record)):
            yield from self._of_row(register, self.words.of(register.label), row, reading)
        for lines in shown.register.lines:
            for place, row in enumerate(shown.lines.get(lines.name, []), 1):
                yield from self._of_row(lines, f"{self.words.of(lines.label)} · {place}", row, reading)

    def _of_row(self, table: Table, title: str, row: Row, reading: Reading) -> Iterator[list[Cell]]:
        yield [Cell(title.upper(), "accent"), Cell("")]
        for f in table.fields:
            if row.get(f.name) is not None:
                yield [Cell(self.words.of(f.label), "second"), Cell(self.words.brief(row[f.name], f, reading))]

    # What a person does

    def read_files(self) -> None:
        """Read the letters that the person chooses."""
        paths = prompts.choose_files(self, self.words("transfers_page.read_files"), LETTERS)
        if paths:
            self._work(partial(read_transfers, self.vault, [Path(path) for path in paths]), self._tell_read)

    def read_folder(self) -> None:
        """Read all letters about transfers in a folder; those for other stations are none of ours."""
        if folder := prompts.choose_folder(self, self.words("transfers_page.read_folder")):
            self._work(partial(self._read_folder, Path(folder)), self._tell_read)

    def _read_folder(self, folder: Path) -> tuple[list[Came], list[AppError]]:
        came, refused = read_transfers(self.vault, letters_in(folder))
        return came, [error for error in refused if error.name != "letter.for_another"]

    def _tell_read(self, result: tuple[list[Came], list[AppError]]) -> None:
        came, refused = result
        self.refresh()
        new = [one for one in came if one.is_new]
        said = self.words("transfers_page.read", n=len(came), new=len(new))
        self._say(
            "\n".join([said, *(f"{SIGNS['error']} {self.words.of(e.text)}" for e in refused)]), "error" if refused else "good"
        )
        if new:
            self._mark(new[0].passage.register, new[0].passage.uid)
        self.list.setFocus()

    def take(self) -> None:
        """Take the marked case over for the person who is chosen."""
        zone, one = self.passages[self.list.place]
        self._work(partial(take_over, self.vault, zone, one.number, self.person.currentData()), self._tell_taken)

    def _tell_taken(self, saved: Saved) -> None:
        self.refresh()
        number, is_whole = saved.record["number"], not saved.judgement.has_errors and saved.record["state"] != DRAFT
        name = "taken_whole" if is_whole else "taken_draft"
        self._say(f"{SIGNS['good' if is_whole else 'draft']} {self.words(f'transfers_page.{name}', number=number)}",
                  "good" if is_whole else "warning")  # fmt: skip

    def refuse(self) -> None:
        """Refuse the marked case, once the person has said why."""
        zone, one = self.passages[self.list.place]
        words = self.words
        title, text = words("transfers_page.refuse_title", case=one.case), words("transfers_page.refuse_text")
        why = prompts.ask_reason(self, words, title, text, words("transfers_page.refuse_do"))
        if why is not None:
            done = words("transfers_page.refused_done")
            self._work(partial(refuse, self.vault, zone, one.number, why), lambda _: self._tell_done(done))

    def write(self) -> None:
        """Write the letter that is due about the marked case into a folder that the person chooses."""
        zone, one = self.passages[self.list.place]
        folder = prompts.choose_folder(self, self.words("transfers_page.choose_folder"))
        if not folder:
            return
        if one.state == DUE:
            work = partial(write_transfer, self.vault, one.register, one.uid, Path(folder))
        else:
            work = partial(write_on, self.vault, zone, one.number, Path(folder))
        self._work(work, lambda path: self._tell_done(self.words("transfers_page.written", file=path.name)))

    def _tell_done(self, said: str) -> None:
        self.refresh()
        self._say(f"{SIGNS['good']} {said}", "good")

    def _work(self, work: Callable[[], T], done: Callable[[T], Any]) -> None:
        background.run(self, work, done, self._tell_failed)

    def _tell_failed(self, error: AppError) -> None:
        self.refresh()
        self._say(f"{SIGNS['error']} {self.words.of(error.text)}", "error")

    def _say(self, text: str, name: str = "second") -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))
        restyle(self.said, "kind", name)
