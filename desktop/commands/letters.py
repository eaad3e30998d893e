"""Receipts and questions on the command line: written at headquarters, read and answered in the prison."""

import argparse
from collections.abc import Mapping
from typing import Any

from desktop.commands.outcome import DONE, REFUSED, Outcome, need
from desktop.exchange import questions as asking
from desktop.exchange import receipts
from desktop.registers.labels import Label
from desktop.registers.messages import message
from desktop.registers.problems import AppError
from desktop.store import questions as kept
from desktop.store.questions import Question
from desktop.store.vault import Vault


def write_receipts(vault: Vault, options: argparse.Namespace) -> Outcome:
    """Write a receipt for every prison that has something new to hear of, with the questions to it."""
    need(vault, "merge")
    zones = [zone for zone in vault.zones if vault.may("merge", zone)]
    for zone in zones:
        asking.ask_pending(vault, zone)
    paths = [path for zone in zones for path in receipts.write_receipts(vault, zone, options.out)]
    lines = [Label.same(path.name) for path in paths] or [message("work.no_receipts")]
    return Outcome(lines, {"files": [str(path) for path in paths]})


def read_receipts(vault: Vault, options: argparse.Namespace) -> Outcome:
    """Read the receipts on a stick: what headquarters has is not handed off again."""
    need(vault, "hand_off")
    taken, refused = receipts.read_receipts(vault, options.files)
    lines = [message("work.receipt_read", zone=_label(vault, one.zone), n=one.records, asked=one.asked) for one in taken]
    told = [{"zone": one.zone, "state": one.state, "records": one.records, "asked": one.asked, "unknown": [*one.unknown]}
            for one in taken]  # fmt: skip
    lines += [error.text for error in refused]
    said = [error.text[options.language or vault.station.language] for error in refused]
    return Outcome(lines, {"receipts": told, "refused": said}, REFUSED if refused else DONE)


def list_questions(vault: Vault, options: argparse.Namespace) -> Outcome:
    """List the questions of the open zones with their answers; without *all* those that still wait."""
    need(vault, "merge" if vault.station.is_headquarters else "hand_off")
    found = [(zone, one) for zone in vault.zones for one in kept.questions(vault.zone(zone))]
    found = [(zone, one) for zone, one in found if options.all or one.answer is None]
    lines = [Label.same("   ".join(filter(None, [one.uid, one.prison, one.number, one.asked, one.answer]))) for _, one in found]
    return Outcome(lines, {"questions": [_told(zone, one) for zone, one in found]})


def _told(zone: str, one: Question) -> Mapping[str, Any]:
    return {"zone": zone} | {name: getattr(one, name) for name in ("uid", "prison", "register", "number", "field", "asked",
                                                                   "state", "answer")}  # fmt: skip


def ask(vault: Vault, options: argparse.Namespace) -> Outcome:
    """Ask the prison of a merged record about it."""
    uid = record_called(vault, options.name, options.number)
    need(vault, "merge", vault.definitions.registers[options.name].zone)
    asked = asking.ask(vault, options.name, uid, options.text, options.field)
    return Outcome([message("work.asked", number=asked.number, prison=asked.prison)], {"uid": asked.uid})


def answer(vault: Vault, options: argparse.Namespace) -> Outcome:
    """Answer a question of headquarters; the answer goes with the next hand-off."""
    need(vault, "hand_off")
    for zone in vault.zones:
        opened = vault.zone(zone)
        if any(one.uid == options.uid for one in kept.questions(opened)):
            kept.answer(opened, options.uid, options.text)
            return Outcome([message("work.answered")], {"uid": options.uid})
    raise AppError("question.gone")


def close_question(vault: Vault, options: argparse.Namespace) -> Outcome:
    """Be content with the answer to a question, or ask no longer."""
    zone, found = _own_question(vault, options.uid)
    kept.close(vault.zone(zone), found.uid)
    return Outcome([message("work.question_closed", number=found.number)], {"uid": found.uid})


def ask_again(vault: Vault, options: argparse.Namespace) -> Outcome:
    """Ask once more where the answer does not satisfy; the question before it is closed."""
    zone, found = _own_question(vault, options.uid)
    asked = asking.ask_again(vault, zone, found.uid, options.text)
    return Outcome([message("work.asked", number=asked.number, prison=asked.prison)], {"uid": asked.uid, "closed": found.uid})


def _own_question(vault: Vault, uid: str) -> tuple[str, Question]:
    """Find a question that headquarters still has open in a zone this person merges. Raises AppError."""
    need(vault, "merge")
    found = [(name, one) for name in vault.zones if vault.may("merge", name) for one in kept.questions(vault.zone(name))]
    for zone, one in found:
        if one.uid == uid and one.state == kept.CLOSED:
            raise AppError("question.closed", number=one.number)
        if one.uid == uid:
            return zone, one
    raise AppError("question.gone")


def history(vault: Vault, options: argparse.Namespace) -> Outcome:
    """Tell the history of one record, oldest first, and note that it was looked at where that is noted."""
    uid = record_called(vault, options.name, options.number)
    zone = vault.zone(vault.definitions.registers[options.name].zone)
    vault.records(options.name).viewed(uid)
    language = options.language or vault.station.language
    entries = zone.history_of(uid, language)
    lines, told = [], []
    for one in entries:
        changes = [{"label": d.label, "old": d.old, "new": d.new, "lines": d.lines, "line": d.line} for d in one.differences]
        lines.append(Label.same("   ".join(filter(None, [one.at, one.person, one.label, one.why]))))
        lines += [Label.same(f"      {d.label}: {d.old or '—'} → {d.new or '—'}") for d in one.differences]
        told.append({"at": one.at, "person": one.person, "action": one.action, "revision": one.revision, "why": one.why,
                     "in_doubt": one.in_doubt, "changes": changes})  # fmt: skip
    return Outcome(lines, {"uid": uid, "events": told})


def record_called(vault: Vault, name: str, number: str) -> str:
    """Find the record *number* of the register *name*. Raises AppError where either is not here."""
    registers = vault.definitions.registers
    if name not in registers:
        raise AppError("cli.unknown_register", name=name, names=", ".join(registers))
    sql = f"select uid from {registers[name].table} where number = ?"
    if found := vault.zone(registers[name].zone).select(sql, (number,)):
        return str(found[0]["uid"])
    raise AppError("table.no_record", number=number)


def _label(vault: Vault, zone: str) -> Label:
    return vault.definitions.codes["zones"].codes[zone].label
