"""Pages on paper: counted, with a foot, in the bundled font."""

import subprocess
from shutil import which

import pytest
from PySide6.QtGui import QPdfWriter

from desktop.gui import printing
from desktop.gui.printing import as_pdf, document_of, write_pdf
from desktop.registers.problems import AppError

needs_poppler = pytest.mark.skipif(not which("pdftotext"), reason="poppler reads the PDF")


def read(content, tmp_path):
    """Give the text of each page of a PDF."""
    path = tmp_path / "page.pdf"
    write_pdf(path, content)
    told = subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True)
    return told.stdout.split("\f")[:-1]


@needs_poppler
def test_every_page_has_its_number_and_no_line_is_lost_between_pages(qapp, tmp_path):
    lines = [f"Строка {n:03} өүң" for n in range(150)]
    documents = [document_of("".join(f"<p>{line}</p>" for line in lines)), document_of("<p>Второй</p>")]
    pages = read(as_pdf(documents, lambda page, pages: f"лист {page} из {pages}"), tmp_path)
    assert len(pages) > 3
    assert [f"лист {n} из {len(pages)}" in text for n, text in enumerate(pages, 1)] == [True] * len(pages)
    whole = "".join(pages)
    assert [whole.count(line) for line in lines] == [1] * len(lines)
    assert "Второй" in pages[-1]
    assert "Строка" not in pages[-1]


def test_a_pdf_says_nothing_of_its_content_outside_and_carries_the_bundled_font(qapp, tmp_path):
    content = as_pdf([document_of("<p>Өмүрбек</p>")], lambda *_: "")
    assert b"NotoSans" in content
    assert b"Depter" in content or "Depter".encode("utf-16-be") in content


def test_a_pdf_that_cannot_be_written_says_so(tmp_path):
    with pytest.raises(AppError) as refused:
        write_pdf(tmp_path / "нет" / "x.pdf", b"")
    assert refused.value.name == "printing.not_written"


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_printer_that_takes_nothing_says_so(qapp, tmp_path):
    writer = QPdfWriter(str(tmp_path / "nowhere" / "x.pdf"))
    with pytest.raises(AppError) as refused:
        printing.paint([document_of("x")], writer, lambda *_: "")
    assert refused.value.name == "printing.not_printed"
