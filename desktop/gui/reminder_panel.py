"""The letters to those who owe something of a month: how many there are, and to print or save them."""

import datetime as dt
from pathlib import Path

from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from desktop.exchange.workbook import write_file
from desktop.gui import printing, prompts
from desktop.gui.look import SIGNS, button, kind, label, restyle, small
from desktop.gui.reminder import Writing, as_pdf, print_letters
from desktop.gui.words import Words
from desktop.registers.problems import AppError
from desktop.store.arrivals import Matrix, Reminder, reminders
from desktop.store.vault import Vault

PDF = "PDF (*.pdf)"


class ReminderPanel(QFrame):
    """Writes the letters of the month that is shown."""

    def __init__(self, vault: Vault, words: Words) -> None:
        """Offer nothing yet."""
        super().__init__()
        self.vault, self.words = vault, words
        self.owing: list[Reminder] = []
        self.month, self.today = "", dt.date.min
        kind(self, "card")
        self.title = label("", "title")
        self.said = small(label("", "second", wrap=True))
        self.print_button = button(words("reminder.print"), picture="printer")
        self.save_button = button(words("reminder.save"), picture="save")
        self.print_button.clicked.connect(self.print_letters)
        self.save_button.clicked.connect(self.save_letters)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.print_button)
        row.addWidget(self.save_button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.setSpacing(4)
        layout.addWidget(self.title)
        layout.addWidget(self.said)
        layout.addLayout(row)

    def show_month(self, matrix: Matrix, month: str, today: dt.date) -> None:
        """Tell who owes something of *month*."""
        words = self.words
        self.owing, self.month, self.today = reminders(matrix, month), month, today
        self.title.setText(words("reminder.for_month", month=words.month(month)))
        self._say(words("reminder.count", n=len(self.owing)) if self.owing else words("reminder.nobody"), "second")
        for one in (self.print_button, self.save_button):
            one.setEnabled(bool(self.owing))

    def _letters(self) -> list[QTextDocument]:
        writing = Writing(self.vault.definitions, self.month, self.today, self.vault.person, self.words)
        return [writing.letter(reminder) for reminder in self.owing]

    def _note(self) -> None:
        """Write down in each zone concerned that letters were made. Raises AppError."""
        why = self.words("reminder.noted", month=self.words.month(self.month), n=len(self.owing))
        missing = [cell.zone for owed in self.owing for cell in owed.missing]
        rejected = [hand_off.zone for owed in self.owing for hand_off in owed.rejected]
        prisons = [owed.prison for owed in self.owing]
        for zone in dict.fromkeys([*missing, *rejected]):
            self.vault.zone(zone).log("print", why, {"month": self.month, "prisons": prisons})

    def print_letters(self) -> None:
        """Print the letters, and write down that they were."""
        words = self.words
        try:
            printer = printing.choose_printer(self, words("reminder.print"), "reminder.no_printer")
            if printer is None:
                return
            # Noted first: paper that nobody can account for would be worse than a note without paper.
            self._note()
        except AppError as error:
            prompts.tell(self, words, error)
            return
        print_letters(self._letters(), printer)
        self._say(f"{SIGNS['good']} {words('reminder.printed', n=len(self.owing))}", "good")

    def save_letters(self) -> None:
        """Save the letters as a file to be printed elsewhere, and write down that they were."""
        words = self.words
        name = words("reminder.file", month=self.month)
        target = prompts.choose_target(self, words("reminder.save"), name, PDF)
        if not target:
            return
        path = Path(target)
        try:
            self._note()
            write_file(path, as_pdf(self._letters(), words("reminder.for_month", month=words.month(self.month))))
        except AppError as error:
            prompts.tell(self, words, error)
            return
        self._say(f"{SIGNS['good']} {words('reminder.saved', n=len(self.owing), file=path.name)}", "good")

    def _say(self, text: str, name: str) -> None:
        self.said.setText(text)
        restyle(self.said, "kind", name)
