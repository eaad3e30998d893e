"""A clock that jumps while people work: order, marks and backups must not depend on it."""

import datetime as dt
import os
import random
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from desktop.store import clock
from tests.faults import bad, oracle
from tests.faults.bad import Build, shipped
from tests.faults.bench import Bench, Tally, measured
from tests.faults.oracle import Told
from tests.faults.shim import Shim
from tests.faults.work import SCENES, Event, Work

# Middle Europe changes its clocks; in words of POSIX, since a computer may hold no list of time zones.
CHANGING_ZONE = "CET-1CEST,M3.5.0,M10.5.0/3"
WITH_CLOCK = ("save", "hand off", "back up", "people and keys")

_DAY = 24 * 3600


def jumps(bench: Bench, most: int) -> Tally:
    """Set the clock anew before every act of a scene."""
    tally = Tally("clock jumps before every act")
    with measured(tally):
        for n in range(most):
            _jump(bench, tally, WITH_CLOCK[n % len(WITH_CLOCK)], n, shipped)
        for n in range(max(8, most // 10)):
            _jump(bench, tally, "save", n, bad.trusting_the_clock)
    return tally


def _jump(bench: Bench, tally: Tally, scene: str, n: int, build: Build) -> None:
    root, told = bench.fresh(scene)
    chance = bench.chance("clock", scene, n)
    run = bench.play(root, told, partial(_work, bench.shim, scene, chance), build=build)
    bench.remember(root)
    wrong = [run.crash] if run.crash else []
    wrong += bench.ask(partial(_misdated, root, run.told.events))
    wrong += oracle.lost(root, scene, run.told)
    wrong += [f"refused: {event['why']}" for event in run.told.events if "refused" in event]
    bench.count(tally, f"{scene}, run {n}", run.told, wrong, bad=build is not shipped)


def _work(shim: Shim, scene: str, chance: random.Random, work: Work) -> None:
    os.environ["TZ"] = CHANGING_ZONE
    time.tzset()
    real = time.time()
    work.between = lambda: shim.set_clock(int(_moment(chance, real) - real))
    SCENES[scene].work(work)


def _moment(chance: random.Random, real: float) -> float:
    """Draw a moment that a clock may show: right, dead, off by years, about a change of month or of summer time."""
    today = dt.datetime.fromtimestamp(real, dt.UTC)
    midnight = today.replace(day=1, hour=0, minute=0, second=0).timestamp()
    summer = dt.datetime(today.year, 3, 29, 1, 0, tzinfo=dt.UTC).timestamp()
    moments = (
        real, real, dt.datetime(2001, 1, 1, tzinfo=dt.UTC).timestamp(), real - 20 * 365 * _DAY, real + 30 * 365 * _DAY,
        midnight - 1, midnight + 1, summer - 1, summer + 1, real - 3 * 3600, real + 46 * _DAY, real + 44 * _DAY,
    )  # fmt: skip
    return chance.choice(moments)


def _misdated(root: Path, events: list[Event]) -> list[str]:
    """Find events that are marked as doubtful and are not, or the other way round, by the rule as it is promised."""
    home = Told(events)
    with oracle._logged_in(root / "station", home) as vault:
        return [
            f"{zone}: event {seq} is {'marked' if marked else 'not marked'}"
            for zone in vault.zones
            for seq, marked in _wrongly_marked(vault.zone(zone).select("select seq, at from history order by seq"))
        ]


def _wrongly_marked(rows: list[Event]) -> Iterator[tuple[int, bool]]:
    sure: dt.datetime | None = None
    for place, row in enumerate(rows, 1):
        written, mark, _ = row["at"].partition("?")
        moment = dt.datetime.fromisoformat(written)
        doubtful = moment.date() < clock.BUILT_AFTER or (
            sure is not None and not sure - dt.timedelta(hours=1) <= moment <= sure + dt.timedelta(days=45)
        )
        if bool(mark) != doubtful or row["seq"] != place:
            yield row["seq"], bool(mark)
        sure = sure if mark else moment
