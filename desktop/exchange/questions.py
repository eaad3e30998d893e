"""Questions about records on their way: from headquarters with a receipt, and their answers back with a hand-off.

An answer is a line of `_meta`, so the station's signature covers it, and nothing but the program ever shows it.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress

from desktop.registers.problems import AppError
from desktop.store import questions, station_keys
from desktop.store.history import now
from desktop.store.questions import LONGEST_TEXT, Answer, Question
from desktop.store.received import PendingQuestion, pending_questions, received
from desktop.store.records import new_uid
from desktop.store.vault import Vault
from desktop.store.zone import Zone

_KEY = "answer."

# What of a question travels; the state of things is each side's own.
TOLD = ("uid", "register", "record", "number", "field", "revision", "asked", "asked_by", "asked_at")


def ask(vault: Vault, register: str, uid: str, text: str, field: str | None = None) -> Question:
    """Ask the prison of a merged record about it, or about one *field* of it; it goes with the next receipt. Raises AppError."""
    zone = vault.zone(vault.definitions.registers[register].zone)
    record, _ = zone.records(register).read(uid)
    if not vault.station.is_headquarters or record["prison"] == vault.station.prison:
        raise AppError("question.own_record", number=record["number"])
    files = received(zone, record["hand_off"] or "")
    station = files[-1]["station"] if record["hand_off"] and files else ""
    asked = Question(
        new_uid(), station or _station_of(zone, record["prison"]), record["prison"], register, uid, record["number"], field,
        record["revision"], text.strip(), zone.person, now(),
    )  # fmt: skip
    questions.ask(zone, asked)
    return asked


def ask_again(vault: Vault, zone: str, uid: str, text: str) -> Question:
    """Close a question whose answer does not satisfy, and ask another about the same. Raises AppError."""
    before = questions.question(vault.zone(zone), uid)
    asked = ask(vault, before.register, before.record, text, before.field)
    questions.close(vault.zone(zone), uid)
    return asked


def ask_pending(vault: Vault, zone: str) -> int:
    """Ask what decisions of merges left to be asked, in the language of this station; give how many there were."""
    opened, pending = vault.zone(zone), pending_questions(vault.zone(zone))
    for one in pending:
        questions.ask(opened, _pending(opened, one, one.text[vault.station.language]))
    return len(pending)


def _pending(zone: Zone, one: PendingQuestion, text: str) -> Question:
    station = one.station or _station_of(zone, one.prison)
    return Question(
        one.uid, station, one.prison, one.register, one.record, one.number, None, one.revision, text, zone.person, now()
    )


def _station_of(zone: Zone, prison: str) -> str:
    """Give the station of a prison that is enrolled, "" for none: then the question waits until one is."""
    return next((one.station for one in station_keys.partners(zone) if one.prison == prison and not one.retired), "")


# As they travel


def told(asked: Iterable[Question]) -> list[dict[str, object]]:
    """Write questions down for a receipt."""
    return [{name: getattr(one, name) for name in TOLD} for one in asked]


def read_told(found: Mapping[str, object], station: str, prison: str) -> Question:
    """Read a question of a receipt. Raises KeyError, TypeError or ValueError where it is not as it should be."""
    uid, register, record, number, asked, by, at = (
        str(found[name]) for name in ("uid", "register", "record", "number", "asked", "asked_by", "asked_at")
    )
    field = None if found["field"] is None else str(found["field"])
    return Question(uid, station, prison, register, record, number, field, int(str(found["revision"])), asked, by, at)


def lines_of(answers: Iterable[Answer]) -> dict[str, str]:
    """Give what `_meta` of a hand-off says of *answers*."""
    return {
        f"{_KEY}{one.uid}": json.dumps({"text": one.text, "by": one.by, "at": one.at}, ensure_ascii=False) for one in answers
    }


def read_lines(meta: Mapping[str, str]) -> tuple[Answer, ...]:
    """Read the answers of a hand-off; a line that is none is passed over."""
    found = []
    for key, line in meta.items():
        if key.startswith(_KEY):
            with suppress(ValueError, KeyError, TypeError):
                said = json.loads(line)
                text = str(said["text"])[:LONGEST_TEXT]
                found.append(Answer(key.removeprefix(_KEY), text, str(said["by"]), str(said["at"])))
    return tuple(found)
