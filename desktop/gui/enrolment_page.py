"""The exchange keys: whose keys are enrolled here, the words to compare over the telephone, and the files that carry keys."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.exchange.enrolment import Offer, accept, offers, read_handoff_keys, read_keys, write_keys
from desktop.exchange.sealed import PATTERNS
from desktop.gui import background, prompts
from desktop.gui.enrolment_prompts import ask_same_words
from desktop.gui.look import SIGNS, button, kind, label, scaled, sized, small
from desktop.gui.pack_arrival import choose_pack
from desktop.gui.plain_table import Cell, Column, PlainTable
from desktop.gui.shortcuts import answer_keys
from desktop.gui.words import Words
from desktop.gui.zone_card import day
from desktop.registers.problems import AppError
from desktop.store import station_keys
from desktop.store.keyring import HEADQUARTERS
from desktop.store.station_keys import Partner
from desktop.store.vault import Vault

KEY_FILES = "*.json"
SIDE_WIDTH, ZONE_WIDTH = 425, 116

# What a key file came to: its offers, or what was wrong with it.
Read = tuple[list[Offer], AppError | None]


class EnrolmentPage(QWidget):
    """Reads key files and writes this station's; nothing is relied on before a person has said that the words are the same."""

    definitions_applied = Signal(object)

    def __init__(self, vault: Vault, words: Words) -> None:
        """Show nothing until the page is arrived at."""
        super().__init__()
        self.vault, self.words = vault, words
        codes = vault.definitions.codes["prisons"].codes
        self.prisons = [code for code in codes if (code == HEADQUARTERS) != vault.station.is_headquarters]
        self.found: dict[tuple[str, str], list[Partner]] = {}
        self._build()
        self._connect()

    # What stands on the page

    def _build(self) -> None:
        words, own = self.words, "headquarters" if self.vault.station.is_headquarters else "prison"
        self.read = button(words("enrolment_page.read"), picture="folder-open", primary=True, keys="F2")
        top = QHBoxLayout()
        top.addWidget(scaled(label(words("enrolment_page.title"), "title"), 1.45), 1)
        # What headquarters sends of definitions is read here, where a prison hears of headquarters.
        self.read_pack = button(words("definitions_page.read_pack"), picture="list-checks")
        self.read_pack.setVisible(not self.vault.station.is_headquarters)
        top.addWidget(self.read_pack)
        top.addWidget(self.read)
        self.table = self._build_table()
        # A prison has one partner only: its card says it all.
        self.table.setVisible(self.vault.station.is_headquarters)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.table)
        splitter.addWidget(self._build_side())
        splitter.setSizes([SIDE_WIDTH * 2, SIDE_WIDTH])
        splitter.setStretchFactor(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(label(words(f"enrolment_page.note_{own}"), "second", wrap=True))
        layout.addWidget(splitter, 1)

    def _build_table(self) -> PlainTable:
        zones = [Column(self._zone(zone), ZONE_WIDTH) for zone in self.vault.zones]
        return PlainTable(self.words("enrolment_page.table"), [Column(self.words("enrolment_page.whose")), *zones])

    def _build_side(self) -> QWidget:
        self.write = button(self.words("enrolment_page.write"), picture="download", keys="F3")
        self.renew = button(self.words("enrolment_page.renew"), picture="refresh-cw")
        self.partner_rows, self.own_rows = QGridLayout(), QGridLayout()
        buttons = QHBoxLayout()
        buttons.addWidget(self.write)
        buttons.addWidget(self.renew)
        buttons.addStretch(1)
        inside = QWidget()
        kind(inside, "page")
        is_beside = self.vault.station.is_headquarters
        cards = QBoxLayout(QBoxLayout.Direction.TopToBottom if is_beside else QBoxLayout.Direction.LeftToRight)
        cards.setContentsMargins(8 if is_beside else 0, 0, 0, 0)
        cards.setSpacing(8)
        cards.addWidget(_card(self.partner_rows), 1, Qt.AlignmentFlag.AlignTop)
        cards.addWidget(_card(self.own_rows, buttons), 1, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(cards)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        scroll.setMinimumWidth(sized(SIDE_WIDTH))
        return scroll

    def _connect(self) -> None:
        self.read.clicked.connect(self.read_files)
        self.read_pack.clicked.connect(lambda: choose_pack(self, self.vault, self.words, self.definitions_applied.emit))
        self.write.clicked.connect(self.write_file)
        self.renew.clicked.connect(self.renew_keys)
        self.table.marked.connect(self._show_partner)
        answer_keys(self, [Qt.Key.Key_F2], self.read_files, "read_files")
        answer_keys(self, [Qt.Key.Key_F3], self.write_file, "write_file")

    # Showing who is enrolled

    def arrive(self) -> None:
        """Take up the page again."""
        self.refresh()
        (self.table if self.vault.station.is_headquarters else self.read).setFocus()

    def refresh(self) -> None:
        """Read anew whose keys are enrolled here."""
        self.found = {}
        for zone in self.vault.zones:
            for one in station_keys.partners(self.vault.zone(zone)):
                self.found.setdefault((one.prison, zone), []).append(one)
        place = max(self.table.place, 0)
        self.table.show_rows([self._row(prison) for prison in self.prisons], place)
        self._show_partner(place)
        self._fill(self.own_rows, self.words("enrolment_page.own"), [
            (self._zone(zone), self.words.of(station_keys.fingerprint(station_keys.own(self.vault.zone(zone)))), "")
            for zone in self.vault.zones
        ])  # fmt: skip

    def _row(self, prison: str) -> list[Cell]:
        return [Cell(self._prison(prison)), *(self._cell(self._current(prison, zone)) for zone in self.vault.zones)]

    def _cell(self, current: Sequence[Partner]) -> Cell:
        if not current:
            return Cell("—", "second", self.words("enrolment_page.not_yet"))
        more = f" ({len(current)})" if len(current) > 1 else ""
        return Cell(f"{SIGNS['good']} {day(current[-1].since)}{more}", "good", self._since(current[-1]))

    def _current(self, prison: str, zone: str) -> list[Partner]:
        return [one for one in self.found.get((prison, zone), ()) if not one.retired]

    def _since(self, one: Partner) -> str:
        return self.words("enrolment_page.since", day=day(one.since), person=one.by)

    def _show_partner(self, place: int) -> None:
        """Show the words of the marked station, as they were enrolled."""
        prison = self.prisons[place]
        rows = []
        for zone in self.vault.zones:
            current = self._current(prison, zone)
            replaced = len(self.found.get((prison, zone), ())) - len(current)
            said = f" · {self.words('enrolment_page.replaced', n=replaced)}" if replaced else ""
            rows += [
                (self._zone(zone), self.words.of(station_keys.fingerprint(one.keys)), self._since(one) + said)
                for one in current
            ] or [(self._zone(zone), "", self.words("enrolment_page.not_yet") + said)]
        self._fill(self.partner_rows, self._prison(prison), rows)

    def _fill(self, grid: QGridLayout, title: str, rows: Sequence[tuple[str, str, str]]) -> None:
        while (item := grid.takeAt(0)) and (before := item.widget()):
            before.hide()
            before.deleteLater()
        said = [label(title, "title", wrap=True)]
        for zone, spoken, note in rows:
            said.append(small(label(zone, "second")))
            said += [_selectable(spoken)] if spoken else []
            said += [small(label(note, "second", wrap=True))] if note else []
        for place, one in enumerate(said):
            grid.addWidget(one, place, 0)

    def _zone(self, zone: str) -> str:
        return self.words.of(self.vault.definitions.codes["zones"].codes[zone].label)

    def _prison(self, prison: str) -> str:
        return self.words.of(self.vault.definitions.codes["prisons"].codes[prison].label)

    # Reading key files

    def read_files(self) -> None:
        """Ask for key files, and of each whether its words are the same."""
        # A prison's hand-offs carry its keys as well.
        patterns = [KEY_FILES, *(PATTERNS if self.vault.station.is_headquarters else ())]
        names = prompts.choose_files(self, self.words("enrolment_page.read"), f"Depter ({' '.join(patterns)})")
        if names:
            self._work(lambda: [self._offers(Path(name)) for name in names], self._compare)

    def _offers(self, path: Path) -> Read:
        try:
            keys = read_keys(path) if path.match(KEY_FILES) else read_handoff_keys(self.vault, path)
            return offers(self.vault, keys), None
        except AppError as error:
            return [], error

    def _compare(self, read: Sequence[Read]) -> None:
        """Go through the files one by one: some may be wrong, and some words may not have been compared yet."""
        known = True
        for found, error in read:
            if error:
                prompts.tell(self, self.words, error)
            elif wanted := [offer for offer in found if offer.state != "same"]:
                known = False
                if ask_same_words(self, self.words, self._prison(wanted[0].prison), [(self._zone(o.zone), o) for o in wanted]):
                    self._accept(wanted)
            known = known and error is None
        if known:
            prompts.inform(self, self.words, self.words("enrolment_page.known"), self.words("enrolment_page.known_text"))
        self.refresh()

    def _accept(self, wanted: Sequence[Offer]) -> None:
        try:
            for offer in wanted:
                accept(self.vault, offer)
        except AppError as error:
            prompts.tell(self, self.words, error)

    # This station's own keys

    def write_file(self) -> None:
        """Write this station's key file into a folder that the person chooses."""
        if folder := prompts.choose_folder(self, self.words("enrolment_page.write")):
            self._work(partial(write_keys, self.vault, Path(folder)), self._written)

    def _written(self, path: Path) -> None:
        prompts.inform(
            self, self.words, self.words("enrolment_page.written", file=path.name), self.words("enrolment_page.carry")
        )
        self.refresh()

    def renew_keys(self) -> None:
        """Make new keys for this station, once the person knows what that means for everybody else."""
        prompt = prompts.Prompt(self, self.words("enrolment_page.renew_title"), self.words("enrolment_page.renew_text"))
        prompt.answer_by([self.words("enrolment_page.renew"), self.words("enrolment_page.keep")], primary=1)
        if prompt.exec() and prompt.chosen == 0:
            for zone in self.vault.zones:
                station_keys.renew(self.vault.zone(zone))
            self.refresh()

    def _work(self, work: Callable[[], object], done: Callable[..., None]) -> None:
        background.run(self, work, done, partial(prompts.tell, self, self.words))


def _card(*inside: QLayout) -> QFrame:
    card = QFrame()
    kind(card, "card")
    layout = QVBoxLayout(card)
    layout.setContentsMargins(14, 10, 14, 10)
    layout.setSpacing(8)
    for one in inside:
        layout.addLayout(one)
    return card


def _selectable(text: str) -> QLabel:
    made = label(text, wrap=True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return scaled(made, 1.08)
