"""Questions and receipts at headquarters: what was asked and answered, and the receipts that go back on the stick."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal

from desktop.exchange.questions import ask_again
from desktop.exchange.receipts import write_last_again, write_receipts
from desktop.gui import background, prompts
from desktop.gui import question_prompts as small_windows
from desktop.gui.look import SIGNS, button
from desktop.gui.plain_table import Cell, Column
from desktop.gui.replies import Replies
from desktop.gui.shortcuts import answer_keys
from desktop.gui.words import Words
from desktop.gui.zone_card import day
from desktop.registers.problems import AppError
from desktop.store.questions import ANSWERED, CLOSED, Question, close, questions
from desktop.store.vault import Vault

# Writes receipts of a zone into a folder.
Writing = Callable[[Vault, str, Path], list[Path]]


class QuestionsPage(Replies):
    """Lists the questions, answered ones first; writes receipts for the stations of every zone that is open."""

    record_asked = Signal(str, str)

    def __init__(self, vault: Vault, words: Words) -> None:
        """Show nothing until the page is arrived at."""
        super().__init__()
        self.vault, self.words = vault, words
        self.items: list[tuple[str, Question]] = []
        self._build()
        self._connect()

    # What stands on the page

    def _build(self) -> None:
        words = self.words
        self.again_button = button(words("questions_page.write_again"), picture="refresh-cw")
        self.write_button = button(words("questions_page.write"), picture="download", primary=True, keys="F2")
        self.record_button = button(words("receipts_page.to_record"), picture="arrow-right", keys="Enter")
        self.close_button = button(words("questions_page.close"), picture="check", keys="F4")
        self.ask_button = button(words("questions_page.ask_again"), picture="circle-help")
        columns = [
            Column(words("sheet.prison"), 160), Column(words("receipts_page.record"), 150), Column(words("questions_page.question")),
            Column(words("questions_page.answer")), Column(words("receipts_page.state"), 150),
        ]  # fmt: skip
        self.build(
            words("questions_page.title"), (self.again_button, self.write_button), words("questions_page.list"), columns,
            words("questions_page.none"), (self.record_button, self.close_button, self.ask_button),
        )  # fmt: skip

    def _connect(self) -> None:
        self.write_button.clicked.connect(self.write)
        self.again_button.clicked.connect(self.write_again)
        self.record_button.clicked.connect(self.show_record)
        self.close_button.clicked.connect(self.close_question)
        self.ask_button.clicked.connect(self.ask_again)
        self.table.marked.connect(self._show_details)
        self.table.activated.connect(self.show_record)
        answer_keys(self, [Qt.Key.Key_F2], self.write, "write_receipts")
        answer_keys(self, [Qt.Key.Key_F4], self.close_question, "close_question")

    # The list

    def arrive(self) -> None:
        """Take up the page again."""
        self.refresh()
        (self.table if self.items else self.write_button).setFocus()

    def refresh(self) -> None:
        """Read the questions anew: answered ones first, closed ones last."""
        found = [(zone, one) for zone in self.vault.zones for one in questions(self.vault.zone(zone))]
        order = {ANSWERED: 0, CLOSED: 2}
        self.items = sorted(found, key=lambda item: order.get(item[1].state, 1))
        self.show_entries([self._row(one) for _, one in self.items])

    def _row(self, one: Question) -> list[Cell]:
        words, prisons = self.words, self.vault.definitions.codes["prisons"].codes
        is_closed = one.state == CLOSED
        texts = [words.of(prisons[one.prison].label), one.number, one.asked, one.answer or ""]
        signs = {ANSWERED: f"{SIGNS['warning']} ", CLOSED: f"{SIGNS['good']} "}
        colour = {ANSWERED: "warning", CLOSED: "good"}.get(one.state, "second")
        state = Cell(signs.get(one.state, "") + words(f"questions_page.{one.state}"), colour)
        return [*(Cell(text, "second" if is_closed else "ink") for text in texts), state]

    def _show_details(self, place: int) -> None:
        zone, one = self.items[place]
        words, declared = self.words, self.vault.definitions.registers[one.register]
        f = declared.by_name.get(one.field or "")
        about = [words("receipts_page.of_field", label=words.of(f.label))] if f else []
        about.append(words("questions_page.asked_by", at=day(one.asked_at), person=one.asked_by))
        if one.answer:
            at = day(one.answered_at or "")
            about.append(words("questions_page.answered_by", at=at, person=one.answered_by, text=one.answer))
        self.text.setText(one.asked)
        self.more.setText("\n".join(about))
        is_there = bool(self.vault.zone(zone).records(one.register).stored([one.record]))
        self.record_button.setEnabled(is_there)
        self.close_button.setEnabled(one.state != CLOSED)
        self.ask_button.setEnabled(one.state == ANSWERED and is_there)

    def _marked(self) -> tuple[str, Question] | None:
        return self.items[self.table.place] if self.items and self.table.place >= 0 else None

    # What is done with a question

    def show_record(self) -> None:
        """Go to the record that the marked question is about."""
        if (found := self._marked()) and self.record_button.isEnabled():
            self.record_asked.emit(found[1].register, found[1].record)

    def close_question(self) -> None:
        """Be content with the answer to the marked question."""
        if (found := self._marked()) and found[1].state != CLOSED:
            self._do(lambda: close(self.vault.zone(found[0]), found[1].uid))

    def ask_again(self) -> None:
        """Ask once more where the answer does not satisfy."""
        if (found := self._marked()) and (text := small_windows.ask_again(self, self.words, found[1])):
            self._do(lambda: ask_again(self.vault, found[0], found[1].uid, text))

    def _do(self, work: Callable[[], object]) -> None:
        try:
            work()
        except AppError as error:
            prompts.tell(self, self.words, error)
        self.refresh()
        self.table.setFocus()

    # Receipts

    def write(self) -> None:
        """Write the receipts that say something new into a folder that the person chooses."""
        self._write(write_receipts, self.words("questions_page.write"))

    def write_again(self) -> None:
        """Write the last receipt of every station once more."""
        self._write(write_last_again, self.words("questions_page.write_again"))

    def _write(self, writing: Writing, title: str) -> None:
        if folder := prompts.choose_folder(self, title):
            work = partial(self._write_all, writing, Path(folder))
            background.run(self, work, partial(self._tell, Path(folder)), self._failed)

    def _write_all(self, writing: Writing, folder: Path) -> list[Path]:
        zones = [zone for zone in self.vault.zones if self.vault.may("merge", zone)]
        return [path for zone in zones for path in writing(self.vault, zone, folder)]

    def _failed(self, error: AppError) -> None:
        self.refresh()
        prompts.tell(self, self.words, error)

    def _tell(self, folder: Path, paths: list[Path]) -> None:
        words = self.words
        good = f"{SIGNS['good']} {words('questions_page.written', n=len(paths), folder=folder.name)}"
        self.say(*((good, "good") if paths else (words("questions_page.nothing_new"), "second")))
        self.refresh()
