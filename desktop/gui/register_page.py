"""A register: its list on the left, the form of a record on the right."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.gui.bulk_work import BulkWork
from desktop.gui.list_panel import ListPanel
from desktop.gui.look import kind, label
from desktop.gui.record_form import RecordForm
from desktop.gui.shortcuts import answer_keys
from desktop.gui.words import Words
from desktop.registers.states import READY, VOID
from desktop.store.narrowing import Narrowing
from desktop.store.records import Filter, Records


class RegisterPage(QWidget):
    """One register of an open zone."""

    changed = Signal()
    # The records, the uid and the words of what was just saved or voided, which can be undone.
    told = Signal(object, str, str)
    import_asked = Signal()
    transfer_asked = Signal(str)
    roll_asked = Signal(str)

    def __init__(self, records: Records, words: Words, *, may_write: bool = True) -> None:
        """Show the newest records, and no form yet."""
        super().__init__()
        self.may_write = may_write
        self.records, self.words = records, words
        self.register = records.register
        self.form = RecordForm(records, words, may_write=may_write)
        self.list = ListPanel(records, words, may_write=may_write, opened=self._opened)
        self.model, self.table, self.foot = self.list.model, self.list.table, self.list.foot
        self.search, self.month, self.state = (getattr(self.list.filters, name) for name in ("search", "month", "state"))
        self.empty, self.new_button = self.list.empty, self.list.new_button
        self.export_button, self.import_button = self.foot.export_button, self.foot.import_button
        self._build()
        self._connect()
        self.refresh()
        self._is_fresh = True

    def _build(self) -> None:
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        split.addWidget(self.list)
        self.right = QStackedWidget()
        self.right.addWidget(self._build_empty())
        self.right.addWidget(self.form)
        split.addWidget(self.right)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        split.setSizes([630, 530])
        self.body = QStackedWidget()
        self.body.addWidget(split)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.body)

    def _build_empty(self) -> QWidget:
        page = QWidget()
        kind(page, "form")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(40, 40, 40, 40)
        text = label(f"{self.words.of(self.register.purpose)}\n\n{self.words('list.choose')}", "second", wrap=True)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(text)
        return page

    def _connect(self) -> None:
        self.search.returnPressed.connect(self._to_first_hit)
        self.list.chosen.connect(self._chosen)
        self.work = BulkWork(self.list, self.form)
        self.work.changed.connect(self._changed_many)
        self.new_button.clicked.connect(self.begin)
        self.export_button.clicked.connect(self.export)
        self.import_button.clicked.connect(self._ask_import)
        self.foot.print_button.clicked.connect(self.print_list)
        self.form.saved.connect(self._saved)
        self.form.closed.connect(self._closed)
        self.form.transfer_asked.connect(self.transfer_asked)
        self.form.roll_asked.connect(self.roll_asked)
        answer_keys(self, [Qt.Key.Key_Insert, Qt.Key.Key_F3], self.begin, "begin")
        answer_keys(self, [Qt.Key.Key_F2], self.form.save, "save")
        answer_keys(self, ["Ctrl+Return", "Ctrl+Enter"], self.form.save_then_new, "save_and_new")
        answer_keys(self, [Qt.Key.Key_Escape], self.form.leave, "leave_form")
        answer_keys(self, [Qt.Key.Key_F6], self._other_side, "list_or_form")
        answer_keys(self, ["Ctrl+F", "Ctrl+А"], self._to_search, "search")
        answer_keys(self, ["Ctrl+E", "Ctrl+У"], self.export, "export")
        answer_keys(self, ["Ctrl+P", "Ctrl+З"], self.print, "print")
        answer_keys(self, ["Ctrl+Z", "Ctrl+Я"], self.form.take_back, "undo")

    # The list

    @property
    def wanted(self) -> Filter:
        """Give the filter that the page shows."""
        return self.list.wanted

    def refresh(self) -> None:
        """Read the list anew, and keep the marked record marked."""
        self.list.refresh()

    def _opened(self) -> str:
        return str(self.form.record.get("uid") or "") if self.form.is_open else ""

    def export(self) -> None:
        """Export the list as it is filtered."""
        from desktop.gui.list_export import export_list

        self.refresh()
        export_list(self, self.records, self.wanted, self.words, may_identify=self.may_write)

    def print_list(self) -> None:
        """Print the list as it is filtered, sorted and arranged."""
        from desktop.gui.list_print import print_list

        self.refresh()
        print_list(self.list)

    def print(self) -> None:
        """Print the record in whose form the person is, or else the list."""
        if self.form.is_open and self.form.isAncestorOf(self.focusWidget()):
            self.form.print()
        else:
            self.print_list()

    def show_state(self, state: str) -> None:
        """Show all records in one state, whatever was filtered before."""
        self.list.filters.stand_at(Narrowing(state=state))

    def _changed_many(self) -> None:
        """Show what became of the list, and of the open record where it was among those changed."""
        self.refresh()
        self._follow_form()
        self.changed.emit()

    def _to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _to_first_hit(self) -> None:
        self.refresh()
        if self.model.rowCount():
            self.table.setFocus()
            self._chosen(0)

    def _ask_import(self) -> None:
        if self.form.may_leave():
            self.import_asked.emit()

    def cover(self, widget: QWidget) -> None:
        """Show *widget* over list and form, with the keys for itself, until `uncover`."""
        self.body.addWidget(widget)
        self.body.setCurrentWidget(widget)
        for action in self.actions():
            action.setEnabled(False)

    def uncover(self) -> None:
        """Show list and form again, and what has come meanwhile."""
        for action in self.actions():
            action.setEnabled(True)
        self.body.setCurrentIndex(0)
        while covering := self.body.widget(1):
            self.body.removeWidget(covering)
            covering.deleteLater()
        self.refresh()
        self.table.setFocus()

    # The form

    def _chosen(self, place: int) -> None:
        uid = str(self.model.row(place)["uid"])
        if self.form.is_open and self.form.record.get("uid") == uid:
            return
        if self.form.may_leave():
            self.open(uid)
        else:
            QTimer.singleShot(0, self, self.refresh)

    def open(self, uid: str) -> None:
        """Show a record in the form."""
        self.right.setCurrentWidget(self.form)
        self.form.open(uid)
        self.table.mark(self.model.place_of(uid))

    def begin(self) -> None:
        """Begin a new record."""
        if self.may_write and self.form.may_leave():
            self.right.setCurrentWidget(self.form)
            self.table.mark(-1)
            self.form.begin()

    def _saved(self, uid: str) -> None:
        self.refresh()
        self.changed.emit()
        state, number = self.form.state_of(uid)
        if state in (READY, VOID):
            words = self.words("form.voided_record" if state == VOID else "form.saved_record", number=number)
            self.told.emit(self.records, uid, words)

    def read_again(self, uid: str) -> None:
        """Show what became of a record that was changed elsewhere."""
        self.refresh()
        if self.form.is_open and self.form.record.get("uid") == uid:
            self.form.open(uid)

    def _closed(self) -> None:
        self.right.setCurrentIndex(0)
        self.table.mark(-1)
        self.table.setFocus()

    def _other_side(self) -> None:
        if self.form.is_open and self.table.hasFocus():
            self.form.focus_first()
        else:
            self.table.setFocus()

    def may_leave(self) -> bool:
        """Tell whether another page may be shown."""
        return self.form.may_leave()

    def keep(self) -> None:
        """Keep the open form, whatever happens next."""
        self.form.keep()

    def arrive(self) -> None:
        """Take up the page again: other pages may have changed records."""
        if not self._is_fresh:
            self.refresh()
            self._follow_form()
        self._is_fresh = False
        if not self.form.is_open and not self.body.currentIndex():
            self.table.setFocus() if self.model.rowCount() else self.new_button.setFocus()

    def _follow_form(self) -> None:
        """Show the open record anew where another page changed it: saved as it stands, the form would take that back."""
        shown = self.form.record if self.form.is_open and not self.form.is_dirty else {}
        if shown.get("uid") and self.records.read(shown["uid"])[0]["revision"] != shown["revision"]:
            self.form.open(shown["uid"])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep room for both sides."""
        super().resizeEvent(event)
        self.form.setMinimumWidth(min(520, self.width() // 2))
