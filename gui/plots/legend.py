"""What stands beside and over a plot's curves: the legend, the table at the pointer, and the last run's tag."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gui.icons import draw_icon
from gui.theme import interface_font, themes


class Legend(QWidget):
    """What the kinds of line mean."""

    def __init__(self) -> None:
        super().__init__()
        self._smoothed = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Thin: batch. Thick: smoothed. Dashed with dots: validation.")

    @property
    def whole_width(self) -> int:
        """The pixels that all of it takes."""
        metrics = QFontMetricsF(interface_font(11))
        words = ("batch", *(("smoothed",) if self._smoothed else ()), "validation")
        return round(sum(15 + metrics.horizontalAdvance(word) for word in words) + 8 * (len(words) - 1)) + 1

    def set_smoothed(self, smoothed: bool) -> None:
        """Says whether there is a smoothed curve beside the batches' own."""
        if smoothed != self._smoothed:
            self._smoothed = smoothed
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.whole_width, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = themes().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(interface_font(11))
        metrics = painter.fontMetrics()
        middle = self.height() / 2
        x = 0.0
        entries = [
            ("batch", tokens.colour("accent", 0.5 if self._smoothed else 1.0), 1.5, False),
            ("smoothed", tokens.colour("accent"), 2.0, False),
            ("validation", tokens.colour("validation"), 2.0, True),
        ]
        if not self._smoothed:
            del entries[1]
        for text, colour, width, dotted in entries:
            if x + 15 + metrics.horizontalAdvance(text) > self.width():
                break
            painter.setPen(line_pen(colour, width))
            painter.drawLine(QPointF(x, middle), QPointF(x + 11, middle))
            if dotted:
                painter.setBrush(colour)
                painter.drawEllipse(QPointF(x + 5.5, middle), 2.0, 2.0)
            painter.setPen(tokens.colour("muted"))
            painter.drawText(QPointF(x + 15, middle + metrics.ascent() / 2 - 1.5), text)
            x += 15 + metrics.horizontalAdvance(text) + 8


class Readout(QWidget):
    """The little table of values at the pointer."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._area = parent
        self.lines: list[tuple[str, str]] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_lines(self, lines: list[tuple[str, str]], place: QPoint) -> None:
        """Shows words and figures beside a place of the plot, where there is room for them."""
        self.lines = lines
        self.setFont(interface_font(11))
        metrics = self.fontMetrics()
        words = max(metrics.horizontalAdvance(word) for word, _ in lines)
        figures = max(metrics.horizontalAdvance(figure) for _, figure in lines)
        self.resize(words + figures + 36, 16 * len(lines) + 12)
        area = self._area.rect()
        x = place.x() + 14 if place.x() + 14 + self.width() <= area.right() else place.x() - 14 - self.width()
        y = min(max(place.y() - self.height() // 2, 2), max(2, area.bottom() - self.height() - 2))
        self.move(max(x, 2), y)
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = themes().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(line_pen(tokens.colour("border"), 1))
        painter.setBrush(tokens.colour("card", 0.96))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1).toRectF().translated(0.5, 0.5), 6, 6)
        row = self.rect().adjusted(9, 6, -9, 0)
        row.setHeight(16)
        for word, figure in self.lines:
            painter.setPen(tokens.colour("secondary"))
            painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, word)
            painter.setPen(tokens.colour("text"))
            painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figure)
            row.translate(0, 16)


class LastRunTag(QAbstractButton):
    """Names the dimmed curve of the last run, on the plot itself; a click puts the curve away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText("last run")
        self.setAccessibleName("Hide the last run")
        self.setToolTip("The dimmed curve is the last run's. Click to hide it.")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setFont(interface_font(11))
        self.resize(self.sizeHint())
        self.hide()
        themes().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 48, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = themes().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(line_pen(tokens.colour("accent" if self.hasFocus() else "border"), 1))
        painter.setBrush(tokens.colour("hover") if self.underMouse() else tokens.colour("panel", 0.9))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        middle = self.height() / 2
        painter.setPen(line_pen(tokens.colour("muted", 0.8), 1.5))
        painter.drawLine(QPointF(8, middle), QPointF(20, middle))
        painter.setPen(tokens.colour("secondary"))
        painter.drawText(
            self.rect().adjusted(25, 0, -20, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text()
        )
        token = "text" if self.underMouse() else "muted"
        draw_icon(painter, "close", QRectF(self.width() - 19, middle - 6, 12, 12), tokens.colour(token))


def line_pen(colour: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A pen as wide on the screen as it says, however the plot is zoomed."""
    pen = QPen(colour, width, style)
    pen.setCosmetic(True)
    return pen
