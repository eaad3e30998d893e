"""The records of the first page: those worked on last, and those that a line there leads to."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.gui.card import Card
from desktop.gui.hit_list import ROW_HEIGHT, Hit, HitList, Teller
from desktop.gui.look import button, label, scaled
from desktop.gui.shortcuts import answer_keys
from desktop.gui.words import Words
from desktop.store import due
from desktop.store.searching import named
from desktop.store.vault import Vault

RECENT = 8
# More than anybody would go through; the register itself has filters.
MOST = 500


class RecentPanel(Card):
    """The records this person worked on last, in the zones that are open."""

    def __init__(self, vault: Vault, words: Words) -> None:
        """Begin empty; `read` fills it."""
        super().__init__(words("home.recent"))
        self.vault, self.words = vault, words
        self.list = HitList(words("home.recent"))
        self.list.be_part()
        if vault.station.is_headquarters:
            self.list.widen_numbers()
        self.nothing = label(words("home.no_recent"), "second", wrap=True)
        self.column.addWidget(self.nothing)
        self.column.addWidget(self.list)
        self.list.hide()

    def read(self) -> None:
        """Show the last records as their lists show them, and nothing more."""
        hits = [hit for one in due.touched(self.vault, RECENT) if (hit := self._hit(one))]
        self.list.clear()
        self.list.add_mixed(hits)
        self.list.setFixedHeight(len(hits) * ROW_HEIGHT + 4)
        self.list.setVisible(bool(hits))
        self.nothing.setVisible(not hits)

    def _hit(self, touched: due.Touched) -> Hit | None:
        records = self.vault.records(touched.register)
        rows = named(records, [touched.uid])
        return Teller(records.zone, records.register, self.words).tell(rows[0]) if rows else None


class RecalledList(QWidget):
    """The records that a line of the first page speaks of; Esc goes back to it."""

    left = Signal()

    def __init__(self, vault: Vault, words: Words) -> None:
        """Begin empty."""
        super().__init__()
        self.vault, self.words = vault, words
        self._shown: tuple[str, str, list[str]] = ("", "", [])
        self.title = scaled(label("", "title", wrap=True), 1.25)
        self.note = label("", "second")
        self.back_button = button(words("home.back"), picture="chevron-left", keys="Esc")
        self.list = HitList(words("home.due"))
        if vault.station.is_headquarters:
            self.list.widen_numbers()
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.back_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self.note)
        layout.addWidget(self.list, 1)
        self.back_button.clicked.connect(self.left)
        answer_keys(self, [Qt.Key.Key_Escape], self.left.emit, "back")

    def show_records(self, title: str, register: str, uids: list[str]) -> None:
        """Show the records of *uids* in that order under *title*."""
        self._shown = title, register, uids
        self.read_again()

    def read_again(self) -> None:
        """Show what has become of the records."""
        title, register, uids = self._shown
        records = self.vault.records(register)
        teller = Teller(records.zone, records.register, self.words)
        self.title.setText(title)
        self.note.setText(self.words("home.left_out", n=MOST) if len(uids) > MOST else self.words.of(records.register.label))
        self.list.clear()
        self.list.add("", [teller.tell(row) for row in named(records, uids[:MOST])])
