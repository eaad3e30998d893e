"""Play years of hand-offs whose sticks are lost, repeated and late, and hold headquarters against what truly happened."""

import json
import random
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from desktop.exchange.layout import STRANGERS
from desktop.exchange.merge import Choice, merge, plan_files
from desktop.exchange.planning import FilePlan
from desktop.registers.kinds import Value
from desktop.store.check import check
from desktop.store.records import Incoming
from desktop.store.vault import Vault
from tests.simulation.nation import REGISTER, ZONE, Prison, Stick, found_nation

LOST, REPEATED, LATE, RESTORED, RECEIPT_LOST = 0.2, 0.2, 0.1, 0.05, 0.2

Content = dict[tuple[str, str], Value]


@dataclass
class Played:
    """What some years came to: how often each thing happened, and what was *wrong*."""

    seed: int
    happened: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def play(seed: int, folder: Path, codes: list[str], months: int) -> Played:
    """Play *months* of the prisons called *codes*; whatever headquarters has otherwise than it should is wrong."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "post").mkdir(parents=True)
    headquarters, prisons = found_nation(folder, codes)
    years = _Years(random.Random(seed), folder, headquarters, prisons, Played(seed))
    for number in range(months):
        years.month(f"{2012 + number // 12}-{number % 12 + 1:02}")
    years.end()
    for vault in (headquarters, *(prison.vault for prison in prisons)):
        vault.close()
    return years.played


class _Years:
    """The state of the play: what is on its way, what has arrived, and what headquarters must therefore have."""

    def __init__(self, chance: random.Random, folder: Path, headquarters: Vault, prisons: list[Prison], played: Played) -> None:
        self.chance, self.folder, self.headquarters, self.played = chance, folder, headquarters, played
        self.prisons = {prison.code: prison for prison in prisons}
        self.late: list[Stick] = []
        self.arrived: dict[str, list[Stick]] = {prison.code: [] for prison in prisons}
        self.made: dict[str, dict[int, Stick]] = {prison.code: {} for prison in prisons}
        self.named: dict[str, set[int]] = {prison.code: set() for prison in prisons}
        self.expected: dict[str, Incoming] = {}
        self.last = ""

    def month(self, month: str) -> None:
        """Let every prison record and hand off, and headquarters merge what arrives."""
        arriving, self.late, self.last = self.late, [], month
        for prison in self.prisons.values():
            if prison.copies and self.chance.random() < RESTORED:
                prison.restore(self.chance)
                self.played.happened["restored"] += 1
            if self.chance.random() < 0.3:
                prison.copy(self.folder / "copies")
            prison.record(month, self.chance)
            arriving += self._sent(prison, month)
        self.chance.shuffle(arriving)
        while arriving:
            several = self.chance.randint(1, 5)
            self._take(arriving[:several])
            arriving = arriving[several:]

    def _sent(self, prison: Prison, month: str) -> list[Stick]:
        stick = prison.hand_off(month, self.folder / "post", self.chance)
        self.made[prison.code][stick.sequence] = stick
        self.played.happened["handed off"] += 1
        draw = self.chance.random()
        if draw < LOST:
            self.played.happened["lost"] += 1
            return []
        if draw < LOST + LATE:
            self.played.happened["late"] += 1
            self.late.append(stick)
            return []
        if self.chance.random() < REPEATED:
            self.played.happened["repeated"] += 1
            return [stick, stick]
        return [stick]

    # At headquarters

    def _take(self, sticks: list[Stick]) -> None:
        """Merge some files at once, as the person who drops them does, and answer by receipts of which some are lost."""
        plans = plan_files(self.headquarters, [stick.parsed for stick in sticks])
        by_check = {stick.check: stick for stick in sticks}
        settled = {
            (plan.check_number, contest.uid): Choice("arriving", "учреждению виднее")
            for plan in plans for contest in plan.contests if contest.about == "conflict"
        }  # fmt: skip
        for plan in plans:
            if plan.refused:
                self.played.wrong.append(f"{plan.name} refused: {plan.refused['en']}")
                continue
            self._judge(plan, by_check[plan.claimed])
        signed = {plan.check_number: Choice("signed", "как подписано") for plan in plans if plan.is_held}
        merge(self.headquarters, plans, signed, settled)
        for stick in by_check.values():
            if self.chance.random() >= RECEIPT_LOST:
                self._answer(stick)

    def _answer(self, stick: Stick) -> None:
        """Let a receipt arrive, unless the prison no longer knows of the hand-off since it was put back."""
        zone = self.prisons[stick.prison].vault.zone(ZONE)
        if zone.select("select 1 from sent where check_number = ?", (stick.check,)):
            zone.acknowledge(stick.check)

    def _judge(self, plan: FilePlan, stick: Stick) -> None:
        """Hold what is said of a file against what is known of its making."""
        before = self.arrived[stick.prison]
        wanted = _truth(stick, before)
        said = plan.place.state if plan.place else "none"
        self.played.happened[said] += 1
        if said != wanted:
            self.played.wrong.append(f"{plan.name} (number {stick.sequence}) is called {said}, but is {wanted}")
        signature = plan.signature.state if plan.signature else "none"
        if signature != ("edited" if stick.is_edited else "same"):
            self.played.wrong.append(f"{plan.name} is called {signature}, but was {'' if stick.is_edited else 'not '}edited")
        self.played.happened["edited"] += stick.is_edited
        if said == "gap" and plan.place:
            self.named[stick.prison] |= set(plan.place.missing)
        if said == "fork" and not self.prisons[stick.prison].restored:
            self.played.wrong.append(f"{plan.name} is called a fork, but {stick.prison} was never restored")
        if plan.rejected and not plan.contests:
            self.played.wrong.append(f"{plan.name}: {plan.rejected} rows rejected")
        before.append(stick)
        for item in stick.carried:
            self._expect(item)

    def _expect(self, item: Incoming) -> None:
        """Keep what headquarters must have: the highest revision, of two alike the one that came last."""
        known = self.expected.get(item.record["uid"])
        if known is None or item.record["revision"] >= known.record["revision"]:
            self.expected[item.record["uid"]] = item

    # In the end

    def end(self) -> None:
        """Let every prison hand off once more without any loss, and compare."""
        self._take(self.late)
        for prison in self.prisons.values():
            stick = prison.hand_off(self.last, self.folder / "post")
            self.made[prison.code][stick.sequence] = stick
            self._take([stick])
        self.played.wrong += [*self._differences(), *self._unnamed(), *self._unsound()]
        self.played.happened["records"] = len(self.expected)

    def _differences(self) -> Iterator[str]:
        there = self.headquarters.records(REGISTER).all()
        found = {item.record["uid"]: item for item in there}
        if len(found) != len(there):
            yield f"{len(there) - len(found)} records are doubled"
        yield from (f"{uid} is lost" for uid in self.expected.keys() - found.keys())
        yield from (f"{uid} is nobody's" for uid in found.keys() - self.expected.keys())
        for uid in found.keys() & self.expected.keys():
            wanted = self.expected[uid]
            if found[uid].record["prison"] != wanted.record["prison"]:
                yield f"{uid} is assigned to another prison"
            if difference := _differs(wanted, found[uid]):
                yield f"{uid} differs in {difference}"
        for prison in self.prisons.values():
            for item in prison.vault.records(REGISTER).all():
                if item.record["hand_off"] and item.record["uid"] not in found:
                    yield f"{item.record['number']} was handed off and is not there"

    def _unnamed(self) -> Iterator[str]:
        """Tell of lost sticks that no gap named, where no restored computer gave the same number twice."""
        for code, prison in self.prisons.items():
            if prison.restored:
                continue
            here = {stick.sequence for stick in self.arrived[code]}
            for number in self.made[code].keys() - here - self.named[code]:
                yield f"the hand-off {number} of {code} never came, and nobody said so"

    def _unsound(self) -> Iterator[str]:
        for vault in (self.headquarters, *(prison.vault for prison in self.prisons.values())):
            yield from (f"{vault.station.prison}: {finding.text['en']}" for finding in check(vault).findings if finding.damage)


def _truth(stick: Stick, before: list[Stick]) -> str:
    """Tell what a file is, by how the sticks that came *before* were truly made: the last hand-off each was made after."""
    if any(one.check == stick.check for one in before):
        return "duplicate"
    by_number: dict[int, list[Stick]] = {}
    for one in before:
        by_number.setdefault(one.sequence, []).append(one)
    same, parents = by_number.get(stick.sequence, []), by_number.get(stick.sequence - 1, [])
    children = by_number.get(stick.sequence + 1, [])
    is_strange = parents and all(one.check != stick.after for one in parents)
    if same or is_strange or (children and all(one.after != stick.check for one in children)):
        return "fork"
    last = max(by_number, default=0)
    if stick.sequence < last:
        return "replay"
    if stick.sequence > last + 1:
        return "gap"
    if any(one.month == stick.month and one.revision < stick.revision for one in before):
        return "replaced"
    return "next" if before else "first"


def _differs(wanted: Incoming, found: Incoming) -> str:
    one, other = _content(wanted), _content(found)
    return ", ".join(
        sorted(
            f"{table} {name}" for table, name in one.keys() | other.keys() if one.get((table, name)) != other.get((table, name))
        )
    )


def _content(item: Incoming) -> Content:
    """Give what was entered in a record, the columns that headquarters does not know among it."""
    row = dict(item.record)
    row |= _strangers(row)
    names = {"number", "revision", "passed_on", "direction", "comment", "hq_first", "hq_second"}
    content: Content = {("", name): row.get(name) for name in names}
    content[("", "is void")] = row["state"] == "VOID"
    for line in item.lines.get("loads", []):
        content |= {(line["uid"], name): line.get(name) for name in ("cargo", "weight", "pieces")}
    return content


def _strangers(row: Mapping[str, Value]) -> dict[str, Value]:
    return dict(json.loads(str(row.get("extra") or "{}")).get(STRANGERS, {}))
