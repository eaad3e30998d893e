"""Every kind of fault that is tried, with the harness that tries it, and how often."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults import clocks, damage, disk, fuzz, kills, memory, power, rivals, sticks, window
from tests.faults.bench import Bench, Tally


@dataclass(frozen=True)
class Row:
    """One row of the table: tried *few* times with the other tests, *many* times in the long run; *cost* is relative."""

    name: str
    fault: str
    harness: Callable[[Bench, int], Tally]
    few: int
    many: int
    cost: float = 1
    piece: int = 0
    needs_shim: bool = True


ROWS = (
    Row("kills", "SIGKILL at the n-th call that changes the disk", kills.at_calls, 24, 2000),
    Row("moments", "SIGKILL at a random moment", kills.at_random, 12, 600, needs_shim=False),
    Row("twice", "SIGKILL again while recovering", kills.twice, 6, 200),
    Row("power", "power loss", power.losses, 60, 14000, piece=1250),
    Row("full", "disk full, to the byte", disk.full, 12, 500),
    Row("real", "disk full, ext4 of 12 MB", disk.full_for_real, 8, 150, needs_shim=False),
    Row("errors", "I/O error at the n-th call", disk.failing, 26, 1000),
    Row("stick", "stick that is gone, locked or lies", disk.stick, 8, 300),
    Row("spoiled", "bit flip, truncation, sector, swapped pages", damage.spoiled, 20, 1200, needs_shim=False),
    Row("rolled", "pages and files put back from an old copy", damage.rolled_back, 12, 600, needs_shim=False),
    Row("journals", "journal gone, or an old one put beside the file", damage.journals, 12, 300),
    Row("workbooks", "damaged or edited workbook", damage.workbooks, 12, 400, needs_shim=False),
    Row("fuzz", "workbook changed by chance", fuzz.files, 300, 20000, piece=2500, needs_shim=False),
    Row("signed", "signed workbook changed by chance", fuzz.signed_files, 100, 20000, piece=2500, needs_shim=False),
    Row("records", "several programs, the same records", rivals.at_records, 2, 60, cost=10, piece=30, needs_shim=False),
    Row("keyring", "several programs, the same keyring and backups", rivals.at_keyring, 2, 60, cost=10, piece=30, needs_shim=False),
    Row("clocks", "clock jumps before every act", clocks.jumps, 8, 300),
    Row("sticks", "sticks lost, late, repeated, in the wrong order", sticks.months, 18, 720, needs_shim=False),
    Row("window", "window after SIGKILL", window.opens, 3, 60, cost=8, piece=30),
    Row("monkeys", "random keys and clicks, then SIGKILL", window.monkeys, 4, 40, cost=20, piece=20),
    Row("memory", "out of memory", memory.shortages, 10, 300, needs_shim=False),
)  # fmt: skip
