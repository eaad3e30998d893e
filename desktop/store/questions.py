"""Questions of headquarters about records: asked and closed there, answered or settled by a correction in the prison.

At headquarters a question is open, sent, answered, closed; in the prison open, answered, closed. While nobody has answered,
the record is marked as queried on both sides.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desktop.registers.problems import AppError
from desktop.registers.states import DRAFT, QUERIED, SUBMITTED
from desktop.store.driver import transaction
from desktop.store.history import Event, append, now

if TYPE_CHECKING:
    from desktop.store.zone import Zone

OPEN, SENT, ANSWERED, CLOSED = "open", "sent", "answered", "closed"
WAITING = (OPEN, SENT)
# What these write about a record is no change of it.
ASKED_EVENT, ANSWERED_EVENT, CLOSED_EVENT = "queried", "answered", "question_closed"
EVENTS = (ASKED_EVENT, ANSWERED_EVENT, CLOSED_EVENT)
LONGEST_TEXT = 2000


@dataclass(frozen=True)
class Question:
    """A question about the record *number* (its *revision* then), perhaps about one *field*; the columns of its table.

    *station* and *prison* are the other side's; *carried* is the check number of the hand-off that took the answer along.
    """

    uid: str
    station: str
    prison: str
    register: str
    record: str
    number: str
    field: str | None
    revision: int
    asked: str
    asked_by: str
    asked_at: str
    state: str = OPEN
    answer: str | None = None
    answered_by: str | None = None
    answered_at: str | None = None
    carried: str | None = None


@dataclass(frozen=True)
class Answer:
    """What a prison says to the question *uid*."""

    uid: str
    text: str
    by: str
    at: str


def questions(zone: "Zone", states: Collection[str] = (), *, station: str = "", record: str = "") -> list[Question]:
    """List the questions in the order in which they came: all, or those in some *states*, of a *station*, about a *record*."""
    claims = [("station", station), ("record", record)]
    wanted = [(name, value) for name, value in claims if value]
    where = " and ".join([*(f"{name} = ?" for name, _ in wanted), "1"])
    rows = zone.select(f"select * from questions where {where} order by rowid", [value for _, value in wanted])
    return [Question(**row) for row in rows if not states or row["state"] in states]


def question(zone: "Zone", uid: str) -> Question:
    """Give one question. Raises AppError where there is none."""
    rows = zone.select("select * from questions where uid = ?", [uid])
    if not rows:
        raise AppError("question.gone")
    return Question(**rows[0])


# At headquarters


def ask(zone: "Zone", asked: Question) -> None:
    """Ask a question, marking its record. Raises AppError where it says nothing or too much."""
    _check_text(asked.asked)
    with transaction(zone.connection):
        _insert(zone, asked)


def close(zone: "Zone", uid: str, why: str | None = None) -> None:
    """Be content with what was answered, or ask no longer."""
    found = question(zone, uid)
    with transaction(zone.connection):
        _close(zone, found, why)


def mark_sent(zone: "Zone", uids: Iterable[str]) -> None:
    """Note that open questions went out with a receipt."""
    with transaction(zone.connection):
        rows = [(SENT, uid, OPEN) for uid in uids]
        zone.connection.executemany("update questions set state = ? where uid = ? and state = ?", rows)


def take_answers(zone: "Zone", prison: str, answers: Iterable[Answer]) -> None:
    """Take over inside the caller's transaction what *prison* answered; what is closed stays closed."""
    for answer in answers:
        found = zone.select("select * from questions where uid = ? and prison = ? and state != ?", (answer.uid, prison, CLOSED))
        asked = Question(**found[0]) if found else None
        if asked and (asked.answer, asked.answered_at) != (answer.text, answer.at):
            _answer(zone, asked, answer)


def close_lost(zone: "Zone") -> None:
    """Close inside the caller's transaction the questions about records that are gone with a merge taken back."""
    for register in zone.registers:
        sql = f"update questions set state = ? where register = ? and record not in (select uid from {register.table})"
        zone.connection.execute(sql, (CLOSED, register.name))


# In the prison


def take(zone: "Zone", asked: Iterable[Question], closed: Iterable[str]) -> int:
    """Take over inside the caller's transaction what headquarters asks and no longer asks; give how many were new."""
    known = {one.uid: one for one in questions(zone)}
    new = [one for one in asked if one.uid not in known]
    for one in new:
        _insert(zone, one)
    for uid in closed:
        if uid in known and known[uid].state != CLOSED:
            _close(zone, known[uid], None)
    return len(new)


def answer(zone: "Zone", uid: str, text: str) -> None:
    """Answer a question in words; they travel with the next hand-off. Raises AppError where they say nothing or too much."""
    _check_text(text)
    found = question(zone, uid)
    if found.state == CLOSED:
        raise AppError("question.closed", number=found.number)
    with transaction(zone.connection):
        _answer(zone, found, Answer(uid, text.strip(), zone.person, now()))
        zone.connection.execute("update questions set carried = null where uid = ?", (uid,))


def due_answers(zone: "Zone", carried: Mapping[str, Collection[str]]) -> list[Answer]:
    """Give the answers that headquarters does not have yet.

    A record that was corrected since and is *carried* now (register to records) answers by the reason of its correction.
    """
    confirmed = {row["check_number"] for row in zone.select("select * from sent where acknowledged_at is not null")}
    found = []
    for one in questions(zone, (OPEN, ANSWERED)):
        if one.state == ANSWERED and one.carried not in confirmed:
            found.append(Answer(one.uid, one.answer or "", one.answered_by or "", one.answered_at or ""))
        elif one.state == OPEN and one.record in carried.get(one.register, ()) and (event := _correction(zone, one)):
            found.append(Answer(one.uid, (event["why"] or "")[:LONGEST_TEXT], event["person"], event["at"]))
    return found


def mark_carried(zone: "Zone", answers: Sequence[Answer], check_number: str) -> None:
    """Note inside the caller's transaction that a hand-off took *answers* along."""
    for one in answers:
        found = question(zone, one.uid)
        if found.state == OPEN:
            _answer(zone, found, one)
        zone.connection.execute("update questions set carried = ? where uid = ?", (check_number, one.uid))


def is_corrected(zone: "Zone", asked: Question) -> bool:
    """Tell whether the record was changed since it was asked about, and is finished."""
    return _correction(zone, asked) is not None


def _correction(zone: "Zone", asked: Question) -> Mapping[str, Any] | None:
    """Give the event by which a finished record got further than the revision it was asked about."""
    record = zone.records(asked.register).stored([asked.record]).get(asked.record)
    if record is None or record.record["revision"] <= asked.revision or record.record["state"] == DRAFT:
        return None
    sql = "select * from history where uid = ? and revision = ? order by seq limit 1"
    rows = zone.select(sql, (asked.record, record.record["revision"]))
    return rows[0] if rows else None


# On both sides


def _check_text(text: str) -> None:
    if not text.strip():
        raise AppError("question.empty")
    if len(text) > LONGEST_TEXT:
        raise AppError("question.too_long", limit=LONGEST_TEXT)


def _insert(zone: "Zone", asked: Question) -> None:
    names = ", ".join(vars(asked))
    marks = ", ".join("?" * len(vars(asked)))
    zone.connection.execute(f"insert into questions ({names}) values ({marks})", list(vars(asked).values()))
    _mark(zone, asked, SUBMITTED, QUERIED, ASKED_EVENT, asked.asked)


def _answer(zone: "Zone", asked: Question, said: Answer) -> None:
    zone.connection.execute(
        "update questions set state = ?, answer = ?, answered_by = ?, answered_at = ? where uid = ?",
        (ANSWERED, said.text, said.by, said.at, asked.uid),
    )
    _mark(zone, asked, QUERIED, SUBMITTED, ANSWERED_EVENT, said.text)


def _close(zone: "Zone", asked: Question, why: str | None) -> None:
    zone.connection.execute("update questions set state = ? where uid = ?", (CLOSED, asked.uid))
    _mark(zone, asked, QUERIED, SUBMITTED, CLOSED_EVENT, why)


def _mark(zone: "Zone", asked: Question, old: str, new: str, action: str, why: str | None) -> None:
    """Write down what came to a question, and mark its record or unmark it: marked while any question waits."""
    declared = zone.definitions.registers.get(asked.register)
    record = zone.records(asked.register).stored([asked.record]).get(asked.record) if declared in zone.registers else None
    if declared is None or record is None:
        append(zone.connection, zone.person, [Event(action, changes={"number": asked.number}, why=why)])
        return
    was = record.record["state"]
    changes = {"state": [was, new]} if was == old and (new == QUERIED or not _waits(zone, asked)) else {}
    if changes:
        zone.connection.execute(f"update {declared.table} set state = ? where uid = ?", (new, asked.record))
    append(zone.connection, zone.person, [
        Event(action, asked.register, asked.record, record.record["revision"], changes, why)
    ])  # fmt: skip


def _waits(zone: "Zone", asked: Question) -> bool:
    return any(one.uid != asked.uid for one in questions(zone, WAITING, record=asked.record))
