"""A disk that is full, fails, vanishes or lies, while the program goes on."""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults import bad
from tests.faults.bad import Build, shipped
from tests.faults.bench import Bench, Run, Tally, measured
from tests.faults.shim import CHANGES, EVERYTHING, FAIL, FAIL_ON, LIE
from tests.faults.work import SCENES

ERRORS = (errno.EIO, errno.ENOSPC, errno.EACCES, errno.EBUSY, errno.ENODEV)
# What the system says of a stick that was pulled out, or that is locked.
GONE = (errno.ENODEV, errno.EIO, errno.EROFS)
WITH_STICK = ("hand off", "back up")

_PLENTY = 1 << 40
_IMAGE_MEGABYTES = 12


def _judge(bench: Bench, tally: Tally, root: Path, run: Run, scene: str, what: str, build: Build) -> None:
    """Ask the oracle; a failure that the program had no sentence for is a finding as well."""
    is_bad = build is not shipped
    wrong = [f"said in no sentence: {run.crash}"] if run.crash and not is_bad else []
    at_risk = run.struck or bool(run.told.doubtful)
    bench.judge(tally, root, scene, run.told, what, bad=is_bad, at_risk=at_risk, wrong=wrong)


def failing(bench: Bench, most: int) -> Tally:
    """Let the n-th call of all that touch the disk fail, once or from then on."""
    tally = Tally("I/O error at the n-th call")
    with measured(tally):
        stride = max(1, sum(bench.calls(scene, EVERYTHING) for scene in SCENES) // most)
        for scene in SCENES:
            calls = bench.calls(scene, EVERYTHING)
            for at in range(bench.chance("failing", scene).randrange(min(stride, calls)) + 1, calls + 1, stride):
                _fail(bench, tally, scene, at, shipped)
        calls = bench.calls("save", CHANGES)
        for at in range(1, calls, max(1, calls // 12)):
            _fail(bench, tally, "save", at, bad.taking_failures_for_success)
    return tally


def _fail(bench: Bench, tally: Tally, scene: str, at: int, build: Build) -> None:
    act, error = FAIL_ON if at % 2 else FAIL, ERRORS[at % len(ERRORS)]
    root, run = bench.run(scene, lambda shim: shim.arm(act, EVERYTHING, at, error), build=build)
    always = " and all after" if act == FAIL_ON else ""
    _judge(bench, tally, root, run, scene, f"{errno.errorcode[error]} at call {at}{always}", build)


def full(bench: Bench, most: int) -> Tally:
    """Leave room for so many bytes and no more, to the byte."""
    tally = Tally("disk full, to the byte")
    with measured(tally):
        for n, scene in enumerate(list(SCENES) * (most // len(SCENES) + 1)):
            if n < most:
                _fill(bench, tally, scene, n, shipped)
        for n in range(max(10, most // 20)):
            _fill(bench, tally, "save", n, bad.taking_failures_for_success)
    return tally


def _fill(bench: Bench, tally: Tally, scene: str, n: int, build: Build) -> None:
    chance = bench.chance("full", scene, n)
    room = chance.randrange(_growth(bench, scene))
    root, run = bench.run(scene, lambda shim: shim.leave_room(room), build=build)
    _judge(bench, tally, root, run, scene, f"room for {room} bytes", build)


def _growth(bench: Bench, scene: str) -> int:
    """Tell how many bytes a scene adds to the disk at its end, which it needs at the least."""
    if scene not in bench.growth:
        _, run = bench.run(scene, lambda shim: shim.leave_room(_PLENTY))
        bench.growth[scene] = max(4096, _PLENTY - run.room_left)
    return bench.growth[scene]


def full_for_real(bench: Bench, most: int) -> Tally:
    """Fill a small file system of its own to the last blocks."""
    tally = Tally("disk full, ext4 of 12 MB")
    with measured(tally), _small_disk(bench) as disk:
        if disk is None:
            tally.not_here = "needs root and a loop device"
            return tally
        for n in range(most):
            _fill_for_real(bench, tally, disk, list(SCENES)[n % len(SCENES)], n, shipped)
        for n in range(max(10, most // 10)):
            _fill_for_real(bench, tally, disk, "save", n, bad.taking_failures_for_success)
    return tally


@contextmanager
def _small_disk(bench: Bench) -> Iterator[Path | None]:
    image, disk = bench.folder / "image", bench.folder / "small"
    with image.open("wb") as file:
        file.truncate(_IMAGE_MEGABYTES << 20)
    disk.mkdir()
    commands = (["mkfs.ext4", "-q", "-F", "-m", "0", "-O", "^has_journal", image], ["mount", "-o", "loop", image, disk])
    is_there = hasattr(os, "geteuid") and os.geteuid() == 0 and all(map(shutil.which, ("mkfs.ext4", "mount")))
    is_there = is_there and all(subprocess.run(one, check=False, capture_output=True).returncode == 0 for one in commands)
    try:
        yield disk if is_there else None
    finally:
        if is_there:
            subprocess.run(["umount", disk], check=True)


def _fill_for_real(bench: Bench, tally: Tally, disk: Path, scene: str, n: int, build: Build) -> None:
    told = bench.told_before(scene)
    root, filler = disk / "tried", disk / "filler"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(bench.folder / "start" / scene, root)
    leaves = bench.chance("real", scene, n).randrange(_growth(bench, scene))
    space = os.statvfs(disk)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, space.f_bavail * space.f_frsize - leaves))
    run = bench.play(root, told, SCENES[scene].work, build=build)
    filler.unlink()
    _judge(bench, tally, root, run, scene, f"room for {leaves} bytes", build)


def stick(bench: Bench, most: int) -> Tally:
    """Pull the stick out, lock it, or let it take what it never keeps, at the n-th call that touches it."""
    tally = Tally("stick that is gone, locked or lies")
    with measured(tally):
        for n in range(most):
            _spoil(bench, tally, WITH_STICK[n % len(WITH_STICK)], n, shipped)
        for n in range(max(6, most // 20)):
            _spoil(bench, tally, "hand off", 3 * n + 2, bad.not_reading_back)
    return tally


def _spoil(bench: Bench, tally: Tally, scene: str, n: int, build: Build) -> None:
    act = LIE if n % 3 == 2 else FAIL_ON
    kinds, error = CHANGES if act == LIE else EVERYTHING, GONE[n % len(GONE)]
    at = 1 + bench.chance("stick", n).randrange(bench.calls(scene, kinds, build, "stick"))
    root, run = bench.run(scene, lambda shim: shim.arm(act, kinds, at, error), build=build, watched="stick")
    _judge(bench, tally, root, run, scene, f"{'lies' if act == LIE else errno.errorcode[error]} from call {at} on", build)
