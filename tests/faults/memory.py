"""A process that gets no more memory: it may die, but must not say that it saved what it did not."""

from functools import partial
from pathlib import Path

from tests.faults import bad
from tests.faults.bad import shipped
from tests.faults.bench import Bench, Tally, measured
from tests.faults.work import SCENES, Work

_PAGE = 4096
# Bytes that are left to a scene: none at all, to about as much as it needs.
MOST = 6 << 20


def shortages(bench: Bench, most: int) -> Tally:
    """Let a scene have a little more memory than none."""
    tally, names = Tally("out of memory"), list(SCENES)
    with measured(tally):
        for n in range(most):
            scene, build = names[n % len(names)], shipped
            _starve(bench, tally, scene, n, build)
        for n in range(max(20, most // 10)):
            _starve(bench, tally, "save", n, bad.committing_later)
    return tally


def _starve(bench: Bench, tally: Tally, scene: str, n: int, build) -> None:
    room = bench.chance("memory", scene, n).randrange(MOST)
    root, told = bench.fresh(scene)
    run = bench.play(root, told, partial(_work, scene, room), build=build)
    is_bad = build is not shipped
    bench.judge(
        tally, root, scene, run.told, f"{room} bytes", bad=is_bad, at_risk=bool(run.crash or run.told.doubtful)
    )  # fmt: skip


def _work(scene: str, room: int, work: Work) -> None:
    import resource

    used = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * _PAGE
    resource.setrlimit(resource.RLIMIT_AS, (used, used))
    # What the process freed before would do for most scenes: it is taken first.
    taken = [piece for size in (1 << 20, 1 << 16, 1 << 12) for piece in _all_there_is(size)]
    freed = 0
    while taken and freed < room:
        freed += len(taken.pop())
    SCENES[scene].work(work)


def _all_there_is(size: int) -> list[bytearray]:
    found: list[bytearray] = []
    try:
        while True:
            found.append(bytearray(size))
    except MemoryError:
        return found
