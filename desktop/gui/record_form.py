"""The form of a record, made from its register's declaration."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget

from desktop.gui import prompts
from desktop.gui.button_row import ButtonRow
from desktop.gui.double_prompt import ask_double
from desktop.gui.field_form import FieldForm, FieldRow
from desktop.gui.field_keys import FieldKeys
from desktop.gui.form_head import FormHead
from desktop.gui.line_editor import LEAPS, Context, LineEditor, undo
from desktop.gui.lines_editor import LinesEditor
from desktop.gui.look import SIGNS, button, kind, label
from desktop.gui.problem_panel import ProblemPanel
from desktop.gui.unfinished import ask_unfinished, unfinished
from desktop.gui.words import Words
from desktop.registers.problems import AppError, NotReadable, Problem
from desktop.registers.rules import LinesOf, Row
from desktop.registers.states import DRAFT, READY, VOID
from desktop.store.doubles import DOUBLE, double_of
from desktop.store.habits import Habits
from desktop.store.questions import WAITING, questions
from desktop.store.records import Records, Saved

JUDGE_AFTER = 250  # milliseconds after the last key
KEEP_AFTER = 2_000

REMARKS = "remarks"


class RecordForm(QWidget):
    """One record, new or stored: typed, judged as it is typed, saved, voided."""

    saved = Signal(str)
    judged = Signal()
    closed = Signal()
    transfer_asked = Signal(str)
    roll_asked = Signal(str)
    question_asked = Signal(str)
    # The register and the field (`items.quantity` for one of lines) that help is wanted on.
    help_asked = Signal(str, str)

    def __init__(self, records: Records, words: Words, *, may_write: bool = True) -> None:
        """Begin with no record open."""
        super().__init__()
        self.may_write, self.may_ask = may_write, False
        kind(self, "form")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.records, self.words, self.register = records, words, records.register
        self.habits = Habits(records)
        self.context = Context(words, records.zone, self._day, self.habits)
        self.record: Row = {}
        self.begun_with: Row = {}
        self._loaded: tuple[Any, ...] = ()
        self._last_uid = ""
        self.is_dirty = False
        self.is_open = False
        self.enter_saves = False
        self._everywhere = self._is_new = False
        self._judging, self._keeping = QTimer(self), QTimer(self)
        for timer, after, action in ((self._judging, JUDGE_AFTER, self._judge_typing), (self._keeping, KEEP_AFTER, self.keep)):
            timer.setSingleShot(True)
            timer.setInterval(after)
            timer.timeout.connect(action)
        self._forms: list[FieldForm] = []
        self._lines: dict[str, LinesEditor] = {}
        self._parts: list[FieldForm | LinesEditor] = []
        self._titles: list[tuple[QWidget, FieldForm]] = []
        self.keys = FieldKeys(self)
        if isinstance(app := QApplication.instance(), QApplication):
            app.focusChanged.connect(self._focus_moved)

    def _day(self) -> str:
        """Give the day that decides which codes are offered."""
        for part in self._forms:
            if row := part.rows.get(self.register.counts_on):
                try:
                    return str(row.read() or "")
                except NotReadable:
                    return ""
        return ""

    # Building

    def _build(self) -> None:
        """Build the form when it is first needed: a list is shown sooner without it."""
        if self.layout():
            return
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 10, 16, 12)
        layout.setSpacing(4)
        self.head = head = FormHead(self.words)
        self.number, self.state, self.said = head.number, head.state, head.said
        self.transfer_button, self.question_button, self.history_button = head.transfer, head.question, head.history
        head.roll.clicked.connect(lambda: self.roll_asked.emit(str(self.record["uid"])))
        head.transfer.clicked.connect(lambda: self.transfer_asked.emit(str(self.record["uid"])))
        head.question.clicked.connect(lambda: self.question_asked.emit(str(self.record["uid"])))
        head.history.clicked.connect(self.show_history)
        head.print_button.clicked.connect(self.print)
        head.close_button.clicked.connect(self.leave)
        layout.addWidget(head)
        self.problems = ProblemPanel(self.register, self.words)
        self.problems.asked.connect(self.go_to)
        self.problems.edited.connect(self._edited)
        layout.addWidget(self.problems)
        self.area = _Area()
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(self._build_sections())
        layout.addWidget(self.area, 1)
        layout.addWidget(self._build_buttons())

    def _build_sections(self) -> QWidget:
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 2, 8, 8)
        layout.setSpacing(4)
        for section in self.register.sections:
            fields = [f for f in self.register.fields if f.section == section.name]
            lines = self.register.lines_by_name.get(section.name)
            title = label(self.words.of(section.label or (lines.label if lines else section.label)).upper(), "section")
            layout.addWidget(title)
            if fields:
                self._titles.append((title, self._add_form(layout, FieldForm(fields, self.context))))
            if lines:
                editor = LinesEditor(lines, self.context)
                self._lines[lines.name] = editor
                self._add_part(layout, editor)
        remarks = FieldForm([self.records.zone.definitions.header.by_name[REMARKS]], self.context)
        self._add_form(layout, remarks)
        layout.addStretch(1)
        return inner

    def _add_form(self, layout: QVBoxLayout, form: FieldForm) -> FieldForm:
        self._forms.append(form)
        self._add_part(layout, form)
        return form

    def _add_part(self, layout: QVBoxLayout, part: FieldForm | LinesEditor) -> None:
        self._parts.append(part)
        part.edited.connect(self._edited)
        part.left.connect(self.judge)
        layout.addWidget(part)

    def _build_buttons(self) -> ButtonRow:
        words = self.words
        self.save_and_new = button(words("form.save_and_new"), primary=True, keys="Ctrl+Enter")
        self.save_button = button(words("form.save"), keys="F2")
        self.void_button = button(words("form.void_dots"))
        self.save_button.clicked.connect(self.save)
        self.save_and_new.clicked.connect(self.save_then_new)
        self.void_button.clicked.connect(self.void)
        return ButtonRow([self.save_and_new, self.save_button], [self.void_button])

    # Loading

    def begin(self) -> None:
        """Begin a new record with what stays the same from one to the next, or take up one that was left unfinished."""
        self.begun_with = self.records.blank() | self.habits.pinned(self.register)
        self._show(self.begun_with, {}, {})
        self._is_new = True
        if self._recover(""):
            self.focus_first()

    def open(self, uid: str) -> None:
        """Show a stored record."""
        record, lines = self.records.read(uid)
        self.records.zone.viewed(self.register.name, uid)
        extra = json.loads(record.get("extra") or "{}")
        self._is_new = False
        self._show(record, lines, extra.get("unread", {}))
        self._recover(uid)

    def _recover(self, uid: str) -> bool:
        """Take up what an interrupted form held, where the person wants it; False where that is left for later."""
        kept = self.records.kept_form(uid)
        if kept is None:
            return True
        answer = ask_unfinished(self, self.records, kept, self.context)
        if answer:
            self._show(self.record | kept["record"], kept["lines"], kept["unread"])
            self._edited()
        elif answer is None:
            self.is_open = False
            self.closed.emit()
        else:
            self.records.drop_form(uid)
        return answer is not None

    def _show(self, record: Row, lines: LinesOf, unread: dict[str, str]) -> None:
        self._build()
        self.keys.forget()
        self.record = dict(record)
        stored = bool(record.get("uid"))
        self._everywhere = stored and record.get("state") == DRAFT
        self._load(record, lines, unread)
        self.problems.load(json.loads(record.get("reasons") or "{}"))
        for part in self._parts:
            part.lock(locked=self.is_locked)
        self.is_open, self.is_dirty = True, False
        self._say_state()
        self.say("")
        self.judge()
        self._loaded = self._content()
        self.area.verticalScrollBar().setValue(0)

    def _load(self, record: Row, lines: LinesOf, unread: Mapping[str, str]) -> None:
        for form in self._forms:
            form.load(record, {name: text for name, text in unread.items() if "/" not in name})
        for name, editor in self._lines.items():
            of_lines = {key.partition("/")[2]: text for key, text in unread.items() if key.partition("/")[0] == name}
            editor.lock(locked=self.is_locked)
            editor.load(lines.get(name, []), of_lines)

    def show_content(self, record: Row, lines: LinesOf, unread: Mapping[str, str]) -> None:
        """Put other content into the record that is open, as a change of it."""
        self._load(record, lines, unread)
        self._edited()
        self.judge()

    @property
    def is_locked(self) -> bool:
        """Tell whether the record may only be read: it is void, another prison's, or this person writes none."""
        prison = self.record.get("prison")
        others = bool(prison) and prison != self.records.zone.station.prison
        return not self.may_write or others or self.record.get("state") == VOID

    def state_of(self, uid: str) -> tuple[str, str]:
        """Give state and number of a record that was just written."""
        record = self.record if self.record.get("uid") == uid else self.records.read(uid)[0]
        return str(record["state"]), str(record["number"])

    def _say_state(self) -> None:
        record, words = self.record, self.words
        self.number.setText(str(record.get("number") or words("list.new")))
        states = self.records.zone.definitions.codes["record_states"].codes
        code = states.get(str(record.get("state") or DRAFT))
        sign = (code.other.get("sign") or "") if code else ""
        saved = str(record["changed_at"])[11:16] if record.get("changed_at") else words("form.not_saved")
        self.state.setText(f"{sign} {words.of(code.label) if code else record.get('state')} · {saved}")
        for one in (self.save_button, self.save_and_new):
            one.setVisible(not self.is_locked)
        self.history_button.setVisible(bool(record.get("uid")))
        self.head.print_button.setVisible(bool(record.get("uid")))
        self.void_button.setVisible(bool(record.get("uid")) and not self.is_locked)
        others = bool(record.get("uid")) and record.get("prison") != self.records.zone.station.prison
        self.question_button.setVisible(self.may_ask and others and record.get("state") != VOID)
        self.head.roll.setVisible(bool(record.get("uid") and self.register.roll))
        self.head.roll.setEnabled(True)
        self._show_transfer()

    def _show_transfer(self) -> None:
        """Offer to send the record to another prison, once what says so is saved."""
        uid = str(self.record.get("uid") or "")
        may_move = bool(uid and self.register.transfer) and not self.is_locked
        self.transfer_button.setVisible(may_move)
        if may_move:
            from desktop.exchange.transfers import is_due

            self.transfer_button.setEnabled(is_due(self.records, uid))

    def say(self, text: str, name: str = "good") -> None:
        """Say above the fields what came of a save."""
        self.head.say(text, name)

    # Judging

    def _edited(self) -> None:
        if self.is_locked or not self.is_open:
            return
        self.is_dirty = True
        self.head.roll.setEnabled(False)
        self.transfer_button.setEnabled(False)
        self.say("")
        self._judging.start()
        self._keeping.start()

    def _judge_typing(self) -> None:
        self.judge(QApplication.focusWidget())

    def read(self, *, blanks: bool = False) -> tuple[Row, LinesOf, dict[str, str]]:
        """Give the record and its lines as they stand (blank lines only with *blanks*), and the texts that cannot be read."""
        record: Row = dict(self.record)
        unread: dict[str, str] = {}
        for form in self._forms:
            unread |= form.read(record)
        lines: LinesOf = {}
        for name, editor in self._lines.items():
            lines[name], of_lines = editor.read(blanks=blanks)
            unread |= {f"{name}/{key}": text for key, text in of_lines.items()}
        record["reasons"] = json.dumps(self.problems.reasons, ensure_ascii=False) if self.problems.reasons else None
        return record, lines, unread

    def _content(self) -> tuple[Any, ...]:
        record, lines, unread = self.read()
        return record, {name: [dict(row) for row in rows] for name, rows in lines.items()}, unread

    def judge(self, typing: QWidget | None = None) -> None:
        """Say what is wrong so far, and ask what follows from what was entered.

        Before the first save only the problems of fields that were gone through are said; the editor *typing* is not done.
        """
        self._judging.stop()
        if not self.is_open:
            return
        record, lines, unread = self.read(blanks=True)
        self.judgement = judgement = self.records.judge(record, lines)
        judgement.problems = [p for p in judgement.problems if not _is_unread(p, unread)]
        own = [p for p in judgement.problems if not p.lines]
        for form in self._forms:
            form.show_judgement(own, judgement.not_asked, record, everywhere=self._everywhere, typing=typing)
        for editor in self._lines.values():
            editor.show_judgement(judgement, everywhere=self._everywhere, typing=typing)
        for title, form in self._titles:
            title.setVisible(any(not row.isHidden() for row in form.rows.values()))
        told = self._everywhere and not self.is_locked
        self.problems.show_problems(judgement.problems if told else [], unread if told else {})
        self.judged.emit()

    # Saving

    def save(self) -> bool:
        """Save as ready where nothing is wrong, otherwise as a draft that says what is; tell whether it is ready."""
        if self.is_locked or not self.is_open:
            return True
        self._settle()
        if self.record.get("state") not in (None, DRAFT, READY) and not self.is_dirty:
            return True
        if not (saved := self._write()):
            return False
        is_ready, self._everywhere = bool(saved.record["state"] == READY), True
        stored, stored_lines = self.records.read(saved.record["uid"])
        if is_ready:
            self.habits.remember(stored, stored_lines)
            self._show(stored, stored_lines, {})
            self.say(f"{SIGNS['good']} {self.words('form.ready')}")
        else:
            self._keep_on(stored, stored_lines)
            self.judge()
            self.say(f"{SIGNS['draft']} {self.words('form.as_draft')}", "warning")
            self._go_to_first()
        self._last_uid = stored["uid"]
        self.saved.emit(stored["uid"])
        return is_ready

    def _settle(self) -> None:
        """Finish the field that is being typed in, which a key like F2 does not leave."""
        focus = QApplication.focusWidget()
        if isinstance(focus, LineEditor) and self.isAncestorOf(focus):
            focus.settle()

    def _write(self) -> Saved | None:
        """Write the form as it stands, ready where it can be; None where it was not written."""
        record, lines, unread = self.read()
        if not unread and not self._may_double(record, lines):
            return None
        why = None
        if record.get("uid") and record["state"] not in (DRAFT, READY):
            why = prompts.ask_why(self, self.words, record["number"], *self._offered_reasons(record["uid"]))
            if not why:
                return None
        try:
            saved = self.records.save(record, lines, ready=True, unread=unread, why=why)
            if not saved.kept:
                saved = self.records.save(record, lines, ready=False, unread=unread, why=why)
        except AppError as error:
            prompts.tell(self, self.words, error)
            return None
        self.is_dirty = False
        self._keeping.stop()
        return saved

    def _may_double(self, record: Row, lines: LinesOf) -> bool:
        """Tell whether a finished record resembles no other, or why it is another one; its reason is kept with it."""
        if self.records.judge(dict(record), lines).has_errors or not (double := double_of(self.records, record, lines)):
            return True
        number, reasons = str(double.other.record["number"]), self.problems.reasons
        if reasons.get(DOUBLE, "").startswith(f"{number}: "):
            return True
        why = ask_double(self, self.context, self.register, (record, lines), double)
        if why:
            reasons[DOUBLE] = f"{number}: {why}"
            record["reasons"] = json.dumps(reasons, ensure_ascii=False)
        return why is not None

    def _offered_reasons(self, uid: str) -> list[str]:
        """Give what headquarters asks about the record, where it does: the reason of most corrections."""
        waiting = questions(self.records.zone, WAITING, record=uid)
        return [self.words("receipts_page.reason", text=" ".join(waiting[0].asked.split()))] if waiting else []

    def _keep_on(self, record: Row, lines: LinesOf) -> None:
        """Go on with a record that was just saved as a draft, leaving every editor as it stands."""
        self.record, self.is_dirty = dict(record), False
        for name, editor in self._lines.items():
            for row, stored in zip(editor.read(blanks=False)[0], lines.get(name, []), strict=False):
                row |= {key: stored[key] for key in ("id", "uid", "record", "position")}
        self._say_state()

    def save_then_new(self) -> None:
        """Save, and begin the next record where this one is ready."""
        if self.save():
            self.begin()

    def void(self) -> None:
        """Mark the record void, with a reason."""
        number = str(self.record["number"])
        answer = prompts.ask_void(self, self.words, number, self.records.zone.definitions.codes["void_reasons"])
        if not answer:
            return
        try:
            self.records.void(self.record["uid"], answer.reason, answer.why)
        except AppError as error:
            prompts.tell(self, self.words, error)
            return
        self._keeping.stop()
        self._last_uid = self.record["uid"]
        self.open(self._last_uid)
        self.say(self.words("form.voided"), "warning")
        self.saved.emit(self._last_uid)

    def take_back(self) -> None:
        """Take back what was typed last in the field, or outside the fields the last save or void."""
        if undo(QApplication.focusWidget()):
            return
        uid = self._last_uid
        if not uid or not self.may_write:
            if self.is_open:
                self.say(self.words("entry.nothing_saved"), "warning")
            return
        from desktop.gui.history_dialog import take_back

        if take_back(self, self.records, uid, self.words):
            if self.is_open and self.record.get("uid") == uid and not self.is_dirty:
                self.open(uid)
            self.saved.emit(uid)

    def show_history(self) -> None:
        """Show what became of the record so far, and read it anew where an earlier revision was restored."""
        from desktop.gui.history_dialog import show_history

        uid = self.record.get("uid")
        if uid and self.may_leave() and show_history(self, self.records, uid, self.words, may_write=self.may_write):
            self.open(uid)
            self.saved.emit(uid)

    def print(self) -> None:
        """Print the record as it is saved."""
        from desktop.gui.record_print import print_record

        uid = self.record.get("uid")
        if not uid or self.is_dirty:
            self.say(self.words("record_print.save_first"), "warning")
            return
        print_record(self, self.records, uid, self.words)

    # Leaving

    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        """Keep the form at once where the person turns to something else; what is kept already is not kept again."""
        if self._keeping.isActive() and old and self.isAncestorOf(old) and not (new and self.isAncestorOf(new)):
            self.keep()

    def keep(self) -> None:
        """Keep the open form in the file, so that a power cut loses nothing."""
        self._keeping.stop()
        if not (self.is_open and self.is_dirty) or self.is_locked:
            return
        record, lines, unread = self.read()
        content = unfinished(self.records, record, lines, unread)
        try:
            self.records.keep_form(record.get("uid") or "", content)
        except AppError as error:
            self.say(self.words.of(error.text), "error")

    def may_leave(self) -> bool:
        """Tell whether another record may be shown: nothing is unsaved, or the person said what becomes of it."""
        self._judging.stop()
        if not (self.is_open and self.is_dirty) or self.is_locked or self._content() == self._loaded:
            self._keeping.stop()
            return True
        answer = prompts.ask_unsaved(self, self.words)
        if answer == "save":
            if saved := self._write():
                self._last_uid = saved.record["uid"]
                self.saved.emit(saved.record["uid"])
            return saved is not None
        if answer == "drop":
            self._keeping.stop()
            self.records.drop_form(self.record.get("uid") or "")
            self.is_dirty = False
        return answer == "drop"

    def leave(self) -> None:
        """Close the form, asking first where something is unsaved."""
        if self.may_leave():
            self.is_open = False
            self.closed.emit()

    # Going through

    @property
    def lines_editors(self) -> Mapping[str, LinesEditor]:
        """Give the editor of each kind of lines."""
        return self._lines

    def rows(self) -> Iterator[FieldRow]:
        """Walk through the rows of all fields, those of lines where the line was opened."""
        cards = (card for editor in self._lines.values() for card in editor.cards)
        for form in (*self._forms, *(card.form for card in cards if card.form)):
            yield from form.rows.values()

    def focusables(self) -> list[QWidget]:
        """List all that a person goes through, from the first field to the last."""
        return [widget for part in self._parts for widget in part.focusables()] + [*self.problems.reason_editors()]

    def focus_first(self) -> None:
        """Go to the first field."""
        if fields := self.focusables():
            fields[0].setFocus(Qt.FocusReason.TabFocusReason)

    def step(self, direction: int) -> None:
        """Go to the next field, or the one before; behind the last one save, and begin the next where this was new."""
        fields = self.focusables()
        focus = QApplication.focusWidget()
        if focus not in fields:
            self.focus_first()
            return
        place = fields.index(focus) + direction
        if place >= len(fields):
            self.save_then_new() if self._is_new else self.save()
        elif place >= 0:
            # Leaving a field may ask others or close them: look for the place anew.
            focus.clearFocus()
            fields = self.focusables()
            place = fields.index(focus) + direction if focus in fields else min(place, len(fields) - 1)
            self.focus(fields[min(place, len(fields) - 1)])

    def leap(self, direction: int) -> None:
        """Go past all that is left of the part: from a line to the button for another, from a section to the next; or back."""
        focus = QApplication.focusWidget()
        place = next((n for n, part in enumerate(self._parts) if focus and part.isAncestorOf(focus)), None)
        if place is None or focus is None:
            self.focus_first()
            return
        part = self._parts[place]
        if isinstance(part, LinesEditor) and direction > 0 and focus is not part.add and part.add.isVisible():
            self.focus(part.add)
            return
        parts = self._parts[place + 1 :] if direction > 0 else self._parts[:place][::-1]
        # Leaving a field may ask others or close them.
        focus.clearFocus()
        self.focus(next((fields[0] for one in parts if (fields := one.focusables())), focus))

    def focus(self, widget: QWidget) -> None:
        """Go to *widget* and bring it into view."""
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        self.area.ensureWidgetVisible(widget, 0, 60)

    def go_to(self, problem: Problem) -> None:
        """Go to the field that a problem is about."""
        name = problem.about[0]
        if problem.lines:
            form = self._lines[problem.lines].open_line(problem.line)
            forms = [form] if form else []
        else:
            forms = self._forms
            if editor := self._lines.get(name):
                self.focus(editor.add)
        for form in forms:
            if row := form.rows.get(name):
                QTimer.singleShot(0, row, partial(self.focus, row.editor))

    def _go_to_first(self) -> None:
        """Go to the first thing to mend: an error in its field, or a warning that has no reason yet."""
        told = self.problems.told
        if told:
            self.go_to(told[0])
        elif editors := self.problems.reason_editors():
            editors[0].setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter go on, or save where the person likes that better, Shift+Enter back, and the page keys leap."""
        modifiers = event.modifiers()
        plain = not modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            if modifiers & Qt.KeyboardModifier.ShiftModifier:
                self.step(-1)
            elif self.enter_saves:
                self.save()
            else:
                self.step(1)
            return
        if event.key() in LEAPS and plain:
            self.leap(LEAPS[Qt.Key(event.key())])
            return
        super().keyPressEvent(event)


class _Area(QScrollArea):
    """Scrolls what a person goes through, and leaves the keys to the form."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave every key."""
        event.ignore()


def _is_unread(problem: Problem, unread: dict[str, str]) -> bool:
    """Tell whether a problem only says that a field is empty whose text could not be read."""
    place = f"{problem.lines}/{problem.line}/" if problem.lines else ""
    return any(place + name in unread for name in problem.about)
