"""A picture of who appears with whom: the table beside it says the same, and more."""

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.analysis.links import Link, Subject
from desktop.gui.look import COLOURS, PAPER

# More than these nobody reads in a picture.
MOST = 60
ROUNDS = 120
RADIUS = 7
ROOM = 34  # around the picture, for the words of its outermost points
NEAR = 16  # pixels from a point that still mean it

Places = dict[Subject, tuple[float, float]]


def drawn(links: Sequence[Link]) -> list[Subject]:
    """List who is drawn: those of the strongest links, as many as can be read."""
    found: dict[Subject, None] = {}
    for link in links:
        fresh = [subject for subject in (link.first, link.second) if subject not in found]
        if len(found) + len(fresh) <= MOST:
            found |= dict.fromkeys(fresh)
    return list(found)


def places(links: Sequence[Link], subjects: Sequence[Subject]) -> Places:
    """Find a place between 0 and 1 for each of *subjects*: what is linked attracts, all repel (Fruchterman and Reingold, 1991).

    The same links always give the same picture: it begins with a circle, not by chance.
    """
    if len(subjects) < 2:
        return dict.fromkeys(subjects, (0.5, 0.5))
    n = len(subjects)
    at = [[math.cos(2 * math.pi * place / n), math.sin(2 * math.pi * place / n)] for place in range(n)]
    number = {subject: place for place, subject in enumerate(subjects)}
    joined = [(number[k.first], number[k.second]) for k in links if k.first in number and k.second in number]
    ideal = 2 / math.sqrt(n)
    for turn in range(ROUNDS):
        _move(at, joined, ideal, 0.25 * (1 - turn / ROUNDS))
    return dict(zip(subjects, _fitted(at), strict=True))


def _move(at: list[list[float]], joined: Sequence[tuple[int, int]], ideal: float, most: float) -> None:
    force = [[-0.4 * x, -0.4 * y] for x, y in at]  # a pull to the middle keeps groups without a link on the picture
    for one in range(len(at)):
        for other in range(one):
            _push(at, force, one, other, ideal)
    for one, other in joined:
        dx, dy = at[one][0] - at[other][0], at[one][1] - at[other][1]
        pull = math.hypot(dx, dy) / ideal
        for end, sign in ((one, -1), (other, 1)):
            force[end][0] += sign * dx * pull
            force[end][1] += sign * dy * pull
    for point, (x, y) in zip(at, force, strict=True):
        length = math.hypot(x, y) or 1.0
        point[0] += x / length * min(length, most)
        point[1] += y / length * min(length, most)


def _push(at: list[list[float]], force: list[list[float]], one: int, other: int, ideal: float) -> None:
    dx, dy = at[one][0] - at[other][0], at[one][1] - at[other][1]
    strength = ideal * ideal / max(dx * dx + dy * dy, 1e-4)
    force[one][0] += dx * strength
    force[one][1] += dy * strength
    force[other][0] -= dx * strength
    force[other][1] -= dy * strength


def _fitted(at: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    """Stretch the picture over its whole room."""
    spans = []
    for axis in (0, 1):
        values = [point[axis] for point in at]
        spans.append((min(values), (max(values) - min(values)) or 1.0))
    return [((x - spans[0][0]) / spans[0][1], (y - spans[1][0]) / spans[1][1]) for x, y in at]


class WebPicture(QWidget):
    """Paints subjects as points and their links as lines, the marked one strong; a click on a point asks for that subject."""

    asked = Signal(object)

    def __init__(self) -> None:
        """Show nothing until `show_links`."""
        super().__init__()
        self.links: Sequence[Link] = ()
        self.names: Mapping[Subject, str] = {}
        self.marked: Link | None = None
        self.at: Places = {}
        self.setMinimumSize(240, 200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_links(self, links: Sequence[Link], names: Mapping[Subject, str], said: str) -> None:
        """Show *links* of subjects called *names*; *said* tells the same to who cannot see it."""
        subjects = drawn(links)
        if links != self.links:
            self.at = places(links, subjects)
        self.links, self.names, self.marked = links, names, None
        self.setAccessibleDescription(said)
        self.update()

    def mark(self, link: Link | None) -> None:
        """Make one link stand out."""
        self.marked = link
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for enough to be read."""
        return QSize(420, 360)

    def _point(self, subject: Subject) -> QPointF:
        x, y = self.at[subject]
        return QPointF(ROOM + x * (self.width() - 2 * ROOM), ROOM / 2 + y * (self.height() - 1.6 * ROOM))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for the subject under the pointer."""
        distance = {s: (self._point(s) - event.position()).manhattanLength() for s in self.at}
        nearest = min(distance, key=lambda subject: distance[subject], default=None)
        if nearest and distance[nearest] <= NEAR:
            self.asked.emit(nearest)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the links, then the subjects over them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter, COLOURS)
        painter.end()

    def as_image(self, scale: int) -> QImage:
        """Give the picture as an image of *scale* times as many points, for paper."""
        image = QImage(self.size() * scale, QImage.Format.Format_RGB32)
        image.fill(QColor(PAPER["card"]))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        painter.scale(scale, scale)
        self.paint(painter, PAPER)
        painter.end()
        return image

    def paint(self, painter: QPainter, colours: Mapping[str, str]) -> None:
        """Paint the picture with *painter*, in the *colours* of the screen or of paper."""
        most = max((link.statements for link in self.links), default=1) or 1
        for link in self.links:
            if link.first in self.at and link.second in self.at:
                is_marked = link is self.marked
                colour = QColor(colours["accent" if is_marked else "edge"])
                painter.setPen(QPen(colour, 3.5 if is_marked else 1 + 2.5 * link.statements / most))
                painter.drawLine(self._point(link.first), self._point(link.second))
        for subject in self.at:
            self._paint_subject(painter, subject, colours)

    def _paint_subject(self, painter: QPainter, subject: Subject, colours: Mapping[str, str]) -> None:
        point = self._point(subject)
        is_marked = self.marked is not None and subject in (self.marked.first, self.marked.second)
        painter.setPen(QPen(QColor(colours["accent"]), 2))
        painter.setBrush(QColor(colours["accent" if is_marked else "card"]))
        if subject.sort == "prison":  # a shape, for colour alone tells nothing to some
            painter.drawRect(QRectF(point.x() - RADIUS, point.y() - RADIUS, 2 * RADIUS, 2 * RADIUS))
        else:
            painter.drawEllipse(point, RADIUS, RADIUS)
        metrics = painter.fontMetrics()
        text = metrics.elidedText(self.names.get(subject, ""), Qt.TextElideMode.ElideRight, 150)
        width = metrics.horizontalAdvance(text) + 4
        left = min(max(point.x() - width / 2, 0), max(self.width() - width, 0))
        room = QRectF(left, point.y() + RADIUS + 1, width, metrics.height())
        ground = QColor(colours["card"])
        ground.setAlpha(215)
        painter.fillRect(room, ground)
        painter.setPen(QColor(colours["ink"]))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
