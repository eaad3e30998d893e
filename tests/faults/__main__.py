"""The long run: `make faults` tries every fault many times and prints one table; exit code 1 where anything was lost."""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, fields
from pathlib import Path

from tests.faults import shim
from tests.faults.bench import Bench, Tally
from tests.faults.rows import ROWS, Row

KEPT = Path("build/faults")
# So many faults at a time, each with a seed of its own, keep both cores busy to the end.
PIECE = 250


def run_row(row: Row, seed: int, most: int, keep: Path | None = KEPT) -> Tally:
    """Try one row in a process of its own under the shim; what goes wrong with the process counts as a loss."""
    if row.needs_shim and not shim.is_possible:
        return Tally(row.fault, not_here="needs Linux and a C compiler")
    command = [sys.executable, "-m", "tests.faults", "--only", row.name, "--seed", str(seed), "--most", str(most)]
    command += ["--keep", str(keep)] if keep else []
    done = subprocess.run(
        command, env=shim.environment() if shim.is_possible else None, capture_output=True, text=True, check=False
    )
    if done.returncode:
        return Tally(row.fault, 1, lost=[f"seed {seed}: {' '.join(command)}: {done.stderr[-2000:]}"])
    return Tally(**json.loads(done.stdout.splitlines()[-1]))


def _try(row: Row, seed: int, most: int, keep: Path | None) -> None:
    bench = Bench(seed, keep)
    try:
        print(json.dumps(asdict(row.harness(bench, most)), ensure_ascii=False))
    finally:
        bench.close()


def _long_run(seed: int, scale: float) -> int:
    begun = time.monotonic()
    pieces = [(row, n, most) for row in ROWS for n, most in enumerate(_pieces(row, scale))]
    # The longest first, so that no core waits for another at the end.
    pieces.sort(key=lambda piece: -piece[2] * piece[0].cost)
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        tallies = list(pool.map(lambda piece: run_row(piece[0], seed * 1000 + piece[1], piece[2]), pieces))
    found = [_sum(row, [tally for piece, tally in zip(pieces, tallies, strict=True) if piece[0] is row]) for row in ROWS]
    print(table(found))
    print(f"seed {seed}, {time.monotonic() - begun:.0f} s, {os.cpu_count()} cores")
    print("seconds: " + ", ".join(f"{row.name} {tally.seconds:.0f}" for row, tally in zip(ROWS, found, strict=True)))
    for tally in found:
        for sentence in tally.lost[:20]:
            print(f"LOST: {sentence}")
        if not tally.bad_caught and not tally.not_here:
            print(f"NOT PROVEN: {tally.fault}: the bad build was not caught")
    return 0 if all(tally.passes for tally in found) else 1


def _pieces(row: Row, scale: float) -> list[int]:
    most = max(row.few, int(row.many * scale))
    count = max(1, round(most / (row.piece or PIECE)))
    return [most // count + (n < most % count) for n in range(count)]


def _sum(row: Row, tallies: Sequence[Tally]) -> Tally:
    total = Tally(row.fault)
    for tally in tallies:
        for field in fields(Tally):
            if field.name != "fault":
                setattr(total, field.name, getattr(total, field.name) + getattr(tally, field.name))
    total.not_here = tallies[0].not_here
    return total


def table(tallies: Sequence[Tally]) -> str:
    """Set out what each fault came to, in Markdown."""
    head = ["fault", "injected", "at risk", "lost", "bad build caught"]
    rows = [
        [t.fault, *(f"{n:,}" for n in (t.injected, t.at_risk, len(t.lost))), f"{t.bad_caught} of {t.bad_injected}"]
        for t in tallies
    ]
    rows = [[row[0], t.not_here, "", "", ""] if t.not_here else row for row, t in zip(rows, tallies, strict=True)]
    rows.append(
        ["all", *(f"{sum(n):,}" for n in zip(*((t.injected, t.at_risk, len(t.lost)) for t in tallies), strict=True)), ""]
    )
    lines = [head, ["---", "---:", "---:", "---:", "---:"], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("make faults")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1.0, help="how much of the long run")
    parser.add_argument("--only", choices=[row.name for row in ROWS])
    parser.add_argument("--most", type=int, default=100)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args(arguments)
    if not options.only:
        return _long_run(options.seed, options.scale)
    row = next(row for row in ROWS if row.name == options.only)
    if row.needs_shim and shim.is_possible and not shim.is_loaded():
        # It has to be there before the process begins; without it hardly anything would be tried.
        again = [sys.executable, "-m", "tests.faults", *arguments]
        return subprocess.run(again, env=shim.environment(), check=False).returncode
    _try(row, options.seed, options.most, options.keep)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
