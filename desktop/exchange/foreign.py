"""Import a journal that a prison kept in Excel: first a preview that writes nothing, then the records, each exactly once.

Every row below the headings becomes part of a record, is left out with a reason, or is blank. A record that has problems is
kept as a draft, with whatever could not be read, to be put right where records are put right.
"""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from desktop.exchange.cells import cell_name, place_of, shown
from desktop.exchange.date_order import MonthFirst, month_first
from desktop.exchange.foreign_sheets import ForeignSheet, find_sheet, words_of
from desktop.exchange.matching import Matching, Target, guess, read_cell, split_amount, targets, unit_beside
from desktop.exchange.reading import Grid
from desktop.exchange.rows import NAMESPACE, CellProblem
from desktop.registers.folding import fold
from desktop.registers.kinds import Cell, Reading, Value
from desktop.registers.messages import message
from desktop.registers.problems import AppError, NotReadable, Problem
from desktop.registers.register import Register
from desktop.registers.rules import Judgement, LinesOf, Row
from desktop.store.matchings import keep_matching, matching
from desktop.store.records import Records

Verdict = Literal["ready", "draft", "known", "totals", "twice", "alone"]
TAKEN: tuple[Verdict, ...] = ("ready", "draft")
LEFT: tuple[Verdict, ...] = ("known", "totals", "twice", "alone")

# How a row of totals begins, folded.
_TOTALS = frozenset(map(fold, ("итого", "всего", "total", "totals", "sum", "баары", "бардыгы", "жыйынтыгы", "жалпы")))

Step = Callable[[int, int], None]


@dataclass
class Planned:
    """The rows that make one record, or one row that is left out, and why; *places* names the cells of its values."""

    rows: list[int]
    verdict: Verdict = "ready"
    record: Row = field(default_factory=dict)
    lines: LinesOf = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    problems: list[CellProblem] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)

    @property
    def number(self) -> str:
        """Give the number of the record, once it has one."""
        return str(self.record.get("number") or "")

    @property
    def where(self) -> str:
        """Name the first row for a problem that concerns no cell."""
        return str(self.rows[0])


@dataclass(frozen=True)
class ForeignPlan:
    """What importing a sheet would do."""

    register: Register
    sheet: ForeignSheet
    matching: Matching
    planned: list[Planned]
    blank: int

    @property
    def counts(self) -> dict[str, int]:
        """Count the rows by what becomes of them; together they are the rows below the headings."""
        counted = Counter({"blank": self.blank})
        for one in self.planned:
            counted[one.verdict] += len(one.rows)
        return dict(counted)

    @property
    def records(self) -> dict[str, int]:
        """Count the records by what becomes of them."""
        return dict(Counter(one.verdict for one in self.planned))

    @property
    def waiting(self) -> list[Planned]:
        """List what an import would write."""
        return [one for one in self.planned if one.verdict in TAKEN]


class ForeignImport:
    """The import of one sheet into one register."""

    def __init__(self, records: Records, grid: Grid, heading_row: int = 0) -> None:
        """Find the table in *grid*, below the headings in *heading_row* where a person names it. Raises AppError."""
        self.records, self.register = records, records.register
        zone = records.zone
        self.sheet = find_sheet(grid, words_of(self.register), heading_row)
        self.layout = self.sheet.layout(self.register)
        self.targets = targets(self.register, zone.definitions.header)
        self.reading = Reading(zone.today, dict(zone.definitions.codes))

    @property
    def remembered(self) -> Matching | None:
        """Give what was decided about an earlier file of this layout."""
        content = matching(self.records.zone, self.layout)
        return Matching.from_json(content) if content else None

    def guess(self) -> Matching:
        """Guess the matching, as far as no earlier file of this layout settled it."""
        return guess(self.sheet, self.register, self.targets, self.reading, self.remembered)

    def preview(self, decided: Matching) -> ForeignPlan:
        """Tell what importing the sheet by the matching *decided* would do. Writes nothing."""
        rows = _Rows(self, decided)
        planned = rows.plan()
        made = [one for one in planned if one.verdict == "ready"]
        self._mark_known(made)
        self._judge([one for one in made if one.verdict == "ready"], decided)
        return ForeignPlan(self.register, self.sheet, decided, planned, rows.blank)

    def _mark_known(self, made: Sequence[Planned]) -> None:
        known = self.records.stored([one.record["uid"] for one in made])
        for one in made:
            if stored := known.get(one.record["uid"]):
                number = stored.record["number"]
                one.verdict, one.record = "known", {"number": number}
                one.problems = [
                    CellProblem(one.where, number, message("foreign.known", number=number), message("foreign.no_need"))
                ]

    def _judge(self, made: Sequence[Planned], decided: Matching) -> None:
        """Judge what is made as the form does; a constant stands only where its field is asked."""
        judgements = self.records.judge_all([(one.record, one.lines) for one in made])
        for one, judgement in zip(made, judgements, strict=True):
            if self._drop_constants(one, judgement, decided) or self._depends_on_others(one):
                judgement = self.records.judge(one.record, one.lines)  # noqa: PLW2901 - the rules alone said too little
            one.problems += [self._problem(one, problem) for problem in judgement.problems if not self._is_unread(one, problem)]
            one.verdict = "draft" if one.problems else "ready"

    def _drop_constants(self, one: Planned, judgement: Judgement, decided: Matching) -> bool:
        rows = [(one.record, "", judgement.not_asked)]
        rows += [(one.lines[name][place], f"{name}.", found) for (name, place), found in judgement.lines_not_asked.items()]
        dropped = False
        for row, prefix, names in rows:
            for name in names:
                if row.get(name) is not None and decided.constants.get(prefix + name) == row[name]:
                    row[name], dropped = None, True
        return dropped

    def _depends_on_others(self, one: Planned) -> bool:
        pairs = [
            (self.register, one.record),
            *((table, row) for table in self.register.lines for row in one.lines.get(table.name, ())),
        ]
        refers = any(row.get(f.name) for table, row in pairs for f in table.fields if f.register)
        return refers or any(one.record.get(name) is not None for name in self.register.unique)

    def _problem(self, one: Planned, problem: Problem) -> CellProblem:
        for name in problem.about:
            key = f"{problem.lines}/{problem.line}/{name}" if problem.lines else name
            if key in one.places:
                cell = one.places[key]
                return CellProblem(cell, self._written(cell), problem.text, message("foreign.advice"))
        return CellProblem(self._row_of(one, problem), "", problem.text, message("foreign.advice"))

    @staticmethod
    def _row_of(one: Planned, problem: Problem) -> str:
        """Give the row of a problem: that of its line, where it concerns one."""
        of_line = f"{problem.lines}/{problem.line}/"
        cells = [cell for key, cell in one.places.items() if problem.lines and key.startswith(of_line)]
        return str(place_of(cells[0])[0]) if cells else one.where

    def _written(self, cell: str) -> str:
        row, place = place_of(cell)
        return shown(self.sheet.grid.rows[row - 1][place])

    @staticmethod
    def _is_unread(one: Planned, problem: Problem) -> bool:
        """Tell whether a problem only repeats that a cell could not be read."""
        keys = {f"{problem.lines}/{problem.line}/{name}" if problem.lines else name for name in problem.about}
        return bool(keys) and keys <= one.unread.keys()

    def run(self, plan: ForeignPlan, step: Step | None = None) -> dict[str, int]:
        """Write what *plan* says, record by record, and remember its matching; count what became of the rows.

        Broken off, it may be repeated, with this plan or a new one: what is in stays as it is. Raises AppError.
        """
        zone = self.records.zone
        keep_matching(zone, self.layout, self.register.name, plan.matching.to_json())
        waiting = plan.waiting
        for place, one in enumerate(waiting):
            if step:
                step(place, len(waiting))
            if not one.number:
                self._save(one)
        counts = plan.counts
        zone.log("import", changes={"counts": counts, "layout": self.layout[:8]}, register=self.register.name)
        return counts

    def _save(self, one: Planned) -> None:
        why = message("foreign.why", row=one.where)[self.records.zone.station.language]
        saved = self.records.save(one.record, one.lines, ready=one.verdict == "ready", unread=one.unread, why=why)
        if not saved.kept:  # an earlier record of the same file stands in its way
            one.verdict = "draft"
            one.problems += [self._problem(one, problem) for problem in saved.judgement.problems]
            saved = self.records.save(one.record, one.lines, ready=False, unread=one.unread, why=why)
        one.record = saved.record


class _Rows:
    """Puts the rows of a sheet together to records."""

    def __init__(self, owner: ForeignImport, decided: Matching) -> None:
        self.owner, self.sheet, self.decided = owner, owner.sheet, decided
        self.blank = 0
        self._by_column = {column: owner.targets[key] for column, key in decided.columns.items() if key}
        self._has_lines = any(target.is_of_lines for target in self._by_column.values())
        counts_on = decided.by_target.get(owner.register.counts_on, [])
        self._begins = [decided.begins] if decided.begins else counts_on
        self._month_first = dict(self._dates_with_month_first())

    def _dates_with_month_first(self) -> Iterator[tuple[int, MonthFirst]]:
        """Give the columns of dates in which somebody wrote the month before the day, by their places."""
        for heading in self.sheet.headings:
            target = self._by_column.get(heading.key)
            if target and target.field.kind_name == "date":
                rows = {number: self.sheet.cells(number).get(heading.key) for number in self.sheet.numbers}
                if found := month_first(rows, typed=rows):
                    yield heading.place, found

    def plan(self) -> list[Planned]:
        """Give every row that is not blank, alone or with the rows of its record."""
        found: list[Planned] = []
        seen: dict[str, int] = {}
        for group in self._groups():
            one = self._planned(group)
            if one.verdict == "ready":
                self._identify(one)
                twin = seen.setdefault(one.record["uid"], one.rows[0])
                if twin != one.rows[0]:
                    one = self._left(group, "twice", twin=twin)
            found.append(one)
        return found

    def _groups(self) -> Iterator[list[int]]:
        group: list[int] = []
        for number in self.sheet.numbers:
            cells = self.sheet.cells(number)
            if not cells and not self.sheet.lost(number):
                self.blank += 1
            elif group and self._goes_on(cells) and not _is_totals(cells):
                group.append(number)
            else:
                if group:
                    yield group
                group = [number]
            if cells and _is_totals(cells):
                yield group
                group = []
        if group:
            yield group

    def _goes_on(self, cells: Mapping[str, Cell]) -> bool:
        """Tell whether a row is a further line of the record above it."""
        has_line = any(target.is_of_lines for column in cells if (target := self._by_column.get(column)))
        return bool(self._begins) and has_line and not any(column in cells for column in self._begins)

    def _planned(self, group: list[int]) -> Planned:
        cells = self.sheet.cells(group[0])
        if _is_totals(cells):
            return self._left(group, "totals")
        if not any(column in self._by_column for column in cells) and not self._is_lost(group[0]):
            return self._left(group, "alone")
        one = Planned(group)
        for place, number in enumerate(group):
            self._take_row(one, number, is_first=not place)
        self._add_constants(one)
        return one

    def _is_lost(self, number: int) -> bool:
        return any(heading.key in self._by_column for heading in self.sheet.lost(number))

    def _left(self, rows: list[int], verdict: Verdict, twin: int = 0) -> Planned:
        cells = self.sheet.cells(rows[0])
        first = next(h for h in self.sheet.headings if h.key in cells)
        problem = CellProblem(
            cell_name(rows[0], first.place), shown(cells[first.key]),
            message(f"foreign.{verdict}", row=twin), message(f"foreign.advice_{verdict}"),
        )  # fmt: skip
        return Planned(rows, verdict, problems=[problem])

    def _take_row(self, one: Planned, number: int, *, is_first: bool) -> None:
        cells = self.sheet.cells(number)
        # Each lines table that has something in this row gets one line of it.
        opened: dict[str, int] = {}
        for heading in self.sheet.headings:
            target, cell = self._by_column.get(heading.key), cells.get(heading.key)
            name = cell_name(number, heading.place)
            if target and (number, heading.place) in self.sheet.grid.lost:
                one.problems.append(CellProblem(name, "", message("foreign.lost_cell"), message("foreign.advice_lost")))
            elif target and target.is_of_lines and cell is not None:
                rows = one.lines.setdefault(target.table.name, [])
                if target.table.name not in opened:
                    opened[target.table.name] = len(rows)
                    rows.append({})
                place = opened[target.table.name]
                self._take(one, rows[place], f"{target.table.name}/{place}/", target, name, cell)
            elif target and cell is not None:
                self._take_own(one, target, heading.text, name, cell, is_first=is_first)

    def _take_own(self, one: Planned, target: Target, heading: str, name: str, cell: Cell, *, is_first: bool) -> None:
        f, before = target.field, one.record.get(target.field.name)
        if target.takes_many:
            text = shown(cell).strip()
            several = len(self.decided.by_target[target.key]) > 1 or target.key not in self.owner.register.by_name
            one.record[f.name] = "\n".join(filter(None, [before, f"{heading}: {text}" if several else text]))
            one.places.setdefault(f.name, name)
        elif is_first or before is None:
            self._take(one, one.record, "", target, name, cell)
        elif self._differs(before, target, cell):
            one.problems.append(
                CellProblem(name, shown(cell), message("foreign.differs", label=f.label), message("foreign.advice"))
            )

    def _differs(self, before: Value, target: Target, cell: Cell) -> bool:
        try:
            return before != read_cell(target, cell, self.decided.values.get(target.key, {}), self.owner.reading)
        except NotReadable:
            return True

    def _take(self, one: Planned, row: Row, prefix: str, target: Target, name: str, cell: Cell) -> None:
        f, reading = target.field, self.owner.reading
        one.places[prefix + f.name] = name
        number, column = place_of(name)
        if (found := self._month_first.get(column)) and number in found.rows:
            one.unread[prefix + f.name] = shown(cell)
            text, advice = message("foreign.date_order", example=found.example), message("foreign.advice_date_order")
            one.problems.append(CellProblem(name, shown(cell), text, advice))
            return
        beside = unit_beside(target)
        amount = split_amount(shown(cell), reading.codes["units"]) if beside and isinstance(cell, str) else None
        if amount:
            unit = self.owner.targets[beside].field
            row.setdefault(unit.name, amount[1])
            one.places.setdefault(prefix + unit.name, name)
            cell = amount[0]
        try:
            row[f.name] = read_cell(target, cell, self.decided.values.get(target.key, {}), reading)
        except NotReadable as error:
            one.unread[prefix + f.name] = shown(cell)
            one.problems.append(CellProblem(name, shown(cell), error.text, message("foreign.advice_cell")))

    def _add_constants(self, one: Planned) -> None:
        for key, value in self.decided.constants.items():
            if (target := self.owner.targets.get(key)) and value is not None:
                rows = one.lines.get(target.table.name, []) if target.is_of_lines else [one.record]
                for row in rows:
                    if row.get(target.field.name) is None:
                        row[target.field.name] = value

    def _identify(self, one: Planned) -> None:
        """Make the identifier of what stands in the rows, so that the same rows are the same record for ever."""
        keys = [h.key for h in sorted(self.sheet.headings, key=lambda h: h.key) if h.parts]
        rows = [self.sheet.cells(number) for number in one.rows]
        content = [[shown(cells.get(key)).strip() for key in keys] for cells in rows]
        prison = self.owner.records.zone.station.prison
        name = json.dumps([prison, self.owner.layout, content], ensure_ascii=False)
        one.record["uid"] = str(uuid.uuid5(NAMESPACE, name))


def _is_totals(cells: Mapping[str, Cell]) -> bool:
    """Tell whether a row only adds up those above it: it begins with such a word, alone or before a colon."""
    first = next(iter(cells.values()), None)
    words = fold(shown(first)).split() if isinstance(first, str) else []
    return bool(words) and words[0] in _TOTALS and len(words) <= 4


def problem_rows(plan: ForeignPlan, file: str, language: str) -> list[tuple[str, ...]]:
    """Give what is wrong with the rows of a plan, as the list of what was not taken is written."""
    return [
        (file, plan.sheet.grid.title, one.number, problem.cell, problem.value, problem.text[language],
         problem.advice[language] if problem.advice else "")
        for one in plan.planned for problem in one.problems
    ]  # fmt: skip


def sheet_titles(grids: Mapping[str, Grid]) -> list[str]:
    """List the sheets that hold anything, largest first. Raises AppError where none does."""
    found = [title for title, grid in grids.items() if any(str(cell).strip() for row in grid.rows for cell in row)]
    if not found:
        raise AppError("foreign.nothing_there")
    return sorted(found, key=lambda title: -len(grids[title].rows))
