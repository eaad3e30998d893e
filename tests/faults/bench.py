"""Where faults are tried: each scene's starting point made once, copied for each fault, worked on in a child that may die."""

import gc
import json
import os
import random
import select
import shutil
import signal
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.store import backup_counts
from tests.faults import oracle
from tests.faults.bad import Build, shipped
from tests.faults.oracle import Told
from tests.faults.shim import KILL, Shim, is_loaded
from tests.faults.work import SCENES, Event, Work, begin, load_definitions, worded

# Seconds after which a child counts as hung: a scene takes a tenth of one.
HUNG = 60

# Files cost least there; what a fault takes is decided by the shim.
MEMORY = Path("/dev/shm")  # noqa: S108
ROOM = 1 << 29


@dataclass
class Tally:
    """What one kind of fault came to; *at_risk* counts the faults that struck where something acknowledged was at stake."""

    fault: str
    injected: int = 0
    at_risk: int = 0
    lost: list[str] = field(default_factory=list)
    bad_injected: int = 0
    bad_caught: int = 0
    seconds: float = 0
    not_here: str = ""

    @property
    def passes(self) -> bool:
        """Tell whether nothing was lost, and the harness proved that it would have seen it."""
        return bool(self.not_here) or (not self.lost and self.injected > 0 and self.bad_caught > 0)


@dataclass(frozen=True)
class Child:
    """A process at work, and the pipe that it tells through."""

    process: int
    reading: int


@dataclass(frozen=True)
class Run:
    """How a child ended: what it told, whether it was killed, and what it could not say in words."""

    told: Told
    was_killed: bool
    seen: int
    struck: bool
    room_left: int
    crash: str = ""


class Bench:
    """A folder to try faults in. Everything that chance decides comes from *seed*."""

    def __init__(self, seed: int, keep: Path | None = None) -> None:
        self.seed, self.keep = seed, keep
        self.folder = Path(tempfile.mkdtemp(prefix="depter-faults-", dir=_quick_place())).resolve()
        self.untouched = self.folder / "untouched"
        load_definitions(self.folder / "definitions")
        # Children share what is there by now, instead of each copying it when they look for garbage.
        gc.collect()
        gc.freeze()
        self._base: list[Event] | None = None
        self._told: dict[str, list[Event]] = {}
        self.growth: dict[str, int] = {}
        self.ways: dict[str, list[Event]] = {}
        self._calls: dict[tuple[str, int, str, str], int] = {}
        self.shim = Shim() if is_loaded() else None
        if self.shim:
            self.shim.watch(self.folder)

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def chance(self, *about: object) -> random.Random:
        """Give chance for one purpose, the same for the same seed however much was tried before."""
        return random.Random(f"{self.seed} {about}")

    def told_before(self, scene: str) -> list[Event]:
        """Make the starting point of a scene, and give what was acknowledged until then."""
        if self._base is None:
            self._base = begin(self.folder / "base")
        if scene not in self._told:
            start = self.folder / "start" / scene
            shutil.copytree(self.folder / "base", start)
            told = list(self._base)
            SCENES[scene].prepare(Work(start, told.append))
            for folder in {path.name for path in start.iterdir()} - {*SCENES[scene].folders, "post"}:
                shutil.rmtree(start / folder)
            self._told[scene] = told
        return list(self._told[scene])

    def fresh(self, scene: str, name: str = "tried") -> tuple[Path, list[Event]]:
        """Lay the starting point of a scene out anew."""
        told = self.told_before(scene)
        root = self.folder / name
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(self.folder / "start" / scene, root)
        # The station remembers where its stick was.
        if (remembered := root / "station" / backup_counts.FILE).exists():
            there, here = str(self.folder / "base"), str(root)
            remembered.write_text(remembered.read_text("utf-8").replace(there, here), "utf-8")
        return root, told

    def run(self, scene: str, arm: Callable[[Shim], None] | None = None, *, build: Build = shipped, root: Path | None = None,
            watched: str = "", after: float | None = None) -> tuple[Path, Run]:  # fmt: skip
        """Play a scene in a child under the shim that *arm* arms, or killed *after* so many seconds."""
        if root is None:
            root, told = self.fresh(scene)
        else:
            told = self.told_before(scene)
        return root, self.play(root, told, SCENES[scene].work, arm, build=build, watched=watched, after=after)

    def play(self, root: Path, told: list[Event], work: Callable[[Work], None], arm: Callable[[Shim], None] | None = None, *,
             build: Build = shipped, watched: str = "", after: float | None = None) -> Run:  # fmt: skip
        """Do *work* in a child, and hear it out."""
        child = self.launch(root, work, arm, build=build, watched=watched)
        return self.hear(child, told, after=after)

    def launch(self, root: Path, work: Callable[[Work], None], arm: Callable[[Shim], None] | None = None, *,
               build: Build = shipped, watched: str = "") -> Child:  # fmt: skip
        """Let *work* begin in a child."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._die_working(root, work, arm, build, watched, writing)
        os.close(writing)
        return Child(child, reading)

    def hear(self, child: Child, told: list[Event], *, after: float | None = None) -> Run:
        """Hear a child to its end, or kill it *after* so many seconds."""
        lines, hung = _heard(child.reading, child.process, after)
        _, status = os.waitpid(child.process, 0)
        events = [event for event in lines if "ended" not in event]
        ended = next((event for event in lines if "ended" in event), {})
        was_killed = os.WIFSIGNALED(status) and (os.WTERMSIG(status) == signal.SIGKILL)
        crash = ended.get("crash", "")
        if hung:
            crash = f"hung for {HUNG} seconds"
        elif not was_killed and not ended and status:
            crash = f"ended with status {status}"
        return Run(
            Told(told + events), was_killed, ended.get("seen", 0), ended.get("struck", False), ended.get("left", -1), crash
        )

    def _die_working(self, root: Path, work: Callable[[Work], None], arm: Callable[[Shim], None] | None, build: Build,
                     watched: str, writing: int) -> None:  # fmt: skip
        """Never come back: the child ends here, by the fault or after its work."""
        crash = ""

        def tell(event: Event) -> None:
            line = json.dumps(event, ensure_ascii=False).encode()
            os.write(writing, line + b"\n")
            if self.shim:
                self.shim.note(line)

        try:
            build()
            if self.shim and arm:
                self.shim.watch(root / watched if watched else root)
                arm(self.shim)
            work(Work(root, tell, self.chance("work")))
        except Exception as error:  # noqa: BLE001 - told to the parent, which judges
            if failure := worded(error):
                tell({"refused": "scene", "why": failure.name})
            else:
                crash = f"{type(error).__name__}: {error} at {_way_to(error)}"
        ended = {"ended": True, "crash": crash}
        if self.shim:
            ended |= {"seen": self.shim.seen, "struck": self.shim.has_struck, "left": self.shim.room_left}
        with suppress(OSError):
            os.write(writing, json.dumps(ended).encode() + b"\n")
        os._exit(0)

    def ask(self, question: Callable[[], Any], build: Build = shipped) -> Any:
        """Let a child of this *build* answer a question."""

        def answer(work: Work) -> None:
            work.do("answer", lambda: {"answer": question()})

        run = self.play(self.folder, [], answer, build=build)
        if not run.told.done("answer"):
            raise RuntimeError(run.crash or str(run.told.events))
        return run.told.done("answer")[0]["answer"]

    def calls(self, scene: str, kinds: int, build: Build = shipped, watched: str = "") -> int:
        """Count the calls of *kinds* that a scene makes."""
        what = (scene, kinds, build.__name__, watched)
        if what not in self._calls:
            _, run = self.run(scene, lambda shim: shim.arm(KILL, kinds, 1 << 40), build=build, watched=watched)
            if run.crash:
                raise RuntimeError(f"{scene}: {run.crash}")
            self._calls[what] = run.seen
        return self._calls[what]

    def judge(
        self, tally: Tally, root: Path, scene: str, told: Told, what: str, *, bad: bool = False, at_risk: bool = True,
        wrong: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """Ask the oracle about what a fault left, beside what was found *wrong* before, and count it."""
        self.remember(root)
        self.count(tally, f"{scene}, {what}", told, [*wrong, *oracle.lost(root, scene, told)], bad=bad, at_risk=at_risk)

    def remember(self, root: Path) -> None:
        """Set a copy aside: opening a station mends it, and what is kept for study must be what the fault left."""
        if self.keep:
            shutil.rmtree(self.untouched, ignore_errors=True)
            shutil.copytree(root, self.untouched)

    def count(
        self, tally: Tally, what: str, told: Told, wrong: Sequence[str], *, bad: bool = False, at_risk: bool = True
    ) -> None:
        """Count one fault, and keep what shows a loss."""
        if bad:
            tally.bad_injected += 1
            tally.bad_caught += bool(wrong)
            return
        tally.injected += 1
        tally.at_risk += at_risk
        if wrong:
            tally.lost.append(f"seed {self.seed}, {tally.fault}: {what}: {'; '.join(wrong[:3])}")
            self._keep(tally.lost[-1], told)

    def _keep(self, sentence: str, told: Told) -> None:
        if self.keep:
            place = self.keep / f"{self.seed}-{len(list(self.keep.glob('*'))) if self.keep.is_dir() else 0:03}"
            shutil.copytree(self.untouched, place, dirs_exist_ok=True)
            (place / "told.json").write_text(json.dumps([sentence, told.events], ensure_ascii=False, indent=1), "utf-8")


def _quick_place() -> Path | None:
    """Give the folder that lies in memory, where it is there and large enough; a container may have next to none."""
    if not MEMORY.is_dir():
        return None
    space = os.statvfs(MEMORY)
    return MEMORY if space.f_bavail * space.f_frsize > ROOM else None


def _heard(reading: int, child: int, after: float | None) -> tuple[list[Event], bool]:
    """Hear a child out, and kill it where its time has come; tell whether it hung."""
    content, ends, hung = b"", time.monotonic() + (HUNG if after is None else after), False
    with open(reading, "rb", buffering=0) as pipe:
        while True:
            if not select.select([pipe], [], [], max(0.0, ends - time.monotonic()))[0]:
                os.kill(child, signal.SIGKILL)
                ends, hung = time.monotonic() + HUNG, after is None
            elif chunk := pipe.read(1 << 16):
                content += chunk
            else:
                break
    whole = content.rpartition(b"\n")[0]
    return [json.loads(line) for line in whole.split(b"\n") if line], hung


def _way_to(error: BaseException) -> str:
    """Name the places of the program that an error came through, the last first."""
    frames = traceback.extract_tb(error.__traceback__)[::-1]
    return " < ".join(f"{Path(frame.filename).stem}.{frame.name}:{frame.lineno}" for frame in frames[:6])


@contextmanager
def measured(tally: Tally) -> Iterator[Tally]:
    begun = time.monotonic()
    yield tally
    tally.seconds += time.monotonic() - begun
