"""Merge the hand-offs of prisons at headquarters: first a preview that writes nothing, then what was previewed.

Every row of a file is accepted, rejected with cell and reason, or blank, and the three add up. Merging a file twice
changes nothing.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from desktop.exchange.layout import FORMAT, Sheet, check_number, sheets
from desktop.exchange.reading import Parsed, parse_all
from desktop.exchange.rows import CellProblem, Gathered, Read, Table, gather, read_tables
from desktop.registers.kinds import Reading
from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError, Problem
from desktop.registers.register import Register
from desktop.registers.rules import Judgement, LinesOf, Row
from desktop.registers.states import DRAFT, SUBMITTED, VOID
from desktop.store.history import now
from desktop.store.records import Incoming
from desktop.store.vault import Vault

Verdict = Literal["new", "changed", "unchanged", "void", "older", "conflict", "invalid", "blank"]
WRITTEN: tuple[Verdict, ...] = ("new", "changed", "void")
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


@dataclass
class FilePlan:
    """What merging one file would do; nothing, where it was *refused* or is *known* already."""

    path: Path
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
    rows: list[RowPlan] = field(default_factory=list)
    blank: int = 0
    incoming: dict[str, list[Incoming]] = field(default_factory=dict)

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


@dataclass(frozen=True)
class Merged:
    """What merging one file did."""

    path: Path
    accepted: int
    rejected: int
    blank: int
    refused: Label | None = None


def preview(vault: Vault, paths: Sequence[Path]) -> list[FilePlan]:
    """Read *paths* and tell, row by row, what merging them in the order of their hand-offs would do. Writes nothing.

    Raises AppError where this station is not headquarters.
    """
    if not vault.station.is_headquarters:
        raise AppError("merge.only_headquarters", prison=vault.station.prison)
    plans, known = [], {zone: _Known(vault, zone) for zone in vault.zones}
    for parsed in sorted(parse_all(paths), key=_order):
        try:
            plan = _Planner(vault, parsed, known).plan()
        except AppError as error:
            plan = FilePlan(parsed.path, refused=error.text)
        plans.append(plan)
    return plans


def merge(vault: Vault, plans: Sequence[FilePlan]) -> list[Merged]:
    """Write what *plans* say, one transaction a file."""
    done = []
    for plan in plans:
        if plan.refused is None and not plan.known:
            counts = {"accepted": plan.accepted, "rejected": plan.rejected, "blank": plan.blank}
            note = {
                "check_number": plan.check_number, "prison": plan.prison, "station": plan.station, "month": plan.month,
                "revision": plan.revision, "sequence": plan.sequence, "previous": plan.previous,
                "file": plan.path.name, "counts": counts,
            }  # fmt: skip
            vault.zone(plan.zone).keep_received(note, plan.incoming)
        done.append(Merged(plan.path, plan.accepted, plan.rejected, plan.blank, plan.refused))
    return done


def _order(parsed: Parsed) -> tuple[str, str, int, str]:
    """Put the files of one station in their sequence, so that a newer one is planned after the one it follows."""
    meta = parsed.meta
    sequence = meta.get("sequence", "")
    return meta.get("prison", ""), meta.get("zone", ""), int(sequence) if sequence.isdigit() else 0, parsed.path.name


class _Known:
    """What headquarters has of a zone, and what the files planned so far would add to it."""

    def __init__(self, vault: Vault, zone: str) -> None:
        self._vault, self._zone = vault, zone
        self._planned: dict[str, Incoming] = {}
        self.files: set[str] = set()

    def has_file(self, number: str) -> bool:
        """Tell whether the hand-off *number* was merged or planned before."""
        return number in self.files or bool(self._vault.zone(self._zone).received(number))

    def find(self, register: Register, uids: Sequence[str]) -> dict[str, Incoming]:
        """Give what is known of *uids*."""
        stored = self._vault.records(register.name).stored(uids)
        return stored | {uid: self._planned[uid] for uid in uids if uid in self._planned}

    def plan(self, items: Sequence[Incoming]) -> None:
        """Remember what a file would write."""
        self._planned.update({item.record["uid"]: item for item in items})


class _Planner:
    """Plans one file."""

    def __init__(self, vault: Vault, parsed: Parsed, known: dict[str, _Known]) -> None:
        self.vault, self.parsed = vault, parsed
        self.file = FilePlan(parsed.path, refused=parsed.refused)
        self.known_of_zone = known

    def plan(self) -> FilePlan:
        """Plan every row. Raises AppError where the file as a whole cannot be used."""
        if self.parsed.refused is not None:
            return self.file
        self._read_meta()
        wanted = sheets(self.vault.definitions, self.file.zone)
        today = self.vault.zone(self.file.zone).today
        tables = read_tables(self.parsed, wanted, Reading(today, dict(self.vault.definitions.codes)))
        self._compare_content(tables)
        self.file.blank = sum(table.blank for table in tables)
        self.known = self.known_of_zone[self.file.zone]
        self.file.known = self.known.has_file(self.file.check_number)
        self.known.files.add(self.file.check_number)
        gathered, lost = gather(tables, self.file.prison, self.file.month)
        for read, problem in lost:
            self.file.rows.append(self._row("", read, "invalid", "", [*read.problems, problem]))
        for register in self.vault.definitions.of_zone(self.file.zone):
            self._plan_register(register, [item for item in gathered if item.register is register], wanted)
        self.file.rows.sort(key=lambda row: (row.sheet, row.row))
        return self.file

    def _read_meta(self) -> None:
        meta, name = self.parsed.meta, self.parsed.path.name
        if not meta.get("format", "").startswith("depter-handoff/"):
            raise AppError("file.no_meta", file=name)
        if meta["format"] != FORMAT:
            raise AppError("file.newer_format", file=name, format=meta["format"])
        if meta.get("prison") not in self.vault.definitions.codes["prisons"].codes:
            raise AppError("file.unknown_prison", file=name, prison=meta.get("prison", "?"))
        if meta.get("zone") not in self.vault.zones:
            raise AppError("file.unknown_zone", file=name, zone=meta.get("zone", "?"))
        self.file.prison, self.file.month, self.file.zone = meta["prison"], meta.get("month", ""), meta["zone"]
        self.file.revision, self.file.sequence = (int(meta.get(key) or 0) for key in ("revision", "sequence"))
        self.file.station, self.file.previous = meta.get("station", ""), meta.get("previous", "")

    def _compare_content(self, tables: Sequence[Table]) -> None:
        """Tell which sheets hold other values than when the file was made; give the content its own number."""
        meta = self.parsed.meta
        digests = {table.sheet.name: table.digest for table in tables}
        self.file.check_number = check_number({"station": "", "revision": "0", "sequence": "0", **meta}, digests)
        if self.file.sequence:
            changed = [name for name, value in digests.items() if meta.get(f"sha256.{name}") != value]
            self.file.edited = tuple(changed)

    def _plan_register(self, register: Register, items: list[Gathered], wanted: Sequence[Sheet]) -> None:
        records = self.vault.records(register.name)
        pairs = [(item.own.values, _lines_of(item)) for item in items]
        judgements = records.judge_all(pairs)
        known = self.known.find(register, [item.own.values["uid"] for item in items])
        absent = {f.name for table in register.tables for f in table.fields} - {
            f.name for sheet in wanted if sheet.table in tuple(register.tables) for f in sheet.columns
        }
        seen: dict[str, int] = {}
        writing = []
        for item, (record, lines), judgement in zip(items, pairs, judgements, strict=True):
            errors = list(_judged(item, judgement, "error", absent))
            first = seen.setdefault(record["uid"], item.own.row)
            if first != item.own.row:
                errors.append((item.own, item.own.problem("uid", message("merge.twice", row=first))))
            if record.get("state") == DRAFT:
                errors.append((item.own, item.own.problem("state", message("merge.not_handed_off"))))
            incoming = Incoming(self._complete(record, known.get(record["uid"])), lines)
            verdict = self._verdict(item, errors, incoming, known.get(record["uid"]))
            if verdict in WRITTEN:
                writing.append(incoming)
            self._add_rows(item, verdict, errors, list(_judged(item, judgement, "warning", absent)))
        self.file.incoming[register.name] = writing
        self.known.plan(writing)

    def _complete(self, record: Row, before: Incoming | None) -> Row:
        """Fill in the header that a hand-off does not carry, or that a person filling the template left out."""
        by_hand = not record.get("revision")
        if by_hand:
            record["revision"] = before.record["revision"] if before else 1
        at = now()
        return record | {
            "prison": self.file.prison, "state": record.get("state") or SUBMITTED, "changed_at": at,
            "changed_by": self.file.prison, "created_at": before.record["created_at"] if before else at,
            "created_by": self.file.prison, "acknowledged": None,
        }  # fmt: skip

    def _verdict(
        self, item: Gathered, errors: list[tuple[Read, CellProblem]], incoming: Incoming, before: Incoming | None
    ) -> Verdict:
        if errors or any(read.problems for read in item.reads):
            return "invalid"
        record = incoming.record
        if before is None:
            return "void" if record["state"] == VOID else "new"
        if record["revision"] < before.record["revision"]:
            return "older"
        same = _content(item.register, incoming) == _content(item.register, before)
        if record["revision"] == before.record["revision"]:
            if same:
                return "unchanged"
            if self.file.sequence:
                errors.append((item.own, item.own.problem("revision", message("merge.conflict"))))
                return "conflict"
            record["revision"] += 1
        return "void" if record["state"] == VOID else "changed"

    def _add_rows(
        self, item: Gathered, verdict: Verdict, errors: list[tuple[Read, CellProblem]], warnings: list[tuple[Read, CellProblem]]
    ) -> None:
        number = str(item.own.values.get("number") or "")
        for read in item.reads:
            problems = [*read.problems, *(problem for owner, problem in errors if owner is read)]
            if verdict in REJECTED and not problems:
                problems = [read.problem("record", message("merge.with_its_record", number=number))]
            said = [problem for owner, problem in warnings if owner is read]
            self.file.rows.append(self._row(item.register.name, read, verdict, number, problems, said))

    @staticmethod
    def _row(
        register: str, read: Read, verdict: Verdict, number: str, problems: Sequence[CellProblem],
        warnings: Sequence[CellProblem] = (),
    ) -> RowPlan:  # fmt: skip
        return RowPlan(read.sheet, read.row, register, verdict, number, tuple(problems), tuple(warnings))


def _lines_of(item: Gathered) -> LinesOf:
    return {name: [read.values for read in reads] for name, reads in item.lines.items()}


def _judged(item: Gathered, judgement: Judgement, severity: str, absent: set[str]) -> Iterator[tuple[Read, CellProblem]]:
    """Give the problems of *severity* at their cells; a rule about what never leaves the prison cannot be judged here."""
    for problem in judgement.problems:
        if problem.severity == severity and not absent & set(problem.about):
            read = _read_of(item, problem)
            found = read.problem(problem.about[0], problem.text)
            if found.cell not in {unread.cell for unread in read.problems}:
                yield read, found


def _read_of(item: Gathered, problem: Problem) -> Read:
    return item.lines[problem.lines][problem.line] if problem.lines else item.own


def _content(register: Register, item: Incoming) -> list[object]:
    """Give all that was entered in a record, to compare two versions of it."""
    header = [item.record.get(name) for name in ("state", "void_reason", "remarks")]
    own = [item.record.get(f.name) for f in register.fields if not f.identifies]
    lines = [
        [[row.get(f.name) for f in table.fields if not f.identifies] for row in item.lines.get(table.name, [])]
        for table in register.lines
    ]
    return [header, own, lines]
