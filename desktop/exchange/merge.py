"""Merge the hand-offs of prisons at headquarters: first a preview that writes nothing, then what was previewed and decided.

Every row of a file is accepted, rejected with cell and reason, or blank, and the three add up. Merging a file twice
changes nothing, and a merge can be taken back as a whole.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.exchange.claims import whole_number
from desktop.exchange.contests import Contest
from desktop.exchange.planning import REJECTED, FilePlan, Known, RowPlan, plan_file
from desktop.exchange.reading import Parsed, parse_all
from desktop.exchange.sealed import open_source
from desktop.exchange.strays import odd_month, usual_month
from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.store import received
from desktop.store.received import Decision, Undone
from desktop.store.vault import Vault


@dataclass(frozen=True)
class Choice:
    """What a person chose and *why*: of a held file its values as "signed" or as "edited", or to "leave" it; of a contest a word."""

    take: str
    why: str = ""


# Of held files by their check number; of contests by that and the uid of the arriving record.
Choices = Mapping[str, Choice]
Settled = Mapping[tuple[str, str], Choice]


@dataclass(frozen=True)
class Merged:
    """What merging one file did; nothing where it is *held* for somebody to choose."""

    name: str
    accepted: int
    rejected: int
    blank: int
    refused: Label | None = None
    held: bool = False


def preview(vault: Vault, paths: Sequence[Path], password: str = "") -> list[FilePlan]:
    """Read *paths* and tell, row by row, what merging them in the order of their hand-offs would do. Writes nothing.

    *password* is tried on the files that are locked. Raises AppError where this station is not headquarters.
    """
    return plan_files(vault, parse_all(open_source(vault, path, password) for path in paths))


def plan_files(vault: Vault, files: Iterable[Parsed]) -> list[FilePlan]:
    """Tell what merging *files*, already read, would do. Raises AppError where this station is not headquarters."""
    _check_headquarters(vault)
    plans, known = [], {zone: Known(vault, zone) for zone in vault.zones}
    for parsed in sorted(files, key=_order):
        try:
            plan = plan_file(vault, parsed, known)
        except AppError as error:
            plan = FilePlan(parsed.name, refused=error.text)
        plans.append(plan)
    _say_odd_months(vault, plans)
    return plans


def _say_odd_months(vault: Vault, plans: Sequence[FilePlan]) -> None:
    """Say of each file that was not merged before whether its month stands apart from the rest."""
    readable = [plan for plan in plans if not plan.refused]
    usual = usual_month(plan.month for plan in readable)
    for plan in readable:
        zone = vault.zone(plan.zone)
        before = [row["month"] for row in zone.received() if row["prison"] == plan.prison]
        if not plan.known:
            plan.odd_month = odd_month(plan.month, usual, before, f"{zone.today:%Y-%m}")


def merge(
    vault: Vault, plans: Sequence[FilePlan], choices: Choices | None = None, settled: Settled | None = None
) -> list[Merged]:
    """Write what *plans* say and what was chosen, one transaction a file.

    Raises AppError where a choice that needs a reason has none; then nothing of its file is written.
    """
    return [_merge(vault, plan, (choices or {}).get(plan.check_number), settled or {}) for plan in plans]


def _merge(vault: Vault, plan: FilePlan, choice: Choice | None, settled: Settled) -> Merged:
    if plan.refused is not None or (plan.is_held and (choice is None or choice.take == "leave")):
        if choice and choice.why.strip() and plan.is_held:
            received.decide(vault.zone(plan.zone), plan.check_number, [_of_file(plan, choice)])
        return Merged(plan.name, 0, 0, 0, plan.refused, plan.is_held)
    if choice and choice.take == "signed" and plan.as_signed and plan.is_held:
        plan = _signed_plan(vault, plan, plan.as_signed)
    chosen = settle(plan, settled)
    decided = [*([_of_file(plan, choice)] if choice and plan.is_held else []), *_decided(plan, settled)]
    if not plan.known or any(chosen.incoming.values()) or decided:
        vault.zone(plan.zone).keep_received(_note(chosen), chosen.incoming, decided)
    return Merged(plan.name, chosen.accepted, chosen.rejected, chosen.blank)


def _signed_plan(vault: Vault, plan: FilePlan, signed: Parsed) -> FilePlan:
    """Plan the values that were signed; the file stays marked as edited, and keeps its place."""
    planned = plan_file(vault, signed, {plan.zone: Known(vault, plan.zone)})
    return replace(planned, place=plan.place, signature=plan.signature)


def settle(plan: FilePlan, settled: Settled) -> FilePlan:
    """Give *plan* as it is once a person has chosen: conflicts in which the arriving record was taken count as changed."""
    taken = {contest.uid: contest for contest in plan.contests if _choice(plan, contest, settled).take == "arriving"}
    if not taken:
        return plan
    incoming = {name: list(items) for name, items in plan.incoming.items()}
    for contest in taken.values():
        incoming.setdefault(contest.register, []).append(contest.arriving)
    rows = [_settled_row(row) if row.uid in taken and row.verdict == "conflict" else row for row in plan.rows]
    return replace(plan, incoming=incoming, rows=rows)


def _settled_row(row: RowPlan) -> RowPlan:
    return replace(row, verdict="changed", problems=())


def _choice(plan: FilePlan, contest: Contest, settled: Settled) -> Choice:
    return settled.get((plan.check_number, contest.uid), Choice(contest.choices[0]))


def _decided(plan: FilePlan, settled: Settled) -> Iterator[Decision]:
    """Give the decisions to write down: what somebody chose, and of a conflict or a double also that nobody did."""
    for contest in plan.contests:
        choice = settled.get((plan.check_number, contest.uid))
        if choice is None:
            continue
        if choice.take != contest.choices[0] and not choice.why.strip():
            raise AppError("contest.why_needed", number=contest.number)
        other = str(contest.kept.record["uid"])
        yield Decision(contest.about, choice.take, choice.why.strip(), contest.register, contest.uid, other)


def _of_file(plan: FilePlan, choice: Choice) -> Decision:
    if not choice.why.strip():
        raise AppError("contest.why_needed", number=plan.name)
    return Decision("signature", choice.take, choice.why.strip(), other=plan.signature.state if plan.signature else None)


def _note(plan: FilePlan) -> dict[str, object]:
    return {
        "check_number": plan.check_number, "prison": plan.prison, "station": plan.station, "month": plan.month,
        "revision": plan.revision, "sequence": plan.sequence, "previous": plan.previous, "file": plan.name,
        "counts": _counts(plan), "claimed": plan.claimed,
        "place": plan.place.state if plan.place else None, "signature": plan.signature.state if plan.signature else None,
        "head": plan.head or None, "rows": list(_problems(plan)), "answers": plan.answers,
    }  # fmt: skip


def _problems(plan: FilePlan) -> Iterator[dict[str, object]]:
    """Give what is wrong with the rows that stay out, without their values, for the receipt that the prison gets."""
    usual = message("advice.hand_off" if plan.sequence else "advice.template")
    for row in plan.rows:
        for problem in row.problems if row.verdict in REJECTED else ():
            yield {
                "sheet": row.sheet, "row": row.row, "cell": problem.cell, "register": row.register, "uid": row.uid,
                "number": row.number, "problem": problem.text, "advice": problem.advice or usual,
            }  # fmt: skip


def _counts(plan: FilePlan) -> dict[str, object]:
    """Count the rows of a file, the records of its month by register, and those that resemble another."""
    doubles = sum(contest.about == "double" for contest in plan.contests)
    rows = {"accepted": plan.accepted, "rejected": plan.rejected, "blank": plan.blank}
    return {**rows, "month": plan.of_month, "doubles": doubles}


def undo_merge(vault: Vault, zone: str, check_number: str, why: str) -> Undone:
    """Take the whole merge of a file back: changed records are as before, new ones gone, and it may be merged again.

    Raises AppError without a reason, where this is not headquarters, or where a later merge changed one of its records.
    """
    _check_headquarters(vault)
    return received.undo(vault.zone(zone), check_number, why)


def _check_headquarters(vault: Vault) -> None:
    if not vault.station.is_headquarters:
        raise AppError("merge.only_headquarters", prison=vault.station.prison)


def _order(parsed: Parsed) -> tuple[str, str, int, str]:
    """Put the files of one station in their sequence, so that a newer one is planned after the one it follows."""
    meta = parsed.meta
    return meta.get("prison", ""), meta.get("zone", ""), whole_number(meta.get("sequence", "")), parsed.name
