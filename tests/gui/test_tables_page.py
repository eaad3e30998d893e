import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QComboBox, QLineEdit

from desktop.gui.figure_chart import Bar, FigureChart, ticks
from desktop.gui.look import COLOURS
from desktop.gui.main_window import MainWindow
from desktop.gui.period import without_gaps
from desktop.gui.tables_page import TablesPage
from desktop.gui.words import Words
from desktop.registers.declarations import load
from desktop.registers.labels import LANGUAGES
from desktop.registers.messages import message
from desktop.store.history import of_record
from desktop.store.keyring import Newcomer
from desktop.store.people import add
from desktop.store.vault import create_vault, open_vault
from tests.analysis.conftest import Finds, item, write_definitions
from tests.conftest import PASSWORD
from tests.gui.conftest import press, type_text

NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def finds(tmp_path):
    """Keep finds at a headquarters whose definitions are small enough to reckon by hand."""
    definitions = load(write_definitions(tmp_path / "definitions"))
    words = {"person": "Асанова А.", "password": PASSWORD, "profile": "cheapest"}
    with create_vault(tmp_path / "finds", definitions, prison="HQ", **words) as vault:
        yield Finds(vault)


@pytest.fixture
def heroin_and_tablets(finds):
    """Keep finds of two years: 15 g of heroin, 2 g of hashish, 30 tablets, and some that are not counted."""
    finds.numbers = {
        "heroin": finds.add(item("OPI-HER", "12.5", "G"), item("OPI-HER", "2.5", "G"), found_on="2012-03-05", prison="IK-02"),
        "hashish": finds.add(item("CAN-RES", "2", "G"), found_on="2013-01-20"),
        "tablets": finds.add(item("SED-DIA", "30", "TAB"), found_on="2011-06-01"),
        "gross": finds.add(item("OPI-HER", "7", "G", "GRO"), found_on="2012-04-01"),
        "traces": finds.add(item("OPI-HER", "1", "G", "TRC"), found_on="2012-04-02"),
        "draft": finds.add(item("OPI-HER", "400", "G"), found_on="2012-04-03", state="DRAFT"),
    }
    return finds


@pytest.fixture
def show_tables(qtbot):
    """Show the page, focused as a person finds it."""

    def show(vault, language="ru", width=1160, height=700):
        page = TablesPage(vault, Words(language))
        qtbot.addWidget(page)
        page.resize(width, height)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        page.arrive()
        return page

    return show


@pytest.fixture
def weight(heroin_and_tablets, show_tables):
    page = show_tables(heroin_and_tablets.vault)
    page.choose("weight")
    return page


def lines(page):
    return [[line.label, *(cell.text for cell in line.cells)] for line in page.pane.grid.lines]


def break_down(page, *names):
    for box, name in zip(page.pane.by, (*names, "")[:2], strict=True):
        box.setCurrentIndex(box.findData(name))
        box.activated.emit(box.currentIndex())


def ask_for(page, first, last=""):
    for name, text in (("first", first), ("last", last)):
        editor = page.pane.period.editors[name]
        editor.setFocus()
        editor.selectAll()
        press(Qt.Key.Key_Delete)
        type_text(text)
        press(Qt.Key.Key_Return)


def go_to(page, label, column=0):
    page.pane.figures.setFocus()
    place = [line.label for line in page.pane.grid.lines].index(label)
    page.pane.figures.setCurrentIndex(page.pane.figures.figures.index(place, column))


def behind(page):
    model = page.behind.model
    return [[model.index(r, c).data() for c in range(model.columnCount())] for r in range(model.rowCount())]


def explained(page):
    return page.behind.explanation.area.widget().accessibleName()


# The figures


def test_the_total_stands_first_and_what_does_not_convert_apart(weight):
    assert lines(weight) == [
        ["Всего", "0,017", "2"],
        ["Гашиш", "0,002", "1"],
        ["Героин", "0,015", "1"],
        ["Отдельно, в своих единицах"],
        ["Диазепам, табл.", "30", "1"],
    ]
    assert weight.pane.grid.headings == ("кг", "Записей")


def test_a_table_that_counts_records_writes_no_number_twice(heroin_and_tablets, show_tables):
    page = show_tables(heroin_and_tablets.vault, "en")
    page.choose("cases")
    assert page.pane.grid.headings == ("Records",)


def test_numbers_of_a_column_are_written_with_as_many_digits(finds, show_tables):
    finds.add(item("OPI-HER", "12.5", "G"))
    finds.add(item("CAN-RES", "3", "KG"))
    page = show_tables(finds.vault, "en")
    page.choose("weight")
    assert [line[1] for line in lines(page)] == ["3.0125", "3.0000", "0.0125"]


def test_two_dimensions_make_a_cross_table_with_margins_that_were_counted(weight):
    break_down(weight, "substance", "year")
    assert weight.pane.grid.corner == "Наркотик / Год"
    assert weight.pane.grid.headings == ("Всего", "2011", "2012", "2013")
    assert lines(weight) == [
        ["Всего", "0,017", "", "0,015", "0,002"],
        ["Гашиш", "0,002", "", "", "0,002"],
        ["Героин", "0,015", "", "0,015", ""],
        ["Отдельно, в своих единицах"],
        ["Диазепам, табл.", "30", "30", "", ""],
    ]


def test_a_record_with_several_values_is_one_in_the_margin(finds, show_tables):
    finds.add(item("OPI-HER", "1", "G"), case_opened=1, ways="DOG XRB")
    page = show_tables(finds.vault)
    page.choose("cases")
    break_down(page, "ways", "year")
    assert lines(page) == [["Всего", "1", "1"], ["Собака", "1", "1"], ["Рентген", "1", "1"]]
    assert page.pane.note.isVisible()
    break_down(page, "year")
    assert not page.pane.note.isVisible()


def test_without_a_dimension_the_total_stands_alone(weight):
    break_down(weight, "")
    assert lines(weight) == [
        ["Всего", "0,017", "2"],
        ["Отдельно, в своих единицах"],
        ["Всего, табл.", "30", "1"],
    ]
    assert not weight.pane.by[1].isEnabled()
    assert weight.pane.chart_card.isHidden()


def test_the_second_dimension_is_never_the_first(weight):
    break_down(weight, "substance", "year")
    break_down(weight, "year", "prison")
    assert weight.pane.by[1].findData("year") == -1
    assert weight.pane.dimensions == ("year", "prison")


def test_what_changed_elsewhere_is_counted_when_the_page_is_taken_up_again(weight, heroin_and_tablets):
    heroin_and_tablets.add(item("OPI-HER", "1", "KG"))
    weight.arrive()
    assert lines(weight)[0] == ["Всего", "1,017", "3"]


# The period


@pytest.mark.parametrize(
    ("first", "last", "total"),
    [("2012", "2012", "0,015"), ("01.2013", "", "0,002"), ("2013-01", "01.2013", "0,002"), ("", "05032012", "0,015"),
     ("06.2012", "12.2012", "0")],
)  # fmt: skip
def test_a_period_is_typed_as_clerks_type_it(weight, first, last, total):
    ask_for(weight, first, last)
    assert lines(weight)[0][1] == total


def test_a_period_holds_for_the_next_table(weight):
    ask_for(weight, "2012", "2012")
    weight.choose("people")
    weight.choose("weight")
    assert lines(weight)[0][1] == "0,015"
    assert weight.pane.period.in_words() == "2012 – 2012"


@pytest.mark.parametrize("typed", ["мартобря", "3.12", "13.2012"])
def test_what_is_no_month_stays_as_typed_with_a_sentence(weight, typed):
    ask_for(weight, typed)
    assert weight.pane.period.editors["first"].text() == typed
    assert weight.pane.period.message.isVisible()
    assert typed in weight.pane.period.message.text()
    assert lines(weight)[0][1] == "0,017"
    ask_for(weight, "2013")
    assert not weight.pane.period.message.isVisible()


def test_a_period_that_ends_before_it_begins_is_refused(weight):
    ask_for(weight, "2013", "2012")
    assert weight.pane.period.message.text().endswith(message("tables_page.reversed")["ru"])
    assert weight.pane.period.months == ("2013", "")


# What is left out


def test_the_doubtful_and_the_not_counted_are_named_with_their_numbers(weight, heroin_and_tablets):
    said = [button.accessibleName() for button in weight.pane.left_out.buttons.values()]
    assert said == [
        "Сомнительно: Взвешено с упаковкой: 1 запись",
        "Не учтено: Это черновик: будет учтён, когда станет готовым: 1 запись",
        "Не учтено: Только следы: 1 запись",
    ]
    weight.pane.left_out.buttons["gross"].click()
    assert behind(weight) == [[heroin_and_tablets.numbers["gross"], "ИК-1", "04.2012", f"0,007{NBSP}кг"]]


def test_nothing_left_out_is_said_too(finds, show_tables):
    finds.add(item("OPI-HER", "1", "G"))
    page = show_tables(finds.vault)
    page.choose("weight")
    assert not page.pane.left_out.buttons
    assert message("tables_page.all_counted")["ru"] in [
        label.text() for label in page.pane.left_out.findChildren(type(page.pane.title))
    ]


# The records behind


def test_enter_on_a_number_lists_its_records_and_enter_on_one_explains_it(weight, heroin_and_tablets, qtbot):
    number = heroin_and_tablets.numbers["heroin"]
    go_to(weight, "Героин")
    press(Qt.Key.Key_Return)
    assert behind(weight) == [[number, "ИК-2", "03.2012", f"0,015{NBSP}кг"]]
    press(Qt.Key.Key_Return)
    assert explained(weight).splitlines() == [
        "Строка 1: OPI-HER — Героин. Учтено. 12,5 г → 0,0125 кг",
        "Строка 2: OPI-HER — Героин. Учтено. 2,5 г → 0,0025 кг",
    ]
    with qtbot.waitSignal(weight.record_asked) as asked:
        weight.behind.explanation.open_button.click()
    (uid,) = (row.uid for row in weight.behind.model.rows)
    assert asked.args == ["finds", uid]


def test_a_click_on_a_cell_of_a_cross_table_lists_the_records_of_both_values(weight, heroin_and_tablets, qtbot):
    break_down(weight, "substance", "year")
    table = weight.pane.figures
    for label, column, found in (("Гашиш", 3, ["hashish"]), ("Диазепам, табл.", 1, ["tablets"]), ("Всего", 2, ["heroin"])):
        place = [line.label for line in weight.pane.grid.lines].index(label)
        rect = table.visualRect(table.figures.index(place, column))
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
        assert [row[0] for row in behind(weight)] == [heroin_and_tablets.numbers[name] for name in found]


def test_behind_an_empty_cell_stands_nothing(weight):
    break_down(weight, "substance", "year")
    go_to(weight, "Гашиш", 1)
    press(Qt.Key.Key_Return)
    assert weight.behind.isHidden()


def test_escape_goes_back_to_the_figures(weight):
    go_to(weight, "Героин")
    press(Qt.Key.Key_Return)
    assert weight.behind.table.hasFocus()
    press(Qt.Key.Key_Escape)
    assert weight.behind.isHidden()
    assert weight.pane.figures.hasFocus()
    assert weight.pane.figures.currentIndex().data() == "0,015"


def test_another_question_closes_the_records_of_the_last(weight):
    go_to(weight, "Героин")
    press(Qt.Key.Key_Return)
    ask_for(weight, "2013")
    assert weight.behind.isHidden()


def test_in_a_small_window_the_records_stand_in_place_of_the_figures(heroin_and_tablets, show_tables):
    page = show_tables(heroin_and_tablets.vault, width=756, height=520)
    page.choose("weight")
    go_to(page, "Героин")
    press(Qt.Key.Key_Return)
    assert not page.pane.isVisible()
    assert page.behind.isVisible()
    press(Qt.Key.Key_Escape)
    assert page.pane.isVisible()


def test_a_record_is_opened_in_the_page_of_its_register(heroin_and_tablets, qtbot, no_questions):
    vault = heroin_and_tablets.vault
    window = MainWindow(vault.folder, vault.definitions, "ru")
    qtbot.addWidget(window)
    window.open(vault)
    window.show()
    window.show_page("tables")
    page = window.pages["tables"]
    page.show_why(heroin_and_tablets.numbers["traces"])
    page.behind.explanation.open_button.click()
    assert window.page == "finds"
    assert window.pages["finds"].form.record["number"] == heroin_and_tablets.numbers["traces"]
    window.vault = None


# Why a record is not in it


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("heroin", "Строка 1: OPI-HER — Героин. Учтено"),
        ("gross", "Сомнительно: Взвешено с упаковкой. 7 г → 0,007 кг"),
        ("traces", "Не учтено: Только следы"),
        ("draft", "Не учтено: Это черновик"),
        ("tablets", "Учтено. 30 табл.: в кг не пересчитывается, показано отдельно"),
    ],
)
def test_a_record_is_asked_for_by_its_number(weight, heroin_and_tablets, name, told):
    press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert weight.pane.why.hasFocus()
    type_text(heroin_and_tablets.numbers[name].lower())
    press(Qt.Key.Key_Return)
    assert told in explained(weight)


def test_a_record_of_another_month_is_said_to_lie_outside(weight, heroin_and_tablets):
    ask_for(weight, "2013")
    weight.show_why(heroin_and_tablets.numbers["heroin"])
    assert "Не учтено: Дата записи — 03.2012: вне этих месяцев" in explained(weight)


def test_a_part_of_a_number_is_enough_where_one_record_has_it(weight, heroin_and_tablets):
    weight.show_why("0003")
    assert weight.behind.explanation.title.text() == heroin_and_tablets.numbers["tablets"]
    weight.show_why("f")
    assert weight.behind.message.text().startswith("✖ Подходит несколько записей, например F-")
    assert weight.behind.explanation.isHidden()


def test_an_unknown_number_is_answered_with_a_sentence(weight):
    weight.show_why("F-9999")
    assert weight.behind.message.text() == "✖ В этом журнале нет записи F-9999"


def test_at_its_own_prison_a_number_needs_no_prison(make_vault, show_tables):
    vault = make_vault("IK-01")
    number = vault.records("hiv_cases").save({}, {}, ready=False).record["number"]
    page = show_tables(vault)
    page.choose("hiv_new_cases")
    page.show_why(number.removeprefix("IK-01-").lower())
    assert page.behind.explanation.title.text() == number


def test_an_explanation_of_a_health_record_is_kept_as_a_view(make_vault, show_tables):
    vault = make_vault("IK-01")
    record = vault.records("hiv_cases").save({}, {}, ready=False).record
    page = show_tables(vault)
    page.choose("hiv_new_cases")
    page.pane.left_out.buttons["state.DRAFT"].click()
    assert "view" not in [event["action"] for event in of_record(vault.zone("health").connection, record["uid"])]
    press(Qt.Key.Key_Return)
    assert "view" in [event["action"] for event in of_record(vault.zone("health").connection, record["uid"])]


# Which tables


def test_the_tables_of_a_zone_that_may_not_be_counted_are_not_listed(make_vault, definitions, show_tables):
    vault = make_vault("HQ")
    add(vault, Newcomer("Дуйшеев Д.", ("training_officer",), "другой"))
    page = show_tables(vault)
    assert {table.zone for table in page.tables.values()} == {"security", "intelligence", "health", "training"}
    folder = vault.folder
    vault.close()
    with open_vault(folder, definitions, "другой") as other:
        page = show_tables(other)
        assert page.sorry.text() == message("tables_page.none")["ru"]


def test_a_slip_in_a_declaration_is_said_instead_of_the_tables(finds, show_tables):
    (folder,) = finds.vault.definitions.folders
    path = folder / "tables" / "weight.toml"
    path.write_text(path.read_text("utf-8").replace("sum =", "summ ="), "utf-8")
    page = show_tables(finds.vault, "en")
    assert page.sorry.text().startswith("✖ A table is declared wrongly")
    assert "weight.toml" in page.sorry.text()
    page.arrive()


# The chart


def test_bars_are_as_long_as_their_values(qtbot):
    chart = FigureChart()
    qtbot.addWidget(chart)
    chart.resize(400, 60)
    bars = [Bar("а", number, str(number)) for number in (10, 20)]
    chart.show_bars(bars, over_time=False, language="ru")
    image = chart.grab().toImage()
    accent = QColor(COLOURS["accent"])
    short, long = (sum(image.pixelColor(x, y) == accent for x in range(image.width())) for y in (12, 36))
    assert abs(long - 2 * short) <= 2
    assert long > 200


def test_a_month_without_records_keeps_its_place_in_the_chart(weight):
    break_down(weight, "month")
    assert [bar.label for bar in weight.pane.chart.bars][:3] == ["03.2012", "04.2012", "05.2012"]
    assert len(weight.pane.chart.bars) == 11
    assert [bar.text for bar in weight.pane.chart.bars if bar.text] == ["0,015", "0,002"]
    assert weight.pane.chart.accessibleDescription().startswith("03.2012: 0,015")


def test_months_and_years_run_on_without_gaps():
    assert list(without_gaps(["2012-11", "2013-02"])) == ["2012-11", "2012-12", "2013-01", "2013-02"]
    assert list(without_gaps(["2010", "2012"])) == ["2010", "2011", "2012"]
    assert list(without_gaps([])) == []


@pytest.mark.parametrize("most", [0.00031, 0.9, 1, 3.254, 38, 100, 10440])
def test_an_axis_reaches_the_largest_value_in_few_steps(most):
    marks = [float(mark) for mark in ticks(most)]
    assert marks[0] == 0
    assert marks[-2] < most <= marks[-1]
    assert len(marks) <= 7


# Copying


def test_the_table_is_copied_for_a_spreadsheet(finds, show_tables):
    finds.add(item("OPI-HER", "12345.5", "KG"))
    page = show_tables(finds.vault)
    page.choose("weight")
    page.pane.figures.setFocus()
    press(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().splitlines() == [
        "Вес\tвсе месяцы", "Наркотик\tкг\tЗаписей", "Всего\t12345,5\t1", "Героин\t12345,5\t1",
    ]  # fmt: skip
    (event,) = finds.vault.zone("security").select("select why from history where action = 'export'")
    assert event["why"] == "weight"
    assert page.pane.told.text() == "✔ Скопировано 2 строки"


# Keys, names, languages


def test_f6_goes_round_the_parts_of_the_page(weight):
    go_to(weight, "Героин")
    press(Qt.Key.Key_Return)
    sides = []
    for _ in range(3):
        press(Qt.Key.Key_F6)
        sides.append(QApplication.focusWidget())
    assert sides == [weight.list, weight.pane.figures, weight.behind.table]


def test_enter_in_the_list_goes_to_the_figures(weight):
    weight.list.setFocus()
    press(Qt.Key.Key_Return)
    assert weight.pane.figures.hasFocus()


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_takes_the_keyboard_has_a_name(heroin_and_tablets, show_tables, language):
    page = show_tables(heroin_and_tablets.vault, language)
    page.choose("weight")
    page.show_behind(page.pane.grid.lines[0].cells[0].target)
    press(Qt.Key.Key_Return)
    kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView)
    found = [widget for kind in kinds for widget in page.findChildren(kind) if widget.isVisible()]
    found = [widget for widget in found if widget.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert {type(widget).__name__ for widget in found} >= {
        "QComboBox",
        "QListWidget",
        "FigureTable",
        "BehindTable",
        "QLineEdit",
    }
    assert [widget for widget in found if not widget.accessibleName()] == []


def test_the_models_keep_the_rules_of_their_kind(weight, qtmodeltester):
    weight.show_behind(weight.pane.grid.lines[0].cells[0].target)
    qtmodeltester.check(weight.pane.figures.figures)
    qtmodeltester.check(weight.behind.model)
