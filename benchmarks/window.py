"""The window by itself: how soon it is there, what it weighs, and how evenly it repaints while a network trains.

Each figure is taken in a fresh process, which is this file run as a program.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.row import Row

FRAME = 16
"""Milliseconds between two ticks of the clock whose evenness is measured."""

SECONDS = 8.0
"""How long a training is watched."""

PATIENCE = 300.0
"""Seconds after which a measurement is given up."""


def measure() -> list[Row]:
    """Start, memory and frame gaps, each in a window of its own."""
    begun = _run("start")
    gaps = _run("train")
    return [
        Row("start to an interactive window", "≤ 1.0 s", f"{begun['seconds']:.2f} s", begun["seconds"] <= 1.0),
        Row("window process's memory after start", "≤ 200 MB", f"{begun['memory']:.0f} MB", begun["memory"] <= 200),
        Row(
            "frame gap while training, p99 / worst",
            "≤ 20 / ≤ 50 ms",
            f"{gaps['p99']:.0f} / {gaps['worst']:.0f} ms",
            gaps["p99"] <= 20 and gaps["worst"] <= 50,
        ),
    ]


def _run(what: str) -> dict[str, float]:
    """One measurement in a process of its own, with settings of its own."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "LAMINA_HOME": home}
        if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            environment["QT_QPA_PLATFORM"] = "offscreen"
        answer = subprocess.run(
            [sys.executable, "-m", "benchmarks.window", what, repr(time.time())],
            cwd=Path(__file__).parents[1],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    figures: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return figures


def _child(what: str, began: float) -> None:
    """Opens the window as the application does, measures, and prints the figures as one line of JSON."""
    from PySide6.QtWidgets import QApplication

    from gui.engine import EngineClient
    from gui.main_window import MainWindow
    from gui.preferences import Preferences
    from gui.theme import prepare

    application = QApplication(sys.argv[:1])
    preferences = Preferences()
    prepare(application, preferences.theme)
    engine = EngineClient()
    window = MainWindow(preferences, engine)
    window.show()
    application.processEvents()
    window.grab()  # everything has been painted once
    application.processEvents()
    if what == "start":
        import psutil

        seconds = time.time() - began
        print(json.dumps({"seconds": seconds, "memory": psutil.Process().memory_info().rss / 1e6}))
        window.close()
    else:
        print(json.dumps(_gaps(application, window, engine)))
    engine.shutdown()


def _gaps(application: object, window: object, engine: object) -> dict[str, float]:
    """The gaps between the ticks of a 60 Hz clock while the digits template trains with live curves."""
    import numpy as np
    from PySide6.QtCore import QEventLoop, Qt, QTimer
    from PySide6.QtWidgets import QApplication

    from engine.templates import load_template
    from engine.training.history import RunHistory
    from gui.engine import EngineClient, EngineState
    from gui.main_window import MainWindow

    assert isinstance(application, QApplication)
    assert isinstance(window, MainWindow)
    assert isinstance(engine, EngineClient)
    engine.start()
    project = load_template("digits-mlp")
    project = replace(project, training=replace(project.training, epochs=1_000_000))
    window.workspace.document.open(project, None)
    panel = window.training_panel
    deadline = time.monotonic() + PATIENCE / 2

    def rest(milliseconds: int) -> None:
        """Lets the event loop run as it does in the application: asleep while there is nothing to do."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def wait(condition: Callable[[], bool]) -> None:
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError("the training did not begin")
            rest(50)

    wait(lambda: engine.state is EngineState.IDLE and panel.buttons.train.isEnabled())
    panel.train_or_pause()
    wait(lambda: isinstance(panel.history, RunHistory) and len(panel.history.steps) > 0)
    ticks: list[float] = []
    clock = QTimer()
    clock.setTimerType(Qt.TimerType.PreciseTimer)
    clock.timeout.connect(lambda: ticks.append(time.perf_counter()))
    clock.start(FRAME)
    rest(round(1000 * SECONDS))
    clock.stop()
    panel.stop()
    wait(lambda: not engine.is_running)
    gaps = 1000 * np.diff(ticks)
    return {"p99": float(np.percentile(gaps, 99)), "worst": float(gaps.max())}


if __name__ == "__main__":
    _child(sys.argv[1], float(sys.argv[2]))
