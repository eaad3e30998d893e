from PySide6.QtWidgets import QWidget


def test_qt_lives_through_twenty_thousand_calls_that_return_nothing(qtbot):
    """PySide6 6.12.0 on Python 3.11 aborts after some thousand: that is why it is not among the pinned versions."""
    qtbot.addWidget(widget := QWidget())
    for n in range(20_000):
        widget.setToolTip(str(n))
    assert widget.toolTip() == "19999"
