"""Judge records by their register's rules: SQL expressions, run on a connection that holds nothing but the records judged.

The same statements judge one record as it is typed and a hundred thousand imported rows at once. The connection is in
memory, and its authorizer lets an expression read the staged records and call functions, nothing else.
"""

import datetime as dt
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from desktop.registers.codes import CodeList
from desktop.registers.kinds import MILLIONTHS, Value
from desktop.registers.messages import message
from desktop.registers.problems import Problem

if TYPE_CHECKING:
    from desktop.registers.register import Field, Lines, Register, Rule

Row = dict[str, Any]
LinesOf = dict[str, list[Row]]

_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}
_STAGING = _READING | {
    sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE, sqlite3.SQLITE_TRANSACTION,
}  # fmt: skip

# The columns that the staged tables have besides their fields, and the name SQLite itself keeps for a row.
STAGED = frozenset({"uid", "counted_on", "record", "line", "rowid"})

# What an expression may call besides our own functions: nothing that asks the clock, draws by chance or makes gigabytes.
_CALLED = frozenset({
    "abs", "avg", "coalesce", "count", "date", "glob", "group_concat", "ifnull", "iif", "instr", "julianday", "length",
    "like", "lower", "ltrim", "max", "min", "nullif", "replace", "round", "rtrim", "strftime", "substr", "substring",
    "sum", "total", "trim", "upper",
})  # fmt: skip
_CLOCK = re.compile(r"'now'|\b(?:date|julianday)\(\s*\)", re.IGNORECASE)
LONGEST_TEXT = 1_000_000


@dataclass
class Judgement:
    """What is wrong with one record, and which of its fields are asked: by field name, for lines by name and place."""

    problems: list[Problem] = field(default_factory=list)
    not_asked: set[str] = field(default_factory=set)
    lines_not_asked: dict[tuple[str, int], set[str]] = field(default_factory=dict)

    @property
    def has_errors(self) -> bool:
        """Tell whether anything keeps this record from being ready."""
        return any(problem.severity == "error" for problem in self.problems)


class Judge:
    """Applies the rules of one register, on a connection of its own."""

    def __init__(self, register: "Register", codes: Mapping[str, CodeList], today: dt.date | None = None) -> None:
        """Stage nothing yet; *today* is the day that dates are judged by."""
        self.register, self.codes = register, codes
        self.today = today or dt.date.today()
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        own = functions(codes, lambda: self.today)
        for name, arity, function in own:
            self._connection.create_function(name, arity, function)
        self._callable = _CALLED | {name for name, _, _ in own}
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_TEXT)
        self._connection.execute(f"create table {_q(register.name)} ({self._columns(register.fields, 'uid, counted_on')})")
        for lines in register.lines:
            self._connection.execute(f"create table {_q(lines.name)} ({self._columns(lines.fields, 'record, line')})")
            self._connection.execute(f"create index {_q('by_record_' + lines.name)} on {_q(lines.name)} (record)")
        self._allow(_STAGING)

    @staticmethod
    def _columns(fields: Iterable["Field"], header: str) -> str:
        return ", ".join([header, *(_q(f.name) for f in fields)])

    def _allow(self, actions: set[int]) -> None:
        def decide(action: int, what: str | None, name: str | None, *_: str | None) -> int:
            harmful = action == sqlite3.SQLITE_FUNCTION and name not in self._callable
            inner = action == sqlite3.SQLITE_READ and (what or "").startswith(("sqlite_", "pragma_"))
            return sqlite3.SQLITE_DENY if action not in actions or harmful or inner else sqlite3.SQLITE_OK

        self._connection.set_authorizer(decide)

    def prepare(self, expression: str, table: "Register | Lines") -> None:
        """Raise sqlite3.Error, sqlite3.Warning or ValueError where *expression* is none over *table*."""
        _check_balance(expression)
        self._allow(_READING)
        try:
            self._connection.execute(f"select ({expression}) {self._from(table)} limit 0")
        finally:
            self._allow(_STAGING)

    def let_read(self, other: "Register") -> None:
        """Let expressions read another register by its name: of whatever record they like, none being there."""
        self._connection.set_authorizer(None)
        self._connection.execute(f"create table {_q(other.name)} ({self._columns(other.fields, 'uid, number')})")
        self._allow(_STAGING)

    def _from(self, table: "Register | Lines") -> str:
        own = _q(self.register.name)
        if table is self.register:
            return f"from {own}"
        return f"from {_q(table.name)} join {own} on {_q(table.name)}.record = {own}.uid"

    def judge(self, record: Row, lines: LinesOf) -> Judgement:
        """Judge one record, filling in its computed fields and those of its lines."""
        return self.judge_all([(record, lines)])[0]

    def judge_all(self, records: Sequence[tuple[Row, LinesOf]]) -> list[Judgement]:
        """Judge many records in one statement a table, filling in computed fields."""
        self._stage(records)
        self._compute(records)
        judgements = [Judgement() for _ in records]
        for table in self.register.tables:
            self._find_problems(table, judgements)
            self._find_not_asked(table, judgements)
        return judgements

    def _stage(self, records: Sequence[tuple[Row, LinesOf]]) -> None:
        register = self.register
        self._fill(register, ([n, r.get(register.counts_on), *_staged(register.fields, r)] for n, (r, _) in enumerate(records)))
        for lines in register.lines:
            rows = (
                [n, place, *_staged(lines.fields, row)]
                for n, (_, of_record) in enumerate(records)
                for place, row in enumerate(of_record.get(lines.name, ()))
            )
            self._fill(lines, rows)

    def _fill(self, table: "Register | Lines", rows: Iterable[list[Value | float]]) -> None:
        marks = ", ".join("?" * (len(table.fields) + 2))
        self._connection.execute(f"delete from {_q(table.name)}")
        self._connection.executemany(f"insert into {_q(table.name)} values ({marks})", rows)

    def _compute(self, records: Sequence[tuple[Row, LinesOf]]) -> None:
        """Fill in computed fields in the order declared, lines first, so that a record may count its lines."""
        tables: list[Register | Lines] = [*self.register.lines, self.register]
        for table in tables:
            for f in table.fields:
                if f.value:
                    self._compute_field(table, f, records)

    def _compute_field(self, table: "Register | Lines", f: "Field", records: Sequence[tuple[Row, LinesOf]]) -> None:
        own, is_record = _q(table.name), table is self.register
        keys = "uid, 0" if is_record else f"{own}.record, {own}.line"
        # Where what a value is computed from has stayed in the prison, the value that was handed over stands.
        computed = f"coalesce(({f.value}), {own}.{_q(f.name)})" if f.carried else f"({f.value})"
        found = self._connection.execute(f"select {own}.rowid, {keys}, {computed} {self._from(table)}").fetchall()
        staged = []
        for rowid, n, place, result in found:
            value = _computed(f, result)
            record, lines = records[n]
            (record if is_record else lines[table.name][place])[f.name] = value
            staged.append((f.kind.to_rule(value), rowid))
        self._connection.executemany(f"update {own} set {_q(f.name)} = ? where rowid = ?", staged)

    def _find_problems(self, table: "Register | Lines", judgements: list[Judgement]) -> None:
        rules = table.all_rules
        for n, place, broken in self._failing(table, [f"not coalesce(({r.check}), 1)" for r in rules]):
            judgements[n].problems += [self._problem(table, place, rules[i]) for i in broken]
        at_least = getattr(table, "at_least", 0)
        for n in self._short_of_lines(table, at_least) if at_least else ():
            text = message("problem.too_few_lines", label=table.label, n=at_least)
            judgements[n].problems.append(Problem(f"{table.name}.at_least", "error", (table.name,), text))

    def _find_not_asked(self, table: "Register | Lines", judgements: list[Judgement]) -> None:
        fields = [f for f in table.fields if f.ask_if]
        for n, place, hidden in self._failing(table, [f"not coalesce(({f.ask_if}), 0)" for f in fields]):
            names = {fields[i].name for i in hidden}
            if table is self.register:
                judgements[n].not_asked = names
            else:
                judgements[n].lines_not_asked[table.name, place] = names

    def _failing(self, table: "Register | Lines", claims: list[str]) -> Iterable[tuple[int, int, list[int]]]:
        """Give record, place of line and the numbers of the *claims* that are true of it, where any is."""
        if not claims:
            return
        keys = "uid, 0" if table is self.register else f"{_q(table.name)}.record, {_q(table.name)}.line"
        order = "1, 2"
        # A few hundred columns at a time: SQLite allows 2,000 columns and an expression depth of 1,000.
        found: dict[tuple[int, int], list[int]] = {}
        for start in range(0, len(claims), 300):
            part = claims[start : start + 300]
            sql = f"select {keys}, {', '.join(part)} {self._from(table)} where {' or '.join(part)} order by {order}"
            for n, place, *flags in self._connection.execute(sql):
                found.setdefault((n, place), []).extend(start + i for i, flag in enumerate(flags) if flag)
        for (n, place), numbers in found.items():
            yield n, place, numbers

    def _problem(self, table: "Register | Lines", place: int, rule: "Rule") -> Problem:
        lines = "" if table is self.register else table.name
        return Problem(rule.name, rule.severity, rule.about, rule.text, lines, place)

    def _short_of_lines(self, lines: "Register | Lines", at_least: int) -> list[int]:
        own = _q(self.register.name)
        sql = f"select uid from {own} where (select count(*) from {_q(lines.name)} where record = uid) < {at_least}"
        return [n for (n,) in self._connection.execute(sql)]


def drop_idle_defaults(register: "Register", record: Row, lines: LinesOf, judgement: Judgement) -> bool:
    """Clear the defaults of fields that are not asked, so that a record says only what applies; tell whether any was."""
    rows = [(record, register.by_name, judgement.not_asked)]
    rows += [(lines[n][i], register.lines_by_name[n].by_name, names) for (n, i), names in judgement.lines_not_asked.items()]
    idle = [(row, n) for row, fields, names in rows for n in names if row.get(n) is not None and row[n] == fields[n].default]
    for row, name in idle:
        row[name] = None
    return bool(idle)


def _staged(fields: Iterable["Field"], row: Row) -> list[Value | float]:
    return [f.kind.to_rule(row.get(f.name)) for f in fields]


def _computed(f: "Field", result: Any) -> Value:
    """Turn what SQL computed into the value that the field's kind keeps."""
    if result is None:
        return None
    if f.kind_name == "decimal":
        return round(float(result) * MILLIONTHS)
    if f.kind.is_number or f.kind_name == "yes_no":
        return int(result)
    return str(result)


def _q(name: str) -> str:
    return f'"{name}"'


def _check_balance(expression: str) -> None:
    """Refuse an expression that closes a bracket it did not open: it would leave the statement it is put into."""
    depth, quote = 0, ""
    for c in expression:
        if quote:
            quote = "" if c == quote else quote
        elif c in "'\"":
            quote = c
        elif c in "()":
            depth += 1 if c == "(" else -1
            if depth < 0:
                break
    if depth or quote or ";" in expression or "--" in expression or "/*" in expression:
        raise ValueError("brackets or quotes do not match, or it holds ; or a comment")
    if _CLOCK.search(expression):
        raise ValueError("the day it is comes from today(), not from the clock")


def functions(codes: Mapping[str, CodeList], today: Any) -> list[tuple[str, int, Any]]:
    """List the functions of rules: name, number of arguments, function."""

    def known(name: str, value: str | None) -> bool | None:
        return None if value is None else all(code in codes[name].codes for code in value.split())

    def valid(name: str, value: str | None, day: str | None) -> bool | None:
        if value is None or day is None:
            return None
        rows = [codes[name].codes.get(code) for code in value.split()]
        return all(row is None or row.is_valid(day) for row in rows)

    def code(name: str, value: str | None, column: str) -> str | float | None:
        row = codes[name].codes.get(value or "")
        found = row.column(column) if row else None
        try:
            return float(found) if found is not None and column not in ("code", "group") else found
        except ValueError:
            return found

    return [
        ("known", 2, known),
        ("valid", 3, valid),
        ("code", 3, code),
        ("has", 2, lambda value, wanted: None if value is None else wanted in value.split()),
        ("before", 2, before),
        ("days", 2, days),
        ("months", 2, months),
        ("age", 2, lambda birth, on: None if (n := months(birth, on)) is None else n // 12),
        ("luhn", 1, luhn),
        ("today", 0, lambda: today().isoformat()),
    ]


def before(a: str | None, b: str | None) -> bool | None:
    """Tell whether date *a* is surely before date *b*, as far as the coarser of the two is known."""
    if a is None or b is None:
        return None
    length = min(len(a), len(b))
    return a[:length] < b[:length]


def days(a: str | None, b: str | None) -> int | None:
    """Count the days from *a* to *b*, where both days are known."""
    if not a or not b or len(a) < 10 or len(b) < 10:
        return None
    return (dt.date.fromisoformat(b) - dt.date.fromisoformat(a)).days


def months(a: str | None, b: str | None) -> int | None:
    """Count the whole months from *a* to *b*; an unknown month or day counts as the first."""
    if not a or not b:
        return None
    first, last = (dt.date.fromisoformat((day + "-01-01")[:10]) for day in (a, b))
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def luhn(text: str | None) -> bool | None:
    """Tell whether the check digit of *text* is right (ISO/IEC 7812-1, used by IMEI)."""
    if not text:
        return None
    digits = [int(c) for c in reversed(text) if c.isdigit()]
    doubled = [d if i % 2 == 0 else d * 2 - 9 * (d > 4) for i, d in enumerate(digits)]
    return bool(digits) and sum(doubled) % 10 == 0
