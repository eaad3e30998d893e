"""Play the whole nation: `python -m tests.simulation --seed 1`; exit code 1 where anything was lost, doubled or unnamed."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from desktop.registers.declarations import load
from desktop.store.keyring import HEADQUARTERS
from tests.simulation.years import play


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--prisons", type=int, default=33)
    words.add_argument("--months", type=int, default=24)
    options = words.parse_args()
    codes = [code for code in load().codes["prisons"].codes if code != HEADQUARTERS][: options.prisons]
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        played = play(options.seed, Path(folder) / "nation", codes, options.months)
    print(f"seed {options.seed}: {len(codes)} prisons, {options.months} months, {time.monotonic() - started:.0f} s")
    for name, count in played.happened.items():
        print(f"{name:12} {count:7}")
    for said in played.wrong:
        print(f"WRONG: {said}")
    return 1 if played.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
