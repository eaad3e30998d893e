"""Merge the hand-offs of prisons at headquarters: first a preview that writes nothing, then what was previewed.

Every row of a file is accepted, rejected with cell and reason, or blank, and the three add up. Merging a file twice
changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.exchange.claims import whole_number
from desktop.exchange.planning import FilePlan, Known, plan_file
from desktop.exchange.reading import Parsed, parse_all, read_source
from desktop.registers.labels import Label
from desktop.registers.problems import AppError
from desktop.store.vault import Vault


@dataclass(frozen=True)
class Merged:
    """What merging one file did."""

    name: str
    accepted: int
    rejected: int
    blank: int
    refused: Label | None = None


def preview(vault: Vault, paths: Sequence[Path]) -> list[FilePlan]:
    """Read *paths* and tell, row by row, what merging them in the order of their hand-offs would do. Writes nothing.

    Raises AppError where this station is not headquarters.
    """
    return plan_files(vault, parse_all(map(read_source, paths)))


def plan_files(vault: Vault, files: Iterable[Parsed]) -> list[FilePlan]:
    """Tell what merging *files*, already read, would do. Raises AppError where this station is not headquarters."""
    if not vault.station.is_headquarters:
        raise AppError("merge.only_headquarters", prison=vault.station.prison)
    plans, known = [], {zone: Known(vault, zone) for zone in vault.zones}
    for parsed in sorted(files, key=_order):
        try:
            plan = plan_file(vault, parsed, known)
        except AppError as error:
            plan = FilePlan(parsed.name, refused=error.text)
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
                "file": plan.name, "counts": counts,
            }  # fmt: skip
            vault.zone(plan.zone).keep_received(note, plan.incoming)
        done.append(Merged(plan.name, plan.accepted, plan.rejected, plan.blank, plan.refused))
    return done


def _order(parsed: Parsed) -> tuple[str, str, int, str]:
    """Put the files of one station in their sequence, so that a newer one is planned after the one it follows."""
    meta = parsed.meta
    return meta.get("prison", ""), meta.get("zone", ""), whole_number(meta.get("sequence", "")), parsed.name
