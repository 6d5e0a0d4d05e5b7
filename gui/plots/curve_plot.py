"""The plot of one metric: every batch thin, a smoothed curve, validation by epoch, and the last run dimmed behind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyqtgraph
from PySide6.QtCore import QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QMenu, QMessageBox, QVBoxLayout, QWidget

from gui.plots.canvas import PlotCanvas
from gui.plots.curves import WEIGHTS, Array, Curves, Smoother, Smoothing, epoch_range, figure_text, value_range
from gui.plots.legend import LastRunTag, Legend, Readout, line_pen
from gui.theme import set_role, themes

SMOOTHINGS: tuple[tuple[Smoothing, str], ...] = (("none", "None"), ("light", "Light"), ("strong", "Strong"))

NEWEST = {
    "validation": "Validation: after the newest epoch, on the examples that are held back",
    "training": "Training: the mean of the newest batches; validation figures follow when an epoch has ended",
}
"""What the figure beside the title is."""

MOST_DOTS = 60
"""With more epochs than these their dots would touch, and cost more than all else: then the line has none."""


class CurvePlot(QWidget):
    """A metric's curves under a line with title, legend and the newest figure.

    The wheel zooms, a drag pans, a double-click shows everything again; the rest is in the context menu.
    `option_changed` says that log scale, smoothing or the last run's visibility was switched here; `hide_requested`
    that the last run's tag was clicked, which concerns the plots beside this one as well.
    """

    option_changed = Signal()
    hide_requested = Signal()

    def __init__(self, title: str, *, fraction: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fraction = fraction
        self._curves = Curves()
        self._previous: Curves | None = None
        self._smoothing: Smoothing = "light"
        self._smoother = Smoother(WEIGHTS["light"])
        self._smoothed: Array = np.empty(0)
        self._log = False
        self._previous_shown = True
        self._follows = True
        self._ready = False
        self._drawn_epochs: tuple[bytes, bytes, int | None] = (b"", b"", None)

        self.title = QLabel(title)
        set_role(self.title, "strong")
        self._legend = Legend()
        self._value_name = QLabel("")
        set_role(self._value_name, "muted")
        self._value = QLabel("")
        set_role(self._value, "strong")
        self._head = head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(10)
        head.addWidget(self.title)
        head.addWidget(self._legend, 1)
        head.addWidget(self._value_name)
        head.addSpacing(-5)
        head.addWidget(self._value)

        self.canvas = PlotCanvas(self)
        self.canvas.setMinimumHeight(118)
        self.canvas.customContextMenuRequested.connect(self._show_menu)
        self.canvas.reset_requested.connect(self.reset_view)
        self.canvas.range_chosen.connect(self._on_range_chosen)
        self.canvas.hovered.connect(self._on_hover)
        self.canvas.left.connect(self._on_leave)
        self.canvas.resized.connect(self._on_resized)
        self._readout = Readout(self.canvas)
        self.last_run_tag = LastRunTag(self.canvas)
        self.last_run_tag.clicked.connect(self.hide_requested)
        self._make_items()

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self.canvas, 1)
        self._make_actions()
        self.set_title(title, fraction=fraction)
        self._apply_theme()
        themes().changed.connect(self._apply_theme)
        self._ready = True
        self.reset_view()

    def add_beside_title(self, widget: QWidget) -> None:
        """Puts a small widget right after the title."""
        self._head.insertWidget(1, widget)

    # --- what it shows

    def set_title(self, title: str, *, fraction: bool) -> None:
        """Names the metric; `fraction` shows its figures in percent."""
        self.title.setText(title)
        self._fraction = fraction
        self.setAccessibleName(f"{title} curve")
        self.canvas.setAccessibleName(f"{title} by epoch: batches, smoothed, validation")

    def set_curves(self, curves: Curves) -> None:
        """Shows these curves. Cheap enough to be called with every tick of a training."""
        self._curves = curves
        self._smoothed = curves.batches if curves.by_epoch else self._smoother.extend(curves.batches)
        self._legend.set_smoothed(self._smoothing != "none" and not curves.by_epoch)
        self._give_items()
        self._show_newest()
        if self._follows:
            self._fit()
        self._place_tag()

    def _show_newest(self) -> None:
        newest = self._curves.newest
        name, text = (newest[0], figure_text(newest[1], fraction=self._fraction)) if newest is not None else ("", "")
        if text != self._value.text():
            self._value.setText(text)
        if name != self._value_name.text():
            self._value_name.setText(name)
            for label in (self._value_name, self._value):
                label.setToolTip(NEWEST.get(name, ""))
            self._make_room()
        self.setAccessibleDescription(f"{text} ({name})" if text else "")

    def _make_room(self) -> None:
        """Leaves the newest figure's name out where the legend needs the room; the tooltip and the reader have it."""
        labels = (self.title, self._value_name, self._value)
        needed = sum(label.sizeHint().width() for label in labels) + self._legend.whole_width
        self._value_name.setVisible(needed + 25 <= self.width())

    def _give_items(self) -> None:
        """Hands the arrays to the items, which thin them out for the room that there is now."""
        curves = self._curves
        self._batch_item.setData(curves.batch_x, curves.batches)
        self._smoothed_item.setData(curves.batch_x, self._smoothed if self._smoothing != "none" else curves.batches)
        epochs = (curves.epoch_x.tobytes(), curves.validation.tobytes(), curves.best)
        if epochs != self._drawn_epochs:  # seldom: what has not changed need not be laid out again
            self._drawn_epochs = epochs
            self._give_epochs(curves)

    def _give_epochs(self, curves: Curves) -> None:
        """Hands over the dots of the validation and the ring of the best epoch."""
        known = np.isfinite(curves.validation)
        dots = "o" if len(known) <= MOST_DOTS else None
        self._validation_item.setData(curves.epoch_x[known], curves.validation[known], symbol=dots)
        best = curves.best if curves.best is not None and known[curves.best] else None
        self._best_item.setData(
            *((curves.epoch_x[[best]], curves.validation[[best]]) if best is not None else ([], []))
        )

    def start_anew(self, previous: Curves | None) -> None:
        """Clears the plot for a new run; `previous` is the last one, shown dimmed behind it."""
        self._smoother = Smoother(WEIGHTS[self._smoothing])
        self._previous = previous
        self._previous_shown = True
        self._show_previous()
        self._follows = True
        self.set_curves(Curves())

    @property
    def curves(self) -> Curves:
        """What is shown now."""
        return self._curves

    @property
    def smoothed(self) -> Array:
        """The smoothed curve that is shown now."""
        return self._smoothed

    # --- options

    @property
    def log_scale(self) -> bool:
        """Whether the value axis is logarithmic."""
        return self._log

    def set_log_scale(self, on: bool) -> None:
        """Makes the value axis logarithmic or plain."""
        self._log = on
        self._log_action.setChecked(on)
        self.canvas.plotItem.setLogMode(x=False, y=on)
        self.reset_view()
        self.option_changed.emit()

    @property
    def smoothing(self) -> Smoothing:
        """How much the curve is smoothed."""
        return self._smoothing

    def set_smoothing(self, smoothing: Smoothing) -> None:
        """Smooths the curve anew."""
        self._smoothing = smoothing
        self._smoother = Smoother(WEIGHTS[smoothing])
        self._smoothing_actions[smoothing].setChecked(True)
        self.set_curves(self._curves)
        self._show_previous()
        self.option_changed.emit()

    @property
    def previous_shown(self) -> bool:
        """Whether the last run is to be seen, if there is one."""
        return self._previous_shown and self._previous is not None

    def set_previous_shown(self, shown: bool) -> None:
        """Shows or hides the last run."""
        self._previous_shown = shown
        self._show_previous()
        self.option_changed.emit()

    def reset_view(self) -> None:
        """Shows the whole run and follows it again."""
        self._follows = True
        self._fit()

    def save_png(self, path: Path) -> bool:
        """Saves the plot as it is seen, at twice the screen's resolution; False when that failed."""
        picture = QPixmap(self.size() * 2)
        picture.setDevicePixelRatio(2.0)
        picture.fill(themes().tokens.colour("panel"))
        self._readout.hide()
        self.render(picture)
        return picture.save(str(path), "PNG")

    # --- inside

    def _make_items(self) -> None:
        plot = self.canvas.plotItem
        self._previous_item = plot.plot()
        self._previous_validation_item = plot.plot()
        self._batch_item = plot.plot()
        self._smoothed_item = plot.plot(antialias=True)
        self._validation_item = plot.plot(antialias=True)
        self._best_item = plot.plot(antialias=True)
        lines = (self._previous_item, self._batch_item, self._smoothed_item)
        for item in (*lines, self._validation_item, self._previous_validation_item):
            item.setDownsampling(auto=True, method="peak")
            item.setClipToView(True)
            item.opts["autoDownsampleFactor"] = 1.0  # two points a pixel; the usual ten take five times as long
        self._cursor = pyqtgraph.InfiniteLine(angle=90, movable=False)
        self._cursor.hide()
        plot.addItem(self._cursor, ignoreBounds=True)

    def _make_actions(self) -> None:
        self._log_action = QAction("Log scale", self)
        self._log_action.setCheckable(True)
        self._log_action.toggled.connect(self._on_log_toggled)
        self._smoothing_actions: dict[str, QAction] = {}
        self._smoothing_group = QActionGroup(self)
        for smoothing, text in SMOOTHINGS:
            action = QAction(text, self._smoothing_group)
            action.setCheckable(True)
            action.setChecked(smoothing == self._smoothing)
            action.setData(smoothing)
            self._smoothing_actions[smoothing] = action
        self._smoothing_group.triggered.connect(self._on_smoothing_chosen)
        self._previous_action = QAction("Show the last run", self)
        self._previous_action.setCheckable(True)
        self._previous_action.triggered.connect(self.set_previous_shown)
        self._reset_action = QAction("Show everything", self)
        self._reset_action.triggered.connect(self.reset_view)
        self._export_action = QAction("Export PNG…", self)
        self._export_action.triggered.connect(self._ask_for_png)

    def menu(self) -> QMenu:
        """The context menu, made for this moment."""
        menu = QMenu(self)
        menu.addAction(self._log_action)
        smoothing = menu.addMenu("Smoothing")
        smoothing.addActions(self._smoothing_group.actions())
        self._previous_action.setEnabled(self._previous is not None)
        self._previous_action.setChecked(self.previous_shown)
        menu.addAction(self._previous_action)
        menu.addSeparator()
        menu.addAction(self._reset_action)
        menu.addAction(self._export_action)
        return menu

    def _show_menu(self, place: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.canvas.mapToGlobal(place))

    def _on_log_toggled(self, on: bool) -> None:
        if on != self._log:
            self.set_log_scale(on)

    def _on_smoothing_chosen(self, action: QAction) -> None:
        self.set_smoothing(action.data())

    def _ask_for_png(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, "Export the plot", f"{self.title.text().lower()}.png", "Pictures (*.png)"
        )
        if not name:
            return
        path = Path(name)
        path = path if path.suffix else path.with_suffix(".png")
        if not self.save_png(path):
            QMessageBox.warning(self, "Lamina", f"{path} could not be written. Choose another folder.")

    def _show_previous(self) -> None:
        shown = self._previous if self._previous_shown else None
        curves = shown or Curves()
        smoothing = "none" if curves.by_epoch else self._smoothing
        self._previous_item.setData(curves.batch_x, Smoother(WEIGHTS[smoothing]).extend(curves.batches))
        known = np.isfinite(curves.validation)
        self._previous_validation_item.setData(curves.epoch_x[known], curves.validation[known])
        self.last_run_tag.setVisible(self.previous_shown)
        if self._follows:
            self._fit()
        self._place_tag()

    def _place_tag(self) -> None:
        """Puts the last run's tag into the corner where fewest curves are, and moves it no more often than needed."""
        if not self.previous_shown:
            return
        tag = self.last_run_tag
        places = self._curve_places()
        corners = self._corners()
        rooms = ([tag.geometry()] if tag.geometry() in corners else []) + corners
        covered = [_inside(places, room.adjusted(-4, -4, 4, 4)) for room in rooms]
        tag.move(rooms[covered.index(min(covered))].topLeft())

    def _corners(self) -> list[QRect]:
        """Where the tag may be: first the corner where curves seldom are, above what falls, below what rises."""
        size, vb = self.last_run_tag.size(), self.canvas.plotItem.vb
        area = self.canvas.mapFromScene(vb.sceneBoundingRect()).boundingRect().adjusted(8, 8, -8, -8)
        right, left = area.right() - size.width() + 1, area.left()
        top, bottom = area.top(), area.bottom() - size.height() + 1
        corners = [QPoint(right, top), QPoint(right, bottom), QPoint(left, bottom), QPoint(left, top)]
        if self._fraction:
            corners[:2] = reversed(corners[:2])
        return [QRect(corner, size) for corner in corners]

    def _curve_places(self) -> Array:
        """Where the curves' points are on the canvas, (points, 2); the newest counts as often as all others."""
        parts = [(self._curves.batch_x, self._smoothed), (self._curves.epoch_x, self._curves.validation)]
        ends = [np.array([[x[-1], y[-1]]]) for x, y in parts if len(x)]
        if self._previous is not None and self._previous_shown:
            parts += [self._previous_item.getOriginalDataset(), (self._previous.epoch_x, self._previous.validation)]
        thin = [
            (x[:: max(1, len(x) // 100)], y[:: max(1, len(x) // 100)]) for x, y in parts if x is not None and len(x)
        ]
        points = np.concatenate([np.empty((0, 2)), *(np.column_stack(part) for part in thin)])
        points = np.concatenate([points, *(np.repeat(end, len(points), axis=0) for end in ends)])
        points = points[np.isfinite(points).all(axis=1)]
        if self._log:
            points = points[points[:, 1] > 0.0]
            points[:, 1] = np.log10(points[:, 1])
        (left, right), (low, high) = self.canvas.plotItem.vb.viewRange()
        area = self.canvas.mapFromScene(self.canvas.plotItem.vb.sceneBoundingRect()).boundingRect()
        places: Array = np.empty_like(points)
        places[:, 0] = area.left() + (points[:, 0] - left) / (right - left) * area.width()
        places[:, 1] = area.bottom() - (points[:, 1] - low) / (high - low) * area.height()
        return places

    def _on_resized(self) -> None:
        if self._ready:
            self._make_room()
            self._give_items()
            self._show_previous()

    def _on_range_chosen(self) -> None:
        self._follows = False

    def _fit(self) -> None:
        """Sets the ranges so that the whole run, and where it will go, can be seen."""
        curves = self._curves
        if not len(curves.batches) and self.previous_shown and self._previous is not None:
            curves = self._previous
        first, last = epoch_range(curves)
        self.canvas.plotItem.setXRange(first, first + (last - first) * 1.015, padding=0)
        shown = value_range(curves, self._smoothed, fraction=self._fraction, logarithmic=self._log)
        low, high = shown or ((0.0, 1.0) if not self._log else (-2.0, 0.0))
        pad = 0.04 * (high - low)
        self.canvas.plotItem.setYRange(low - pad / 2, high + pad, padding=0)

    def _on_hover(self, place: QPointF) -> None:
        lines = self._lines_at(place.x())
        if not lines:
            self._on_leave()
            return
        self._cursor.setPos(place.x())
        self._cursor.show()
        self._readout.show_lines(lines, self.canvas.mapFromScene(self.canvas.plotItem.vb.mapViewToScene(place)))

    def _on_leave(self) -> None:
        self._cursor.hide()
        self._readout.hide()

    def _lines_at(self, x: float) -> list[tuple[str, str]]:
        """What the readout says at a place of the epoch axis: words and figures."""
        curves = self._curves
        lines: list[tuple[str, str]] = []
        if len(curves.batch_x) and curves.batch_x[0] - 0.05 <= x <= curves.batch_x[-1] + 0.05:
            place = _nearest(curves.batch_x, x)
            lines.append(("epoch", f"{curves.batch_x[place]:.2f}"))
            lines.append(("batch", figure_text(float(curves.batches[place]), fraction=self._fraction)))
            if self._smoothing != "none" and not curves.by_epoch:
                lines.append(("smoothed", figure_text(float(self._smoothed[place]), fraction=self._fraction)))
        if len(curves.epoch_x):
            place = _nearest(curves.epoch_x, x)
            figure = float(curves.validation[place])
            if np.isfinite(figure) and abs(curves.epoch_x[place] - x) <= 0.5:
                best = " (best)" if place == curves.best else ""
                words = f"validation {curves.epoch_x[place]:.0f}{best}"
                lines.append((words, figure_text(figure, fraction=self._fraction)))
        previous = self._previous
        if self.previous_shown and previous is not None and len(previous.batch_x) and x <= previous.batch_x[-1]:
            place = _nearest(previous.batch_x, x)
            lines.append(("last run", figure_text(float(previous.batches[place]), fraction=self._fraction)))
        return lines

    def _apply_theme(self) -> None:
        tokens = themes().tokens
        accent, validation = tokens.colour("accent"), tokens.colour("validation")
        self._batch_item.setPen(line_pen(tokens.colour("accent", 0.42), 1))
        self._smoothed_item.setPen(line_pen(accent, 1.6))
        self._validation_item.setPen(line_pen(validation, 1.4, Qt.PenStyle.DashLine))
        self._validation_item.setSymbolSize(6)
        self._validation_item.setSymbolBrush(validation)
        self._validation_item.setSymbolPen(None)
        self._best_item.setPen(None)
        self._best_item.setSymbol("o")
        self._best_item.setSymbolSize(9)
        self._best_item.setSymbolBrush(tokens.colour("panel"))
        self._best_item.setSymbolPen(line_pen(validation, 2))
        self._previous_item.setPen(line_pen(tokens.colour("muted", 0.55), 1))
        self._previous_validation_item.setPen(line_pen(tokens.colour("muted", 0.45), 1, Qt.PenStyle.DashLine))
        self._cursor.setPen(line_pen(tokens.colour("strong_border"), 1))
        self._legend.update()


def _inside(places: Array, room: QRect) -> int:
    """How many places are within a rectangle."""
    across = (places[:, 0] >= room.left()) & (places[:, 0] <= room.right())
    return int((across & (places[:, 1] >= room.top()) & (places[:, 1] <= room.bottom())).sum())


def _nearest(axis: Array, x: float) -> int:
    """The place of the value nearest to `x` in a rising axis."""
    place = int(np.searchsorted(axis, x))
    if place == 0:
        return 0
    if place == len(axis) or x - axis[place - 1] < axis[place] - x:
        return place - 1
    return place
