"""The lesson below a form: what to type next, whether it was done, and praise once the record is ready."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout

from desktop.gui.look import SIGNS, button, kind, label, restyle
from desktop.gui.register_page import RegisterPage
from desktop.gui.words import Words
from desktop.registers.labels import Label
from desktop.registers.lesson import Situation, Step, steps
from desktop.registers.problems import Problem
from desktop.registers.rules import LinesOf, Row
from desktop.registers.states import READY
from desktop.store.preferences import prefer, preference

LEARNT = "lessons"


class LessonStrip(QFrame):
    """Leads through one record of a register, and keeps that it was learnt."""

    left = Signal()

    def __init__(self, page: RegisterPage, words: Words, example: tuple[Row, LinesOf]) -> None:
        """Begin a record on *page*, and lead to one like the *example*."""
        super().__init__()
        kind(self, "lesson")
        self.page, self.words, self.example = page, words, example
        self.step: Step | None = None
        self.begun: Row = {}
        self.title = label(words("lesson.title", register=words.of(page.register.label)), "title")
        self.said = label("", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(160, 8)
        self.bar.setAccessibleName(words("lesson.progress"))
        self.count = label("", "second")
        self.show_button = button(words("lesson.to_field"))
        self.show_button.clicked.connect(self.go)
        self.leave_button = button(words("lesson.leave"))
        self.leave_button.clicked.connect(self.left)
        self._build()
        page.form.judged.connect(self.refresh)
        page.form.closed.connect(self.refresh)
        page.form.saved.connect(self._saved)
        page.installEventFilter(self)
        self.begin()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addWidget(self.bar)
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(self.show_button)
        head.addWidget(self.leave_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 8, 14, 8)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.said)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Be there while the page of the lesson is, and no longer."""
        if watched is self.page and event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self.setVisible(event.type() == QEvent.Type.Show)
        return False

    def begin(self) -> None:
        """Begin a new record."""
        self.page.begin()
        self.begun = dict(self.page.form.read()[0])
        self.refresh()

    def refresh(self) -> None:
        """Say what is next as the form stands."""
        if not self.page.form.is_open:
            self.step = None
            self._tell(self.words("lesson.begin"), 0, 1)
            return
        walked = list(steps(self.page.register, self.example, self._situation()))
        done = sum(is_done for _, is_done in walked)
        self.step = next((step for step, is_done in walked if not is_done), None)
        self._tell(self._word(self.step), done, len(walked) + 1)

    def _situation(self) -> Situation:
        form = self.page.form
        record, lines, unread = form.read(blanks=True)
        judged = form.judgement
        not_asked = set(judged.not_asked)
        not_asked |= {f"{name}/{place}/{f}" for (name, place), names in judged.lines_not_asked.items() for f in names}
        return Situation(record, lines, unread, not_asked, judged.problems, self.begun)

    def _word(self, step: Step | None) -> str:
        words = self.words
        if step is None:
            return words("lesson.save")
        if step.field is None:
            return words("lesson.line", lines=words.of(step.lines.label) if step.lines else "", n=step.line + 1)
        name = words.of(step.field.label)
        if step.lines:
            name = words("lesson.of_line", field=name, lines=words.of(step.lines.label), n=step.line + 1)
        if step.value is None:
            return words("lesson.any", field=name)
        shown = words.show(step.value, step.field, self.page.form.context.reading)
        return words("lesson.type", field=name, value=shown)

    def _tell(self, text: str, done: int, all_: int, look: str = "") -> None:
        self.said.setText(text)
        restyle(self.said, "kind", look)
        self.bar.setRange(0, all_)
        self.bar.setValue(done)
        self.count.setText(self.words("lesson.done", done=done, all=all_))
        self.show_button.setText(self.words("lesson.to_field" if self.page.form.is_open else "lesson.again"))
        self.show_button.setEnabled(self.step is not None or not self.page.form.is_open)

    def go(self) -> None:
        """Go to the field of the step, or begin again where no form is open."""
        if not self.page.form.is_open:
            self.begin()
        elif self.step:
            lines = self.step.lines
            name = self.step.field.name if self.step.field else lines.name if lines else ""
            place = (lines.name, self.step.line) if lines and self.step.field else ("", 0)
            self.page.form.go_to(Problem("", "error", (name,), Label(), *place))

    def _saved(self, uid: str) -> None:
        state, number = self.page.form.state_of(uid)
        if state != READY:
            self.said.setText(self.words("lesson.draft"))
            return
        learnt = self.learnt() | {self.page.register.name}
        prefer(self.page.records.zone, LEARNT, sorted(learnt))
        # The form has judged the saved record, or the next one, since.
        self.page.form.judged.disconnect(self.refresh)
        self.page.form.saved.disconnect(self._saved)
        self.page.form.closed.disconnect(self.refresh)
        self._tell(f"{SIGNS['good']} {self.words('lesson.well_done', number=number)}", 1, 1, "good")
        self.count.setText("")
        self.show_button.hide()
        self.leave_button.setText(self.words("lesson.finish"))

    def learnt(self) -> set[str]:
        """Name the registers of this zone whose lesson was finished."""
        return set(preference(self.page.records.zone, LEARNT, []))
