"""Measure a log-in: from the click on a typed password to the first page, beside the start of a bare PySide6 window.

`python benchmarks/log_in.py [--records 100000] [--json]`. What a log-in costs beyond one derivation of the key (Argon2id,
the profile of a real station) is to be no more than what a window of PySide6 costs that does nothing. Nothing here decides
a test.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from measure import REGISTER, filled, invented, seconds
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from desktop.gui.look import dress
from desktop.gui.main_window import MainWindow
from desktop.registers.declarations import load
from desktop.store.keyring import prove
from desktop.store.vault import create_vault

TIMES = 5
BARE = (
    "from PySide6.QtWidgets import QApplication, QMainWindow; app = QApplication([]); w = QMainWindow(); w.show();"
    " app.processEvents()"
)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    words.add_argument("--records", type=int, default=100_000)
    words.add_argument("--json", action="store_true")
    options = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder), options.records)
    if options.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:45} {value * 1000:8.1f} ms" if name != "ratio" else f"{name:45} {value:8.2f}")


def measured(folder: Path, count: int) -> dict[str, float]:
    """Give the seconds of a log-in, of its Argon2id, and of a bare window, and what the rest is of the bare window."""
    definitions = load()
    with create_vault(folder / "hq", definitions, prison="HQ", person="x", password="x") as vault:
        records = vault.records(REGISTER)
        filled(vault, records, invented(records), count, folder)
    app = QApplication([])
    dress(app)
    log_ins = [log_in(app, folder / "hq", definitions) for _ in range(TIMES)]
    keys = [seconds(lambda: prove(folder / "hq", "x", "x")) for _ in range(TIMES)]
    bare = [seconds(lambda: subprocess.run([sys.executable, "-c", BARE], check=True)) for _ in range(TIMES)]
    rest = min(log_ins) - min(keys)
    return {
        f"log-in beside {count} records": min(log_ins), "of it one Argon2id": min(keys), "the rest": rest,
        "a bare PySide6 window": min(bare), "ratio": rest / min(bare),
    }  # fmt: skip


def log_in(app: QApplication, folder: Path, definitions: object) -> float:
    window = MainWindow(folder, definitions, "ru")  # type: ignore[arg-type]
    window.resize(1366, 728)
    window.show()
    app.processEvents()
    window.unlock_page.password.setText("x")
    started = time.perf_counter()
    window.unlock_page.unlock()
    while window.vault is None or not window.isEnabled():
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    while not window.pages[window.page].isVisible():
        app.processEvents()
    app.processEvents()
    taken = time.perf_counter() - started
    window.vault.close()
    window.vault = None
    window.close()
    return taken


if __name__ == "__main__":
    main()
