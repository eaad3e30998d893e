"""Tell a person what merging a file would do: one line a file, one line for each thing that is wrong in it."""

from desktop.exchange.planning import FilePlan, RowPlan
from desktop.exchange.rows import CellProblem
from desktop.gui.look import SIGNS
from desktop.gui.plain_table import Cell, Column, Told
from desktop.gui.words import Words
from desktop.registers.declarations import Definitions

# A row, what is wrong with it, and how badly.
_Problem = tuple[RowPlan, CellProblem, str]

# The columns of numbers, and the verdicts that each adds up: together they are the rows of the file.
COUNTED: dict[str, tuple[str, ...]] = {
    "new": ("new", "double"),
    "changed": ("changed",),
    "unchanged": ("unchanged", "older"),
    "void": ("void",),
    "rejected": ("invalid", "conflict"),
    "blank": ("blank",),
}
_WIDTHS = {"new": 62, "changed": 84, "unchanged": 76, "void": 80, "rejected": 88, "blank": 64}
# How a verdict is shown that somebody should look at, or that changes nothing.
VERDICT_COLOURS = {
    "double": "warning", "conflict": "error", "invalid": "error", "unchanged": "second", "older": "second",
}  # fmt: skip
# The places in a sequence that an analyst must know of.
ODD = ("gap", "replay", "fork")
_PLACE_COLOURS = {"gap": "warning", "replay": "warning", "fork": "error", "duplicate": "second"}
_COLOURS = {"rejected": "error", "blank": "second", "unchanged": "second"}


def file_columns(words: Words) -> list[Column]:
    """Give the columns of the list of files."""
    numbers = [Column(words(f"merge_page.{name}"), width, is_number=True) for name, width in _WIDTHS.items()]
    return [
        Column(words("merge_page.file")), Column(words("sheet.prison"), 130), Column(words("sheet.month"), 104),
        Column(words("sheet.zone"), 96), *numbers, Column(words("merge_choice.place"), 104),
        Column(words("merge_choice.signature"), 88),
    ]  # fmt: skip


def file_row(plan: FilePlan, definitions: Definitions, words: Words) -> list[Cell]:
    """Tell one file in a line."""
    said = "\n".join([plan.name, *remarks(plan, definitions, words)])
    name = Cell(f"{SIGNS[worst(plan)]} {brief(plan.name)}", "ink" if worst(plan) == "good" else worst(plan), said)
    if plan.refused:
        return [name, *(Cell("") for _ in range(5 + len(COUNTED)))]
    counts = {column: sum(plan.counts.get(verdict, 0) for verdict in verdicts) for column, verdicts in COUNTED.items()}
    numbers = [Cell(str(n), _COLOURS.get(column, "ink") if n else "second") for column, n in counts.items()]
    prison, zone = definitions.codes["prisons"].codes[plan.prison], definitions.codes["zones"].codes[plan.zone]
    month = words.month(plan.month)
    if plan.revision > 1:
        month = words("merge_choice.revised", month=month, revision=plan.revision)
    own = [Cell(words.of(prison.label)), Cell(month), Cell(words.of(zone.label))]
    return [name, *own, *numbers, _place(plan, words), _signature(plan, words)]


def _place(plan: FilePlan, words: Words) -> Cell:
    if not plan.place:
        return Cell("")
    state = plan.place.state
    return Cell(words(f"merge_choice.place_{state}"), _PLACE_COLOURS.get(state, "ink"), words.of(plan.place.said))


def _signature(plan: FilePlan, words: Words) -> Cell:
    if not plan.signature:
        return Cell("—", "second")
    is_odd = plan.is_held or plan.signature.is_stranger
    return Cell(words(f"merge_choice.signature_{plan.signature.state}"), "warning" if is_odd else "ink")


def brief(name: str) -> str:
    """Give a file's name without the ending that all of them have."""
    return name.rpartition(".xlsx")[0] or name


def worst(plan: FilePlan) -> str:
    """Tell how a file stands: `error` where it is refused for more than its password, `warning` where somebody should look at it, or `good`."""
    if plan.refused:
        return "warning" if plan.is_locked else "error"
    is_odd = plan.is_held or is_to_enrol(plan) or plan.odd_month or (plan.place and plan.place.state in ODD)
    return "warning" if is_odd or plan.contests or plan.rejected or plan.edited or plan.unread or _warnings(plan) else "good"


def remarks(plan: FilePlan, definitions: Definitions, words: Words) -> list[str]:
    """Say what is to be known of a file beside its numbers."""
    if plan.refused:
        return [words.of(plan.refused)]
    said = _origin(plan, words)
    if plan.edited:
        labels = {table.table: table.label for register in definitions.of_zone(plan.zone) for table in register.tables}
        names = [words.of(labels[name]) if name in labels else name for name in plan.edited]
        said.append(words("merge_page.edited", names=", ".join(names)))
    if plan.unread:
        said.append(words("merge_page.unread", names=", ".join(plan.unread)))
    if plan.odd_month:
        said.append(words.of(plan.odd_month))
    if plan.answers:
        said.append(words("lock.answers", n=len(plan.answers)))
    if doubles := sum(contest.about == "double" for contest in plan.contests):
        said.append(words("merge_choice.doubles", n=doubles))
    if older := plan.counts.get("older"):
        said.append(words("merge_page.older", n=older))
    if warnings := _warnings(plan):
        said.append(words("merge_page.warnings", n=warnings))
    return said


def _origin(plan: FilePlan, words: Words) -> list[str]:
    """Say what is odd about where a file comes from: it came before, or nobody known here vouches for it."""
    said = [words("merge_page.known")] if plan.known else []
    return [*said, *([words.of(plan.signature.said)] if plan.signature and plan.is_unvouched else [])]


def is_to_enrol(plan: FilePlan) -> bool:
    """Tell whether the file waits for the key of its station, or merges without it so far."""
    return bool(plan.signature and plan.signature.is_stranger and not plan.known)


def _warnings(plan: FilePlan) -> int:
    return sum(len(row.warnings) for row in plan.rows)


def problem_columns(words: Words) -> list[Column]:
    """Give the columns of the list of what is wrong in a file."""
    return [
        Column(words("sheet.rejected_sheet"), 190), Column(words("sheet.rejected_cell"), 70),
        Column(words("sheet.rejected_number"), 170), Column(words("sheet.rejected_value"), 190),
        Column(words("sheet.rejected_problem")),
    ]  # fmt: skip


def problem_rows(plan: FilePlan, words: Words) -> Told[_Problem]:
    """Tell what is wrong in a file, what keeps a row out before what is only unusual."""

    def tell(found: _Problem) -> list[Cell]:
        row, problem, severity = found
        said = f"{SIGNS[severity]} {words.of(problem.text)}"
        full = f"{said}\n{_advice(plan, problem, words)}" if severity == "error" else said
        return [Cell(row.sheet), Cell(problem.cell), Cell(row.number), Cell(problem.value), Cell(said, severity, full)]

    errors: list[_Problem] = [(row, problem, "error") for row in plan.rows for problem in row.problems]
    return Told([*errors, *((row, problem, "warning") for row in plan.rows for problem in row.warnings)], tell)


def _advice(plan: FilePlan, problem: CellProblem, words: Words) -> str:
    """Say what to do: a template is put right in the template, a hand-off is made again by the prison's program."""
    return words.of(problem.advice) if problem.advice else words("advice.hand_off" if plan.sequence else "advice.template")
