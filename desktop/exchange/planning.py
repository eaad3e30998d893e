"""Plan the merge of one hand-off: what will become of each of its rows, and why."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from desktop.exchange.claims import Claims, compare, read_claims
from desktop.exchange.columns import HEADER_ROWS
from desktop.exchange.contests import Contest
from desktop.exchange.layout import COVER_KEY, LISTS, META, Sheet, canonical, sheets
from desktop.exchange.places import Place, place_of
from desktop.exchange.questions import read_lines
from desktop.exchange.reading import Grid, Parsed
from desktop.exchange.rows import CellProblem, Gathered, Read, Table, gather, read_tables, unknown_rows
from desktop.exchange.signing import TRUSTED, Signature, as_signed, examine
from desktop.registers.kinds import Reading, Value
from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError, Problem
from desktop.registers.register import Register
from desktop.registers.rules import Judgement, LinesOf, Row
from desktop.registers.states import DRAFT, QUERIED, READY, SUBMITTED, VOID
from desktop.store.doubles import Doubles
from desktop.store.history import now, written_head
from desktop.store.keyring import is_of_practice
from desktop.store.questions import Answer
from desktop.store.records import Incoming
from desktop.store.vault import Vault

Verdict = Literal["new", "double", "changed", "unchanged", "void", "older", "conflict", "invalid", "blank"]
WRITTEN: tuple[Verdict, ...] = ("new", "double", "changed", "void")
ACCEPTED: tuple[Verdict, ...] = (*WRITTEN, "unchanged", "older")
REJECTED: tuple[Verdict, ...] = ("invalid", "conflict")


@dataclass(frozen=True)
class RowPlan:
    """What will become of one row of a sheet, and why."""

    sheet: str
    row: int
    register: str
    verdict: Verdict
    number: str = ""
    problems: tuple[CellProblem, ...] = ()
    warnings: tuple[CellProblem, ...] = ()
    uid: str = ""


@dataclass(frozen=True)
class Sent:
    """What stands in a sheet as it was sent: the rows above its table, and those of it that were rejected, by number."""

    head: Sequence[Sequence[Any]]
    rows: Mapping[int, Sequence[Any]]


@dataclass
class FilePlan:
    """What merging one file would do; nothing, where it was *refused*, or is *known* with all that could be taken from it.

    *edited* names the tables whose values are not those the file was made with, *unread* the titles of sheets with
    content that belong to no table; *contests* are the records about which a person may decide, and *sent* holds what was
    rejected as it was sent, by sheet. What *must_be_sealed* is written nowhere in the clear. Of an edited file *as_signed*
    is what was signed; *is_locked* tells that only its password is missing, *odd_month* what is odd in its month. *of_month*
    counts the records of its month by register, *head* is how far the history of its station went, and *answers* what it says
    to questions, where it signed that.
    """

    name: str
    refused: Label | None = None
    prison: str = ""
    month: str = ""
    zone: str = ""
    revision: int = 0
    sequence: int = 0
    station: str = ""
    previous: str = ""
    check_number: str = ""
    known: bool = False
    edited: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    rows: list[RowPlan] = field(default_factory=list)
    blank: int = 0
    incoming: dict[str, list[Incoming]] = field(default_factory=dict)
    claimed: str = ""
    head: str = ""
    answers: tuple[Answer, ...] = ()
    place: Place | None = None
    signature: Signature | None = None
    of_month: dict[str, int] = field(default_factory=dict)
    contests: list[Contest] = field(default_factory=list)
    sent: dict[str, Sent] = field(default_factory=dict)
    must_be_sealed: bool = False
    is_locked: bool = False
    odd_month: Label | None = None
    as_signed: Parsed | None = field(default=None, repr=False)

    @property
    def is_held(self) -> bool:
        """Tell whether nothing of the file is merged before a named officer has chosen so, with a reason."""
        return self.signature is not None and self.signature.waits and not self.refused and not self.known

    @property
    def is_unvouched(self) -> bool:
        """Tell whether the file merges though nobody known here vouches for it, for no station is enrolled yet."""
        signature = self.signature
        return signature is not None and signature.state not in TRUSTED and not signature.waits and not self.known

    @property
    def counts(self) -> dict[str, int]:
        """Count the rows by verdict."""
        counted: Counter[str] = Counter(row.verdict for row in self.rows)
        counted.update({"blank": self.blank} if self.blank else {})
        return dict(counted)

    @property
    def accepted(self) -> int:
        """Count the rows that are in, or already were."""
        return sum(row.verdict in ACCEPTED for row in self.rows)

    @property
    def rejected(self) -> int:
        """Count the rows that stay out, each with a reason."""
        return sum(row.verdict in REJECTED for row in self.rows)


class Known:
    """What headquarters has of a zone, and what the files planned so far would add to it."""

    def __init__(self, vault: Vault, zone: str) -> None:
        self._vault, self._zone = vault, zone
        self._planned: dict[str, Incoming] = {}
        self._planned_numbers: dict[tuple[str, str], str] = {}
        self._planned_lines: dict[tuple[str, str], str] = {}
        self._doubles: dict[str, Doubles] = {}
        self._files: dict[str, list[Mapping[str, Any]]] = {}
        for row in vault.zone(zone).received():
            self._files.setdefault(row["prison"], []).append(row)
        self.sheets = sheets(vault.definitions, zone)

    def has_file(self, prison: str, number: str) -> bool:
        """Tell whether the hand-off *number* was merged or planned before."""
        return any(row["check_number"] == number for row in self._files.get(prison, ()))

    def take_place(self, claims: Claims, plan: "FilePlan") -> Place:
        """Tell the place of a file in the sequence of its station, and remember the file for those that come after."""
        earlier = self._files.setdefault(claims.prison, [])
        sql = "select station from stations where prison = ? and retired is null"
        enrolled = {row["station"] for row in self._vault.zone(self._zone).select(sql, (claims.prison,))}
        place = place_of(claims, plan.check_number, earlier, enrolled)
        earlier.append({
            "check_number": plan.check_number, "claimed": claims.check, "station": claims.station, "month": claims.month,
            "revision": claims.revision, "sequence": claims.sequence, "previous": claims.previous, "file": plan.name,
        })  # fmt: skip
        return place

    def doubles(self, register: Register) -> Doubles:
        """Give what finds the doubles of new records of *register*."""
        return self._doubles.setdefault(register.name, Doubles(self._vault.records(register.name)))

    def find(self, register: Register, uids: Sequence[str]) -> dict[str, Incoming]:
        """Give what is known of *uids*."""
        stored = self._vault.records(register.name).stored(uids)
        return stored | {uid: self._planned[uid] for uid in uids if uid in self._planned}

    def called(self, register: Register, numbers: Sequence[str]) -> dict[str, str]:
        """Give the record of each of *numbers* that is kept, or planned before."""
        found = {
            row["number"]: row["uid"] for row in self._select(f"select number, uid from {register.table} where number", numbers)
        }
        planned = self._planned_numbers
        return found | {number: uid for number in numbers if (uid := planned.get((register.name, number)))}

    def homes_of_lines(self, register: str, lines: str, uids: Sequence[str]) -> dict[str, str]:
        """Give the record of each of *uids* that is kept as a line of *register*."""
        table = self._vault.definitions.registers[register].lines_by_name[lines].table
        found = {row["uid"]: row["record"] for row in self._select(f"select uid, record from {table} where uid", uids)}
        return found | {uid: record for uid in uids if (record := self._planned_lines.get((table, uid)))}

    def _select(self, sql: str, values: Sequence[str]) -> Iterator[Row]:
        zone = self._vault.zone(self._zone)
        for start in range(0, len(values), 500):
            part = values[start : start + 500]
            yield from zone.select(f"{sql} in ({', '.join('?' * len(part))})", part)

    def plan(self, register: Register, items: Sequence[Incoming]) -> None:
        """Remember what a file would write."""
        self._planned.update({item.record["uid"]: item for item in items})
        self._planned_numbers.update({(register.name, item.record["number"]): item.record["uid"] for item in items})
        self._planned_lines.update(
            {(register.lines_by_name[name].table, row["uid"]): item.record["uid"]
             for item in items for name, rows in item.lines.items() for row in rows}
        )  # fmt: skip


def check_practice(vault: Vault, station: str, name: str) -> None:
    """Refuse what was written for practice where records are real, and the other way round. Raises AppError."""
    if is_of_practice(station) and not vault.station.is_practice:
        raise AppError("practice.refused", file=name)
    if vault.station.is_practice and not is_of_practice(station):
        raise AppError("practice.real_refused", file=name)


def plan_file(vault: Vault, parsed: Parsed, known_of_zone: Mapping[str, Known]) -> FilePlan:
    """Plan every row of a file. Raises AppError where the file as a whole cannot be used."""
    if parsed.refused is not None:
        return FilePlan(parsed.name, refused=parsed.refused, is_locked=parsed.is_locked)
    claims = read_claims(parsed, vault.definitions.codes["prisons"], vault.zones)
    check_practice(vault, claims.station, parsed.name)
    known = known_of_zone[claims.zone]
    wanted = known.sheets
    reading = Reading(vault.zone(claims.zone).today, dict(vault.definitions.codes))
    tables = read_tables(parsed, wanted, reading)
    number, edited = compare(claims, tables)
    plan = FilePlan(
        parsed.name, prison=claims.prison, month=claims.month, zone=claims.zone, revision=claims.revision,
        sequence=claims.sequence, station=claims.station, previous=claims.previous, check_number=number, edited=edited,
        unread=_unread(parsed, claims, tables), blank=sum(table.blank for table in tables),
    )  # fmt: skip
    plan.claimed = claims.check
    plan.must_be_sealed = bool(vault.definitions.codes["zones"].codes[claims.zone].column("sealed"))
    plan.signature = signature = examine(vault.zone(claims.zone), parsed, claims, tables, reading)
    plan.unread += signature.unread
    plan.as_signed = as_signed(parsed, wanted, reading) if signature.edits else None
    plan.head = _vouched_head(claims, plan.signature)
    plan.answers = read_lines(parsed.meta) if _is_vouched(plan.signature) else ()
    is_known = known.has_file(claims.prison, number)
    plan.place = known.take_place(claims, plan)
    gathered, lost = gather(tables, claims.prison, claims.month)
    _check_lines(gathered, known)
    for grid in _unknown_tables(parsed, claims, wanted):
        reads, blank = unknown_rows(grid)
        lost += reads
        plan.blank += blank
    plan.rows += [RowPlan(read.sheet, read.row, "", "invalid", problems=tuple(read.problems)) for read in lost]
    absent = _absent(vault, claims, wanted, tables)
    for register in vault.definitions.of_zone(claims.zone):
        _Planner(vault, claims, known, plan).plan(register, [item for item in gathered if item.register is register], absent)
    # A file merged before may hold rows that could not be taken then, and now can.
    plan.known = is_known and not any(plan.incoming.values())
    plan.rows.sort(key=lambda row: (row.sheet, row.row))
    plan.sent = _sent(parsed, plan, tables)
    return plan


def _is_vouched(signature: Signature | None) -> bool:
    """Tell whether a station that is known here signed what stands in `_meta`."""
    return signature is not None and signature.state in (*TRUSTED, "edited")


def _vouched_head(claims: Claims, signature: Signature | None) -> str:
    """Give how far the history of the station went, where its signature vouches for that."""
    if not _is_vouched(signature):
        return ""
    try:
        return written_head(claims.head)[1]
    except ValueError:
        return ""


def _sent(parsed: Parsed, plan: FilePlan, tables: Sequence[Table]) -> dict[str, Sent]:
    """Keep what was rejected as it was sent, with all that stands above it, to be given back marked."""
    rejected: dict[str, list[int]] = {}
    for row in plan.rows:
        if row.verdict in REJECTED:
            rejected.setdefault(row.sheet, []).append(row.row)
    first = {table.title: min(read.row for read in table.rows) for table in tables if table.rows}
    found = {}
    for title, numbers in rejected.items():
        rows = parsed.grids[title].rows
        above = min([first.get(title, len(rows) + 1), *numbers]) - 1
        found[title] = Sent(rows[:above][:HEADER_ROWS], {number: rows[number - 1] for number in numbers if number <= len(rows)})
    return found


def _unread(parsed: Parsed, claims: Claims, tables: Sequence[Table]) -> tuple[str, ...]:
    """Name the sheets with content that belong to no table: somebody added them."""
    own = {META, LISTS, parsed.meta.get(COVER_KEY, ""), *claims.titles.values(), *(table.title for table in tables)}
    return tuple(title for title, grid in parsed.grids.items() if title not in own and grid.rows)


def _unknown_tables(parsed: Parsed, claims: Claims, wanted: Sequence[Sheet]) -> Iterator[Grid]:
    """Give the sheets of the tables that only a newer program knows."""
    known = {sheet.name for sheet in wanted}
    for name, title in claims.titles.items():
        if name not in known and title in parsed.grids:
            yield parsed.grids[title]


def _absent(vault: Vault, claims: Claims, wanted: Sequence[Sheet], tables: Sequence[Table]) -> set[tuple[str, str]]:
    """List the fields (table and name) that no rule can be judged about, for the file has no column for them.

    Where the file was made by the very definitions of this program, somebody deleted the column: then they are missed.
    """
    is_ours = claims.definitions == vault.definitions.fingerprint
    found = {table.sheet.name: table.columns for table in tables}
    return {
        (sheet.name, f.name)
        for sheet in wanted
        for f in sheet.table.fields
        if f.name not in (sheet.names if is_ours else found.get(sheet.name, ()))
    }


def _check_lines(gathered: Sequence[Gathered], known: Known) -> None:
    """Object to lines that stand twice, or that are known in another record: one would displace the other."""
    found: dict[tuple[str, str], dict[str, list[tuple[str, Read]]]] = {}
    for item in gathered:
        for name, reads in item.lines.items():
            table = found.setdefault((item.register.name, name), {})
            for read in reads:
                table.setdefault(read.values["uid"], []).append((item.own.values["uid"], read))
    for (register, name), by_uid in found.items():
        homes = known.homes_of_lines(register, name, list(by_uid))
        for uid, places in by_uid.items():
            for record, read in places:
                twin = next((other for _, other in places if other is not read), None)
                if twin:
                    read.problems.append(read.object("uid", "line_twice", row=twin.row))
                elif homes.get(uid, record) != record:
                    read.problems.append(read.object("uid", "line_elsewhere"))


class _Planner:
    """Plans the records of one file."""

    def __init__(self, vault: Vault, claims: Claims, known: Known, file: FilePlan) -> None:
        self.vault, self.claims, self.known, self.file = vault, claims, known, file

    def plan(self, register: Register, items: Sequence[Gathered], absent: set[tuple[str, str]]) -> None:
        """Plan the records of one register; nothing is said of fields that are *absent* from the file."""
        pairs = [(item.own.values, _lines_of(item)) for item in items]
        self.file.of_month[register.name] = sum(_happened_in(register, record, self.claims.month) for record, _ in pairs)
        judgements = self.vault.records(register.name).judge_all(pairs)
        known = self.known.find(register, [item.own.values["uid"] for item in items])
        namesakes = self.known.called(register, [str(item.own.values.get("number")) for item in items])
        rows: dict[str, list[int]] = {}
        for item in items:
            rows.setdefault(item.own.values["uid"], []).append(item.own.row)
        planned: list[_Planned] = []
        for item, (record, lines), judgement in zip(items, pairs, judgements, strict=True):
            before = known.get(record["uid"])
            errors = [*self._header_errors(item, before, rows[record["uid"]]), *_judged(item, judgement, "error", absent)]
            warnings = list(_judged(item, judgement, "warning", absent))
            if before is None and namesakes.get(str(record.get("number")), record["uid"]) != record["uid"]:
                # By hand the number alone says which record is meant; a program's record counts, whatever its number.
                (errors if self.claims.is_by_hand else warnings).append((item.own, item.own.object("number", "number_taken")))
            incoming = Incoming(self._complete(record, before), lines)
            verdict = self._verdict(item, errors, incoming, before)
            planned.append(_Planned(item, incoming, before, verdict, errors, warnings))
        self._look_for_doubles(register, planned)
        for one in planned:
            if one.verdict in WRITTEN:
                self.file.incoming.setdefault(register.name, []).append(one.incoming)
            if one.verdict == "conflict" and one.before:
                number = str(one.incoming.record["number"])
                why = message("contest.conflict", revision=one.incoming.record["revision"])
                self.file.contests.append(Contest("conflict", register.name, number, one.before, one.incoming, why))
            self._add_rows(one)
        if not self.file.is_held:  # nobody has chosen yet, so the files after it must bring what it would have brought
            self.known.plan(register, self.file.incoming.get(register.name, ()))

    def _look_for_doubles(self, register: Register, planned: Sequence["_Planned"]) -> None:
        """Find the new records that resemble another: they are merged, for the prison owns them, but a person may decide."""
        new = {one.incoming.record["uid"]: one for one in planned if one.verdict == "new"}
        for uid, double in self.known.doubles(register).find([one.incoming for one in new.values()]).items():
            one = new[uid]
            one.verdict = "double"
            number = str(one.incoming.record["number"])
            self.file.contests.append(Contest("double", register.name, number, double.other, one.incoming, double.why))

    def _header_errors(
        self, item: Gathered, before: Incoming | None, rows: Sequence[int]
    ) -> Iterator[tuple[Read, CellProblem]]:
        """Object to a record that stands twice, is a draft, has no right revision, or is another prison's."""
        own = item.own
        if others := [str(row) for row in rows if row != own.row]:
            yield own, own.object("uid", "twice", row=", ".join(others))
        if own.values.get("state") == DRAFT:
            yield own, own.object("state", "not_handed_off")
        if (own.values.get("revision") or 1) < 1:
            yield own, own.object("revision", "bad_revision")
        if before and before.record["prison"] != self.claims.prison:
            yield own, own.object("uid", "other_prison", prison=before.record["prison"])

    def _complete(self, record: Row, before: Incoming | None) -> Row:
        """Fill in the header that a hand-off does not carry, or that a person filling the template left out."""
        if record.get("revision") is None:
            record["revision"] = before.record["revision"] if before else 1
        if record.get("state") in (None, READY):
            record["state"] = SUBMITTED
        at, prison = now(), self.claims.prison
        return record | {
            "prison": prison, "changed_at": at, "changed_by": prison, "created_at": before.record["created_at"] if before else at,
            "created_by": prison, "acknowledged": None,
        }  # fmt: skip

    def _verdict(
        self, item: Gathered, errors: list[tuple[Read, CellProblem]], incoming: Incoming, before: Incoming | None
    ) -> Verdict:
        if errors or any(read.problems for read in item.reads):
            return "invalid"
        record = incoming.record
        if before and record["revision"] < before.record["revision"]:
            return "older"
        if before and record["revision"] == before.record["revision"]:
            if _content(item.register, incoming) == _content(item.register, before):
                return "unchanged"
            if self.claims.is_by_hand:
                record["revision"] += 1
            elif self.file.edited or not _completes(item.register, incoming, before):
                errors.append((item.own, item.own.object("revision", "conflict")))
                return "conflict"
        return "void" if record["state"] == VOID else "changed" if before else "new"

    def _add_rows(self, one: "_Planned") -> None:
        item, number = one.item, str(one.item.own.values.get("number") or "")
        for read in item.reads:
            problems = [*read.problems, *(problem for owner, problem in one.errors if owner is read)]
            if one.verdict in REJECTED and not problems:
                problems = [read.object("record", "with_its_record", number=number)]
            said = [*read.remarks, *(problem for owner, problem in one.warnings if owner is read)]
            self.file.rows.append(_row(item, read, one.verdict, number, problems, said))


@dataclass
class _Planned:
    """One record of the file, what is known of it, and what will become of it."""

    item: Gathered
    incoming: Incoming
    before: Incoming | None
    verdict: Verdict
    errors: list[tuple[Read, CellProblem]]
    warnings: list[tuple[Read, CellProblem]]


def _row(
    item: Gathered, read: Read, verdict: Verdict, number: str, problems: Sequence[CellProblem], warnings: Sequence[CellProblem]
) -> RowPlan:
    uid = str(item.own.values["uid"])
    return RowPlan(read.sheet, read.row, item.register.name, verdict, number, tuple(problems), tuple(warnings), uid)


def _happened_in(register: Register, record: Row, month: str) -> bool:
    return record.get("state") != VOID and str(record.get(register.counts_on) or "").startswith(month)


def _lines_of(item: Gathered) -> LinesOf:
    return {name: [read.values for read in reads] for name, reads in item.lines.items()}


def _judged(
    item: Gathered, judgement: Judgement, severity: str, absent: set[tuple[str, str]]
) -> Iterator[tuple[Read, CellProblem]]:
    """Give the problems of *severity* at their cells; what never leaves the prison, or is *absent*, cannot be judged."""
    for problem in judgement.problems:
        table = item.register.lines_by_name[problem.lines].table if problem.lines else item.register.table
        if problem.severity == severity and not any((table, name) in absent for name in problem.about):
            read = _read_of(item, problem)
            found = read.problem(problem.about[0], problem.text)
            if found.cell not in {unread.cell for unread in read.problems}:
                yield read, found


def _read_of(item: Gathered, problem: Problem) -> Read:
    return item.lines[problem.lines][problem.line] if problem.lines else item.own


def _content(register: Register, item: Incoming) -> dict[tuple[str, str, str], Value]:
    """Give all that was entered in a record by table, row and field, to compare two versions of it."""
    found = {("", "", name): item.record.get(name) for name in ("void_reason", "remarks")}
    # A record that headquarters asks about is still the one that was handed off.
    found["", "", "state"] = SUBMITTED if item.record.get("state") == QUERIED else item.record.get("state")
    for table in register.tables:
        rows = [item.record] if table is register else item.lines.get(table.name, ())
        for row in rows:
            found |= {
                (table.name, row["uid"], f.name): canonical(f, row.get(f.name))
                for f in table.fields
                if not f.identifies and f.is_given
            }
    return found


def _completes(register: Register, item: Incoming, before: Incoming) -> bool:
    """Tell whether *item* only adds to what is kept: then it holds what an older program here could not take."""
    content = _content(register, item)
    return all(value is None or content.get(key) == value for key, value in _content(register, before).items())
