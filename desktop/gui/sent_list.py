"""The hand-offs made at this station, and the place where one is marked as received once headquarters has said its number."""

import json
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.gui import prompts
from desktop.gui.look import SIGNS, button, label, restyle, sized, small
from desktop.gui.plain_table import Cell, Column, PlainTable
from desktop.gui.words import Words
from desktop.gui.zone_card import day, sent_here
from desktop.registers.problems import AppError
from desktop.store.vault import Vault


class SentList(QWidget):
    """What went, newest month first; *acknowledged* tells that headquarters has one of them."""

    acknowledged = Signal()

    def __init__(self, vault: Vault, zones: Sequence[str], words: Words) -> None:
        """Show the hand-offs of *zones*."""
        super().__init__()
        self.vault, self.zones, self.words = vault, zones, words
        self.table = PlainTable(words("handoff_page.sent"), [
            Column(words("sheet.month"), 120), Column(words("sheet.zone"), 150), Column(words("sheet.revision"), 96, is_number=True),
            Column(words("handoff_page.records"), 84, is_number=True), Column(words("handoff_page.at"), 104),
            Column(words("handoff_page.file")), Column(words("sheet.check"), 150), Column(words("handoff_page.headquarters"), 190),
        ])  # fmt: skip
        self.empty = label(words("handoff_page.none_yet"), "second", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(small(label(words("handoff_page.sent").upper(), "section")))
        layout.addWidget(self.table, 1)
        layout.addWidget(self.empty, 1)
        layout.addLayout(self._build_check())
        self.refresh()

    def _build_check(self) -> QHBoxLayout:
        words = self.words
        self.check = QLineEdit()
        self.check.setAccessibleName(words("handoff_page.check"))
        self.check.setPlaceholderText("7F3A-19C2")
        self.check.setFixedWidth(sized(120))
        self.check.returnPressed.connect(self.acknowledge)
        self.confirm = button(words("handoff_page.confirm"), picture="circle-check")
        self.confirm.clicked.connect(self.acknowledge)
        self.said = label("", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label(words("handoff_page.check")))
        row.addWidget(self.check)
        row.addWidget(self.confirm)
        row.addWidget(self.said, 1)
        return row

    def refresh(self) -> None:
        """Read the hand-offs anew."""
        # By month and sequence, never by the clock, which may have stood wrong.
        rows = [(zone, row) for zone in reversed(self.zones) for row in sent_here(self.vault, zone)]
        rows.sort(key=lambda pair: pair[1]["month"])
        found = [self._told(zone, row) for zone, row in reversed(rows)]
        self.table.show_rows(found)
        self.table.setVisible(bool(found))
        self.empty.setVisible(not found)
        self.check.setEnabled(bool(found))
        self.confirm.setEnabled(bool(found))

    def _told(self, zone: str, row: dict[str, Any]) -> list[Cell]:
        words = self.words
        records = sum(json.loads(row["counts"]).values())
        state = Cell(words("handoff_page.waiting"), "second")
        if row["acknowledged_at"]:
            state = Cell(f"{SIGNS['good']} {words('handoff_page.received', at=day(row['acknowledged_at']))}", "good")
        elif row["covered"]:
            state = Cell(f"{SIGNS['good']} {words('receipts_page.covered')}", "good")
        return [
            Cell(words.month(row["month"])), Cell(words.of(self.vault.definitions.codes["zones"].codes[zone].label)),
            Cell(str(row["revision"]), tip=row["why"] or ""), Cell(str(records)), Cell(day(row["at"])), Cell(row["file"]),
            Cell(row["check_number"]), state,
        ]  # fmt: skip

    def acknowledge(self) -> None:
        """Note that headquarters has the hand-off whose check number was typed."""
        typed = "".join(letter for letter in self.check.text().upper() if letter.isalnum())
        number = f"{typed[:4]}-{typed[4:]}"
        made = {row["check_number"]: zone for zone in self.zones for row in sent_here(self.vault, zone)}
        self.check.setFocus()
        self.check.selectAll()
        if not typed:
            self._say("", "second")
        elif number in made:
            self._acknowledge(made[number], number)
        else:
            self._say(f"{SIGNS['error']} {self.words('handoff.unknown_check', check=number)}", "error")

    def _acknowledge(self, zone: str, number: str) -> None:
        try:
            count = self.vault.zone(zone).acknowledge(number)
        except AppError as error:
            prompts.tell(self, self.words, error)
            return
        self.check.clear()
        self.refresh()
        self._say(f"{SIGNS['good']} {number}: {self.words('cli.acknowledged', n=count)}", "good")
        self.acknowledged.emit()

    def _say(self, text: str, name: str) -> None:
        self.said.setText(text)
        restyle(self.said, "kind", name)
