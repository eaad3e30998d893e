"""The backups of a station: made, copied to a stick, tried, checked, and put back."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from desktop.gui import background, prompts
from desktop.gui.backup_cards import NewestCard, OutsideCard, TrialCard
from desktop.gui.backup_rows import backup_columns, backup_row
from desktop.gui.check_results import CheckResults
from desktop.gui.look import SIGNS, button, kind, label, restyle, scaled, small
from desktop.gui.plain_table import PlainTable
from desktop.gui.restore_wizard import RestoreWizard
from desktop.gui.shortcuts import answer_keys
from desktop.gui.words import Words
from desktop.registers.problems import AppError
from desktop.store import backup_counts
from desktop.store.backups import Backup, back_up, back_up_if_changed, back_up_outside, backups, own_place
from desktop.store.check import Checked, check
from desktop.store.restoring import Proof, prove
from desktop.store.vault import Vault

T = TypeVar("T")

CARD_WIDTH = 300  # as many cards stand side by side as have this much room
LIST_HEIGHT = 150


class BackupsPage(QWidget):
    """Looks after the backups of the station that is open; after *restored* it must be opened anew."""

    restored = Signal()

    def __init__(self, vault: Vault, words: Words) -> None:
        """Show the backups beside the station's files."""
        super().__init__()
        self.vault, self.words = vault, words
        self.place = own_place(vault.folder)
        self.found: list[Backup] = []
        self.wizard: RestoreWizard | None = None
        self._build()
        self._connect()
        self.refresh()

    # What stands on the page

    def _build(self) -> None:
        self.body = QStackedWidget()
        self.overview = self._build_overview()
        self.body.addWidget(self.overview)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.body)

    def _build_overview(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(8)
        layout.addLayout(self._build_top())
        layout.addWidget(self._build_kept())
        layout.addWidget(self._build_middle(), 1)
        return page

    def _build_top(self) -> QHBoxLayout:
        words = self.words
        self.said = label("", "good", wrap=True)
        self.said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.restore_button = button(words("backups_page.restore"), picture="history")
        self.make_button = button(words("backups_page.make"), picture="shield", primary=True, keys="F2")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(scaled(label(words("window.backups"), "title"), 1.45))
        row.addWidget(self.said, 1)
        row.addWidget(self.restore_button)
        row.addWidget(self.make_button)
        return row

    def _build_kept(self) -> QFrame:
        """Build the strip that says why no older backup is removed, with the way to end that."""
        self.kept = QFrame()
        kind(self.kept, "warnings")
        self.kept_text = label("", "warning", wrap=True)
        self.thin_again = button(self.words("backups_page.thin_again"))
        kind(self.thin_again, "link")
        row = QHBoxLayout(self.kept)
        row.setContentsMargins(10, 4, 4, 4)
        row.addWidget(self.kept_text, 1)
        row.addWidget(self.thin_again)
        self.thin_again.setVisible(self.vault.may("backup"))
        return self.kept

    def _build_middle(self) -> QScrollArea:
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        self.newest = NewestCard(self.vault, self.words)
        self.outside = OutsideCard(self.vault, self.words)
        self.trials = TrialCard(self.vault, self.words)
        self.cards = QGridLayout()
        self.cards.setSpacing(10)
        layout.addLayout(self.cards)
        self.results = CheckResults(self.vault, self.words)
        self.below = QStackedWidget()
        self.below.setMinimumHeight(LIST_HEIGHT)
        self.below.addWidget(self._build_list())
        self.below.addWidget(self.results)
        layout.addWidget(self.below, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        return scroll

    def _build_list(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        self.table = PlainTable(self.words("backups_page.list"), backup_columns(self.words))
        layout.addWidget(small(label(self.words("backups_page.list").upper(), "section")))
        layout.addWidget(self.table, 1)
        return page

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put as many cards side by side as there is room for."""
        super().resizeEvent(event)
        columns = min(max(self.width() // CARD_WIDTH, 1), 3)
        cards = (self.newest, self.outside, self.trials)
        for place, card in enumerate(cards):
            # Where only two fit, the last has a row for itself.
            span = columns if place == len(cards) - 1 and len(cards) % columns else 1
            self.cards.addWidget(card, place // columns, place % columns, 1, span)
        for column in range(3):
            self.cards.setColumnStretch(column, int(column < columns))

    def _connect(self) -> None:
        self.make_button.clicked.connect(self.make)
        self.restore_button.clicked.connect(self.begin_restore)
        self.table.activated.connect(self.begin_restore)
        self.outside.asked.connect(self.copy_outside)
        self.trials.prove.clicked.connect(self.prove)
        self.trials.check.clicked.connect(self.check)
        self.thin_again.clicked.connect(self._thin_again)
        self.results.closed.connect(self.go_back)
        self.results.typed.connect(self.compare)
        answer_keys(self.overview, [Qt.Key.Key_F2], self.make, "back_up")
        answer_keys(self.overview, [Qt.Key.Key_Escape], self.go_back, "back")

    # What there is

    def refresh(self) -> None:
        """Read the backups anew."""
        self.found = list(backups(self.place))
        self.table.show_rows([backup_row(one, self.vault.definitions, self.words) for one in self.found], 0)
        self.newest.show_backups(self.found)
        self.outside.refresh()
        self.trials.prove.setEnabled(bool(self.found))
        keep = backup_counts.counts(self.vault.folder).keep_up_to
        self.kept.setVisible(bool(keep))
        self.kept_text.setText(f"{SIGNS['warning']} {self.words('backups_page.kept', number=keep)}")

    def arrive(self) -> None:
        """Take up the page again: other pages may have changed records."""
        if self.wizard is None:
            self.refresh()
            self.make_button.setFocus()

    def go_back(self) -> None:
        """Go back from what was found to the list of backups."""
        self.below.setCurrentIndex(0)
        self._say("")

    def _say(self, text: str, look: str = "good") -> None:
        self.said.setText(f"{SIGNS[look]} {text}" if text and look else text)
        restyle(self.said, "kind", look or "second")

    def _work(self, doing: str, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """Say what is being done, and do it beside the window."""
        self._say(self.words(doing), "")
        background.run(self, work, done, self._failed)

    def _failed(self, error: AppError) -> None:
        self._say("")
        self.refresh()
        prompts.tell(self, self.words, error)

    # Making one

    def make(self) -> None:
        """Make a backup beside the station's files."""
        self._work("backups_page.making", partial(back_up, self.vault, self.place, "wish"), self._made)

    def copy_outside(self, folder: str) -> None:
        """Make a backup on the stick or disk at *folder*."""
        self._work("backups_page.making", partial(back_up_outside, self.vault, Path(folder)), self._made)

    def _made(self, backup: Backup) -> None:
        self.refresh()
        if backup.problems:
            self._say("")
            self.results.show_problems(self.words("backups_page.made_partly", number=backup.number), backup.problems)
            self.below.setCurrentIndex(1)
        else:
            self.below.setCurrentIndex(0)
            is_checked = all(copy.head for copy in backup.zones)
            self._say(self.words("backups_page.made" if is_checked else "backups_page.made_closed", number=backup.number))

    def _thin_again(self) -> None:
        try:
            backup_counts.keep_up_to(self.vault.folder, 0)
        except AppError as error:
            prompts.tell(self, self.words, error)
        self.refresh()

    # Trying and checking

    def prove(self) -> None:
        """Restore the newest backup into a temporary place, and compare."""
        self._work("backups_page.proving", partial(prove, self.vault, self.place), self._proven)

    def _proven(self, proof: Proof) -> None:
        self._say("")
        self.results.show_proof(proof)
        self._show_results()

    def check(self) -> None:
        """Check files, histories and records."""
        self._work("backups_page.checking", partial(check, self.vault), self._checked)

    def _checked(self, checked: Checked) -> None:
        self._say("")
        self.results.show_checked(checked)
        self._show_results()

    def _show_results(self) -> None:
        self.below.setCurrentIndex(1)
        self.results.table.setFocus()

    def compare(self, zone: str, mark: str) -> None:
        """Check again, against the *mark* of a zone's history that a person typed from a printed page as well."""
        self._say(self.words("backups_page.checking"), "")
        work = partial(check, self.vault, pages={zone: [mark]})
        background.run(self, work, partial(self._compared, zone), self._not_compared)

    def _compared(self, zone: str, checked: Checked) -> None:
        self._checked(checked)
        wrong = any(finding.zone == zone and finding.kind == "head" for finding in checked.findings)
        name, look = ("check_results.differs", "error") if wrong else ("check_results.agrees", "good")
        self.results.say(self.words(name), look)

    def _not_compared(self, error: AppError) -> None:
        self._say("")
        self.results.say(self.words.of(error.text), "error")

    # Putting one back

    def begin_restore(self) -> None:
        """Show how a backup is put back, after a last one of what is here now."""
        self._work("backups_page.making_first", self._last_backup, self._show_wizard)

    def _last_backup(self) -> None:
        """Back up what is here; where that fails, nothing is lost: a restore keeps what it replaces."""
        with suppress(AppError):
            back_up_if_changed(self.vault, "restore")

    def _show_wizard(self, _: None) -> None:
        self._say("")
        marked = self.found[self.table.place].number if self.found and self.table.place >= 0 else None
        self.wizard = RestoreWizard(self.vault.folder, self.vault.definitions, self.words, self.vault)
        self.wizard.left.connect(self._leave_wizard)
        self.wizard.restored.connect(self.restored)
        self.body.addWidget(self.wizard)
        self.body.setCurrentWidget(self.wizard)
        self.wizard.begin(marked)

    def _leave_wizard(self) -> None:
        if self.wizard:
            self.body.removeWidget(self.wizard)
            self.wizard.deleteLater()
            self.wizard = None
        self.arrive()
