"""A screen nobody sees with a window manager, and hands on its keyboard and mouse: keys are pressed by where they are."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

TOOLS = ("Xvfb", "openbox", "xdotool", "setxkbmap")
MISSING = [name for name in TOOLS if not shutil.which(name)]
# Where the letters are on every keyboard, as the layout `us` names them, by the numbers that X gives to keys.
ROWS = {24: "qwertyuiop[]", 38: "asdfghjkl;'", 52: "zxcvbnm,./", 10: "1234567890-="}
PLACES = {letter: first + place for first, letters in ROWS.items() for place, letter in enumerate(letters)} | {" ": 65}
RUSSIAN = dict(zip("йцукенгшщзхъфывапролджэячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,.", strict=True))
TURNS, PAUSE, IDLE = 300, 0.1, 5


class Screen:
    """One screen of 1366x768 with what runs on it."""

    def __init__(self):
        reading, writing = os.pipe()
        words = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
        self.running = [subprocess.Popen(words, pass_fds=[writing], stderr=subprocess.DEVNULL)]
        os.close(writing)
        with os.fdopen(reading) as told:
            self.settings = os.environ | {"DISPLAY": f":{told.readline().strip()}", "QT_QPA_PLATFORM": "xcb"}
        self.begin("openbox")

    def begin(self, *words):
        """Run a program on this screen."""
        begun = subprocess.Popen(words, env=self.settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.running.append(begun)
        return begun

    def do(self, *words):
        """Run a program of the screen to its end, and give what it said."""
        done = subprocess.run(words, env=self.settings, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def open(self, folder):
        """Open the program on a station, and wait for its window."""
        self.program = self.begin(sys.executable, "-m", "desktop", "open", str(folder))
        self.window = self.wait(self._window, "no window")
        self.do("xdotool", "windowactivate", "--sync", self.window)
        self.rest()

    def _window(self):
        return self.do("xdotool", "search", "--onlyvisible", "--name", "Дептер").splitlines()[-1:]

    def wait(self, found, otherwise):
        """Give the first thing that *found* gives."""
        for _ in range(TURNS):
            if one := found():
                return one[0]
            time.sleep(PAUSE)
        raise AssertionError(otherwise)

    # Hands

    def layout(self, name):
        """Turn the keyboard to another layout."""
        self.do("setxkbmap", name)
        time.sleep(5 * PAUSE)

    def press(self, *keys):
        """Press keys, each by its name or as `ctrl+s`, a letter by where it is."""
        for key in keys:
            *held, last = key.split("+")
            self.do("xdotool", "key", "--delay", "30", "+".join([*held, str(PLACES.get(last, last))]))

    def type(self, text):
        """Type *text*: a Russian letter by the key on which it stands, any other as the layout `us` has it."""
        keys = [str(PLACES[RUSSIAN.get(letter, letter)]) for letter in text]
        self.do("xdotool", "key", "--delay", "25", *keys)

    def click(self, across, down):
        """Click into the window; below nought from its right or its lower edge."""
        told = dict(line.split("=") for line in self.do("xdotool", "getwindowgeometry", "--shell", self.window).splitlines())
        across += int(told["WIDTH"]) if across < 0 else 0
        down += int(told["HEIGHT"]) if down < 0 else 0
        self.do("xdotool", "mousemove", "--window", self.window, str(across), str(down), "click", "1")

    def rest(self):
        """Wait until the program has nothing to do: for a second it used next to no time of the processor."""
        idle, used = 0, self._used()
        for _ in range(TURNS):
            time.sleep(2 * PAUSE)
            before, used = used, self._used()
            idle = idle + 1 if used - before <= 1 else 0
            if idle == IDLE:
                return
        raise AssertionError("the program does not come to rest")

    def _used(self):
        """Count the ticks of the processor that the program has used."""
        told = Path(f"/proc/{self.program.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return int(told[11]) + int(told[12])

    def picture(self, path):
        """Take a picture of the screen, where there is a program for it."""
        if shutil.which("import"):
            self.do("import", "-window", "root", str(path))

    def end(self):
        """End what was begun here."""
        for one in reversed(self.running):
            one.terminate()
            with suppress(subprocess.TimeoutExpired):
                one.wait(10)
