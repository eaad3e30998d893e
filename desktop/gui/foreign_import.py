"""The import of a journal kept in Excel, in four steps: the file, the columns, the preview, the result."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.exchange.foreign import LEFT, ForeignImport, ForeignPlan, Planned, problem_rows, sheet_titles
from desktop.exchange.matching import Matching
from desktop.exchange.reading import Grid, parse_all, read_source
from desktop.exchange.rejected import write_rows
from desktop.gui import background, prompts
from desktop.gui.foreign_matching import MatchingPanel
from desktop.gui.look import SIGNS, button, icon, kind, label, restyle, scaled, sized, small
from desktop.gui.plain_table import Cell, Column, PlainTable
from desktop.gui.shortcuts import answer_keys
from desktop.gui.words import Words
from desktop.registers.problems import AppError
from desktop.store.backups import back_up_if_changed
from desktop.store.records import Records
from desktop.store.vault import Vault

WORKBOOKS = "Excel (*.xlsx)"
MOST_ROWS = 200_000
FILE, MATCH, LOOK, DONE = range(4)
_STEPS = ("step_file", "step_match", "step_look", "step_done")


class ForeignImportPage(QWidget):
    """Leads through an import into one register; *left* tells that it is over, and whether anything was written."""

    left = Signal(bool)
    stepped = Signal(int, int)

    def __init__(self, vault: Vault, records: Records, words: Words) -> None:
        """Ask for a file."""
        super().__init__()
        self.vault, self.records, self.words = vault, records, words
        self.file, self.grids, self.is_written = "", dict[str, Grid](), False
        self.importing: ForeignImport | None = None
        self.plan: ForeignPlan | None = None
        kind(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._build()
        self._connect()
        self._go(FILE)

    # What stands on it

    def _build(self) -> None:
        words = self.words
        self.step, self.doing = label("", "second"), label("", "second")
        self.progress = QProgressBar()
        self.progress.setFixedWidth(sized(220))
        self.progress.hide()
        self.close_button = button(words("foreign_page.cancel"), keys="Esc")
        head = QHBoxLayout()
        head.setSpacing(12)
        title = words("foreign_page.title", label=words.of(self.records.register.label))
        head.addWidget(scaled(label(title, "title"), 1.45))
        head.addWidget(self.step, 1)
        for widget in (self.doing, self.progress, self.close_button):
            head.addWidget(widget)
        self.panel = MatchingPanel(words)
        self.steps = QStackedWidget()
        for page in (self._build_file(), self.panel, self._build_look()):
            self.steps.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self.steps, 1)
        layout.addWidget(self._build_foot())

    def _build_file(self) -> QWidget:
        words = self.words
        self.choose_button = button(words("foreign_page.choose"), picture="folder-open", primary=True, keys="Ctrl+O")
        self.name = label("", "title", wrap=True)
        self.sheets = QComboBox()
        self.sheets.setMinimumWidth(sized(260))
        self.heading_row = QSpinBox()
        self.heading_row.setRange(1, MOST_ROWS)
        self.found = label("", "second", wrap=True)
        self.details = QWidget()
        row = QHBoxLayout(self.details)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for name, editor in (("sheet", self.sheets), ("heading_row", self.heading_row)):
            editor.setAccessibleName(words(f"foreign_page.{name}"))
            row.addWidget(label(words(f"foreign_page.{name}")))
            row.addWidget(editor)
            row.addSpacing(12)
        row.addStretch(1)
        card = QFrame()
        kind(card, "card")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(20, 18, 20, 18)
        layout.setSpacing(12)
        layout.addWidget(label(words("foreign_page.intro"), "second", wrap=True))
        layout.addWidget(self.choose_button, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self.name, self.details, self.found):
            layout.addWidget(widget)
        page = QWidget()
        outer = QVBoxLayout(page)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(card)
        outer.addStretch(1)
        return page

    def _build_look(self) -> QWidget:
        words = self.words
        self.summary = label("", wrap=True)
        self.drafts = label("", "warning", wrap=True)
        self.problems = PlainTable(words("foreign_page.problems"), [
            Column(words("foreign_page.fate"), 132), Column(words("sheet.rejected_number"), 150),
            Column(words("sheet.rejected_cell"), 70), Column(words("sheet.rejected_value"), 200),
            Column(words("sheet.rejected_problem")),
        ])  # fmt: skip
        self.nothing = label(words("foreign_page.no_problems"), "second")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.advice = label("", "second", wrap=True)
        self.advice.setMinimumHeight(self.advice.fontMetrics().lineSpacing() * 2)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self.summary, self.drafts, small(label(words("foreign_page.problems").upper(), "section"))):
            layout.addWidget(widget)
        layout.addWidget(self.problems, 1)
        layout.addWidget(self.nothing, 1)
        layout.addWidget(self.advice)
        return page

    def _build_foot(self) -> QFrame:
        words = self.words
        self.message: QLabel = label("", "error", wrap=True)
        self.save_button = button(words("foreign_page.save_problems"), picture="file-spreadsheet")
        self.back_button = button(words("foreign_page.back"))
        self.next_button = button("", picture="arrow-right", primary=True, keys="F2")
        bar = QFrame()
        kind(bar, "card")
        row = QHBoxLayout(bar)
        row.setContentsMargins(14, 10, 14, 10)
        row.setSpacing(8)
        row.addWidget(self.save_button)
        row.addWidget(self.message, 1)
        row.addWidget(self.back_button)
        row.addWidget(self.next_button)
        return bar

    def _connect(self) -> None:
        self.stepped.connect(self._show_progress)
        self.choose_button.clicked.connect(self.choose)
        self.sheets.currentIndexChanged.connect(lambda _: self._find(0))
        self.heading_row.valueChanged.connect(self._find)
        self.panel.changed.connect(lambda: self._object(""))
        self.problems.marked.connect(self._show_advice)
        self.next_button.clicked.connect(self.onward)
        self.back_button.clicked.connect(self.back)
        self.save_button.clicked.connect(self.save_problems)
        self.close_button.clicked.connect(self.leave)
        answer_keys(self, [Qt.Key.Key_F2], self.onward, "onward")
        answer_keys(self, [Qt.Key.Key_Escape], self.leave, "back")
        answer_keys(self, ["Ctrl+O", "Ctrl+Щ"], self.choose, "choose_files")

    # Walking through the steps

    def _go(self, step: int) -> None:
        words = self.words
        self.at = step
        self.steps.setCurrentIndex(min(step, LOOK))
        self.step.setText(words(f"foreign_page.{_STEPS[step]}"))
        self._object("")
        self.details.setVisible(bool(self.grids))
        self.back_button.setVisible(step in (MATCH, LOOK))
        self.save_button.setVisible(step in (LOOK, DONE) and bool(self.problems.plain_model.rows))
        self.close_button.setText(f"{words('foreign_page.close' if step == DONE else 'foreign_page.cancel')}  Esc")
        n = len(self.plan.waiting) if self.plan else 0
        text = (
            words("foreign_page.onward"), words("foreign_page.look"),
            words("foreign_page.import", n=n) if n else words("foreign_page.nothing_to_import"), words("foreign_page.another"),
        )[step]  # fmt: skip
        self.next_button.setText(f"{text}  F2")
        self.next_button.setAccessibleName(text)
        self.next_button.setEnabled(bool(self.importing) if step == FILE else bool(n) if step == LOOK else True)

        self._show_first()

    def _object(self, text: str) -> None:
        self.message.setText(f"{SIGNS['error']} {text}" if text else "")

    def onward(self) -> None:
        """Go on to the next step, where this one is done."""
        if self.next_button.isEnabled():
            (self._to_match, self._to_look, self.run, self.begin_again)[self.at]()

    def back(self) -> None:
        """Go back to the step before."""
        if self.at in (MATCH, LOOK):
            self._go(self.at - 1)

    def begin_again(self) -> None:
        """Ask for another file."""
        self.importing, self.plan, self.grids, self.file = None, None, {}, ""
        self.name.clear()
        self.found.clear()
        self._go(FILE)
        self.choose_button.setFocus()

    def leave(self) -> None:
        """Close; what was not imported stays in its file."""
        self.left.emit(self.is_written)

    def _failed(self, error: AppError) -> None:
        self._end_work()
        prompts.tell(self, self.words, error)

    def _begin_work(self, name: str) -> None:
        self.doing.setText(self.words(f"foreign_page.{name}"))
        self._object("")

    def _end_work(self) -> None:
        self.doing.clear()
        self.progress.hide()

    def _show_progress(self, done: int, of: int) -> None:
        self.progress.setRange(0, of)
        self.progress.setValue(done)
        self.progress.show()

    # The file

    def choose(self) -> None:
        """Ask for a file and read it."""
        if self.at == FILE and (names := prompts.choose_files(self, self.words("foreign_page.choose"), WORKBOOKS)):
            self.read(Path(names[0]))

    def read(self, path: Path) -> None:
        """Read the workbook at *path*."""
        self._begin_work("reading")
        background.run(self, partial(_read, path), partial(self._show_file, path.name), self._failed)

    def _show_file(self, name: str, grids: Mapping[str, Grid]) -> None:
        self._end_work()
        self.file, self.grids = name, dict(grids)
        self.name.setText(name)
        self.sheets.blockSignals(True)
        self.sheets.clear()
        self.sheets.addItems(list(grids))
        self.sheets.blockSignals(False)
        self._go(FILE)
        self._find(0)
        (self.next_button if self.importing else self.heading_row).setFocus()

    def _find(self, heading_row: int) -> None:
        """Find the table of the chosen sheet, below the headings that a person names."""
        self.importing = self.plan = None
        try:
            self.importing = ForeignImport(self.records, self.grids[self.sheets.currentText()], heading_row)
            sheet = self.importing.sheet
            said = [self.words("foreign_page.found", columns=len(sheet.headings), n=len(sheet.numbers))]
            if self.importing.remembered:
                said.append(self.words("foreign_page.is_known"))
            self.heading_row.blockSignals(True)
            self.heading_row.setValue(sheet.heading_row)
            self.heading_row.blockSignals(False)
        except AppError as error:
            said = [f"{SIGNS['error']} {self.words.of(error.text)}"]
        self.found.setText("\n".join(said))
        restyle(self.found, "kind", "second" if self.importing else "error")
        self.next_button.setEnabled(bool(self.importing))
        self._show_first()

    def _show_first(self) -> None:
        """Let the one button stand out that is to be pressed next."""
        is_found = bool(self.importing)
        for one, is_next in ((self.choose_button, not is_found), (self.next_button, is_found or self.at != FILE)):
            restyle(one, "kind", "primary" if is_next else "")
        self.choose_button.setIcon(icon("folder-open", "ink" if is_found else "card"))
        self.next_button.setIcon(icon("arrow-right", "card" if is_found or self.at != FILE else "second"))

    # The columns

    def _to_match(self) -> None:
        importing = self.importing
        assert importing is not None  # noqa: S101 - the button is dead until a table is found
        self._begin_work("reading")
        background.run(self, importing.guess, partial(self._show_matching, importing), self._failed)

    def _show_matching(self, importing: ForeignImport, guessed: Matching) -> None:
        self._end_work()
        self._go(MATCH)
        self.panel.show_matching(importing, guessed)

    # The preview

    def _to_look(self) -> None:
        if said := self.panel.objection():
            self._object(said)
            return
        self._begin_work("looking")
        background.run(self, partial(self._preview, self.panel.matching), self._show_plan, self._failed)

    def _preview(self, decided: Matching) -> ForeignPlan:
        assert self.importing is not None  # noqa: S101 - there is no matching without a table
        return self.importing.preview(decided)

    def _show_plan(self, plan: ForeignPlan) -> None:
        self._end_work()
        self.plan = plan
        self._tell("previewed")
        self._go(LOOK)
        self.next_button.setFocus()

    def _tell(self, name: str) -> None:
        plan, words = self.plan, self.words
        assert plan is not None  # noqa: S101 - told once there is one
        counts = plan.counts
        left = sum(counts.get(verdict, 0) for verdict in LEFT if verdict != "known")
        numbers = {verdict: counts.get(verdict, 0) for verdict in ("ready", "draft", "known", "blank")}
        said = words(f"foreign_page.{name}", all=len(plan.sheet.numbers), left=left, **numbers)
        self.summary.setText(f"{SIGNS['good']} {said}" if name == "done" else said)
        restyle(self.summary, "kind", "good" if name == "done" else "")
        drafts = plan.records.get("draft", 0)
        self.drafts.setText(f"{SIGNS['draft']} {words('foreign_page.drafts_wait', n=drafts)}")
        self.drafts.setVisible(bool(drafts) and name == "done")
        self._told = [(one, problem) for one in plan.planned for problem in one.problems]
        self.problems.show_rows([self._row(one, place) for place, (one, _) in enumerate(self._told)])
        self.problems.setVisible(bool(self._told))
        self.nothing.setVisible(not self._told)
        self.advice.clear()

    def _row(self, one: Planned, place: int) -> list[Cell]:
        problem, words = self._told[place][1], self.words
        fate = "left" if one.verdict in LEFT else one.verdict
        colour = "second" if fate == "left" else "warning"
        sign = SIGNS["draft"] if fate == "draft" else "–"
        return [
            Cell(f"{sign} {words(f'foreign_page.is_{fate}')}", colour), Cell(one.number), Cell(problem.cell),
            Cell(problem.value), Cell(words.of(problem.text), "ink", words.of(problem.advice) if problem.advice else ""),
        ]  # fmt: skip

    def _show_advice(self, place: int) -> None:
        problem = self._told[place][1]
        said = [problem.text, *([problem.advice] if problem.advice else [])]
        self.advice.setText("\n".join(self.words.of(text) for text in said))

    def save_problems(self) -> None:
        """Save the list of problems for whoever must put them right."""
        plan = self.plan
        name = f"{self.words('sheet.rejected')}.xlsx"
        if plan and (target := prompts.choose_target(self, self.words("foreign_page.save_problems"), name, WORKBOOKS)):
            path, language = Path(target).with_suffix(".xlsx"), self.words.language
            background.run(
                self,
                lambda: write_rows(problem_rows(plan, self.file, language), path, language),
                lambda n: prompts.inform(self, self.words, path.name, self.words("foreign_page.problems_saved", n=n)),
                self._failed,
            )

    # The import itself

    def run(self) -> None:
        """Write what was looked at, after a backup."""
        if self.at == LOOK and self.importing and self.plan and self.vault.may("write", self.records.zone.name):
            self._begin_work("importing")
            background.run(self, partial(self._run, self.importing, self.plan), self._show_done, self._failed)

    def _run(self, importing: ForeignImport, plan: ForeignPlan) -> None:
        back_up_if_changed(self.vault, "import")
        self.is_written = True
        importing.run(plan, self.stepped.emit)

    def _show_done(self, _: None) -> None:
        self._end_work()
        self._tell("done")
        self._go(DONE)
        self.close_button.setFocus()


def _read(path: Path) -> dict[str, Grid]:
    """Read the sheets of a workbook that hold anything, largest first. Raises AppError."""
    (parsed,) = parse_all([read_source(path)])
    if parsed.refused is not None:
        raise AppError("foreign.refused", said=parsed.refused)
    return {title: parsed.grids[title] for title in sheet_titles(parsed.grids)}
