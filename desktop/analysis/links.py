"""Who appears with whom: the persons and prisons that the records of a register connect, and how well that is known.

Persons are the same where they have the same code. A name without a code only may be the same person, and only within a
prison: names never leave it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Any, Literal

from desktop.analysis.counting import Period
from desktop.registers.folding import fold, look, sort_key
from desktop.registers.register import Register
from desktop.registers.rules import Row
from desktop.store.zone import Zone

Sort = Literal["code", "name", "prison"]


@dataclass(frozen=True)
class Subject:
    """Somebody, or a prison, that records speak of.

    *text* is the code, the prison's code, or of who has neither only a number in the list; *name* is what the records call
    the person, *perhaps* the code of who is called the same.
    """

    sort: Sort
    text: str
    name: str = ""
    perhaps: str = ""


@dataclass(frozen=True)
class Link:
    """Two subjects that appear together: in which records, with how many statements, how well known, and when last.

    *grades* holds the best grade of each scheme, the code of the scheme first; no grade is converted to another scheme.
    """

    first: Subject
    second: Subject
    uids: tuple[str, ...]
    statements: int
    grades: tuple[tuple[str, str], ...]
    last: str


@dataclass(frozen=True)
class Wish:
    """Which records are looked at: those of the months and the prison, and which links of them: those of who is *sought*."""

    period: Period = field(default_factory=Period)
    prison: str = ""
    sought: str = ""
    with_prisons: bool = True


@dataclass(frozen=True)
class Web:
    """The links of a register, those of the most statements first, and in how many records each subject appears."""

    links: tuple[Link, ...]
    appearances: Mapping[Subject, int]


def web_of(zone: Zone, register: Register, wish: Wish) -> Web:
    """Connect who appears in the finished records of *register* that *wish* asks for, which declares its links."""
    return _Weaver(zone, register, wish).web()


def records_of(zone: Zone, register: Register, link: Link) -> list[Row]:
    """List the records of a link, the newest first: uid, number, prison and day."""
    marks = ", ".join("?" * len(link.uids))
    return zone.select(
        f'select uid, number, prison, "{register.counts_on}" as day from {register.table}'
        f" where uid in ({marks}) order by day desc, number",
        link.uids,
    )


class _Weaver:
    """Reads the records once and connects their subjects."""

    def __init__(self, zone: Zone, register: Register, wish: Wish) -> None:
        assert register.links is not None  # noqa: S101 - only a register that declares links is asked
        self.zone, self.register, self.links, self.wish = zone, register, register.links, wish
        self.codes = zone.definitions.codes

    def web(self) -> Web:
        found: dict[tuple[Subject, Subject], list[str]] = defaultdict(list)
        appearances: dict[Subject, list[str]] = defaultdict(list)
        days: dict[str, str] = {}
        for uid, day, subjects in self._of_records():
            days[uid] = day
            for subject in subjects:
                appearances[subject].append(uid)
            for pair in combinations(sorted(subjects, key=_order), 2):
                found[pair].append(uid)
        graded = self._statements()
        links = [self._link(pair, uids, days, graded) for pair, uids in found.items() if self._is_sought(pair)]
        links.sort(key=lambda link: (-link.statements, -len(link.uids), _order(link.first), _order(link.second)))
        return Web(tuple(links), {subject: len(uids) for subject, uids in appearances.items()})

    # Who appears

    def _of_records(self) -> Iterable[tuple[str, str, set[Subject]]]:
        """Give the records that connect anybody, with their days and those who appear in them."""
        lines = self.register.lines_by_name[self.links.lines]
        columns = f'l."{self.links.code}" as code, l."{self.links.name}" as name, l."{self.links.prison}" as place'
        rows = self.zone.select(
            f'select r.uid, r.prison, r."{self.register.counts_on}" as day, {columns} from {self.register.table} as r'
            f" join {lines.table} as l on l.record = r.uid where {self._wanted} order by day, r.id, l.position",
            self._values,
        )
        subjects = self._subjects(rows)
        of_record: dict[str, tuple[str, set[Subject]]] = {}
        for row, own in zip(rows, subjects, strict=True):
            of_record.setdefault(row["uid"], (row["day"], set()))[1].update(own)
        return [(uid, day, found) for uid, (day, found) in of_record.items()]

    def _subjects(self, rows: Sequence[Mapping[str, Any]]) -> list[list[Subject]]:
        """Tell whom each row names: who has a code first, for others may be the same."""
        by_code: dict[str, Subject] = {}
        called: dict[tuple[str, str], str] = {}
        for row in rows:
            if row["code"]:
                before = by_code.get(look(row["code"].upper()), Subject("code", row["code"]))
                by_code[look(row["code"].upper())] = Subject("code", before.text, before.name or row["name"] or "")
            if row["code"] and row["name"]:
                called.setdefault((row["prison"], fold(row["name"])), row["code"])
        by_name: dict[tuple[str, str], Subject] = {}
        found = []
        for row in rows:
            own = [Subject("prison", row["place"])] if row["place"] and self.wish.with_prisons else []
            if row["code"]:
                own.append(by_code[look(row["code"].upper())])
            elif row["name"]:
                key = (row["prison"], fold(row["name"]))
                own.append(by_name.setdefault(key, Subject("name", str(len(by_name) + 1), row["name"], called.get(key, ""))))
            found.append(own)
        return found

    def _is_sought(self, pair: tuple[Subject, Subject]) -> bool:
        sought = fold(self.wish.sought)
        return not sought or any(sought in fold(text) for subject in pair for text in self._said(subject))

    def _said(self, subject: Subject) -> Iterable[str]:
        yield subject.text if subject.sort != "name" else ""
        yield subject.name
        if subject.sort == "prison" and (row := self.codes["prisons"].codes.get(subject.text)):
            yield from row.label.values()

    # How well it is known

    def _statements(self) -> dict[str, list[tuple[str, ...]]]:
        """Give of each record the grades of its statements, the scheme first."""
        lines = self.register.lines_by_name[self.links.graded]
        columns = ", ".join(f'l."{name}"' for name in (self.links.scheme, *self.links.gradings))
        rows = self.zone.select(
            f"select r.uid, {columns} from {self.register.table} as r join {lines.table} as l on l.record = r.uid"
            f" where {self._wanted}",
            self._values,
        )
        found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for row in rows:
            found[row["uid"]].append(tuple(row[name] or "" for name in (self.links.scheme, *self.links.gradings)))
        return found

    def _link(self, pair: tuple[Subject, Subject], uids: list[str], days: Mapping[str, str], graded: Mapping[str, Any]) -> Link:
        grades = [grade for uid in uids for grade in graded.get(uid, ())]
        best: dict[str, tuple[str, ...]] = {}
        for scheme, *parts in grades:
            best[scheme] = min(best.get(scheme, tuple(parts)), tuple(parts), key=self._rank)
        told = tuple((scheme, self._brief(scheme, best[scheme])) for scheme in sorted(best, key=self._place_of_scheme))
        return Link(*pair, tuple(uids), len(grades), told, max(days[uid] for uid in uids))

    def _rank(self, parts: Sequence[str]) -> tuple[int, ...]:
        """Give the place of a grade: each part as its code list has it, the best first; what is known weighs before who says."""
        return tuple(
            self._places[name].get(part, 999) for name, part in zip(reversed(self.links.gradings), reversed(parts), strict=True)
        )

    @cached_property
    def _places(self) -> dict[str, dict[str, int]]:
        graded = self.register.lines_by_name[self.links.graded].by_name
        lists = {name: self.codes[graded[name].codes].codes for name in self.links.gradings}
        return {name: {code: place for place, code in enumerate(codes)} for name, codes in lists.items()}

    def _place_of_scheme(self, scheme: str) -> int:
        scheme_field = self.register.lines_by_name[self.links.graded].by_name[self.links.scheme]
        schemes = list(self.codes[scheme_field.codes].codes)
        return schemes.index(scheme) if scheme in schemes else len(schemes)

    @staticmethod
    def _brief(scheme: str, parts: Sequence[str]) -> str:
        """Write a grade as analysts do: B2. Codes of a scheme begin with its own."""
        return "".join(part.removeprefix(f"{scheme}-") for part in parts)

    # Which records

    @property
    def _wanted(self) -> str:
        counting = [code for code, row in self.codes["record_states"].codes.items() if row.column("counts") == "1"]
        states = ", ".join(f"'{code}'" for code in counting)
        own = " and r.prison = ?" if self.wish.prison else ""
        return f"r.state in ({states}) and r.month between ? and ?{own}"

    @property
    def _values(self) -> list[str]:
        return [*self.wish.period.limits, *([self.wish.prison] if self.wish.prison else [])]


def _order(subject: Subject) -> tuple[bool, bool, tuple[Any, ...] | str]:
    """Put persons before prisons, who has a code before who has none, in the order of their alphabet."""
    return (
        subject.sort == "prison",
        subject.sort == "name",
        sort_key(subject.text.rjust(6, "0") if subject.sort == "name" else subject.text),
    )
