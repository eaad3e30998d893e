"""How the state of a hand-off is shown and said: its sign and colour, a sentence for a cell, and all that is known of it."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import get_args

from desktop.gui.words import Words
from desktop.registers.codes import CodeList
from desktop.registers.declarations import Definitions
from desktop.store.arrivals import ARRIVED, Cell, Cells, HandOff, Mark, State, marks_of, state_of
from desktop.store.clock import shown


@dataclass(frozen=True)
class Sign:
    """A picture in a colour of the palette, and the tint of a cell that holds it."""

    picture: str
    colour: str
    tint: str = ""


SIGN_OF: dict[State | Mark, Sign] = {
    "in_time": Sign("check", "good"),
    "backlog": Sign("check", "second"),
    "doubtful": Sign("circle-help", "warning"),
    "late": Sign("clock", "warning", "warning_tint"),
    "missing": Sign("x", "error", "error_tint"),
    "awaited": Sign("ellipsis", "second"),
    "not_expected": Sign("minus", "edge"),
    "nil": Sign("circle", "second"),
    "errors": Sign("triangle-alert", "warning", "warning_tint"),
    "edited": Sign("pencil", "warning", "warning_tint"),
    "replaced": Sign("refresh-cw", "accent"),
}

# A nil report that came as it should is one sign, not two.
_GIVES_WAY: tuple[State, ...] = ("in_time", "backlog")

_SIGNATURES = ("same", "resaved", "edited", "unsigned", "damaged", "unknown_key")
_PLACES = ("first", "next", "duplicate", "gap", "replay", "fork", "replaced")


def names_of_signs() -> list[State | Mark]:
    """List the states and marks in the order of the legend; what is for rare cases has no place in it."""
    rare = ("backlog", "doubtful")
    return [name for name in (*get_args(State), *get_args(Mark)) if name not in rare]


def signs(cells: Cells) -> list[Sign]:
    """Give what is drawn in a cell: its state, and what is particular about it."""
    state, marks = state_of(cells), marks_of(cells)
    names: list[State | Mark] = [*([] if "nil" in marks and state in _GIVES_WAY else [state]), *marks]
    return [SIGN_OF[name] for name in names]


def in_words(cells: Cells, words: Words, zones: CodeList) -> str:
    """Say the state of a cell, zone by zone where there are several."""
    if len(cells) == 1:
        return _state(cells, words)
    return "; ".join(f"{words.of(zones.codes[cell.zone].label)}: {_state((cell,), words)}" for cell in cells)


def _state(cells: Cells, words: Words) -> str:
    return ", ".join(words(f"arrival_state.{name}") for name in (state_of(cells), *marks_of(cells)))


def day_in_words(day: dt.date | None) -> str:
    """Write a day as people do: 05.04.2013."""
    return f"{day:%d.%m.%Y}" if day else ""


def facts(cells: Cells, definitions: Definitions, words: Words) -> str:
    """Tell all that is known of a cell as a page of HTML."""
    prison, month = cells[0].prison, cells[0].month
    parts = [f"<h3>{escape(words.of(definitions.codes['prisons'].codes[prison].label))}<br>{escape(words.month(month))}</h3>"]
    for cell in cells:
        zone = words.of(definitions.codes["zones"].codes[cell.zone].label)
        parts.append(f"<p class='zone'>{escape(zone)}</p>")
        parts += [f"<p>{escape(sentence)}</p>" for sentence in sentences(cell, words)]
        parts += [_hand_off(hand_off, definitions, words) for hand_off in reversed(cell.hand_offs)]
    return "".join(parts)


def sentences(cell: Cell, words: Words) -> Iterator[str]:
    """Say of a cell whether it came in time, and where nothing came, what came last."""
    yield _about_time(cell, words)
    if "nil" in cell.marks:
        yield words("arrival_facts.nil")
    if cell.state in ARRIVED or cell.state == "not_expected":
        return
    if cell.last is None:
        yield words("arrival_facts.never")
        return
    at = day_in_words(cell.last.day)
    yield words("arrival_facts.last", month=words.month(cell.last.month), revision=cell.last.revision, at=at)
    if cell.last.month > cell.month:
        yield words("arrival_facts.last_is_later")


def _about_time(cell: Cell, words: Words) -> str:
    due = day_in_words(cell.due)
    if cell.state == "late" and cell.due:
        days = (min(hand_off.day for hand_off in cell.hand_offs) - cell.due).days
        return words("arrival_facts.late", due=due, n=days)
    if cell.state == "in_time" and not cell.due:
        return words("arrival_facts.in_time_anyhow")
    return words(f"arrival_facts.{cell.state}", due=due)


def _hand_off(hand_off: HandOff, definitions: Definitions, words: Words) -> str:
    rows = "".join(
        f"<tr><td class='name'>{escape(name)}</td><td>{escape(text)}</td></tr>"
        for name, text in _told(hand_off, definitions, words)
    )
    title = words("arrival_facts.hand_off", revision=hand_off.revision)
    return f"<p class='title'>{escape(title)}</p><table cellspacing='0'>{rows}</table>"


def _told(hand_off: HandOff, definitions: Definitions, words: Words) -> Iterator[tuple[str, str]]:
    yield words("arrival_facts.merged"), words("arrival_facts.merged_by", at=shown(hand_off.at), person=hand_off.person)
    counts = {name: getattr(hand_off, name) for name in ("accepted", "rejected", "blank")}
    yield words("arrival_facts.rows"), words("arrival_facts.counts", **counts)
    if hand_off.of_month is not None:
        yield words("arrival_facts.of_month"), _of_month(hand_off, definitions, words)
    for name in ("new", "doubles"):
        if number := getattr(hand_off, name):
            yield words(f"arrival_facts.{name}"), str(number)
    yield words("sheet.check"), hand_off.check_number
    if hand_off.signature:
        yield words("arrival_facts.signature"), _named("arrival_signature", hand_off.signature, _SIGNATURES, words)
    if hand_off.place:
        yield words("arrival_facts.place"), _named("arrival_place", hand_off.place, _PLACES, words)
    yield words("merge_page.file"), hand_off.file


def _of_month(hand_off: HandOff, definitions: Definitions, words: Words) -> str:
    """Count the records of the month by register; a register that an update took away goes by its name."""
    counted = [(name, number) for name, number in (hand_off.of_month or {}).items() if number]
    registers = definitions.registers
    return ", ".join(f"{words.of(registers[name].label) if name in registers else name}: {n}" for name, n in counted) or words(
        "arrival_facts.none_of_month"
    )


def _named(group: str, name: str, known: Sequence[str], words: Words) -> str:
    """Say a state in words; one that only a newer program knows as it is."""
    return words(f"{group}.{name}") if name in known else name
