"""Tell the place of a hand-off in the sequence of its station: what is missing, repeated, or comes from a second copy."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from desktop.exchange.claims import Claims
from desktop.registers.labels import LANGUAGES, Label
from desktop.registers.messages import message

PlaceName = Literal["first", "next", "duplicate", "gap", "replay", "fork", "replaced"]

# A file merged or planned before: the columns of `received` that matter here.
Earlier = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """The place of a file in its sequence, the sentence on it, and the numbers of the hand-offs that never came."""

    state: PlaceName
    said: Label
    missing: tuple[int, ...] = ()


def place_of(claims: Claims, check_number: str, earlier: Sequence[Earlier], enrolled: Collection[str]) -> Place:
    """Tell the place of the hand-off that *claims* describe among those *earlier* of its prison, merged or planned.

    *enrolled* names the stations of the prison whose keys headquarters has.
    """
    if twin := _twin(claims, check_number, earlier):
        return _duplicate(twin, check_number)
    if claims.is_by_hand:
        return Place("first", message("place.by_hand"))
    own = [row for row in earlier if row["station"] == claims.station]
    others = [row for row in earlier if row["station"] not in (claims.station, "") and row["sequence"]]
    if not own and others and claims.station not in enrolled:
        return Place("fork", message("place.fork_station", file=others[-1]["file"]))
    return _fork(claims, own) or _in_sequence(claims, own)


def _twin(claims: Claims, check_number: str, earlier: Sequence[Earlier]) -> Earlier | None:
    """Find the same hand-off, perhaps edited: merged or planned before under its own check number."""
    made_as = {check_number, claims.check} - {""}
    return next((row for row in earlier if {row["check_number"], row["claimed"]} & made_as), None)


def _duplicate(twin: Earlier, check_number: str) -> Place:
    name = "duplicate" if twin["check_number"] == check_number else "duplicate_edited"
    return Place("duplicate", message(f"place.{name}", file=twin["file"]))


def _fork(claims: Claims, own: Sequence[Earlier]) -> Place | None:
    """Tell whether two histories of one station have come: then two copies of it work, or it was restored."""
    n = claims.sequence
    if rival := _at(own, n):
        return Place("fork", message("place.fork_same", n=n, file=rival[0]["file"]))
    before, after = _at(own, n - 1), _at(own, n + 1)
    if before and claims.previous not in {row["claimed"] or row["check_number"] for row in before}:
        return Place("fork", message("place.fork_previous", before=n - 1, file=before[0]["file"]))
    if after and claims.check and all(row["previous"] not in ("", claims.check) for row in after):
        return Place("fork", message("place.fork_next", after=n + 1, file=after[0]["file"]))
    return None


def _at(own: Sequence[Earlier], sequence: int) -> list[Earlier]:
    return [row for row in own if row["sequence"] == sequence]


def _in_sequence(claims: Claims, own: Sequence[Earlier]) -> Place:
    last = max((row["sequence"] for row in own), default=0)
    if claims.sequence < last:
        return Place("replay", message("place.replay", own=claims.sequence, last=last))
    if missing := tuple(range(last + 1, claims.sequence)):
        return Place("gap", message("place.gap", missing=_in_words(missing), n=len(missing)), missing)
    lower = [row for row in own if row["month"] == claims.month and row["revision"] < claims.revision]
    if lower:
        newest = max(row["revision"] for row in lower)
        return Place("replaced", message("place.replaced", revision=claims.revision, old=newest))
    return Place("next", message("place.next", before=last)) if own else Place("first", message("place.first"))


def _in_words(numbers: Sequence[int]) -> Label:
    """Write whole numbers that follow on each other: 3, or 3–7."""
    text = str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"
    return Label(dict.fromkeys(LANGUAGES, text))
