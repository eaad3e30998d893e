"""Rehearse the whole release on Debian 12, as root: freeze under Wine, set up, try, upgrade, refuse, put back, uninstall.

`make rehearse`, or `python -m installer.rehearse --work FOLDER`: the folder takes 5 GB outside of the checkout, and what was
made there before is used again. Its `pictures` are to be looked at. What it cannot show is said in docs/decisions/027-windows.md.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop import __version__
from desktop.registers.labels import LANGUAGES
from installer.bench import CHECKOUT, HERE, PYTHON, Bench, BenchError
from installer.build import MOST_INSTALLED, MOST_SETUP, setup_words, size

LISTS = (HERE / "requirements-build.txt", CHECKOUT / "requirements-dev.txt")
NEWER = "99.1"
# A folder as an officer may name it.
FOLDER = "Программы учёта"
DRIVE = "wp/drive_c"
DATA = "ProgramData/Depter/station/kept.txt"
DONE, RUNNING, PUT_BACK = 0, 4, 5
TURNS, PAUSE = 60, 1.0
# What of the tests Windows may see otherwise: files that are locked, replaced while open or named alike, and the code page.
TESTS = ("tests/store", "tests/exchange", "tests/test_paths.py")
RUSSIAN = {"LANG": "ru_RU.UTF-8", "LC_ALL": "ru_RU.UTF-8", "PYTHONUTF8": "0", "QT_QPA_PLATFORM": "offscreen"}


class Rehearsal:
    """The steps of the release on one bench, each of which raises BenchError where the release would fail."""

    def __init__(self, bench: Bench) -> None:
        """Rehearse on *bench*."""
        self.bench = bench
        self.out, self.source = bench.work / "out", bench.work / "source"
        self.drive = bench.root / DRIVE
        self.place = self.drive / FOLDER
        self.told: list[str] = []

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Say what is done, and how long it took."""
        started = time.monotonic()
        print(f"… {name}", flush=True)
        yield
        self.say(f"{name}: {time.monotonic() - started:.0f} s")

    def say(self, line: str) -> None:
        """Say a line, and keep it for the end."""
        self.told.append(line)
        print(f"✔ {line}", flush=True)

    # The steps

    def prepare(self) -> None:
        """Make what the bench lacks: the Windows Python, its packages by their hashes, and a Windows to run them."""
        if not (self.bench.python_folder / "python.exe").exists():
            with self.step("Windows Python"):
                self.bench.make_python()
            with self.step("Windows packages"):
                self.bench.install(*LISTS)
        if not (self.drive / "windows" / "system32" / "mscms.dll").exists() or not (self.drive / "users").exists():
            with self.step("Wine"):
                self.bench.make_windows()

    def freeze(self) -> None:
        """Freeze what is committed, by the Windows Python, and try the frozen program."""
        shutil.rmtree(self.source, ignore_errors=True)
        shutil.rmtree(self.out, ignore_errors=True)
        subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(CHECKOUT), str(self.source)], check=True)
        with self.step("freezing, and the self-test of the frozen program"):
            words = f"cd /work/source && wine {PYTHON} -m installer.build --out z:/work/out --no-setup 2>&1"
            said = self.bench.linux("sh", "-c", words, check=False)
            if "frozen:" not in said.stdout:
                raise BenchError(said.stdout[-4000:])

    def run_tests(self) -> None:
        """Run the tests of the store and the exchange by the Windows Python, where the code page is 1251."""
        words = f"cd /work/source && wine {PYTHON} -m pytest -n 2 -p no:cacheprovider {' '.join(TESTS)} 2>&1"
        with self.step("tests by the Windows Python"):
            page = f"wine {PYTHON} -X utf8=0 -c 'import locale; print(locale.getpreferredencoding(False))'"
            if "cp1251" not in self.bench.linux("sh", "-c", page, **RUSSIAN).stdout:
                raise BenchError("the code page is not 1251")
            done = self.bench.linux("sh", "-c", words, check=False, timeout=3600, **RUSSIAN)
            if done.returncode:
                raise BenchError(done.stdout[-6000:])

    def make_setups(self) -> None:
        """Compile the setup as it ships, as 64-bit Wine runs it, and that of a newer version."""
        taken = size(self.out / "Depter")
        with self.step("setups"):
            for name, target, version in (
                ("ships", "x86-unicode", __version__), ("older", "amd64-unicode", __version__), ("newer", "amd64-unicode", NEWER),
            ):  # fmt: skip
                words = setup_words(
                    "/work/out/Depter",
                    f"/work/out/{name}.exe",
                    "/work/source/installer",
                    taken,
                    target=target,
                    version=version,
                    quick=name != "ships",
                )
                self.bench.linux("makensis", *words)
        packed = (self.out / "ships.exe").stat().st_size
        self.say(f"setup {packed / 1e6:.1f} MB, installed {taken / 1e6:.1f} MB")
        if packed > MOST_SETUP or taken > MOST_INSTALLED:
            raise BenchError("too large")

    def look_at_setup(self) -> None:
        """Take a picture of the setup's first page and of its end in every language."""
        for language in LANGUAGES:
            begun = self.bench.begin("/work/out/older.exe", f"/LANG={language}")
            self._wait_for_window("Depter")
            self.bench.picture(f"setup-{language}")
            self._end(begun)

    def install(self) -> None:
        """Install silently into a folder with a Cyrillic name and a space, beside which a station's data lie."""
        kept = self.drive / DATA
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text("data")
        shutil.rmtree(self.place, ignore_errors=True)
        with self.step("silent installation"):
            self._setup("older", DONE)
        self._must(self.place / "Depter.exe", "the program was not installed")
        self._must(
            self.drive / "users/root/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Depter.lnk", "no Start menu entry"
        )
        if "Depter.sealed" not in self._ask_registry(r"HKCU\Software\Classes\.sealed"):
            raise BenchError("sealed files are not known to Windows")

    def try_installed(self) -> None:
        """Run the self-test of the installed program in real windows, and keep pictures of its pages."""
        program = rf"C:\{FOLDER}\depter-command.exe"
        with self.step("self-test of the installed program, in windows"):
            begun = self.bench.windows(
                program, "self-test", "--json", "--on-screen", "--pictures", r"Z:\work\pictures\pages", check=False
            )
        said = json.loads(begun.stdout or "{}")
        if begun.returncode or not said.get("works"):
            raise BenchError(f"the installed program fails: {begun.stdout[-3000:]}{begun.stderr[-2000:]}")
        self.say("; ".join(f"{one['name']} {one['seconds']} s" for one in said["trials"]))

    def refuse_while_running(self) -> None:
        """Show the window as a first user sees it, and see that no setup touches a running program."""
        running = self.bench.begin(rf"C:\{FOLDER}\Depter.exe")
        self._wait_for_window("Depter")
        self.bench.picture("window")
        before = size(self.place)
        with self.step("setup and uninstaller refused while the program runs"):
            self._setup("newer", RUNNING)
            self.bench.windows("cmd", "/c", rf"C:\{FOLDER}\uninstall.exe", "/S", check=False)
        self._end(running)
        if size(self.place) != before or self._version() != __version__:
            raise BenchError("a running program was changed")

    def put_back(self) -> None:
        """Let the copying of a newer version fail, and see that the older one is there and works."""
        broken = self.place / "uninstall.exe"
        aside = self.bench.work / "uninstall.exe"
        shutil.move(broken, aside)
        broken.mkdir()
        (broken / "x").write_text("x")
        mark = self.place / "program" / "mark.txt"
        mark.write_text("of the older version")
        with self.step("put back when copying fails"):
            self._setup("newer", PUT_BACK)
        self._must(mark, "the older version was not put back")
        self._must(self.place / "Depter.exe", "the older version was not put back")
        shutil.rmtree(broken)
        shutil.move(aside, broken)

    def upgrade(self) -> None:
        """Install a newer version over the older: its data stay, of its files only the new ones."""
        with self.step("upgrade in place"):
            self._setup("newer", DONE)
        if self._version() != NEWER:
            raise BenchError("the newer version is not registered")
        if (self.place / "program" / "mark.txt").exists() or (self.place / "before").exists():
            raise BenchError("files of the older version were left")
        self._must(self.drive / DATA, "the upgrade took the data")
        done = self.bench.windows(rf"C:\{FOLDER}\depter-command.exe", "--version")
        self.say(done.stdout.strip())

    def uninstall(self) -> None:
        """Uninstall silently: the program goes, the data stay."""
        with self.step("uninstallation"):
            self.bench.windows(rf"C:\{FOLDER}\uninstall.exe", "/S")
            self._wait(lambda: not self.place.exists(), "the program is still there")
        self._must(self.drive / DATA, "the uninstaller took the data")
        if "Depter" in self._ask_registry(r"HKCU\Software\Classes\.sealed"):
            raise BenchError("sealed files are still known to Windows")

    # Their means

    def _setup(self, name: str, code: int) -> None:
        # Through cmd, or the folder would reach the setup in quotes, which NSIS takes for a part of it.
        done = self.bench.windows("cmd", "/c", rf"z:\work\out\{name}.exe /S /LANG=ru /D=C:\{FOLDER}", check=False)
        if done.returncode != code:
            raise BenchError(
                f"the setup {name} ended with {done.returncode}, not {code}: {done.stdout[-500:]}{done.stderr[-500:]}"
            )

    def _version(self) -> str:
        told = self._ask_registry(r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Depter", "/v", "DisplayVersion")
        return told.split()[-1] if told.split() else ""

    def _ask_registry(self, *words: str) -> str:
        return self.bench.windows("reg", "query", *words, check=False).stdout

    def _wait_for_window(self, title: str) -> None:
        def is_there() -> bool:
            return bool(self.bench.linux("xdotool", "search", "--onlyvisible", "--name", title, check=False).stdout.strip())

        self._wait(is_there, f"no window {title}")
        time.sleep(3 * PAUSE)  # until it is drawn: the picture is for people

    def _wait(self, holds: Callable[[], bool], otherwise: str) -> None:
        for _ in range(TURNS):
            if holds():
                return
            time.sleep(PAUSE)
        raise BenchError(otherwise)

    def _end(self, begun: subprocess.Popen[bytes]) -> None:
        self.bench.linux("wineserver", "-k", check=False)
        begun.wait(timeout=60)

    def _must(self, path: Path, otherwise: str) -> None:
        if not path.exists():
            raise BenchError(f"{otherwise}: {path.name}")

    def run(self, *, freeze: bool, setups: bool, tests: bool) -> None:
        """Go through all steps."""
        self.prepare()
        if freeze:
            self.freeze()
        if tests:
            self.run_tests()
        if setups:
            self.make_setups()
        for work in (
            self.look_at_setup, self.install, self.try_installed, self.refuse_while_running, self.put_back,
            self.upgrade, self.uninstall,
        ):  # fmt: skip
            work()


def main() -> int:
    """Rehearse, and say at the end what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path("/var/tmp/depter-rehearsal"), help="the folder of the bench")  # noqa: S108
    parser.add_argument("--no-setups", action="store_true", help="take the setups that were made before")
    parser.add_argument("--no-freeze", action="store_true", help="take the program that was frozen before")
    parser.add_argument("--no-tests", action="store_true", help="do not run the tests by the Windows Python")
    options = parser.parse_args()
    started = time.monotonic()
    bench = Bench(options.work.resolve())
    rehearsal = Rehearsal(bench)
    try:
        bench.prepare()
        with bench.running():
            rehearsal.run(freeze=not options.no_freeze, setups=not options.no_setups, tests=not options.no_tests)
    except (BenchError, subprocess.SubprocessError, OSError, ValueError) as error:
        print(f"✖ {error}", file=sys.stderr)
        return 1
    print("\n".join(["", *rehearsal.told, f"all of it: {time.monotonic() - started:.0f} s; look at {bench.work / 'pictures'}"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
