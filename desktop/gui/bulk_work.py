"""What is done with the records that are marked in a list: copied, changed together, voided, brought back."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QMimeData, QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QApplication

from desktop.exchange.copying import copy_table, names_persons
from desktop.gui import progress, prompts
from desktop.gui.list_panel import ListPanel
from desktop.gui.record_form import RecordForm
from desktop.gui.selection_bar import Act, SelectionBar
from desktop.gui.shortcuts import answer_keys
from desktop.registers.problems import AppError
from desktop.registers.states import VOID
from desktop.store.bulk_changes import Made, bring_back_all, undo_all, void_all

# The strip above the list that says what many records came to.
SAID = "bulk"


class BulkWork(QObject):
    """The work on marked records of one list; it is undone as one."""

    changed = Signal()

    def __init__(self, panel: ListPanel, form: RecordForm) -> None:
        """Offer it below the list, and by a menu on it."""
        super().__init__(panel)
        self.panel, self.form = panel, form
        self.records, self.words = panel.records, panel.words
        words, table = self.words, panel.table
        acts = [
            Act(words("list_page.change"), "pencil", self.change, lambda: self._may_change and not self._in_trash),
            Act(words("list_page.void"), "trash-2", self.void, lambda: self._may_change and not self._in_trash),
            Act(words("list_page.bring_back"), "undo-2", self.bring_back, lambda: self._may_change and self._shows_void),
            Act(words("list_page.copy"), "clipboard-list", self.copy, keys="Ctrl+C"),
        ]
        self.bar = SelectionBar(words, acts)
        panel.place_bar(self.bar)
        panel.selected.connect(self._tell)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._open_menu)
        answer_keys(table, ["Ctrl+C", "Ctrl+С"], self.copy, "copy")

    @property
    def _may_change(self) -> bool:
        return self.panel.may_write

    @property
    def _in_trash(self) -> bool:
        return self.panel.filters.narrowing.state == VOID

    @property
    def _shows_void(self) -> bool:
        return not self.panel.wanted.without and self.panel.wanted.states in ((), (VOID,))

    def _tell(self) -> None:
        self.bar.tell(self.panel.table.count_selected(), least=1 if self._in_trash and self._may_change else 2)

    def _open_menu(self, at: QPoint) -> None:
        if self.panel.table.count_selected():
            self.bar.open_menu(self.panel.table, self.panel.table.viewport().mapToGlobal(at))

    # Out of the program

    def copy(self) -> None:
        """Copy the marked records as a table, in the columns that are shown."""
        if not self.panel.table.count_selected():
            return
        model = self.panel.model
        # Who makes no records here takes no names out either, as with an export.
        columns = [one for one in model.columns if self._may_change or not names_persons([one])]
        headings = [self.words.of(one.label) for one in columns]
        copied = copy_table(self.records, columns, headings, model.texts(self.panel.marked_ids(), columns))
        data = QMimeData()
        data.setText(copied.text)
        data.setHtml(copied.html)
        QApplication.clipboard().setMimeData(data)
        self._say(self.words("list_page.copied", n=self.panel.table.count_selected()))

    # Many at once

    def change(self) -> None:
        """Ask for a field and its value, and give it to the marked records."""
        from desktop.gui.bulk_edit import ask_change

        uids = self.panel.marked_uids()
        if not uids or not self.form.may_leave():
            return
        if made := ask_change(self.panel, self.records, self.words, uids):
            self._done(self.words("list_page.changed", n=len(made)), made)

    def void(self) -> None:
        """Void the marked records, with one reason."""
        uids, words = self.panel.marked_uids(), self.words
        if not uids or not self.form.may_leave():
            return
        reasons = self.records.zone.definitions.codes["void_reasons"]
        answer = prompts.ask_void(self.panel, words, words("list.count", n=len(uids)), reasons)
        if answer:
            work = partial(void_all, self.records, uids, answer.reason, answer.why)
            self._run(words("list_page.voiding"), uids, work, "list_page.voided")

    def bring_back(self) -> None:
        """Bring the marked void records back, with one reason."""
        uids, words = self.panel.marked_uids(), self.words
        if not uids or not self.form.may_leave():
            return
        title, text = words("list_page.bring_back_title", n=len(uids)), words("list_page.bring_back_text")
        why = prompts.ask_reason(self.panel, words, title, text, words("list_page.bring_back_yes"))
        if why is None:
            return
        if not why:
            prompts.tell(self.panel, words, AppError("list_page.why_needed"))
            return
        work = partial(bring_back_all, self.records, uids, why)
        self._run(words("list_page.bringing_back"), uids, work, "list_page.brought_back")

    def _run(self, title: str, uids: list[str], work: Callable[..., Made], said: str) -> None:
        def done(made: Made) -> None:
            left = len(uids) - len(made)
            more = f" {self.words('list_page.left_out', n=left)}" if left else ""
            self._done(self.words(said, n=len(made)) + more, made)

        progress.run(self.panel, self.words, title, len(uids), work, done, self._failed)

    def _done(self, text: str, made: Made) -> None:
        self.changed.emit()
        undo = [(self.words("window.undo"), partial(self.undo, made))] if made else []
        self.panel.notices.say(SAID, text, "good" if made else "warning", undo)

    def undo(self, made: Made) -> None:
        """Take back what was made of many records, all at once."""

        def done(count: int) -> None:
            self.changed.emit()
            self._say(self.words("list_page.undone", n=count))

        title = self.words("list_page.undoing")
        progress.run(self.panel, self.words, title, len(made), partial(self._undo_all, made), done, self._failed)

    def _undo_all(self, made: Made, _tell: progress.Tell) -> int:
        return undo_all(self.records, made)

    def _failed(self, error: AppError) -> None:
        if error.name == "list_page.called_off":
            self.panel.notices.say(SAID, self.words.of(error.text), "warning")
        else:
            prompts.tell(self.panel, self.words, error)

    def _say(self, text: str) -> None:
        self.panel.notices.say(SAID, text, "good")
