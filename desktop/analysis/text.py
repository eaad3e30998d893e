"""Write a national table as lines for a terminal, and as one object for programs."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from desktop.analysis.counting import Period
from desktop.analysis.numbers import plain, show
from desktop.analysis.tables import Figure, Figures, Uncounted
from desktop.registers.codes import CodeList
from desktop.registers.kinds import NBSP
from desktop.registers.labels import LANGUAGES, Label
from desktop.registers.messages import message

_GAP = "  "
_Cells = tuple[str, ...]


def table_as_lines(found: Figures, units: CodeList) -> list[Label]:
    """Write *found* in every language, a label a line: aligned, with its total and all that is not in it."""
    in_languages = [list(_lines(found, units, language)) for language in LANGUAGES]
    return [Label(dict(zip(LANGUAGES, line, strict=True))) for line in zip(*in_languages, strict=True)]


def _lines(found: Figures, units: CodeList, language: str) -> Iterator[str]:
    table = found.table
    yield f"{table.label[language]} · {_period(found.period)[language]}"
    yield table.description[language]
    yield ""
    dimensions = [table.by_name[name] for name in found.by]
    whole = [_say("total", language), *[""] * len(dimensions)][: len(dimensions)]
    head = (*(d.label[language] for d in dimensions), _say("value", language), _say("records", language))
    if table.share:
        head += (table.share.label[language],)
    counted = [*(found.rows if dimensions else ()), found.whole]
    apart = [*(found.rows_not_convertible if dimensions else ()), *found.not_convertible]
    rows = [
        (*_words(figure, whole, language), *_amounts(figure, units, language, has_share=bool(table.share)))
        for figure in (*counted, *apart)
    ]
    lines = aligned([head, *rows], len(dimensions))
    yield from lines[: 1 + len(counted)]
    if any(d.many for d in dimensions):
        yield _say("many", language)
    if apart:
        yield ""
        yield _say("not_convertible", language)
        yield from lines[1 + len(counted) :]
    for name, reasons in (("doubtful", found.doubtful), ("not_counted", found.not_counted)):
        if reasons:
            yield ""
            yield _say(name, language)
            rows = [_reason(each, units, language) for each in reasons]
            # What would not belong to the total in any case, such as litres of alcohol among drugs, has no amount here.
            yield from aligned(rows if name == "doubtful" else [(text, records) for text, _, records in rows], 1)


def _say(name: str, language: str) -> str:
    return message(f"table.{name}")[language]


def _period(period: Period) -> Label:
    """Name the months that were asked for."""
    first, last = (".".join(reversed(month.split("-"))) for month in (period.first, period.last))
    if first == last:
        return Label.same(first) if first else message("table.all_months")
    return Label.same(f"{first or '…'} – {last or '…'}")


def _words(figure: Figure, whole: Sequence[str], language: str) -> Sequence[str]:
    return [label[language] for label in figure.labels] or whole


def _amounts(figure: Figure, units: CodeList, language: str, *, has_share: bool) -> _Cells:
    cells = with_unit(figure.value, figure.unit, units, language), str(figure.records)
    return (*cells, share_in_words(figure, language)) if has_share else cells


def share_in_words(figure: Figure, language: str) -> str:
    """Write a share with what it is a share of: 31,3 % (5 / 16)."""
    if figure.share is None:
        return "—"
    return f"{show(figure.share, language)} % ({figure.shared} / {figure.among})".replace(" ", NBSP)


def with_unit(value: Decimal, unit: str, units: CodeList, language: str) -> str:
    """Write an amount for people, with the name of its unit where it has one."""
    row = units.codes.get(unit)
    return f"{show(value, language)} {row.label[language]}" if row else show(value, language)


def _reason(each: Uncounted, units: CodeList, language: str) -> _Cells:
    amounts = [with_unit(value, unit, units, language) for unit, value in each.amounts.items() if value and unit]
    return each.text[language], "; ".join(amounts), message("sheet.records", n=each.records)[language]


def aligned(rows: Sequence[Sequence[str]], left: int) -> list[str]:
    """Pad cells to columns: the first *left* of them to the left, numbers to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        _GAP.join(
            cell.ljust(width) if place < left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def table_as_json(found: Figures, language: str) -> dict[str, Any]:
    """Give *found* as one object, with exact numbers as texts and words in *language*."""
    has_share = bool(found.table.share)
    return {
        "table": found.table.name,
        "label": found.table.label[language],
        "from": found.period.first or None,
        "to": found.period.last or None,
        "by": list(found.by),
        "unit": found.table.unit or None,
        "rows": [_figure_as_json(figure, found.by, language, has_share=has_share) for figure in found.rows],
        "total": _figure_as_json(found.whole, (), language, has_share=has_share),
        "rows_not_convertible": [
            _figure_as_json(figure, found.by, language, has_share=has_share) for figure in found.rows_not_convertible
        ],
        "not_convertible": [_figure_as_json(figure, (), language, has_share=has_share) for figure in found.not_convertible],
        "doubtful": [_reason_as_json(each, language) for each in found.doubtful],
        "not_counted": [_reason_as_json(each, language) for each in found.not_counted],
    }


def _figure_as_json(figure: Figure, by: Sequence[str], language: str, *, has_share: bool) -> dict[str, Any]:
    told = {
        "key": dict(zip(by, figure.key, strict=True)),
        "labels": {name: label[language] for name, label in zip(by, figure.labels, strict=True)},
        "value": plain(figure.value), "unit": figure.unit or None, "records": figure.records, "lines": figure.lines,
    }  # fmt: skip
    if not has_share:
        return told
    share = plain(figure.share) if figure.share is not None else None
    return told | {"among": figure.among, "shared": figure.shared, "share": share}


def _reason_as_json(each: Uncounted, language: str) -> dict[str, Any]:
    amounts = {unit: plain(value) for unit, value in each.amounts.items() if unit}
    return {
        "reason": each.name, "text": each.text[language], "records": each.records, "lines": each.lines, "amounts": amounts,
    }  # fmt: skip
