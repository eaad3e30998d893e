"""Search over every register this person has open; the list fills register by register while the person goes on typing."""

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.gui.hit_list import HitList, Teller
from desktop.gui.look import button, icon, label, scaled
from desktop.gui.shortcuts import answer_keys
from desktop.gui.steps import Steps
from desktop.gui.words import Words
from desktop.store.searching import hits, ways
from desktop.store.vault import Vault

SEARCH_AFTER = 200  # milliseconds after the last key
# Of each register: more than fit the screen of all would bury the rest.
MOST = 8


class SearchPage(QWidget):
    """Finds records by any of their words; `record_asked` where one is to be opened, `left` where the person goes back."""

    record_asked = Signal(str, str)
    left = Signal()

    def __init__(self, vault: Vault, words: Words) -> None:
        """Begin with nothing looked for."""
        super().__init__()
        self.vault, self.words = vault, words
        self._shown = 0
        self.steps = Steps(self, vault)
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(SEARCH_AFTER)
        self._waiting.timeout.connect(self.search)
        self._build()
        self._connect()

    def _build(self) -> None:
        words = self.words
        self.text = QLineEdit()
        self.text.setPlaceholderText(words("search.hint"))
        self.text.setAccessibleName(words("search.title"))
        self.text.setClearButtonEnabled(True)
        self.text.addAction(icon("search", "second"), QLineEdit.ActionPosition.LeadingPosition)
        self.back_button = button(words("search.back"), picture="chevron-left", keys="Esc")
        self.said = label(words("search.begin"), "second", wrap=True)
        self.found = HitList(words("search.found_list"))
        if self.vault.station.is_headquarters:
            self.found.widen_numbers()
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(scaled(label(words("search.title"), "title"), 1.45), 1)
        top.addWidget(self.back_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self.text)
        layout.addWidget(self.said)
        layout.addWidget(self.found, 1)

    def _connect(self) -> None:
        self.text.textEdited.connect(self._waiting.start)
        self.text.textChanged.connect(lambda text: None if text else self.search())
        self.text.returnPressed.connect(self._enter)
        self.found.chosen.connect(self.record_asked)
        self.back_button.clicked.connect(self.left)
        self.steps.finished.connect(self._finish)
        answer_keys(self, [Qt.Key.Key_Escape], self.left.emit, "back")
        answer_keys(self, ["Ctrl+F", "Ctrl+А"], self.arrive, "search")
        answer_keys(self.text, [Qt.Key.Key_Down], self.found.setFocus, "to_list")

    def arrive(self) -> None:
        """Let the person type, or change what was typed; records may have changed meanwhile."""
        self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.text.selectAll()
        self.search()

    def search(self) -> None:
        """Look for what is typed, from the first register on."""
        self._waiting.stop()
        self.found.clear()
        self._shown = 0
        found = ways(self.text.text())
        if not found:
            self.steps.stop()
            self.said.setText(self.words("search.begin"))
            return
        self.said.setText(self.words("search.looking"))
        self.steps.begin(self._work(found))

    def _work(self, found: list[str]) -> Iterator[Callable[[], None]]:
        """Give a step for each register; the other layout is tried once all registers were in vain."""
        for way in found:
            if not self._shown:
                self._way = way
                yield from [partial(self._look, register, way) for register in self._registers]

    @property
    def _registers(self) -> list[str]:
        return [register.name for register in self.vault.registers]

    def _look(self, name: str, way: str) -> None:
        records = self.vault.records(name)
        found = hits(records, way, MOST)
        if not found.count:
            return
        self._shown += found.count
        teller = Teller(records.zone, records.register, self.words)
        zone = self.words.of(self.vault.definitions.codes["zones"].codes[records.register.zone].label)
        heading = f"{self.words.of(records.register.label)} · {self.words('search.count', n=found.count)}"
        if found.count > len(found.rows):
            heading += f" {self.words('search.first', n=len(found.rows))}"
        self.found.add(heading, [teller.tell(row) for row in found.rows], zone)

    def _finish(self) -> None:
        if not self._shown:
            self.said.setText(self.words("list.nothing_found"))
        elif self._way != self.text.text().strip():
            self.said.setText(self.words("search.other_layout", text=self._way, n=self._shown))
        else:
            self.said.setText(self.words("search.found", n=self._shown))

    def _enter(self) -> None:
        """Go to the first hit; where the list is not there yet, look first."""
        if self._waiting.isActive():
            self.search()
        if self.steps.are_going_on:
            self.steps.finished.connect(self._go_once, Qt.ConnectionType.SingleShotConnection)
            return
        self.found.go_to_first()

    def _go_once(self) -> None:
        self.found.go_to_first()

    def hideEvent(self, event: QHideEvent) -> None:
        """Look no further for somebody who has gone."""
        super().hideEvent(event)
        self._waiting.stop()
        self.steps.stop()
