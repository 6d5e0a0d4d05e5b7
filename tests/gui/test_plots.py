"""The plots: what they draw, how they are zoomed, and what their menu does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.plots.canvas import round_step
from gui.plots.curve_plot import CurvePlot
from gui.plots.curves import Curves, Smoother, epoch_range, figure_text, nice_above, value_range
from gui.theme import themes

Floats = NDArray[np.float64]


def _curves(batches: int = 400, epochs: int = 4) -> Curves:
    x = np.linspace(0.01, epochs, batches)
    epoch_x = np.arange(1.0, epochs + 1)
    return Curves(x, 1.5 * np.exp(-x) + 0.1, epoch_x, 0.5 * np.exp(-epoch_x) + 0.2, epochs - 1, 10.0)


@pytest.fixture
def plot(qtbot: QtBot) -> CurvePlot:
    made = CurvePlot("Loss")
    qtbot.addWidget(made)
    made.resize(396, 180)
    made.show()
    qtbot.waitExposed(made)
    return made


def _x_range(plot: CurvePlot) -> tuple[float, float]:
    low, high = plot.canvas.plotItem.vb.viewRange()[0]
    return float(low), float(high)


def _at(plot: CurvePlot, x: float, y: float) -> QPoint:
    scene = plot.canvas.plotItem.vb.mapViewToScene(QPointF(x, y))
    place: QPoint = plot.canvas.mapFromScene(scene)
    return place


def _wheel(plot: CurvePlot, place: QPoint, degrees: int) -> None:
    viewport = plot.canvas.viewport()
    event = QWheelEvent(
        QPointF(place),
        QPointF(viewport.mapToGlobal(place)),
        QPoint(),
        QPoint(0, degrees),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def _move(plot: CurvePlot, place: QPoint, held: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
    """A move straight to the plot: the real pointer, which QTest moves, may be another window's or a person's."""
    viewport = plot.canvas.viewport()
    where, button = QPointF(viewport.mapToGlobal(place)), Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(place), where, button, held, Qt.KeyboardModifier.NoModifier
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)


def test_it_shows_the_whole_run_to_its_end(plot: CurvePlot) -> None:
    plot.set_curves(_curves())
    low, high = _x_range(plot)
    assert low == pytest.approx(0.0)
    assert high == pytest.approx(10.0, abs=0.5)


def test_the_wheel_zooms_at_the_pointer_and_a_double_click_shows_everything(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.set_curves(_curves())
    place = _at(plot, 4.0, 0.8)
    _wheel(plot, place, 240)
    low, high = _x_range(plot)
    assert 0.0 < low < 4.0 < high < 10.0
    plot.set_curves(_curves(500))
    assert _x_range(plot) == (low, high), "a zoomed plot stays where it is while the run goes on"
    QTest.mouseDClick(plot.canvas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: _x_range(plot)[1] > 9.5)


def test_a_drag_pans(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.set_curves(_curves())
    start = _at(plot, 6.0, 0.8)
    viewport = plot.canvas.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 6):
        _move(plot, start - QPoint(12 * step, 0), Qt.MouseButton.LeftButton)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start - QPoint(60, 0))
    qtbot.waitUntil(lambda: _x_range(plot)[0] > 0.5)


def test_hovering_tells_the_figures_and_the_best_epoch(plot: CurvePlot) -> None:
    curves = _curves()
    plot.set_curves(curves)
    _move(plot, _at(plot, 4.0, 0.8))
    lines = dict(plot._readout.lines)
    assert plot._readout.isVisible()
    assert lines["validation 4 (best)"] == figure_text(float(curves.validation[3]), fraction=False)
    assert {"epoch", "batch", "smoothed"} <= set(lines)


def test_a_new_run_starts_clean_with_the_last_one_behind_it_until_hidden(plot: CurvePlot) -> None:
    plot.set_curves(_curves())
    plot.start_anew(_curves())
    assert len(plot.curves.batches) == 0
    assert plot.previous_shown
    assert len(plot._previous_item.getData()[0]) > 0
    plot.set_previous_shown(False)
    assert plot._previous_item.getData()[0] is None or len(plot._previous_item.getData()[0]) == 0


def test_the_menu_switches_log_scale_and_smoothing(plot: CurvePlot) -> None:
    plot.set_curves(_curves())
    menu = plot.menu()
    actions = {action.text(): action for action in menu.actions()}
    actions["Log scale"].trigger()
    assert plot.log_scale
    low, high = plot.canvas.plotItem.vb.viewRange()[1]
    assert -2.0 < low < high < 1.0
    smoothing = actions["Smoothing"].menu()
    assert smoothing is not None
    plot._smoothing_actions["none"].trigger()
    assert plot.smoothing == "none"
    np.testing.assert_array_equal(plot.smoothed, plot.curves.batches)
    actions["Log scale"].trigger()
    assert not plot.log_scale
    menu.deleteLater()


def test_figures_that_are_not_finite_are_left_out(plot: CurvePlot) -> None:
    curves = _curves()
    curves.batches[10:20] = np.nan
    curves.batches[30] = np.inf
    curves.validation[0] = np.nan
    plot.set_curves(curves)
    plot.set_log_scale(True)
    assert np.isfinite(_x_range(plot)).all()
    assert np.isfinite(plot.smoothed).all()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_picture_is_saved_as_png_in_the_themes_colours(plot: CurvePlot, tmp_path: Path, mode: str) -> None:
    before = themes().mode
    themes().set_mode("dark" if mode == "dark" else "light")
    plot.set_curves(_curves())
    assert plot.save_png(tmp_path / "loss.png")
    picture = QImage(str(tmp_path / "loss.png"))
    assert picture.width() == 2 * plot.width()
    assert picture.pixelColor(2, picture.height() - 3).name() == themes().tokens.panel.lower()
    colours = {picture.pixelColor(x, y).name() for x in range(0, picture.width(), 2) for y in range(60, 300, 2)}
    assert themes().tokens.accent.lower() in colours
    assert not plot.save_png(tmp_path / "missing" / "loss.png")
    themes().set_mode(before)


@pytest.mark.parametrize("weight", [0.9, 0.99])
def test_smoothing_in_pieces_equals_the_running_mean_of_the_whole(weight: float) -> None:
    figures = np.random.default_rng(1).normal(size=1000)
    figures[100:140] = np.nan
    total, mass, expected = 0.0, 0.0, []
    for place, figure in enumerate(figures):
        keep = min(weight, max(0.2, 1 - 20 / (place + 1)))
        if np.isfinite(figure):
            total, mass = keep * total + (1 - keep) * figure, keep * mass + (1 - keep)
        else:
            total, mass = keep * total, keep * mass
        expected.append(total / mass)
    smoother = Smoother(weight)
    for end in (1, 7, 300, 301, 1000):
        smoothed = smoother.extend(figures[:end])
    np.testing.assert_allclose(smoothed, expected, rtol=1e-9)
    assert len(smoother.extend(figures[:5])) == 5, "shorter figures are those of another run"


def test_ranges_are_round_and_change_seldom() -> None:
    curves = _curves()
    assert value_range(curves, curves.batches, fraction=False, logarithmic=False) == (0.0, 2.0)
    accurate = Curves(curves.batch_x, 1 - curves.batches / 4, curves.epoch_x, 1 - curves.validation / 4)
    shown = value_range(accurate, accurate.batches, fraction=True, logarithmic=False)
    assert shown is not None
    assert shown[0] == pytest.approx(0.6)
    assert shown[1] == 1.0
    assert value_range(Curves(), np.empty(0), fraction=False, logarithmic=True) is None
    assert [nice_above(value) for value in (0.0, 0.9, 1.1, 7.0, 9.0)] == [1.0, 1.0, 1.5, 8.0, 10.0]
    assert [round_step(value) for value in (0.11, 1.0, 3.0, 70.0)] == [0.2, 1.0, 5.0, 100.0]


def test_batches_that_are_whole_epochs_are_not_smoothed(plot: CurvePlot) -> None:
    figures = np.linspace(2.0, 1.0, 8)
    plot.set_curves(Curves(np.arange(1.0, 9.0), figures, epochs=20.0))
    np.testing.assert_array_equal(plot.smoothed, figures)
    assert plot.accessibleDescription() == "1.000 (training)"


def test_the_newest_figure_is_validation_once_there_is_one(plot: CurvePlot) -> None:
    curves = _curves()
    plot.set_curves(replace(curves, epoch_x=curves.epoch_x[:0], validation=curves.validation[:0], best=None))
    mean = float(curves.batches[-20:].mean())
    assert plot.accessibleDescription() == f"{figure_text(mean, fraction=False)} (training)"
    plot.set_curves(curves)
    newest = figure_text(float(curves.validation[-1]), fraction=False)
    assert plot.accessibleDescription() == f"{newest} (validation)"
    assert (plot._value_name.text(), plot._value.text()) == ("validation", newest)


def test_smoothing_does_not_lag_in_a_short_run() -> None:
    falling = np.linspace(2.0, 0.0, 90)
    assert np.abs(Smoother(0.99).extend(falling) - falling).max() <= 2.0 / 20


@pytest.mark.parametrize("rising", [False, True])
def test_the_last_runs_tag_is_not_over_the_curves_end(plot: CurvePlot, rising: bool) -> None:
    curves = _curves(400, 10)
    curves = replace(curves, epochs=10.0, ended=True)
    if rising:
        curves = replace(curves, batches=curves.batches[::-1].copy(), validation=curves.validation[::-1].copy())
    plot.start_anew(curves)
    plot.set_curves(curves)
    end = _at(plot, float(curves.batch_x[-1]), float(curves.batches[-1]))
    assert plot.last_run_tag.isVisible()
    assert not plot.last_run_tag.geometry().contains(end)


def test_a_long_run_is_followed_and_an_ended_one_shown_as_it_is() -> None:
    short, done = _curves(), np.linspace(0.01, 40, 400)
    assert epoch_range(short) == (0.0, 10.0)
    assert epoch_range(replace(short, ended=True)) == (0.0, 4.0)
    long = Curves(done, np.ones(400), epochs=1000.0)
    assert epoch_range(Curves(epochs=1000.0)) == (0.0, 10.0)
    assert epoch_range(long) == (0.0, 50.0)
    assert epoch_range(replace(long, batch_x=done + 100, first_epoch=100.0, epochs=1100.0)) == (100.0, 150.0)
    assert epoch_range(replace(long, epochs=45.0)) == (0.0, 45.0), "never beyond the run's end"


def test_wild_batches_leave_the_picture_but_not_where_a_run_stands_now() -> None:
    figures = np.concatenate([[300.0, 80.0], np.linspace(2.5, 2.0, 60)])
    wild = Curves(np.linspace(0, 1, 62), figures)
    shown = value_range(wild, figures[2:], fraction=False, logarithmic=False)
    assert shown is not None
    assert shown[1] < 10.0
    runaway = Curves(wild.batch_x, figures[::-1])
    shown = value_range(runaway, figures[::-1], fraction=False, logarithmic=False)
    assert shown is not None
    assert shown[1] >= 300.0


@pytest.mark.parametrize(
    ("value", "fraction", "text"),
    [
        (0.97914, True, "97.91 %"),
        (0.0684, False, "0.0684"),
        (12.3456, False, "12.35"),
        (3456.7, False, "3457"),
        (1.2e-5, False, "1.20e−05"),
        (float("nan"), False, "not finite"),
        (None, False, "–"),
    ],
)
def test_figures_are_written_short(value: float | None, fraction: bool, text: str) -> None:
    assert figure_text(value, fraction=fraction) == text
