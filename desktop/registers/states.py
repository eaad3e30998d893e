"""The states of a record; their words and which of them count stand in `resources/codes/record_states.csv`."""

DRAFT = "DRAFT"
READY = "READY"
SUBMITTED = "SUBMITTED"
QUERIED = "QUERIED"
VOID = "VOID"

# What a hand-off carries: everything but what its writer has not finished.
HANDED_OFF = (READY, SUBMITTED, QUERIED, VOID)

# What says that something happened; a month without any such record is a nil report.
HAPPENED = (READY, SUBMITTED, QUERIED)
