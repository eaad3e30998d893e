"""What headquarters has merged so far, and the way to take a whole merge back."""

import json
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.exchange.merge import undo_merge
from desktop.gui import background, prompts
from desktop.gui.file_plans import brief
from desktop.gui.look import button, label, small
from desktop.gui.plain_table import Cell, Column, PlainTable
from desktop.gui.words import Words
from desktop.gui.zone_card import day
from desktop.store.backups import back_up_if_changed
from desktop.store.received import Undone
from desktop.store.vault import Vault


class ReceivedList(QWidget):
    """Lists the merged hand-offs, newest month first."""

    def __init__(self, vault: Vault, words: Words) -> None:
        """Show nothing until it is refreshed."""
        super().__init__()
        self.vault, self.words = vault, words
        self._received: list[tuple[str, dict[str, Any]]] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self.undo_button = button(words("merge_choice.undo"), picture="undo-2")
        above = QHBoxLayout()
        above.addWidget(small(label(words("merge_page.received").upper(), "section")), 1)
        above.addWidget(self.undo_button)
        layout.addLayout(above)
        numbers = [Column(words(f"merge_page.{name}"), 86, is_number=True) for name in ("accepted", "rejected", "blank")]
        self.received = PlainTable(words("merge_page.received"), [
            Column(words("sheet.prison"), 170), Column(words("sheet.month"), 112), Column(words("sheet.zone"), 112),
            Column(words("sheet.revision"), 92, is_number=True), *numbers, Column(words("merge_page.at"), 98),
            Column(words("sheet.check"), 140), Column(words("merge_page.file")),
        ])  # fmt: skip
        self.empty = label(words("merge_page.none_yet"), "second", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self.received, 1)
        layout.addWidget(self.empty, 1)
        self.undo_button.clicked.connect(self.undo_marked)
        self.received.marked.connect(self._show_undo)

    def refresh(self) -> None:
        """Read anew what was merged so far."""
        zones = self.vault.zones
        found = [(zone, row) for zone in zones for row in reversed(self.vault.zone(zone).received(undone=True))]
        found.sort(key=lambda pair: pair[1]["month"], reverse=True)
        self._received = found
        self.received.show_rows([self._told(zone, row) for zone, row in found])
        self.received.setVisible(bool(found))
        self.empty.setVisible(not found)
        self._show_undo(self.received.place)

    def _told(self, zone: str, row: dict[str, Any]) -> list[Cell]:
        words, codes, counts = self.words, self.vault.definitions.codes, json.loads(row["counts"])
        rejected = counts["rejected"]
        told = [
            Cell(words.of(codes["prisons"].codes[row["prison"]].label)), Cell(words.month(row["month"])),
            Cell(words.of(codes["zones"].codes[zone].label)), Cell(str(row["revision"])), Cell(str(counts["accepted"])),
            Cell(str(rejected), "error" if rejected else "second"), Cell(str(counts["blank"]), "second"), Cell(day(row["at"])),
            Cell(row["check_number"]), Cell(brief(row["file"]), "second", row["file"]),
        ]  # fmt: skip
        if not row["undone_at"]:
            return told
        said = words("merge_choice.undone", at=day(row["undone_at"]), person=row["undone_by"], why=row["undone_why"])
        return [Cell(cell.text, "second", said) for cell in told[:-1]] + [Cell(said, "warning", f"{row['file']}\n{said}")]

    def _show_undo(self, place: int) -> None:
        """Offer to take back the marked merge, where it stands."""
        stands = 0 <= place < len(self._received) and not self._received[place][1]["undone_at"]
        self.undo_button.setEnabled(stands and self.vault.may("merge"))

    def undo_marked(self) -> None:
        """Take the marked merge back as a whole, once the person has said why."""
        zone, row = self._received[self.received.place]
        title, text = self.words("merge_choice.undo_title"), self.words("merge_choice.undo_text", file=row["file"])
        why = prompts.ask_reason(self, self.words, title, text, self.words("merge_choice.undo_do"))
        if why is not None:
            background.run(
                self,
                partial(self._undo, zone, row["check_number"], why),
                self._show_undone,
                partial(prompts.tell, self, self.words),
            )

    def _undo(self, zone: str, check_number: str, why: str) -> Undone:
        back_up_if_changed(self.vault, "import")
        return undo_merge(self.vault, zone, check_number, why)

    def _show_undone(self, undone: Undone) -> None:
        self.refresh()
        text = self.words("merge_choice.undone_text", restored=undone.restored, removed=undone.removed)
        prompts.inform(self, self.words, self.words("merge_choice.undone_title"), text)
