"""The rows of one file that was looked at: by what will become of them, and each beside what is here already."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.exchange.contests import Contest, side_by_side
from desktop.exchange.merge import Choice, Settled
from desktop.exchange.planning import FilePlan, RowPlan
from desktop.gui.choice_bar import ChoiceBar
from desktop.gui.file_plans import VERDICT_COLOURS, problem_columns, problem_rows
from desktop.gui.look import label, restyle
from desktop.gui.plain_table import Cell, Column, PlainTable, Told
from desktop.gui.words import Words
from desktop.store.vault import Vault

if TYPE_CHECKING:
    from desktop.exchange.signing import Edit

# The ways to look at a file that are no verdict of its rows, in the order they are offered.
TO_SETTLE, PROBLEMS, EDITS, ALL = "settle", "problems", "edits", "all"


class PlanView(QWidget):
    """Shows one file row by row, and takes what a person decides about its contests."""

    settled = Signal()

    def __init__(self, vault: Vault, words: Words) -> None:
        """Show nothing yet."""
        super().__init__()
        self.vault, self.words = vault, words
        self.choices: dict[tuple[str, str], Choice] = {}
        self.plan = FilePlan("")
        self.shown: Sequence[RowPlan] = []
        self._contests: dict[str, Contest] = {}
        self.filter = QComboBox()
        self.filter.setAccessibleName(words("merge_choice.filter"))
        self.filter.setMinimumContentsLength(26)
        self.filter.activated.connect(self._show_rows)
        self._build()

    def _build(self) -> None:
        self.problems = PlainTable(self.words("merge_page.problems"), problem_columns(self.words))
        self.problem = label("", wrap=True)
        self.problem.setMinimumHeight(self.problem.fontMetrics().lineSpacing() * 2)
        self.rows = PlainTable(self.words("merge_choice.rows"), [
            Column(self.words("merge_choice.verdict"), 146), Column(self.words("sheet.rejected_number"), 168),
            Column(self.words("sheet.rejected_sheet")), Column(self.words("merge_choice.row"), 60, is_number=True),
        ])  # fmt: skip
        self.beside = PlainTable(self.words("merge_choice.beside"), [
            Column(self.words("merge_choice.field")), Column(self.words("merge_choice.kept"), 186),
            Column(self.words("merge_choice.arriving"), 186),
        ])  # fmt: skip
        self.bar = ChoiceBar(self.words)
        self.bar.chosen.connect(self._choose)
        self.problems.marked.connect(self._show_problem)
        self.rows.marked.connect(self._show_beside)
        right, both = QVBoxLayout(), QHBoxLayout()
        right.addWidget(self.beside, 1)
        right.addWidget(self.bar)
        both.setSpacing(8)
        both.addWidget(self.rows, 5)
        both.addLayout(right, 6)
        both.setContentsMargins(0, 0, 0, 0)
        rows = QWidget()
        rows.setLayout(both)
        self.pages = QStackedWidget()
        self.edits = PlainTable(self.words("verdict.edits"), [
            Column(self.words("sheet.rejected_sheet"), 210), Column(self.words("merge_choice.row"), 60, is_number=True),
            Column(self.words("sheet.rejected_number"), 170), Column(self.words("merge_choice.field"), 200),
            Column(self.words("merge_choice.signed")), Column(self.words("merge_choice.now")),
        ])  # fmt: skip
        for page in (_page(self.problems, self.problem), rows, self.edits):
            self.pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pages)

    def show_plan(self, plan: FilePlan) -> None:
        """Show the rows of *plan*, first those that a person should decide about."""
        self.plan, self._contests = plan, {contest.uid: contest for contest in plan.contests}
        problems = problem_rows(plan, self.words)
        self.problems.show_rows(problems)
        self.problem.clear()
        self.edits.show_rows(Told(plan.signature.edits if plan.signature else (), self._edit))
        self.filter.clear()
        for name, count in self._filters(len(problems)):
            self.filter.addItem(f"{self.words(f'verdict.{name}')} ({count})", name)
        self.filter.setVisible(bool(self.filter.count()))
        self.setVisible(bool(self.filter.count()))
        self._show_rows()

    def _filters(self, problems: int) -> Iterator[tuple[str, int]]:
        if self._contests:
            yield TO_SETTLE, len(self._contests)
        if self.plan.signature and self.plan.signature.edits:
            yield EDITS, len(self.plan.signature.edits)
        if problems:
            yield PROBLEMS, problems
        if self.plan.rows:
            yield ALL, len(self.plan.rows)
            yield from ((name, count) for name, count in self.plan.counts.items() if name != "blank")

    def _show_rows(self) -> None:
        name = self.filter.currentData()
        self.pages.setCurrentIndex({PROBLEMS: 0, EDITS: 2}.get(name, 1))
        rows = [row for row in self.plan.rows if name in (ALL, row.verdict)]
        if name == TO_SETTLE:
            own = self.vault.definitions.registers
            titles = {row.uid: row for row in reversed(self.plan.rows) if row.uid in self._contests and row.register in own}
            rows = [titles[uid] for uid in self._contests if uid in titles]
        self.shown = rows
        self.rows.show_rows(Told(rows, self._told), 0)
        if not rows:
            self.beside.show_rows([])
            self.bar.hide()

    def _told(self, row: RowPlan) -> Sequence[Cell]:
        said = "\n".join(self.words.of(problem.text) for problem in (*row.problems, *row.warnings))
        verdict = Cell(self.words(f"verdict.{row.verdict}"), VERDICT_COLOURS.get(row.verdict, "ink"), said)
        return [verdict, Cell(row.number or "—"), Cell(row.sheet), Cell(str(row.row))]

    def _edit(self, edit: "Edit") -> Sequence[Cell]:
        """Tell of a cell what was signed and what stands there now; of a row that came or went, one of them is empty."""
        tables = [table for register in self.vault.definitions.of_zone(self.plan.zone) for table in register.tables]
        fields = [self.vault.definitions.header.by_name, *(table.by_name for table in tables)]
        f = next((names[edit.name] for names in fields if edit.name in names), None)
        label = self.words.of(f.label) if f else edit.name
        old, new = edit.old or "", edit.new or ""
        return [Cell(edit.sheet), Cell(str(edit.row)), Cell(edit.number), Cell(label), Cell(old), Cell(new, "warning")]

    def _show_problem(self, place: int) -> None:
        cell = self.problems.plain_model.rows[place][-1]
        self.problem.setText(cell.tip)
        restyle(self.problem, "kind", cell.colour)

    def _show_beside(self, place: int) -> None:
        """Set the marked record beside what is here, value by value, those that differ first."""
        row = self.shown[place]
        contest = self._contests.get(row.uid)
        self.bar.setVisible(contest is not None)
        self.beside.show_rows(self._pairs(row, contest))
        if contest:
            words = self.words
            answers = [(take, words(f"merge_choice.take_{take}")) for take in contest.choices]
            choice = self.choices.get((self.plan.check_number, contest.uid))
            self.bar.ask(f"{contest.kept.record['number']}: {words.of(contest.why)}", answers, choice)

    def _pairs(self, row: RowPlan, contest: Contest | None) -> list[list[Cell]]:
        if row.register not in self.vault.definitions.registers:
            return []
        register = self.vault.definitions.registers[row.register]
        incoming = self.plan.incoming.get(row.register, ())
        arriving = contest.arriving if contest else next((one for one in incoming if one.record["uid"] == row.uid), None)
        kept = contest.kept if contest else self.vault.records(row.register).stored([row.uid]).get(row.uid)
        if arriving is None:
            arriving = kept
        if arriving is None:
            return []
        pairs = side_by_side(self.vault, register, kept, arriving, self.words.language)
        pairs.sort(key=lambda pair: not pair.differs)
        found = []
        for pair in pairs:
            colour = "warning" if pair.differs and kept else "ink"
            name = f"{pair.lines}: {pair.label}" if pair.lines else pair.label
            found.append([Cell(name, "second"), Cell(pair.kept, colour), Cell(pair.arriving, colour)])
        return found

    def _choose(self, choice: Choice) -> None:
        """Remember what a person decided about the marked contest."""
        self.choices[self.plan.check_number, self.shown[self.rows.place].uid] = choice
        self.settled.emit()

    @property
    def decided(self) -> Settled:
        """Give all that was decided about the contests of all files."""
        return self.choices


def _page(table: PlainTable, text: QWidget) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    layout.addWidget(table, 1)
    layout.addWidget(text)
    return page
