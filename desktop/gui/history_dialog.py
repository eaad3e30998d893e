"""The history of a record: who did what to it and when, from what to what and why, and the way back to how it was."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.gui import prompts
from desktop.gui.look import SIGNS, button, kind, label, restyle, scaled, sized
from desktop.gui.plain_table import Cell, Column, PlainTable
from desktop.gui.whole_text import show_whole
from desktop.gui.words import Words
from desktop.registers.problems import AppError
from desktop.registers.states import DRAFT, VOID
from desktop.store.records import Records, Saved
from desktop.store.revisions import Difference, Entry

WIDTH, HEIGHT = 1120, 610
# What makes a revision; being handed off or received leaves the one that is there.
MADE = ("new", "change", "void", "restore", "undo", "merge")


def show_history(parent: QWidget, records: Records, uid: str, words: Words, *, may_write: bool = True) -> bool:
    """Show what became of a record so far; tell whether it was brought back to how it was."""
    records.viewed(uid)
    dialog = HistoryDialog(parent, records, uid, words, may_write=may_write)
    dialog.exec()
    return dialog.changed


def take_back(parent: QWidget, records: Records, uid: str, words: Words) -> bool:
    """Take back the last save or void of a record, asking why where it was handed off; tell whether it was."""
    try:
        saved = _taken_back(parent, records, uid, words)
    except AppError as error:
        prompts.tell(parent, words, error)
        return False
    if saved and not saved.kept:
        prompts.tell(parent, words, AppError("history_page.not_ready", problem=saved.judgement.problems[0].text))
    return bool(saved and saved.kept)


def _taken_back(parent: QWidget, records: Records, uid: str, words: Words) -> Saved | None:
    try:
        return records.undo(uid)
    except AppError as error:
        if error.name != "record.why_needed":
            raise
    why = prompts.ask_why(parent, words, str(records.read(uid)[0]["number"]))
    return records.undo(uid, why) if why else None


def ask_restore(parent: QWidget, words: Words, number: str, entry: Entry) -> str | None:
    """Ask why a record is brought back to an earlier revision; None leaves it as it is."""
    title = words("history_page.restore_title", number=number, revision=entry.revision)
    prompt = prompts.Prompt(parent, title, words("history_page.restore_text", at=entry.at))
    why = QLineEdit()
    prompt.ask_for([(words("form.reason"), why)])
    prompt.answer_by([words("history_page.restore_yes"), words("history_page.restore_no")])
    while prompt.exec() and prompt.chosen == 0:
        if why.text().strip():
            return why.text().strip()
        why.setPlaceholderText(words("form.why_empty"))
        restyle(why, "state", "error")
        why.setFocus()
    return None


class HistoryDialog(QDialog):
    """The events of one record, newest first, and what the marked one changed."""

    def __init__(self, parent: QWidget, records: Records, uid: str, words: Words, *, may_write: bool) -> None:
        """Show all events; *may_write* tells whether this person changes records here at all."""
        super().__init__(parent)
        self.records, self.uid, self.words = records, uid, words
        self.changed = False
        self.record = records.read(uid)[0]
        self.may_change = may_write and self.record["prison"] == records.zone.station.prison
        self.all = records.zone.history_of(uid, words.language)[::-1]
        self.entries: list[Entry] = []
        self.setWindowTitle(words("window.program"))
        self.resize(WIDTH, HEIGHT)
        self._build()
        self._connect()
        self.refresh()
        self.list.setFocus()

    # What stands in it

    def _build(self) -> None:
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.setHandleWidth(12)
        split.addWidget(self._build_list())
        split.addWidget(self._build_details())
        split.setSizes([500, 600])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addLayout(self._build_head())
        layout.addWidget(split, 1)
        layout.addLayout(self._build_foot())
        # Not before they stand in the window: each would be shown as one of its own.
        made = next((entry for entry in self.all if entry.action in MADE), None)
        self.only_changes.setVisible(any(not entry.revision for entry in self.all))
        self.undo_button.setVisible(self.may_change and made is not None and made.action != "merge")
        self.restore_button.setVisible(self.may_change)

    def _build_head(self) -> QHBoxLayout:
        self.title = scaled(label(f"{self.words('form.history')} · {self.record['number']}", "title"), 1.25)
        self.only_changes = QCheckBox(self.words("history_page.only_changes"))
        row = QHBoxLayout()
        row.addWidget(self.title, 1)
        row.addWidget(self.only_changes)
        return row

    def _build_list(self) -> PlainTable:
        words = self.words
        columns = [Column(words(f"history_page.{name}"), width) for name, width in (("when", 142), ("who", 140), ("what", 0))]
        self.list = PlainTable(words("form.history"), columns)
        self.list.setMinimumWidth(sized(360))
        return self.list

    def _build_details(self) -> QWidget:
        words = self.words
        self.what, self.where = scaled(label("", "title", wrap=True), 1.1), label("", "second", wrap=True)
        self.doubt, self.why = label("", "warning", wrap=True), label("", wrap=True)
        self.untouched = label(words("history_page.untouched"), "second", wrap=True)
        columns = [Column(words(f"history_page.{name}")) for name in ("field", "before", "after")]
        self.table = PlainTable(words("history_page.differences"), columns)
        show_whole(self.table)
        card = QFrame()
        kind(card, "card")
        card.setMinimumWidth(sized(320))
        layout = QVBoxLayout(card)
        layout.setContentsMargins(14, 10, 14, 12)
        layout.setSpacing(4)
        for widget in (self.what, self.where, self.doubt, self.why, self.untouched):
            layout.addWidget(widget)
        layout.addSpacing(4)
        layout.addWidget(self.table, 1)
        layout.addStretch()
        return card

    def _build_foot(self) -> QHBoxLayout:
        words = self.words
        self.undo_button = button(words("history_page.undo"), picture="undo-2", keys="Ctrl+Z")
        self.restore_button = button(words("history_page.restore"), picture="history", primary=True, keys="Enter")
        self.close_button = button(words("form.close"), keys="Esc")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label(words("history_page.keys"), "second"), 1)
        for one in (self.undo_button, self.restore_button, self.close_button):
            row.addWidget(one)
        return row

    def _connect(self) -> None:
        self.list.marked.connect(self._show)
        self.list.activated.connect(self.restore)
        self.only_changes.toggled.connect(self.refresh)
        self.undo_button.clicked.connect(self.undo)
        self.restore_button.clicked.connect(self.restore)
        self.close_button.clicked.connect(self.reject)
        # Ctrl with a letter is dead under a Cyrillic layout unless its own letter is named too.
        self._act(["Ctrl+Z", "Ctrl+Я"], self.undo)
        self._act([Qt.Key.Key_F6], self._other_side)

    def _act(self, keys: list[Any], what: Any) -> None:
        action = QAction(self)
        action.setShortcuts(keys)
        action.triggered.connect(what)
        self.addAction(action)

    def _other_side(self) -> None:
        (self.table if self.list.hasFocus() and self.table.isVisible() else self.list).setFocus()

    # What happened

    def refresh(self) -> None:
        """List the events anew, the newest marked."""
        self.entries = [entry for entry in self.all if entry.revision or not self.only_changes.isChecked()]
        self.list.show_rows([self._row(entry) for entry in self.entries], 0)

    def _row(self, entry: Entry) -> list[Cell]:
        when = Cell(entry.at)
        if entry.in_doubt:
            when = Cell(f"{SIGNS['warning']} {entry.at}", "warning", self.words("history_page.in_doubt"))
        # Of a new record every field is new: to name them all says nothing.
        names = dict.fromkeys(one.lines or one.label for one in entry.differences) if entry.action != "new" else {}
        return [when, Cell(entry.person), Cell(f"{entry.label}: {', '.join(names)}" if names else entry.label)]

    @property
    def marked(self) -> Entry:
        """Give the event that is marked."""
        return self.entries[max(self.list.place, 0)]

    def _show(self, place: int) -> None:
        entry, words = self.entries[place], self.words
        revision = words("history_page.revision", revision=entry.revision) if entry.revision else ""
        self.what.setText(f"{entry.label} · {revision}" if revision else entry.label)
        self.where.setText(f"{entry.at} · {entry.person} · {words('history_page.event', event=entry.seq)}")
        self.doubt.setText(f"{SIGNS['warning']} {words('history_page.in_doubt')}" if entry.in_doubt else "")
        self.why.setText(entry.why)
        for one in (self.doubt, self.why):
            one.setVisible(bool(one.text()))
        found = entry.differences
        self.table.show_rows([[Cell(self._name(one)), Cell(one.old, "second"), Cell(one.new)] for one in found])
        self.table.setVisible(bool(found))
        self.untouched.setVisible(not found)
        self.restore_button.setEnabled(self._may_restore(entry))

    def _name(self, one: Difference) -> str:
        line = self.words("history_page.line", lines=one.lines, line=one.line)
        return f"{line}: {one.label}" if one.lines else one.label

    # The way back

    def _may_restore(self, entry: Entry) -> bool:
        if not self.may_change or entry.action not in MADE or entry.revision in (None, self.record["revision"]):
            return False
        return bool(self._past(entry)["state"] != VOID)

    def _past(self, entry: Entry) -> dict[str, object]:
        assert entry.revision is not None  # noqa: S101 - asked of events that made a revision
        return dict(self.records.past(self.uid, entry.revision)[0])

    def restore(self) -> None:
        """Bring the record back to the marked revision, with a reason; what is not right by today's rules becomes a draft."""
        entry = self.marked
        if not self._may_restore(entry):
            return
        why = ask_restore(self, self.words, str(self.record["number"]), entry)
        if not why:
            return
        try:
            saved = self._restored(entry, why)
        except AppError as error:
            prompts.tell(self, self.words, error)
            return
        self.changed = True
        if saved.record["state"] == DRAFT and saved.judgement.problems:
            problem = saved.judgement.problems[0].text
            title, text = self.words("form.as_draft"), self.words("history_page.as_draft", problem=self.words.of(problem))
            prompts.inform(self, self.words, title, text)
        self.accept()

    def _restored(self, entry: Entry, why: str) -> Saved:
        assert entry.revision is not None  # noqa: S101 - the same
        ready = self._past(entry)["state"] != DRAFT
        saved = self.records.restore(self.uid, entry.revision, why, ready=ready)
        return saved if saved.kept else self.records.restore(self.uid, entry.revision, why, ready=False)

    def undo(self) -> None:
        """Take back the last save or void."""
        if self.undo_button.isVisible() and take_back(self, self.records, self.uid, self.words):
            self.changed = True
            self.accept()
