"""A bench on which Windows programs run under Debian 12: a chroot with Wine, and a Windows Python with the pinned packages.

Nothing of it is shipped. What is released is built on Windows by python.org's Python, from the same spec and the same
script of the setup. The bench shows neither SmartScreen and antivirus programs, nor NTFS, a printer, DPI or a certificate.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

HERE = Path(__file__).parent
CHECKOUT = HERE.parent
PARTS = HERE / "rehearsal"

VERSION = "313"
MINOR = "3.13"
PYTHON = f"/work/py{VERSION}/python.exe"
DISPLAY = ":79"
SYSTEM32 = "wp/drive_c/windows/system32"

# What the bench asks of Debian 13, whose Wine 10 has what Qt 6.5 and later need of Windows; 64 bit only.
PACKAGES = (
    "wine", "wine64", "nsis", "xvfb", "xauth", "imagemagick", "xdotool", "fonts-dejavu-core",
    "libpython3.13-stdlib", "gcc-mingw-w64-x86-64-win32", "locales",
)  # fmt: skip
MOUNTS = (("proc", ["-t", "proc", "proc"]), ("dev", ["--bind", "/dev"]))

# Of the standard library the frozen program takes what it imports; these would only be carried along.
LEFT_OUT = shutil.ignore_patterns(
    "__pycache__", "sitecustomize.py", "lib-dynload", "config-3*", "test", "idlelib", "turtledemo", "_sysconfigdata*"
)
NO_LIBRARY = ("api-ms-win-*", "VCRUNTIME140*", "*cp313t*", "_test*")
NO_ENTRY = "int _fltused; int __stdcall DllMainCRTStartup(void*a,unsigned b,void*c){return 1;}\n"


class Bench:
    """One bench in the folder *work*, which is `/work` inside the chroot and `z:/work` to Windows programs."""

    def __init__(self, work: Path) -> None:
        """Name the bench; `prepare` makes it."""
        self.work, self.root = work, work / "root"

    @property
    def python_folder(self) -> Path:
        """Name the folder of the Windows Python."""
        return self.work / f"py{VERSION}"

    # Running

    @contextmanager
    def running(self) -> Iterator[None]:
        """Mount what the chroot needs, show a screen nobody sees, and take both away at the end."""
        self._mount()
        screen = subprocess.Popen(
            self._inside(["Xvfb", DISPLAY, "-screen", "0", "1366x768x24", "-nolisten", "tcp"]), stderr=subprocess.DEVNULL
        )
        try:
            yield
        finally:
            with suppress(subprocess.SubprocessError):
                self.linux("wineserver", "-k", check=False)
            screen.terminate()
            screen.wait()
            self.unmount()

    def _inside(self, words: Sequence[str], **more: str) -> list[str]:
        settings = {
            "HOME": "/root", "PATH": "/usr/bin:/bin:/usr/sbin:/sbin:/usr/lib/wine", "LANG": "C.UTF-8", "WINEPREFIX": "/wp",
            "WINEARCH": "win64", "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree=d;mshtml=d;mscms=n", "DISPLAY": DISPLAY,
            "DEBIAN_FRONTEND": "noninteractive", "PYTHONUTF8": "1",
        } | more  # fmt: skip
        return ["chroot", str(self.root), "env", "-i", *(f"{name}={value}" for name, value in settings.items()), *words]

    def linux(self, *words: str, check: bool = True, timeout: float = 900, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the chroot, and give what it said. Raises CalledProcessError, TimeoutExpired."""
        # A pipe and no terminal, or Wine opens a console of its own.
        done = subprocess.run(
            self._inside(words, **settings), check=False, timeout=timeout, text=True, encoding="utf-8", errors="replace",
            stdin=subprocess.DEVNULL, capture_output=True,
        )  # fmt: skip
        if check and done.returncode:
            raise BenchError(f"{' '.join(words)}: exit code {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
        return done

    def windows(
        self, *words: str, check: bool = True, timeout: float = 900, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a Windows program, and give what it said. Raises BenchError, TimeoutExpired."""
        return self.linux("wine", *words, check=check, timeout=timeout, **settings)

    def begin(self, *words: str) -> subprocess.Popen[bytes]:
        """Begin a Windows program that goes on beside this one."""
        return subprocess.Popen(
            self._inside(["wine", *words]), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def picture(self, name: str) -> Path:
        """Take a picture of the screen."""
        self.linux("import", "-window", "root", f"/work/pictures/{name}.png")
        return self.work / "pictures" / f"{name}.png"

    # Mounting

    def _mount(self) -> None:
        for name, words in [*MOUNTS, ("work", ["--bind", str(self.work)])]:
            target = self.root / name
            target.mkdir(exist_ok=True)
            if not _is_mounted(target):
                _run("mount", *words, str(target))

    def unmount(self) -> None:
        """Take the mounts away; before that the folder must not be deleted."""
        for name in ("work", "dev", "proc"):
            while _is_mounted(self.root / name):
                _run("umount", "-l", str(self.root / name))

    # Making it

    def prepare(self) -> None:
        """Make what is missing of the bench: root, and the network for Debian's and Python's packages."""
        self.work.mkdir(parents=True, exist_ok=True)
        (self.work / "pictures").mkdir(exist_ok=True)
        if not (self.work / "chroot.ready").exists():
            self.make_chroot()
            (self.work / "chroot.ready").touch()

    def make_chroot(self) -> None:
        """Make the chroot of Debian 13."""
        if not shutil.which("debootstrap"):
            _run("apt-get", "update", "-qq")
            _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "debootstrap")
        if not (self.root / "etc" / "debian_version").exists():
            _run("debootstrap", "--variant=minbase", "--include=ca-certificates", "trixie", str(self.root))
        policy = self.root / "usr" / "sbin" / "policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
        self._mount()
        self.linux("apt-get", "update", "-qq")
        self.linux("apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES)
        # Wine takes the code page from it, and the letters of file names.
        self.linux("localedef", "-i", "ru_RU", "-f", "UTF-8", "ru_RU.UTF-8")

    def make_python(self) -> None:
        """Put a Windows Python together: the signed libraries of a wheel that carries them, and the standard library."""
        folder, wheels = self.python_folder, self.work / "wheels"
        shutil.rmtree(folder, ignore_errors=True)
        self._download(wheels)
        shutil.copytree(self.root / "usr" / "lib" / f"python{MINOR}", folder / "Lib", ignore=LEFT_OUT, symlinks=False)
        (folder / "Lib" / "site-packages").mkdir(exist_ok=True)
        _take(next(wheels.glob("panda3d-*.whl")), "deploy_libs/*", folder / "DLLs")
        for pattern in NO_LIBRARY:
            for path in (folder / "DLLs").glob(pattern):
                path.unlink()
        for path in (folder / "DLLs").glob("python3*.dll"):
            path.rename(folder / path.name)
        _take(next(wheels.glob("msvc_runtime-*.whl")), "*.dll", folder)
        self._make_launchers()
        self._make_stable_library()

    def _download(self, wheels: Path) -> None:
        _run(
            sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--require-hashes",
            "--only-binary", ":all:", "--platform", "win_amd64", "--python-version", MINOR, "--implementation", "cp",
            "-r", str(HERE / "requirements-rehearsal.txt"), "-d", str(wheels),
        )  # fmt: skip

    def _make_launchers(self) -> None:
        """Compile python.exe, which the wheel lacks: it calls the library that the wheel has."""
        shutil.copytree(PARTS, self.work / "parts", dirs_exist_ok=True)
        libraries = self.python_folder / "libs"
        libraries.mkdir(exist_ok=True)
        (libraries / "python.def").write_text(f"LIBRARY python{VERSION}.dll\nEXPORTS\nPy_Main\n")
        inside = f"/work/py{VERSION}"
        self._mingw("dlltool", "-d", f"{inside}/libs/python.def", "-l", f"{inside}/libs/libpython{VERSION}.a")
        self._mingw("windres", "-I", "/work/parts", "/work/parts/launcher.rc", "-O", "coff", "-o", f"{inside}/libs/launcher.o")
        self._mingw(
            "gcc", "-O2", "-municode", "-o", f"{inside}/python.exe", "/work/parts/launcher.c", f"{inside}/libs/launcher.o",
            f"-L{inside}/libs", f"-lpython{VERSION}", "-s",
        )  # fmt: skip

    def _make_stable_library(self) -> None:
        """Make python3.dll, which the wheel lacks: it hands every call on to the library of the version."""
        inside = f"/work/py{VERSION}"
        told = self._mingw("objdump", "-p", f"{inside}/python{VERSION}.dll")
        names = [line.split()[-1] for line in told.split("[Ordinal/Name Pointer] Table")[1].splitlines() if "+base[" in line]
        lines = ["LIBRARY python3.dll", "EXPORTS", *(f"{name} = python{VERSION}.{name}" for name in names)]
        (self.python_folder / "libs" / "python3.def").write_text("\n".join(lines) + "\n")
        (self.python_folder / "libs" / "python3.c").write_text(NO_ENTRY)
        self._mingw(
            "gcc", "-shared", "-nostdlib", "-Wl,-e,DllMainCRTStartup", "-o", f"{inside}/python3.dll",
            f"{inside}/libs/python3.c", f"{inside}/libs/python3.def",
        )  # fmt: skip

    def _mingw(self, tool: str, *words: str) -> str:
        return self.linux(f"x86_64-w64-mingw32-{tool}", *words).stdout

    def install(self, *lists: Path) -> None:
        """Install the Windows wheels of *lists*, by their hashes."""
        tools = self.work / "tools"
        if not (tools / "bin" / "uv").exists():
            _run(sys.executable, "-m", "venv", str(tools))
            _run(str(tools / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", "uv")
        for listed in lists:
            # uv and not pip, which would ask this Linux whether a package is only for Windows.
            _run(
                str(tools / "bin" / "uv"), "pip", "install", "-q", "--target", str(self.python_folder / "Lib" / "site-packages"),
                "--python-platform", "windows", "--python-version", MINOR, "--only-binary", ":all:", "--require-hashes",
                "-r", str(listed),
            )  # fmt: skip

    def make_windows(self) -> None:
        """Make the Windows of the bench, with stand-ins for what Qt asks and Wine lacks; they are never shipped."""
        self.linux("wine", "wineboot", "-i")
        self.linux("wineserver", "-w")
        for name in ("icuuc", "mscms"):
            self._mingw(
                "gcc", "-O1", "-shared", "-nostdlib", "-Wl,-e,DllMainCRTStartup", "-o", f"/{SYSTEM32}/{name}.dll",
                f"/work/parts/stub_{name}.c", "-lkernel32",
            )  # fmt: skip


class BenchError(Exception):
    """A program of the bench that failed, with the end of what it said."""


def _run(*words: str) -> None:
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"})


def _is_mounted(path: Path) -> bool:
    """Tell whether something is mounted there, a folder of the same disk too, which Path.is_mount does not see."""
    return any(line.split()[4] == str(path) for line in Path("/proc/self/mountinfo").read_text("utf-8").splitlines())


def _take(wheel: Path, pattern: str, folder: Path) -> None:
    """Unpack the files of *wheel* that match *pattern* into *folder*, without their own folders."""
    import fnmatch
    import zipfile

    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as packed:
        for name in packed.namelist():
            if fnmatch.fnmatch(name, pattern) and not name.endswith("/"):
                (folder / Path(name).name).write_bytes(packed.read(name))
