"""The columns of a list as a person left them."""

from desktop.store.list_columns import choose, chosen, possible
from desktop.store.preferences import prefer, preference


def test_the_columns_are_those_declared_until_somebody_chooses_others(gate_log, vault, reopen):
    assert chosen(gate_log).names == gate_log.register.list
    choose(gate_log, ["driver", "number"], {"driver": 220})
    again = chosen(reopen(vault).records("gate_log"))
    assert (again.names, again.widths) == (("driver", "number"), {"driver": 220})


def test_columns_as_declared_are_not_kept_so_that_a_later_declaration_holds(gate_log):
    choose(gate_log, ["driver"], {})
    choose(gate_log, gate_log.register.list, {})
    assert preference(gate_log.zone, "columns.gate_log") is None


def test_a_column_that_is_gone_is_left_out(gate_log):
    prefer(gate_log.zone, "columns.gate_log", {"names": ["hq_gone", "driver"], "widths": {"hq_gone": 50}})
    assert (chosen(gate_log).names, chosen(gate_log).widths) == (("driver",), {})


def test_every_field_and_lines_may_be_a_column(gate_log, definitions):
    names = [one.name for one in possible(definitions, gate_log.register)]
    assert names[:5] == list(gate_log.register.list)
    assert {"driver", "comment", "changed_by", "loads"} < set(names)
    assert not {"uid", "extra"} & set(names)
