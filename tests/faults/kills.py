"""A process that is killed: at every k-th call that changes the disk, at a random moment, and again while it recovers."""

from collections.abc import Iterator
from functools import partial

from tests.faults import bad
from tests.faults.bad import Build, shipped
from tests.faults.bench import Bench, Run, Tally, measured
from tests.faults.shim import CHANGES, KILL, KILL_HALFWAY
from tests.faults.work import SCENES, Work

# Seconds that the longest scene takes; a random moment is one of them.
LONGEST = 0.15


def at_calls(bench: Bench, most: int) -> Tally:
    """Kill about *most* processes, each at another call that changes the disk, in every scene alike."""
    tally = Tally("SIGKILL at the n-th call that changes the disk")
    with measured(tally):
        for scene, at in _steps(bench, most):
            _kill(bench, tally, scene, at, shipped if at % 3 else bad.spilling)
        few = max(12, most // 40)
        for scene, build in (("save", bad.without_journal), ("people and keys", bad.writing_in_place)):
            calls = bench.calls(scene, CHANGES, build)
            for at in range(calls // few // 2 + 1, calls, max(1, calls // few)):
                _kill(bench, tally, scene, at, build)
    return tally


def _steps(bench: Bench, most: int) -> Iterator[tuple[str, int]]:
    """Spread *most* kills over the calls of all scenes."""
    counted = {scene: bench.calls(scene, CHANGES) for scene in SCENES}
    stride = max(1, sum(counted.values()) // most)
    for scene, calls in counted.items():
        first = bench.chance("kills", scene).randrange(min(stride, calls)) + 1
        yield from ((scene, at) for at in range(first, calls + 1, stride))


def _kill(bench: Bench, tally: Tally, scene: str, at: int, build: Build) -> None:
    act = KILL_HALFWAY if at % 2 else KILL
    root, run = bench.run(scene, lambda shim: shim.arm(act, CHANGES, at), build=build)
    is_bad = build not in (shipped, bad.spilling)
    _judge(bench, tally, root, run, scene, f"call {at}", is_bad=is_bad)


def _judge(bench: Bench, tally: Tally, root, run: Run, scene: str, what: str, *, is_bad: bool = False) -> None:
    wrong = [run.crash] if run.crash and not is_bad else []
    at_risk = run.was_killed and bool(run.told.doubtful)
    bench.judge(tally, root, scene, run.told, what, bad=is_bad, at_risk=at_risk, wrong=wrong)


def at_random(bench: Bench, most: int) -> Tally:
    """Kill *most* processes in the midst of their work, wherever that happens to be."""
    tally, chance, names = Tally("SIGKILL at a random moment"), bench.chance("moments"), list(SCENES)
    with measured(tally):
        for n in range(most):
            scene = names[n % len(names)]
            root, run = bench.run(scene, after=chance.uniform(0, LONGEST))
            _judge(bench, tally, root, run, scene, f"moment {n}")
        for n in range(max(10, most // 10)):
            root, run = bench.run("save", after=chance.uniform(0, LONGEST / 2), build=bad.committing_later)
            _judge(bench, tally, root, run, "save", f"moment {n}", is_bad=True)
    return tally


def twice(bench: Bench, most: int) -> Tally:
    """Kill *most* processes, and the next one as well while it puts right what the first one left."""
    tally, chance, names = Tally("SIGKILL again while recovering"), bench.chance("twice"), list(SCENES)
    with measured(tally):
        for n in range(most):
            _kill_twice(bench, tally, names[n % len(names)], chance.random(), chance.randrange(1, 40), shipped)
        for _ in range(max(5, most // 10)):
            _kill_twice(bench, tally, "save", chance.random(), chance.randrange(1, 40), bad.without_journal)
    return tally


def _kill_twice(bench: Bench, tally: Tally, scene: str, where: float, then: int, build: Build) -> None:
    at = 1 + int(where * bench.calls(scene, CHANGES, build))
    root, run = bench.run(scene, lambda shim: shim.arm(KILL_HALFWAY, CHANGES, at), build=build)
    second = bench.play(root, run.told.events, partial(_recover, scene), lambda shim: shim.arm(KILL, CHANGES, then))
    what = f"call {at}, then {then}"
    bench.judge(tally, root, scene, run.told, what, bad=build is not shipped, at_risk=second.was_killed)


def _recover(scene: str, work: Work) -> None:
    """Do what the next person does: open everything, and finish what was broken off."""
    SCENES[scene].again(work)
    for name in SCENES[scene].folders:
        if name != "stick":
            with work.open(work.root / name) as vault:
                for zone in vault.zones:
                    vault.zone(zone)
