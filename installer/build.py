r"""Make the release: freeze the program, try it, make the setup, sign it where a signer is named, and sum it up.

On Windows, in a command prompt of the checkout, with Python 3.13 of python.org and NSIS 3 installed: `installer\build.cmd`.
On Linux `python -m installer.build` freezes by the same spec and compiles the same script, to see that both still work.

DEPTER_SIGN names a command line that signs one file, for example `signtool sign /fd sha256 /a {file}`.
"""

import argparse
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

from desktop import __version__
from installer.version import numbers

HERE = Path(__file__).parent
CHECKOUT = HERE.parent
WINDOWS = sys.platform == "win32"
MAKENSIS = ("makensis", r"C:\Program Files (x86)\NSIS\makensis.exe")
# What a station may take of an old computer's disk and of a small stick.
MOST_SETUP, MOST_INSTALLED = 30 * 10**6, 90 * 10**6


class BuildError(Exception):
    """Why no release was made, in a sentence for whoever makes it."""


def freeze(out: Path) -> Path:
    """Freeze the program into a folder of *out*, and give that folder."""
    work = out / "freezing"
    words = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    _run(*words, "--distpath", str(out), "--workpath", str(work), str(HERE / "depter.spec"))
    shutil.rmtree(work, ignore_errors=True)
    return out / "Depter"


def try_program(folder: Path) -> None:
    """Run the self-test of the frozen program. Raises BuildError."""
    program = folder / ("depter-command.exe" if WINDOWS else "depter-command")
    done = subprocess.run([str(program), "self-test", "--json"], capture_output=True, check=False, timeout=600)
    said = json.loads(done.stdout.decode("utf-8") or "{}")
    if done.returncode or not said.get("works"):
        failed = [f"{one['name']}: {one['failure']}" for one in said.get("trials", []) if one["failure"]]
        raise BuildError("the frozen program fails: " + ("; ".join(failed) or done.stderr.decode("utf-8", "replace")[-2000:]))


def make_setup(folder: Path, out: Path) -> Path:
    """Compile the setup of the frozen program in *folder*, and give its file. Raises BuildError."""
    makensis = next((found for name in MAKENSIS if (found := shutil.which(name))), None)
    if makensis is None:
        raise BuildError("NSIS is not installed: no makensis")
    setup = out / f"Depter-{__version__}-setup.exe"
    _run(makensis, *setup_words(str(folder), str(setup), str(HERE), size(folder)))
    return setup


def setup_words(
    folder: str, setup: str, here: str, taken: int, *, target: str = "x86-unicode", version: str = "", quick: bool = False
) -> list[str]:
    """Give the words for makensis; *target* is the kind of the setup itself, a *quick* one is larger and made in seconds."""
    first = [*numbers()] if not version else [*(int(part) for part in version.split(".")), 0, 0, 0, 0][:4]
    settings = {
        "VERSION": version or __version__, "NUMBERS": ".".join(map(str, first)), "FOLDER": folder, "HERE": here,
        "OUT": setup, "TARGET": target, "PACKING": "quick" if quick else "small",
        "KILOBYTES": taken // 1024,
    }  # fmt: skip
    defined = [f"-D{name}={value}" for name, value in settings.items()]
    # A word left untranslated, or a file not found, is no release.
    return ["-V2", "-WX", "-INPUTCHARSET", "UTF8", *defined, f"{here}/depter.nsi"]


def sign(path: Path) -> None:
    """Sign a file by the command of DEPTER_SIGN, where it is set."""
    if command := os.environ.get("DEPTER_SIGN"):
        _run(*(word.replace("{file}", str(path)) for word in shlex.split(command, posix=not WINDOWS)))


def sum_up(path: Path) -> Path:
    """Write the SHA-256 of *path* beside it."""
    summed = path.with_name(path.name + ".sha256")
    summed.write_text(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n", "ascii", newline="\n")
    return summed


def size(folder: Path) -> int:
    """Count the bytes of all files in *folder*."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def check_sizes(setup: Path, folder: Path) -> str:
    """Say what the release takes. Raises BuildError where it is too much."""
    packed, installed = setup.stat().st_size, size(folder)
    said = f"setup {packed / 1e6:.1f} MB, installed {installed / 1e6:.1f} MB"
    if WINDOWS and (packed > MOST_SETUP or installed > MOST_INSTALLED):
        raise BuildError(f"too large: {said}")
    return said


def _run(*words: str) -> None:
    subprocess.run(words, check=True, cwd=CHECKOUT, stdin=subprocess.DEVNULL)


def main() -> int:
    """Make the release, or only what the words ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=CHECKOUT / "dist", help="the folder of the release")
    parser.add_argument("--no-setup", action="store_true", help="only freeze and try the program")
    parser.add_argument("--no-freeze", action="store_true", help="take the program that was frozen before")
    parser.add_argument("--no-trial", action="store_true", help="do not try the frozen program")
    options = parser.parse_args()
    out = options.out.resolve()
    started = time.monotonic()
    try:
        folder = out / "Depter" if options.no_freeze else freeze(out)
        if not options.no_trial:
            try_program(folder)
        print(f"frozen: {size(folder) / 1e6:.1f} MB, {time.monotonic() - started:.0f} s", flush=True)
        if not options.no_setup:
            for program in folder.glob("*.exe"):
                sign(program)
            setup = make_setup(folder, out)
            sign(setup)
            sum_up(setup)
            print(f"{setup.name}: {check_sizes(setup, folder)}, {time.monotonic() - started:.0f} s", flush=True)
    except (BuildError, subprocess.SubprocessError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
