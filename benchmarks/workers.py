"""Through the pipe: edit to answer, Train to the first point, Stop to stopped; with the real processes, warm."""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.row import Row
from engine import edits
from engine.graph import Graph
from engine.settings import Backend, DataSettings
from engine.templates import load_template
from engine.training.events import Batches, Finished, TrainingEvent
from engine.training.job import Job
from engine.workers.process import EngineProcess
from engine.workers.protocol import Analyse, Analysed, Command, Gone, Ready, Reply, Stop, Train, Trained
from engine.workers.warming import small_network

BLOCKS = 100
EDITS = 40

FIRST_POINTS: tuple[tuple[str, str, float], ...] = (
    ("MLP", "digits-mlp", 1.0),
    ("CNN", "digits-cnn", 1.0),
    ("LSTM", "", 2.0),
)
"""A network's name, its template ("" for the small network with an LSTM), and the seconds that it may take."""


def measure() -> list[Row]:
    """All rows."""
    rows = _edits()
    for backend in ("tensorflow", "jax"):
        for name, template, goal in FIRST_POINTS:
            rows += _training(backend, name, template, goal)
    return rows


def _wait(process: EngineProcess, condition: Callable[[Reply], bool]) -> None:
    """Waits for a reply."""
    while True:
        for reply in process.receive():
            if isinstance(reply, Gone) and not reply.wanted:
                raise RuntimeError(f"{reply.message} {reply.details}")
            if condition(reply):
                return
        threading.Event().wait(0.0005)


def _seconds(process: EngineProcess, command: Command, condition: Callable[[Reply], bool]) -> float:
    """From a command sent to the reply that fulfils the condition."""
    began = time.perf_counter()
    process.send(command)
    _wait(process, condition)
    return time.perf_counter() - began


def _is_event(kind: type[TrainingEvent]) -> Callable[[Reply], bool]:
    return lambda reply: isinstance(reply, Trained) and isinstance(reply.event, kind)


def _deep_network() -> Graph:
    graph, last = edits.append_block(Graph(), "Input")
    graph = edits.set_parameter(graph, [last], "shape", (32,))
    for _ in range(BLOCKS - 2):
        graph, last = edits.append_block(graph, "Dense", last)
    return edits.append_block(graph, "Output", last)[0]


def _edits() -> list[Row]:
    """A number typed into one block after another, each answered with the shapes of 100 blocks."""
    analyst = EngineProcess("analyst")
    analyst.start()
    graph = _deep_network()
    _seconds(analyst, Analyse(0, graph, None), lambda reply: isinstance(reply, Analysed) and reply.analysis.traced)
    times = []
    for revision in range(1, EDITS + 1):
        place = BLOCKS - 2 - revision * (BLOCKS - 3) // EDITS
        graph = edits.set_parameter(graph, [f"dense_{max(place, 1)}"], "units", 100 + revision)
        request = Analyse(revision, graph, None)
        times.append(_seconds(analyst, request, lambda reply: isinstance(reply, Analysed)))
    analyst.end()
    analyst.join(5)
    typical, worst = statistics.median(times), times[-1]
    return [
        Row(f"edit to new shapes, {BLOCKS} blocks, typical", "≤ 50 ms", f"{typical * 1e3:.0f} ms", typical <= 0.05),
        Row("... from the first block", "≤ 150 ms", f"{worst * 1e3:.0f} ms", worst <= 0.15),
    ]


def _training(backend: Backend, name: str, template: str, goal: float) -> list[Row]:
    """Train pressed to the first point, and Stop pressed to stopped, on a warm trainer."""
    trainer = EngineProcess("trainer", backend)
    trainer.start()
    _wait(trainer, lambda reply: isinstance(reply, Ready))
    project = load_template("digits-mlp")
    project = load_template(template) if template else project.with_graph(small_network())
    training = replace(project.training, backend=backend, epochs=100_000)
    project = replace(project, data=DataSettings("digits"), training=training)
    with tempfile.TemporaryDirectory() as folder:
        first = _seconds(trainer, Train(Job(project, Path(folder) / "run")), _is_event(Batches))
        threading.Event().wait(3.0)
        trainer.receive()
        stopped = _seconds(trainer, Stop(), _is_event(Finished))
        trainer.join(10)
    return [
        Row(f"Train to the first point, {name}, {backend}", f"≤ {goal:.1f} s", f"{first:.2f} s", first <= goal),
        Row(f"Stop to stopped, {name}, {backend}", "≤ 0.5 s", f"{stopped:.2f} s", stopped <= 0.5),
    ]


if __name__ == "__main__":
    for row in measure():
        print(row)
