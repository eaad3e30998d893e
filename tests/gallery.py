"""Make pictures of every screen, to be looked at: `make gallery` opens the window on an invented prison and on headquarters.

Each page is taken in every language, and in Russian dark, with the largest letters and in the smallest window as well.
"""

import argparse
import html
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtWidgets import QApplication

from desktop.gui import pages
from desktop.gui.look import dress
from desktop.gui.main_window import MainWindow
from desktop.gui.register_page import RegisterPage
from desktop.gui.search_page import SearchPage
from desktop.registers.declarations import load
from desktop.registers.labels import LANGUAGES
from desktop.store import clock
from desktop.store.settings import Settings, write_settings
from desktop.store.vault import create_vault, open_vault
from tests.gui.clipping import clipped, settle
from tests.pictures import MOMENT, PASSWORD, PERSON, make_prison

SOUGHT = "ИК-8"
WIDTH, HEIGHT = 1366, 728  # a screen of 1366x768 less the bar of Windows
SMALL = (960, 520)
# Each way to look at all pages: language, size of letters, scheme, size of the window.
WAYS = {language: (Settings(language), (WIDTH, HEIGHT)) for language in LANGUAGES} | {
    "ru-dark": (Settings("ru", scheme="dark"), (WIDTH, HEIGHT)),
    "ru-14": (Settings("ru", 14), (WIDTH, HEIGHT)),
    "ru-small": (Settings("ru"), SMALL),
}


def take_all(out, ways):
    """Take the pictures of *ways* into the folder *out*, with a page that shows them and names what is cut."""
    clock.now = lambda: MOMENT
    out.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    dress(app)
    definitions = load()
    taken = []
    with TemporaryDirectory() as folder:
        station, headquarters = Path(folder) / "station", Path(folder) / "headquarters"
        make_prison(station, definitions, Path(folder))
        create_vault(headquarters, definitions, prison="HQ", person=PERSON, password=PASSWORD, profile="cheapest").close()
        for way in ways:
            for place in (station, headquarters):
                taken += take(out, place, definitions, way)
    write_index(out, taken, ways)


def take(out, station, definitions, way):
    """Take every page of one station in one *way*, and give what was taken, with what is cut in it."""
    settings, size = WAYS[way]
    write_settings(station, PERSON, settings)
    taken = [take_one(out, first_screen(station, definitions, settings, size), way, f"{station.name}-first")]
    with open_vault(station, definitions, PASSWORD) as vault:
        window = MainWindow(station, definitions, settings.language)
        window.resize(*size)
        window.open(vault)
        window.show()
        for key in [*(entry.key for entry in pages.entries(vault, window.words)), pages.SEARCH]:
            window.show_page(key)
            arrange(window.pages[key])
            taken.append(take_one(out, window, way, f"{station.name}-{key.replace(':', '-')}"))
            if isinstance(window.pages[key], RegisterPage):
                window.pages[key].form.is_dirty = False
        put_away(window)
    return taken


def first_screen(station, definitions, settings, size):
    window = MainWindow(station, definitions, settings.language)
    window.resize(*size)
    window.show()
    return window


def arrange(page):
    """Let a page fill that does so by and by; open the first record of a register, or a new one; look for something."""
    if isinstance(page, SearchPage):
        page.text.setText(SOUGHT)
        page.search()
    while (steps := getattr(page, "steps", None)) and steps.are_going_on:
        settle()
    if isinstance(page, RegisterPage):
        settle()
        if page.model.rowCount():
            page.open(page.model.row(0)["uid"])
        elif page.may_write:
            page.begin()


def take_one(out, window, way, name):
    settle()
    file = f"{way}-{name}.png"
    if not window.grab().save(str(out / file)):
        raise OSError(f"{file} was not written")
    return name, way, file, clipped(window)


def put_away(window):
    # Closing would back the station up first.
    window.hide()
    window.vault = None
    window.deleteLater()
    settle()


def write_index(out, taken, ways):
    """Write the page that shows all pictures, a row for each screen."""
    by_name = {}
    for name, way, file, cut in taken:
        by_name.setdefault(name, {})[way] = (file, cut)
    rows = []
    for name, found in by_name.items():
        cells = "".join(cell(*found[way]) if way in found else "<td></td>" for way in ways)
        rows.append(f"<tr><th>{html.escape(name)}</th>{cells}</tr>")
    heads = "".join(f"<th>{way}</th>" for way in ways)
    style = (
        "body{font:14px sans-serif} img{width:460px;border:1px solid #ccc} td{vertical-align:top} p{color:#b3261e;margin:2px}"
    )
    content = f"<table><tr><th></th>{heads}</tr>{''.join(rows)}</table>"
    text = f'<!doctype html><meta charset="utf-8"><title>Depter</title><style>{style}</style>{content}'
    (out / "index.html").write_text(text, "utf-8")
    print(f"{len(taken)} pictures, {sum(bool(cut) for *_, cut in taken)} with a text that is cut: {out / 'index.html'}")


def cell(file, cut):
    said = "".join(f"<p>{html.escape(one)}</p>" for one in cut)
    return f'<td><a href="{file}"><img loading="lazy" src="{file}" alt="{file}"></a>{said}</td>'


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="the folder of the pictures")
    parser.add_argument("--only", choices=WAYS, action="append", help="take these ways of looking at the pages alone")
    chosen = parser.parse_args()
    take_all(chosen.out, chosen.only or list(WAYS))
