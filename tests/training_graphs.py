"""Small projects and data for the training's tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.graph import Block, Graph, Link, PortRef, Value
from engine.project import Project
from engine.settings import DataSettings, OptimizerSettings, TrainingSettings
from engine.training.control import Control
from engine.training.events import Batches, EpochEnded, Failed, Finished, Started, TrainingEvent
from engine.training.job import Job
from engine.training.session import run

Layer = tuple[str, dict[str, Value]]


def chain(*layers: Layer, input_values: Mapping[str, Value] | None = None, **output: Value) -> Graph:
    """Input, some layers in a row, Output."""
    blocks = [Block("in", "Input", "pixels", dict(input_values or {}))]
    blocks += [Block(f"l{place}", kind, f"{kind} {place}", values) for place, (kind, values) in enumerate(layers)]
    blocks.append(Block("out", "Output", "answer", output))
    return Graph({block.id: block for block in blocks}, tuple(link(a.id, b.id) for a, b in pairwise(blocks)))


def link(source: str, target: str, port: str = "input") -> Link:
    """A link between the usual ports."""
    return Link(PortRef(source, "output"), PortRef(target, port))


def dense(units: int, activation: str | None = None, **values: Value) -> Layer:
    """A Dense layer."""
    return "Dense", {"units": units, "activation": activation, **values}


def classes_data(
    path: Path, examples: int = 100, shape: Sequence[int] = (6,), classes: int = 3, validation: int = 20
) -> str:
    """A data source with classes that can be learnt."""
    random = np.random.default_rng(3)
    y = random.integers(classes, size=examples + validation)
    y[:classes] = y[examples : examples + classes] = np.arange(classes)
    x = random.normal(size=(len(y), *shape)).astype(np.float32)
    x += y.reshape(-1, *[1] * len(shape)).astype(np.float32)
    return save(path, x[:examples], y[:examples], x[examples:], y[examples:])


def number_data(path: Path, examples: int = 100, features: int = 4, validation: int = 20) -> str:
    """A data source with a linear relation to be learnt, and noise."""
    random = np.random.default_rng(4)
    x = random.normal(size=(examples + validation, features)).astype(np.float32)
    y = (x @ np.linspace(-1.0, 2.0, features) + 0.5 + 0.1 * random.normal(size=len(x))).astype(np.float32)
    return save(path, x[:examples], y[:examples], x[examples:], y[examples:])


def save(
    path: Path, x: NDArray[np.generic], y: NDArray[np.generic], x_val: NDArray[np.generic], y_val: NDArray[np.generic]
) -> str:
    """Arrays as a file, and the source that names it."""
    np.savez(path, allow_pickle=False, x_train=x, y_train=y, x_val=x_val, y_val=y_val)
    return f"npz:{path}"


def project(
    graph: Graph,
    source: str,
    optimizer: OptimizerSettings | str = "adam",
    *,
    epochs: int = 2,
    batch_size: int = 16,
    micro_batch_size: int = 512,
    seed: int = 1,
) -> Project:
    """A project with these parts."""
    settings = OptimizerSettings(optimizer) if isinstance(optimizer, str) else optimizer
    training = TrainingSettings(epochs, batch_size, micro_batch_size, seed)
    return Project(graph, DataSettings(source), settings, training)


class Events(list[TrainingEvent]):
    """Collects what a training tells."""

    @property
    def started(self) -> Started:
        return next(event for event in self if isinstance(event, Started))

    @property
    def end(self) -> Finished | Failed:
        last = self[-1]
        assert isinstance(last, Finished | Failed)
        return last

    @property
    def finished(self) -> Finished:
        assert isinstance(self.end, Finished), self.end
        return self.end

    @property
    def failed(self) -> Failed:
        assert isinstance(self.end, Failed), self.end
        return self.end

    @property
    def epochs(self) -> list[EpochEnded]:
        return [event for event in self if isinstance(event, EpochEnded)]

    @property
    def values(self) -> NDArray[np.float64]:
        """All steps' figures, (steps, metrics)."""
        return np.concatenate([event.values for event in self if isinstance(event, Batches)])

    @property
    def steps(self) -> list[int]:
        """All steps' numbers."""
        return [
            event.first_step + place
            for event in self
            if isinstance(event, Batches)
            for place in range(len(event.values))
        ]


def train(what: Project | Job, folder: Path, control: Control | None = None) -> Events:
    """Runs a training to its end."""
    events = Events()
    job = what if isinstance(what, Job) else Job(what, folder)
    run(job, events.append, control or Control())
    return events
