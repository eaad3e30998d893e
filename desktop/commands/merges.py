"""Merges on the command line: what waits for somebody's choice, the choice, and taking a merge back."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from desktop.commands.outcome import Outcome, need
from desktop.exchange.merge import Choice, undo_merge
from desktop.exchange.planning import FilePlan
from desktop.exchange.signing import Edit
from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.store.backups import back_up_if_changed
from desktop.store.vault import Vault

TAKEN = ("signed", "edited")


def choices(options: argparse.Namespace, plans: Sequence[FilePlan]) -> dict[str, Choice]:
    """Read what was chosen of held files: a check number, and of an edited file which of its values. Raises AppError."""
    found: dict[str, Choice] = {}
    held = {plan.check_number: plan for plan in plans if plan.is_held}
    for written in options.accept or ():
        check, _, take = written.partition("=")
        if check not in held:
            raise AppError("work.not_held", check=check)
        if take not in TAKEN and (take or held[check].as_signed):
            raise AppError("work.which_values", check=check)
        if not (options.why or "").strip():
            raise AppError("work.why_needed")
        found[check] = Choice(take or "edited", options.why.strip())
    return found


def is_held(plan: FilePlan, chosen: Mapping[str, Choice]) -> bool:
    """Tell whether nothing of a file is merged before somebody has chosen so."""
    return plan.is_held and plan.check_number not in chosen


def told(plan: FilePlan) -> list[Label]:
    """Say why a file is held, which cells were edited, and what to type to take it all the same."""
    if plan.signature is None:
        return []
    lines = [message("work.held", file=plan.name, check=plan.check_number, why=plan.signature.said)]
    return [*lines, *map(_edit, plan.signature.edits)]


def remarks(plan: FilePlan) -> list[Label]:
    """Say of a file that merges why nobody known here vouches for it."""
    if plan.signature is None or not plan.is_unvouched:
        return []
    return [Label({code: f"   {text}" for code, text in plan.signature.said.items()})]


def _edit(edit: Edit) -> Label:
    change = f"{edit.old or '—'} → {edit.new or '—'}"
    return Label.same("   ".join(["", edit.sheet, edit.cell or str(edit.row), change]))


def undo(vault: Vault, options: argparse.Namespace) -> Outcome:
    """Take the merge of a hand-off back as a whole, after a backup."""
    need(vault, "merge")
    zone = next((zone for zone in vault.zones if vault.zone(zone).received(options.check)), None)
    if zone is None:
        raise AppError("unmerge.unknown", check=options.check)
    need(vault, "merge", zone)
    back_up_if_changed(vault, "import")
    undone = undo_merge(vault, zone, options.check, options.why)
    result: dict[str, Any] = {"check": options.check, "restored": undone.restored, "removed": undone.removed}
    return Outcome([message("work.undone", restored=undone.restored, removed=undone.removed)], result)
