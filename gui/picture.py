"""Pictures of a network for papers and slides: as pixels, as SVG and PDF with text that stays text, and on paper.

A picture is painted from a scene of its own, in which nothing is selected, pointed at or marked as a problem.
Main thread only.
"""

from __future__ import annotations

import math
import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFontInfo, QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtSvg import QSvgGenerator

from engine.graph import Graph
from engine.judge.report import Analysis
from gui.canvas.link import GRASP
from gui.canvas.scene import CanvasScene
from gui.theme import interface_font, shape_font, themes

MARGIN = 16.0
"""Scene pixels that stay free around what is shown."""
MOST_PIXELS = 64_000_000
BAND = 1_500_000
"""Pixels that are painted at once."""
LONGEST_SIDE = 30_000
"""Pixels; painters of images go no farther than 32 767."""
DOTS_PER_INCH = 96
"""A scene pixel is as large as a pixel of a web page, so that text has the same size everywhere."""


@dataclass(frozen=True)
class PictureLook:
    """How a network is pictured.

    Without `shapes` the cards have neither output shapes nor counts; without `ground` what is around them is
    transparent.
    """

    shapes: bool = True
    ground: bool = False
    theme: Literal["light", "dark"] = "light"


class Picture:
    """A network ready to be painted anywhere. `area` is what is shown of the scene, margins included."""

    def __init__(self, graph: Graph, analysis: Analysis, look: PictureLook) -> None:
        self.look = look
        with themes().painting_as(look.theme):
            self.scene = CanvasScene()
            self.scene.detailed = True
            self.scene.show_graph(graph)
            self.scene.ways.finish()
            self.scene.show_analysis(_quiet(analysis) if look.shapes else Analysis())
        self.area = self._find_area(graph).adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def _find_area(self, graph: Graph) -> QRectF:
        area = self.scene.network_area()
        for item in self.scene.links.values():
            area = area.united(item.boundingRect().adjusted(GRASP, GRASP, -GRASP, -GRASP))
        for note in graph.comments.values():
            area = area.united(QRectF(note.x, note.y, note.width, note.height))
        return area

    def size(self, scale: float = 1.0) -> QSize:
        """How many pixels it has at a scale."""
        return (self.area.size() * scale).toSize().expandedTo(QSize(1, 1))

    def paint(self, painter: QPainter, place: QRectF, part: QRectF | None = None) -> None:
        """Paints the picture, or a part of its area, into a rectangle of the painter."""
        source = part or self.area
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        with themes().painting_as(self.look.theme):
            if self.look.ground:
                painter.fillRect(place, themes().tokens.colour("canvas"))
            self.scene.render(painter, place, source, Qt.AspectRatioMode.IgnoreAspectRatio)


def _quiet(analysis: Analysis) -> Analysis:
    """What the judge says, without its problems, and without the question marks that stand for them."""
    known = {key: report for key, report in analysis.blocks.items() if report.output_shapes}
    return replace(analysis, blocks=known, problems=())


def fitting_scale(picture: Picture, wanted: float, most: int = MOST_PIXELS) -> float:
    """The scale that is wanted or, where the image would be too large, the largest that is not."""
    wide, high = picture.area.width(), picture.area.height()
    return min(wanted, math.sqrt(most / (wide * high)), LONGEST_SIDE / max(wide, high))


def bands(picture: Picture, scale: float) -> Iterator[QImage]:
    """The picture as pixels, a band at a time from top to bottom, so that much of it does not hold the window up."""
    size = picture.size(scale)
    high = max(1, BAND // size.width())
    for top in range(0, size.height(), high):
        rows = min(high, size.height() - top)
        image = QImage(size.width(), rows, QImage.Format.Format_RGBA8888)
        image.fill(Qt.GlobalColor.transparent)
        down = picture.area.height() / size.height()
        part = QRectF(picture.area.left(), picture.area.top() + top * down, picture.area.width(), rows * down)
        painter = QPainter(image)
        picture.paint(painter, QRectF(image.rect()), part)
        painter.end()
        yield image


def image_of(picture: Picture, scale: float) -> QImage:
    """The picture as pixels."""
    image = QImage(picture.size(scale), QImage.Format.Format_RGBA8888)
    image.fill(Qt.GlobalColor.transparent)
    image.setDotsPerMeterX(per_metre(scale))
    image.setDotsPerMeterY(per_metre(scale))
    painter = QPainter(image)
    picture.paint(painter, QRectF(image.rect()))
    painter.end()
    return image


def per_metre(scale: float) -> int:
    """Pixels per metre at which a picture has the same size at every scale."""
    return round(DOTS_PER_INCH * scale / 0.0254)


def pixels_of(image: QImage) -> bytes:
    """An image's pixels, four bytes each from red to opacity, row by row without gaps."""
    return bytes(image.constBits())  # four bytes a pixel leave no gaps


def png_bytes(pixels: Iterable[bytes], size: tuple[int, int], resolution: int) -> bytes:
    """Bands of pixels as a PNG file, with so many pixels per metre. Knows nothing of Qt: it may run on any thread."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    step = 4 * size[0]
    packer = zlib.compressobj(6)
    packed = [
        packer.compress(b"".join(b"\0" + band[start : start + step] for start in range(0, len(band), step)))
        for band in pixels
    ]
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 6, 0, 0, 0))
        + chunk(b"pHYs", struct.pack(">IIB", resolution, resolution, 1))
        + chunk(b"IDAT", b"".join(packed) + packer.flush())
        + chunk(b"IEND", b"")
    )


def svg_of(picture: Picture, title: str) -> bytes:
    """The picture as SVG; its texts are texts, in the window's font or the reader's nearest."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(DOTS_PER_INCH)
    size = picture.size()
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setTitle(_plain(title))
    generator.setDescription("A neural network, drawn with Lamina")
    painter = QPainter(generator)
    picture.paint(painter, QRectF(0, 0, size.width(), size.height()))
    painter.end()
    return _tidied(bytes(buffer.data().data()))


def _plain(title: str) -> str:
    """A title without what XML cannot hold."""
    return "".join(letter for letter in title if letter.isprintable() and not 0xD800 <= ord(letter) <= 0xDFFF)


SANS = "Inter, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
MONOSPACED = "'SF Mono', Consolas, 'DejaVu Sans Mono', monospace"
_FAMILY = re.compile(rb'font-family="([^"]*)"')
_EMPTY = re.compile(rb"<g [^>]*>\s*</g>\s*")


def _tidied(svg: bytes) -> bytes:
    """Names fonts that a reader may have where the one that was drawn with is missing, and drops empty groups."""
    fallbacks = {
        font.family(): f"'{QFontInfo(font).family()}', {others}"
        for font, others in ((interface_font(), SANS), (shape_font(), MONOSPACED))
    }

    def named(found: re.Match[bytes]) -> bytes:
        family = found[1].decode()
        return f'font-family="{fallbacks.get(family, family)}"'.encode()

    return _EMPTY.sub(b"", _FAMILY.sub(named, svg))


def pdf_of(picture: Picture, title: str) -> bytes:
    """The picture as a PDF page of just its size."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator("Lamina")
    points = QSizeF(picture.area.width(), picture.area.height()) * 72 / DOTS_PER_INCH
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point))
    writer.setPageMargins(QMarginsF())
    painter = QPainter(writer)
    picture.paint(painter, QRectF(0, 0, writer.width(), writer.height()))
    painter.end()
    return bytes(buffer.data().data())


def print_picture(picture: Picture, printer: QPrinter) -> None:
    """Prints the picture in the middle of one page, no larger than on the screen."""
    page = QRectF(0, 0, printer.width(), printer.height())
    natural = picture.area.size() * (printer.resolution() / DOTS_PER_INCH)
    size = (
        natural
        if natural.boundedTo(page.size()) == natural
        else natural.scaled(page.size(), Qt.AspectRatioMode.KeepAspectRatio)
    )
    place = QRectF(page.center().x() - size.width() / 2, page.top(), size.width(), size.height())
    painter = QPainter(printer)
    picture.paint(painter, place)
    painter.end()
