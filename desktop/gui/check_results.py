"""What a trial of a backup or a check of the station came to, sentence by sentence."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.gui.enter_line import EnterLine
from desktop.gui.look import SIGNS, button, label, restyle, scaled, sized
from desktop.gui.plain_table import Cell, Column, PlainTable
from desktop.gui.whole_text import show_whole
from desktop.gui.words import Words
from desktop.registers.labels import Label
from desktop.store.check import Checked, CheckedZone
from desktop.store.restoring import Proof, Proven
from desktop.store.vault import Vault

Rows = list[Sequence[Cell]]


class CheckResults(QWidget):
    """Shows what was found, and compares the histories with marks that a person types from a printed page."""

    closed = Signal()
    # The zone, and the mark of its history as it was typed.
    typed = Signal(str, str)

    def __init__(self, vault: Vault, words: Words) -> None:
        """Begin with nothing found."""
        super().__init__()
        self.vault, self.words = vault, words
        self.heading = scaled(label("", "title", wrap=True), 1.2)
        self.close_button = button(words("form.close"), keys="Esc")
        self.close_button.clicked.connect(self.closed)
        self.table = PlainTable(words("check_results.found"), [
            Column(words("check_results.part"), 210), Column(words("check_results.found")),
        ])  # fmt: skip
        show_whole(self.table)
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._build_compare())

    def _build_compare(self) -> QWidget:
        words = self.words
        self.zone = QComboBox()
        self.zone.setAccessibleName(words("check_results.part"))
        for zone in self.vault.zones:
            self.zone.addItem(self._zone(zone), zone)
        self.mark = EnterLine(words("check_results.mark"))
        self.mark.setPlaceholderText("1234-7KQM-3F9T-Z2XW")
        self.mark.setMaximumWidth(sized(210))
        self.compare_button = button(words("check_results.compare"))
        self.said = label("", wrap=True)
        self.mark.returnPressed.connect(self._compare)
        self.compare_button.clicked.connect(self._compare)
        self.compare = QWidget()
        row = QHBoxLayout(self.compare)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget, share in (
            (label(words("check_results.mark"), wrap=True), 2), (self.zone, 0), (self.mark, 3), (self.compare_button, 0), (self.said, 4),
        ):  # fmt: skip
            row.addWidget(widget, share)
        return self.compare

    def _compare(self) -> None:
        if typed := self.mark.text().strip():
            self.typed.emit(self.zone.currentData(), typed)

    def say(self, text: str, look: str) -> None:
        """Say beside the typed mark what came of it."""
        self.said.setText(f"{SIGNS[look]} {text}" if text else "")
        restyle(self.said, "kind", look)
        self.mark.setFocus()
        self.mark.selectAll()

    # What was found

    def show_problems(self, heading: str, problems: Sequence[Label]) -> None:
        """Show what is missing from a backup that was just made."""
        self._show(heading, "warning", [[Cell(""), self._said(self.words.of(text), "warning")] for text in problems])

    def show_proof(self, proof: Proof) -> None:
        """Show what a trial of the newest backup came to."""
        name = "check_results.proven" if proof.holds else "check_results.not_proven"
        rows = [row for zone in self._ordered(proof.zones) for row in self._of_proven(zone)]
        self._show(self.words(name, number=proof.backup.number), "good" if proof.holds else "error", rows)

    def _ordered(self, zones: Sequence[Proven]) -> list[Proven]:
        places = list(self.vault.definitions.codes["zones"].codes)
        return sorted(zones, key=lambda zone: places.index(zone.zone) if zone.zone in places else len(places))

    def _of_proven(self, zone: Proven) -> Iterator[Sequence[Cell]]:
        words, name = self.words, Cell(self._zone(zone.zone))
        if zone.problem:
            yield [name, self._said(words.of(zone.problem), "error")]
        elif zone.head is None:
            yield [name, self._said(words("check_results.file_whole"), "good")]
        elif zone.holds:
            yield [name, self._said(words("check_results.same", same=zone.same, newer=zone.newer), "good")]
        for sentence, uids in (("check_results.missing", zone.missing), ("check_results.different", zone.different)):
            if uids:
                yield [name, self._said(words(sentence, n=len(uids)), "error")]

    def show_checked(self, checked: Checked) -> None:
        """Show what a check of the station came to, damage before what is sound."""
        words = self.words
        broken = sum(finding.damage for finding in checked.findings)
        found: Rows = [[Cell(self._zone(f.zone)), self._said(words.of(f.text), "error")] for f in checked.lacking]
        found += [row for zone in checked.zones for row in self._of_checked(zone)]
        closed = self._said(words("check_results.unopened"), "")
        found += [[Cell(self._zone(zone)), closed] for zone in checked.unopened]
        heading = words("check_results.broken", n=broken) if broken else words("check_results.sound")
        self._show(heading, "error" if broken else "good", found, compare=True)

    def _of_checked(self, zone: CheckedZone) -> Iterator[Sequence[Cell]]:
        words, name = self.words, Cell(self._zone(zone.zone))
        for finding in sorted(zone.findings, key=lambda finding: not finding.damage):
            yield [name, self._said(words.of(finding.text), "error" if finding.damage else "warning")]
        if not any(finding.damage for finding in zone.findings):
            told = {"records": words("sheet.records", n=zone.records), "mark": zone.head.text}
            yield [name, self._said(words("check_results.zone_sound", **told), "good")]

    def _said(self, text: str, look: str) -> Cell:
        return Cell(f"{SIGNS[look]} {text}" if look else text, look or "second")

    def _zone(self, zone: str) -> str:
        code = self.vault.definitions.codes["zones"].codes.get(zone)
        return self.words.of(code.label) if code else zone

    def _show(self, heading: str, look: str, rows: Rows, *, compare: bool = False) -> None:
        self.heading.setText(f"{SIGNS[look]} {heading}")
        restyle(self.heading, "state", look)
        self.table.show_rows(rows, 0)
        self.compare.setVisible(compare and self.zone.count() > 0)
        self.said.clear()
