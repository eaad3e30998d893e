"""The SQL of a national table: every record judged once, then grouped.

A row of the base query is a record, or a line of it, with the number of the reason why it is not counted (0 for
counted), its amount as the store keeps it, the unit of that amount, and a value for every dimension asked for. Names
that begin with an underscore are ours: no field can have them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from desktop.analysis.declarations import CONTINUED, HEADER, Amount, Dimension, TableDeclaration, Through, Verdict
from desktop.analysis.numbers import Conversion
from desktop.registers.kinds import Value
from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.registers.register import Table
from desktop.registers.states import DRAFT, VOID
from desktop.store.zone import Zone

_MONTH = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")
# The reason of a record that was decided to be another one, and the query that names them all.
REPEATED, _REPEATED = "repeated", "_repeated"
_STATES = {DRAFT: "table.draft", VOID: "table.void"}


@dataclass(frozen=True)
class Reason:
    """Why a record is doubtful or not counted: it is so where the SQL *fails* is true."""

    name: str
    text: Label
    verdict: Verdict
    fails: str


@dataclass(frozen=True)
class Period:
    """The months asked for, `YYYY-MM` or `YYYY`; empty for no limit."""

    first: str = ""
    last: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no month. Raises AppError."""
        for month in (self.first, self.last):
            if month and not _MONTH.fullmatch(month):
                raise AppError("table.no_month", month=month)

    @property
    def limits(self) -> tuple[str, str]:
        """Give the first and the last month."""
        return (f"{self.first}-01"[:7] if self.first else "", f"{self.last}-12"[:7] if self.last else "9999-12")


# ?1 and ?2 are the first and the last month; a month known only as its year may lie in the period or not.
_STARTS, _ENDS = "substr(_month || '-01', 1, 7)", "substr(_month || '-12', 1, 7)"
_MAY_LIE_WITHIN = f"(_month is null or ({_ENDS} >= ?1 and {_STARTS} <= ?2))"
_LIES_WITHIN = f"({_STARTS} >= ?1 and {_ENDS} <= ?2)"


@dataclass
class Count:
    """One question put to a table in an open zone."""

    zone: Zone
    table: TableDeclaration
    period: Period = Period()
    where: Mapping[str, Value] = field(default_factory=dict)

    @cached_property
    def conversion(self) -> Conversion:
        """Give how amounts are brought to the unit of the table."""
        return Conversion(self.table, self.zone.definitions.codes)

    @cached_property
    def reasons(self) -> list[Reason]:
        """List the reasons in the order they are looked at: the first that applies is the one given."""
        table = self.table
        found = list(self._state_reasons())
        if table.lines:
            found.append(Reason("no_lines", message("table.no_lines", label=table.lines.label), "not_counted", "_line is null"))
        found += [Reason(c.name, c.reason, c.otherwise, f"not coalesce(({c.check}), 0)") for c in table.conditions]
        found.append(Reason(REPEATED, message("table.repeated"), "doubtful", f"uid in (select uid from {_REPEATED})"))
        if table.measure.amounts:
            fails = f"({self._amount}) is null or ({self._unit}) is null"
            found.append(Reason("no_amount", message("table.no_amount"), "doubtful", fails))
        return found

    @cached_property
    def _counting(self) -> list[str]:
        """List the states whose records count."""
        rows = self.zone.definitions.codes["record_states"].codes
        return [code for code, row in rows.items() if row.column("counts") == "1"]

    def _state_reasons(self) -> list[Reason]:
        rows, counting = self.zone.definitions.codes["record_states"].codes, self._counting
        found = []
        for code, row in rows.items():
            if code not in counting:
                text = message(_STATES.get(code, "table.state"), label=row.label)
                found.append(Reason(f"state.{code}", text, "not_counted", f"state = {_text(code)}"))
        fails = f"state not in ({_list(counting)})"
        return [*found, Reason("state", message("table.unknown_state"), "not_counted", fails)]

    @cached_property
    def no_date(self) -> Reason:
        """Give the reason of a record whose date does not tell whether it lies in the period."""
        return Reason("no_date", message("table.no_date"), "doubtful", f"not coalesce({_LIES_WITHIN}, 0)")

    @cached_property
    def all_reasons(self) -> list[Reason]:
        """List every reason; the number of a reason in SQL is its place here, counted from 1."""
        return [*self.reasons, self.no_date]

    def number_of(self, reason: str) -> int:
        """Give the number of the reason named *reason*, 0 for none: what is counted."""
        names = [r.name for r in self.all_reasons]
        return names.index(reason) + 1 if reason else 0

    def run(
        self, body: str, dimensions: Sequence[str] = (), extra: Sequence[Any] = (), *, reused: bool = False
    ) -> list[dict[str, Any]]:
        """Run *body* over the base query, named `_base`, in which `_k_NAME` are the *dimensions*.

        *extra* are its values, marked `self.mark(0)` and so on; *reused* says that it reads the base more than once.
        """
        names = list(dict.fromkeys([*dimensions, *self.where]))
        filters = [_MAY_LIE_WITHIN, *(self._filter(name, place) for place, name in enumerate(self.where, 3))]
        base = (
            f"select *, {self._own} as _own, iif(_failed > 0, _failed, iif({self.no_date.fails}, {len(self.all_reasons)}, 0))"
            f" as _class from ({self._judged(names)}) where {' and '.join(filters)}"
        )
        once = "materialized" if reused else "not materialized"
        sql = f"with {self._lines_of_record()} {self._going_on()} {self._repeated} _base as {once} ({base}) {body}"
        return self.zone.select(sql, [*self.period.limits, *self.where.values(), *extra])

    @cached_property
    def _repeated(self) -> str:
        """Name the records that were decided to be one with another that counts: of two the one that came later.

        What was decided last of a pair stands, as long as the merge at which it was decided was not taken back.
        """
        table, counting = self.table.register.table, _list(self._counting)
        return (
            f"{_REPEATED} as materialized (select iif(one.id > other.id, one.uid, other.uid) as uid,"
            " iif(one.id > other.id, other.uid, one.uid) as twin"
            " from decisions as d join received as f on f.check_number = d.check_number and f.undone_at is null"
            f" join {table} as one on one.uid = d.uid and one.state in ({counting})"
            f" join {table} as other on other.uid = d.other and other.state in ({counting})"
            f" where d.about = 'double' and d.choice = 'same' and d.register = {_text(self.table.register.name)}"
            " and not exists (select 1 from decisions as e where e.about = 'double' and e.register = d.register and e.id > d.id"
            " and ((e.uid = d.uid and e.other = d.other) or (e.uid = d.other and e.other = d.uid)))),"
        )

    def twin_of(self, uid: str) -> tuple[str, str] | None:
        """Give number and prison of the record that *uid* repeats, where it was so decided."""
        sql = (
            f"with {self._repeated.removesuffix(',')} select number, prison from {self.table.register.table}"
            f" where uid in (select twin from {_REPEATED} where uid = ?) order by id limit 1"
        )
        found = self.zone.select(sql, (uid,))
        return (found[0]["number"], found[0]["prison"]) if found else None

    def mark(self, place: int) -> str:
        """Give the mark of the value at *place* of what `run` takes as its extra values."""
        return f"?{3 + len(self.where) + place}"

    def _filter(self, name: str, place: int) -> str:
        if self.table.by_name[name].many:
            return f"iif(?{place} is null, _k_{name} is null, has(_k_{name}, ?{place}))"
        return f"_k_{name} is ?{place}"

    @cached_property
    def _own(self) -> str:
        """Say in which unit a row stands on a line of its own; null where it converts."""
        conversion = self.conversion
        converts = [f"_unit in ({_list(conversion.convertible_units())})"]
        for per_piece in self.table.measure.per_piece:
            codes = conversion.convertible_pieces(per_piece.unit)
            converts.append(f"_unit = {_text(per_piece.unit)} and _piece in ({_list(codes)})")
        return f"iif(_unit is null or {' or '.join(converts)}, null, _unit)"

    def _judged(self, dimensions: Sequence[str]) -> str:
        failed = " ".join(f"when {reason.fails} then {n}" for n, reason in enumerate(self.reasons, 1))
        columns = [
            "_record", "uid as _uid", "number as _number", "prison as _prison", "month as _month", "_line", "_place",
            f"({self._amount}) as _amount", f"({self._unit}) as _unit", f"({self._piece}) as _piece",
            f"case {failed} else 0 end as _failed", *self._share,
            *(f"({self.table.by_name[name].value}) as _k_{name}" for name in dimensions),
        ]  # fmt: skip
        return f"select {', '.join(columns)} from {self._scope}"

    @property
    def _share(self) -> tuple[str, str]:
        """Say whether a row is among those whose share is asked, and whether it is as the share says."""
        share = self.table.share
        return (f"({share.among}) as _among", f"({share.check}) as _shared") if share else ("0 as _among", "0 as _shared")

    @cached_property
    def _amount(self) -> str:
        """Say the amount of a row, as the integer that the store keeps."""
        amounts = self.table.measure.amounts
        return _first(amounts, [f"_raw_{amount.field.name}" for amount in amounts]) if amounts else "1"

    @cached_property
    def _unit(self) -> str:
        amounts = self.table.measure.amounts
        return _first(amounts, [self._unit_of(amount) for amount in amounts]) if amounts else _text(self.table.unit)

    def _unit_of(self, amount: Amount) -> str:
        if amount.unit_field:
            return _name(amount.unit_field)
        return _text((amount.field.unit or self.table.unit) if self.table.unit else "")

    @cached_property
    def _piece(self) -> str:
        """Say whose factor converts a piece, where the unit is one that converts so."""
        pieces = self.table.measure.per_piece
        cases = " ".join(f"when {_text(piece.unit)} then ({piece.value})" for piece in pieces)
        return f"case ({self._unit}) {cases} end" if cases else "null"

    @cached_property
    def _scope(self) -> str:
        """Say what expressions are read over: the record, the line, and the amounts as the store keeps them."""
        table, register = self.table, self.table.register
        month = "month" if table.counts_on == register.counts_on else f"substr({_name(table.counts_on)}, 1, 7)"
        header = f"id as _record, uid, number, prison, state, {month} as month, {_name(table.counts_on)} as counted_on"
        no_line = "" if table.lines else ", null as _line, null as _place"
        followed = "".join(self._followed(each) for each in table.through)
        goes_on = [*HEADER, *register.by_name] if table.continued else []
        followed += "".join(self._continued(name) for name in goes_on)
        parts = [
            f"(select {header}{no_line}{followed}{_fields(register)} from {self.zone.plain(register)} as _r) as {_name(register.name)}"
        ]
        measured, row = table.lines or register, "_record"
        if table.lines:
            row, lines = "_line", table.lines
            columns = f"id as _line, record, position as _place, position as line{_fields(lines)}"
            parts.append(
                f"left join (select {columns} from {self.zone.plain(lines)}) as {_name(lines.name)}"
                f" on {_name(lines.name)}.record = {_name(register.name)}.uid"
            )
        if raw := {amount.field.name for amount in table.measure.amounts}:
            columns = ", ".join(f"{_name(name)} as _raw_{name}" for name in sorted(raw))
            parts.append(f"left join (select id as _raw, {columns} from {measured.table}) on _raw = {row}")
        return " ".join(parts)

    def _followed(self, through: Through) -> str:
        """Give a field of the record that is referred to; null where it is not here."""
        referred = f"{self.zone.plain(through.target)} as _t where _t.number = _r.{_name(through.reference)} limit 1"
        return f", (select _t.{_name(through.field.name)} from {referred}) as {_name(through.name)}"

    def _continued(self, name: str) -> str:
        """Give a field of the record that goes on from this one, as the last to have an entry says."""
        going_on = f"_going_on as _g where _g.{_name(self.table.continued)} = _r.number and _g.{_name(name)} is not null"
        return f", (select _g.{_name(name)} from {going_on} order by _g.id desc limit 1) as {_name(CONTINUED + name)}"

    def _going_on(self) -> str:
        """Name the few records that go on from another: looked through for each record, they are put together once."""
        if not self.table.continued:
            return ""
        goes_on = f"{_name(self.table.continued)} is not null and state in ({_list(self._counting)})"
        return f"_going_on as materialized (select * from {self.zone.plain(self.table.register)} where {goes_on}),"

    def _lines_of_record(self) -> str:
        """Name every lines table as the rules do, for the expressions that look into them."""
        return "".join(
            f"{_name(lines.name)} as not materialized"
            f" (select record, position as line{_fields(lines)} from {self.zone.plain(lines)}), "
            for lines in self.table.register.lines
        )


def grouped(dimensions: Sequence[Dimension], columns: Sequence[str], measures: str, over: Sequence[Dimension]) -> str:
    """Write the query that groups the base by *columns* and *dimensions*; the others of *over* are left null.

    A value of several codes stands under each of them.
    """
    joins, keys = [], []
    for d in over:
        if d not in dimensions:
            keys.append(f"null as _k_{d.name}")
        elif d.many:
            codes = f"""iif(_k_{d.name} is null, null, '["' || replace(_k_{d.name}, ' ', '","') || '"]')"""
            joins.append(f"left join json_each({codes}) as _many_{d.name}")
            keys.append(f"_many_{d.name}.value as _k_{d.name}")
        else:
            keys.append(f"_k_{d.name}")
    groups = [column.partition(" as ")[0] for column in (*columns, *keys)]
    return f"select {', '.join([*columns, *keys, measures])} from _base {' '.join(joins)} group by {', '.join(groups)}"


def _first(amounts: Sequence[Amount], results: Sequence[str]) -> str:
    """Write the result that belongs to the first of *amounts* whose condition holds; the last has none."""
    cases = " ".join(f"when ({a.check}) then {r}" for a, r in zip(amounts[:-1], results, strict=False))
    return f"case {cases} else {results[-1]} end" if cases else results[-1]


def _fields(table: Table) -> str:
    return "".join(f", {_name(f.name)}" for f in table.fields)


def _name(name: str) -> str:
    return f'"{name}"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _list(texts: Sequence[str]) -> str:
    return ", ".join(_text(text) for text in texts)
