"""What a hand-off would carry of one zone, and what would stay behind: a card to look at before anything is written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QPushButton, QVBoxLayout, QWidget

from desktop.exchange.handoff import due, finished
from desktop.exchange.sealed import may_leave
from desktop.gui.look import SIGNS, kind, label, small
from desktop.gui.words import Words
from desktop.registers.states import DRAFT, READY, VOID
from desktop.store.acknowledgements import said_nil, sent
from desktop.store.vault import Vault


@dataclass(frozen=True)
class Outgoing:
    """What would go of a zone by the end of a month, by register, and the drafts that would not.

    *records* lists them: register, number, and whether it is new, was sent before, changed or void. *nil* names the registers
    in which nothing happened in the month, *said* those of which a hand-off said so already; *earlier* counts the records of
    months before, which headquarters has not received yet; *revision* is the last one in which the month was handed off, 0 for
    never, and *at* when.
    """

    counts: Mapping[str, int]
    records: Sequence[tuple[str, str, str]]
    nil: frozenset[str]
    earlier: int
    drafts: Mapping[str, int]
    revision: int
    at: str
    said: frozenset[str] = frozenset()


def outgoing(vault: Vault, zone: str, month: str) -> Outgoing:
    """Look up what a hand-off of *month* would carry; nothing is written."""
    carried = due(vault, zone, month)
    last = max((row for row in sent_here(vault, zone) if row["month"] == month), key=lambda row: row["revision"], default=None)
    return Outgoing(
        {name: len(items) for name, items in carried.items()},
        [(name, item.record["number"], _how(item.record)) for name, items in carried.items() for item in items],
        frozenset(name for name, count in finished(vault, zone, month).items() if not count),
        sum((item.record["month"] or month) < month for items in carried.values() for item in items),
        {name: count for name in carried if (count := vault.records(name).count(DRAFT))},
        last["revision"] if last else 0,
        last["at"] if last else "",
        said_nil(vault.zone(zone), month),
    )


def count_waiting(vault: Vault) -> int:
    """Count the finished records, of all zones this person hands off, that no hand-off has carried yet."""
    zones = [zone for zone in vault.zones if vault.may("hand_off", zone)]
    return sum(vault.records(register.name).count(READY) for zone in zones for register in vault.definitions.of_zone(zone))


def _how(record: Mapping[str, Any]) -> str:
    """Tell how a record goes: for the first time, once more for want of a receipt, changed, or void."""
    if record["state"] == VOID:
        return "void"
    return "changed" if record["acknowledged"] else "again" if record["hand_off"] else "new"


def sent_here(vault: Vault, zone: str) -> list[dict[str, Any]]:
    """List the hand-offs made of *zone*, newest first."""
    return sent(vault.zone(zone))


def day(moment: str) -> str:
    """Write the day of a stored moment as people do: 05.04.2013."""
    return f"{moment[8:10]}.{moment[5:7]}.{moment[:4]}"


class ZoneCard(QFrame):
    """One zone: chosen or not, its registers with their numbers of records, its drafts as links."""

    toggled = Signal()
    drafts_asked = Signal(str)
    records_asked = Signal()

    def __init__(self, vault: Vault, zone: str, words: Words) -> None:
        """Begin empty; `show_outgoing` fills the card."""
        super().__init__()
        self.vault, self.zone, self.words = vault, zone, words
        self.revision = 0
        self.records: Sequence[tuple[str, str, str]] = ()
        self.nil: dict[str, QCheckBox] = {}
        kind(self, "card")
        title = words.of(vault.definitions.codes["zones"].codes[zone].label)
        self.choice = QCheckBox(title)
        self.choice.setAccessibleName(title)
        font = self.choice.font()
        font.setBold(True)
        self.choice.setFont(font)
        self.choice.toggled.connect(self.toggled)
        self.note = small(label("", "second", wrap=True))
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(14, 10, 14, 10)
        self._layout.setSpacing(4)
        self._layout.addWidget(self.choice)
        self._layout.addWidget(self.note)
        self._content = QWidget()
        self._layout.addWidget(self._content)
        self._layout.addStretch(1)
        self.admit()

    def admit(self) -> None:
        """Let this zone be chosen once its records may go on a stick at all; until then say what is missing."""
        self.may_leave = may_leave(self.vault, self.zone)
        self.choice.setEnabled(self.may_leave)
        if not self.may_leave:
            self.note.setText(self.words("handoff_page.stays"))

    @property
    def is_chosen(self) -> bool:
        """Tell whether this zone is to be handed off."""
        return self.choice.isChecked()

    @property
    def unanswered(self) -> list[str]:
        """List the registers with nothing in them of which nobody has said yet that there was nothing."""
        return [name for name, box in self.nil.items() if not box.isChecked()]

    def forget_answers(self) -> None:
        """Ask anew of every empty register: it is another month."""
        self.nil = {}

    def confirm_nil(self) -> None:
        """Say of every empty register that there was nothing."""
        for box in self.nil.values():
            box.setChecked(True)

    def show_outgoing(self, found: Outgoing) -> None:
        """Show what would go, in the words of the cover sheet; what was said of empty registers stays said."""
        self.revision, self.records = found.revision, found.records
        said = {name: box.isChecked() for name, box in self.nil.items()}
        self.nil = {
            name: self._ask_nil(name, is_said=said.get(name, name in found.said)) for name in found.counts if name in found.nil
        }
        before, self._content = self._content, self._build(found)
        self._layout.replaceWidget(before, self._content)
        before.setParent(None)
        before.deleteLater()
        self.note.setText(self._said(found))

    def _said(self, found: Outgoing) -> str:
        words, said = self.words, []
        if found.revision:
            said.append(words("handoff_page.again", revision=found.revision, at=day(found.at)))
        if found.earlier:
            said.append(words("handoff_page.earlier", n=found.earlier))
        return "\n".join(said) or words("handoff_page.first")

    def _build(self, found: Outgoing) -> QWidget:
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 2, 0, 0)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0, 1)
        names = self.vault.definitions.registers
        for row, (name, count) in enumerate(found.counts.items()):
            grid.addWidget(label(self.words.of(names[name].label), wrap=True), row, 0)
            grid.addWidget(self._going(name, count), row, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        links = [self._link(name, count) for name, count in found.drafts.items()]
        if len(self.nil) > 1:
            links.insert(0, self._button(self.words("handoff_page.none_in_all"), self.confirm_nil))
        if found.records:
            links.insert(
                0, self._button(self.words("handoff_page.show_records", n=len(found.records)), self.records_asked.emit)
            )
        for row, link in enumerate(links, len(found.counts)):
            grid.addWidget(link, row, 0, 1, 2)
        return content

    def _going(self, name: str, count: int) -> QWidget:
        """Show how many records go, and ask where none happened, for an empty register may as well be a forgotten one."""
        if name not in self.nil:
            return (
                label(self.words("sheet.records", n=count))
                if count
                else label(self.words("handoff_page.nothing_new"), "second")
            )
        if not count:
            return self.nil[name]
        both = QWidget()
        layout = QVBoxLayout(both)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(label(self.words("sheet.records", n=count)), 0, Qt.AlignmentFlag.AlignRight)
        layout.addWidget(self.nil[name])
        return both

    def _ask_nil(self, name: str, *, is_said: bool) -> QCheckBox:
        box = QCheckBox()
        register = self.words.of(self.vault.definitions.registers[name].label)

        def show(said: bool) -> None:
            box.setText(self.words("sheet.nil" if said else "handoff_page.none_asked"))
            box.setAccessibleName(f"{register}: {box.text()}")

        show(is_said)
        box.setChecked(is_said)
        box.toggled.connect(show)
        box.toggled.connect(self.toggled)
        return box

    def _button(self, text: str, work: Callable[[], None]) -> QPushButton:
        made = QPushButton(text)
        made.setAccessibleName(text)
        made.setAutoDefault(False)
        kind(made, "link")
        made.clicked.connect(lambda _: work())
        return made

    def _link(self, register: str, count: int) -> QPushButton:
        name = self.words.of(self.vault.definitions.registers[register].label)
        text = f"{name}: {self.words('handoff_page.drafts', n=count)}"
        link = self._button(f"{SIGNS['draft']} {text}", partial(self.drafts_asked.emit, register))
        link.setAccessibleName(text)
        return link
