"""What headquarters says of this prison's hand-offs: receipts are read, and what they ask or left out is put right."""

from collections.abc import Sequence
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal

from desktop.exchange.letters import SUFFIX
from desktop.exchange.packs import LETTERS, waiting_pack
from desktop.exchange.receipts import KIND, LeftOut, Taken, left_out, read_receipts
from desktop.gui import background, prompts
from desktop.gui.look import SIGNS, button
from desktop.gui.pack_arrival import take_pack
from desktop.gui.plain_table import Cell, Column
from desktop.gui.question_prompts import ask_answer
from desktop.gui.replies import Replies
from desktop.gui.shortcuts import answer_keys
from desktop.gui.words import Words
from desktop.registers.problems import AppError
from desktop.store.questions import ANSWERED, CLOSED, OPEN, Question, answer, questions
from desktop.store.vault import Vault

# What is listed of a zone: a question, or a row that was left out.
Item = tuple[str, Question | LeftOut]
# What reading files came to: receipts, what was wrong with some, and a pack of definitions.
Read = tuple[list[Taken], list[AppError], Path | None]


class ReceiptsPage(Replies):
    """Reads receipts; lists questions and rows that were left out, each with the way to its record."""

    record_asked = Signal(str, str)
    definitions_applied = Signal(object)

    def __init__(self, vault: Vault, words: Words) -> None:
        """Show nothing until the page is arrived at."""
        super().__init__()
        self.vault, self.words = vault, words
        self.items: list[Item] = []
        self._build()
        self._connect()

    # What stands on the page

    def _build(self) -> None:
        words = self.words
        self.folder_button = button(words("receipts_page.read_folder"), picture="folder-open")
        self.files_button = button(words("receipts_page.read_files"), picture="inbox", primary=True, keys="F2")
        self.record_button = button(words("receipts_page.to_record"), picture="arrow-right", keys="Enter")
        self.answer_button = button(words("receipts_page.answer"), picture="pencil", keys="F3")
        columns = [
            Column(words("receipts_page.kind"), 116), Column(words("sheet.zone"), 130), Column(words("receipts_page.record"), 150),
            Column(words("receipts_page.said")), Column(words("receipts_page.state"), 150),
        ]  # fmt: skip
        self.build(
            words("receipts_page.title"), (self.folder_button, self.files_button), words("receipts_page.list"), columns,
            words("receipts_page.nothing"), (self.record_button, self.answer_button),
        )  # fmt: skip

    def _connect(self) -> None:
        self.files_button.clicked.connect(self.choose_files)
        self.folder_button.clicked.connect(self.choose_folder)
        self.record_button.clicked.connect(self.show_record)
        self.answer_button.clicked.connect(self.answer)
        self.table.marked.connect(self._show_details)
        self.table.activated.connect(self.show_record)
        answer_keys(self, [Qt.Key.Key_F2], self.choose_files, "read_files")
        answer_keys(self, [Qt.Key.Key_F3], self.answer, "answer")

    # The list

    def arrive(self) -> None:
        """Take up the page again."""
        self.refresh()
        (self.table if self.items else self.files_button).setFocus()

    def refresh(self) -> None:
        """Read anew what is to be put right, what waits first."""
        found: list[Item] = []
        for zone in self.vault.zones:
            opened = self.vault.zone(zone)
            found += [(zone, one) for one in questions(opened)]
            found += [(zone, one) for one in left_out(opened)]
        self.items = sorted(found, key=lambda item: not self._waits(item[1]))
        self.show_entries([self._row(*item) for item in self.items])

    @staticmethod
    def _waits(one: Question | LeftOut) -> bool:
        return one.state == OPEN if isinstance(one, Question) else not one.is_mended

    def _row(self, zone: str, one: Question | LeftOut) -> list[Cell]:
        words, waits = self.words, self._waits(one)
        place = Cell(words.of(self.vault.definitions.codes["zones"].codes[zone].label))
        colour = "ink" if waits else "second"
        if isinstance(one, Question):
            name = {OPEN: "asked", ANSWERED: "answered", CLOSED: "closed"}[one.state]
            told = (words("receipts_page.of_question"), one.number, one.asked)
        else:
            name = "waits" if waits else "mended"
            told = (words("receipts_page.of_rejected"), one.row.number, words.of(one.row.problem))
        sign, state = ("warning", "warning") if waits else ("good", "good")
        kind, number, said = (Cell(text, colour) for text in told)
        return [kind, place, number, said, Cell(f"{SIGNS[sign]} {words(f'receipts_page.{name}')}", state)]

    def _show_details(self, place: int) -> None:
        zone, one = self.items[place]
        is_question = isinstance(one, Question)
        self.text.setText(one.asked if isinstance(one, Question) else self.words.of(one.row.problem))
        self.more.setText("\n".join(self._more(one)))
        self.answer_button.setVisible(is_question)
        self.answer_button.setEnabled(isinstance(one, Question) and one.state != CLOSED)
        register, uid = self._record(one)
        known = {declared.name for declared in self.vault.zone(zone).registers}
        self.record_button.setEnabled(register in known and bool(self.vault.zone(zone).records(register).stored([uid])))

    def _more(self, one: Question | LeftOut) -> list[str]:
        words = self.words
        if not isinstance(one, Question):
            row = one.row
            where = words("receipts_page.in_cell", sheet=row.sheet, cell=row.cell or row.row, check=row.check)
            return [where, words("receipts_page.goes") if one.is_mended else words.of(row.advice)]
        found = []
        declared = self.vault.definitions.registers.get(one.register)
        if declared and (f := declared.by_name.get(one.field or "")):
            found.append(words("receipts_page.of_field", label=words.of(f.label)))
        if one.answer:
            found.append(words("receipts_page.your_answer", person=one.answered_by, text=one.answer))
            found.append(words("receipts_page.went", check=one.carried) if one.carried else words("receipts_page.goes"))
        return found

    @staticmethod
    def _record(one: Question | LeftOut) -> tuple[str, str]:
        return (one.register, one.record) if isinstance(one, Question) else (one.row.register, one.row.uid)

    # Putting it right

    def show_record(self) -> None:
        """Go to the marked record."""
        if self.items and self.table.place >= 0 and self.record_button.isEnabled():
            self.record_asked.emit(*self._record(self.items[self.table.place][1]))

    def answer(self) -> None:
        """Answer the marked question in words."""
        zone, one = self.items[self.table.place] if self.items and self.table.place >= 0 else ("", None)
        if not isinstance(one, Question) or one.state == CLOSED:
            return
        if text := ask_answer(self, self.words, one):
            try:
                answer(self.vault.zone(zone), one.uid, text)
            except AppError as error:
                prompts.tell(self, self.words, error)
            self.refresh()
            self._mark(one.uid)
        self.table.setFocus()

    def _mark(self, uid: str) -> None:
        places = [place for place, (_, one) in enumerate(self.items) if isinstance(one, Question) and one.uid == uid]
        if places:
            self.table.selectRow(places[0])

    # Reading receipts

    def choose_files(self) -> None:
        """Ask for receipts and read them."""
        names = prompts.choose_files(self, self.words("receipts_page.read_files"), f"Depter (*_{KIND}_*{SUFFIX} {LETTERS})")
        if names:
            self.read([Path(name) for name in names])

    def choose_folder(self) -> None:
        """Ask for the folder of a stick and read the receipts in it."""
        if folder := prompts.choose_folder(self, self.words("receipts_page.read_folder")):
            self.read([Path(folder)])

    def read(self, paths: Sequence[Path]) -> None:
        """Read receipts, and those in folders, and say what they came to; then ask about a pack of definitions among them."""
        background.run(
            self, partial(self._read, paths), partial(self._show_read, paths), partial(prompts.tell, self, self.words)
        )

    def _read(self, paths: Sequence[Path]) -> Read:
        taken, errors = read_receipts(self.vault, [path for path in paths if not fnmatch(path.name, LETTERS)])
        return taken, errors, waiting_pack(self.vault, paths)

    def _show_read(self, paths: Sequence[Path], outcome: Read) -> None:
        taken, errors, pack = outcome
        self.refresh()
        for error in errors:
            prompts.tell(self, self.words, error)
        if not taken and not errors and not pack:
            prompts.tell(self, self.words, AppError("receipts_page.none_there", folder=paths[0].name))
        if taken:
            self._tell(taken)
        (self.table if self.items else self.files_button).setFocus()
        if pack:
            take_pack(self, self.vault, self.words, pack, self.definitions_applied.emit)

    def _tell(self, taken: Sequence[Taken]) -> None:
        words, new = self.words, [one for one in taken if one.state != "same"]
        if not new:
            self.say(words("receipts_page.nothing_new"), "second")
            return
        counts = {"records": sum(one.records for one in new), "asked": sum(one.asked for one in new)}
        counts["rejected"] = sum(len({row.uid for row in one.receipt.rejected}) for one in new)
        said = [f"{SIGNS['good']} {words('receipts_page.taken', n=len(new), **counts)}"]
        odd = {
            "given_back": [hand_off.check for one in new for hand_off in one.receipt.taken_back],
            "edited": [hand_off.check for one in new for hand_off in one.receipt.accepted if hand_off.edited],
            "unknown": [check for one in new for check in one.unknown],
        }
        said += [words(f"receipts_page.{name}", checks=", ".join(checks)) for name, checks in odd.items() if checks]
        self.say("\n".join(said), "warning" if any(odd.values()) else "good")
