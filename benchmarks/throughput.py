"""Training throughput with live events, beside plain `model.fit(verbose=0)` on the same network and backend.

Each backend runs in a process of its own, and each network's two figures are taken one after the other, several times
in turn; the best of each counts, so that what else the machine does weighs little.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.row import Row
from engine.graph import Block, Graph, Link, PortRef, Value

_ROUNDS = {"tensorflow": 3, "jax": 2}


@dataclass(frozen=True)
class Network:
    """A network to measure: its layers, batch size, and how many batches an epoch of the measurement has."""

    name: str
    layers: tuple[tuple[str, dict[str, Value]], ...]
    batch_size: int
    steps: int
    goal: float


_MLP: tuple[tuple[str, dict[str, Value]], ...] = (
    ("Flatten", {}),
    ("Dense", {"units": 128, "activation": "relu"}),
    ("Dense", {"units": 10, "activation": "softmax"}),
)
NETWORKS = (
    Network("small MLP", _MLP, 64, 300, 2.0),
    Network(
        "CNN",
        (
            ("Reshape", {"target_shape": (28, 28, 1)}),
            ("Conv2D", {"filters": 32, "kernel_size": (3, 3), "activation": "relu"}),
            ("MaxPooling2D", {}),
            ("Flatten", {}),
            ("Dense", {"units": 256, "activation": "relu"}),
            ("Dense", {"units": 10, "activation": "softmax"}),
        ),
        64,
        60,
        1.2,
    ),
    Network(
        "LSTM",
        (
            ("LSTM", {"units": 64, "return_sequences": True}),
            ("GRU", {"units": 32}),
            ("Dense", {"units": 10, "activation": "softmax"}),
        ),
        64,
        60,
        1.2,
    ),
    Network("batch size 1", _MLP, 1, 800, 4.0),
)


def graph_of(network: Network) -> Graph:
    """Input, the layers, Output."""
    blocks = [Block("input", "Input", "input")]
    for place, (kind, values) in enumerate(network.layers):
        blocks.append(Block(f"b{place}", kind, f"{kind} {place}", values))
    blocks.append(Block("output", "Output", "output"))
    ends = pairwise(blocks)
    return Graph(
        {block.id: block for block in blocks},
        tuple(Link(PortRef(a.id, "output"), PortRef(b.id, "input")) for a, b in ends),
    )


def figures(backend: str) -> dict[str, tuple[float, float]]:
    """For each network the steps a second of Lamina and of plain `fit`, on this process's backend."""
    from engine.backend import prepare

    prepare(backend)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for network in NETWORKS:
            ours, plain = [], []
            for number in range(_ROUNDS[backend]):
                x, y = _data(network)
                plain.append(_plain_fit(network, x, y))
                ours.append(_lamina(network, x, y, Path(folder) / f"{network.name} {number}"))
            found[network.name] = (max(ours), max(plain))
    return found


def _data(network: Network) -> tuple[Any, Any]:
    random = np.random.default_rng(1)
    examples = network.batch_size * network.steps
    return random.random((examples, 28, 28), np.float32), random.integers(10, size=examples)


def _plain_fit(network: Network, x: Any, y: Any) -> float:
    """Steps a second of Keras's own loop, the first epoch aside."""
    import keras

    from engine.data.description import ArrayInfo, DataDescription, TargetInfo
    from engine.models.build import build_model, compile_model

    names = tuple(str(number) for number in range(10))
    data = DataDescription(
        "", "", (ArrayInfo("x", (28, 28), "float32", 0, 1),), (TargetInfo("y", "classes", (), names),), len(x), 0
    )
    keras.utils.set_random_seed(1)
    built = build_model(graph_of(network), data, {})
    compile_model(built, keras.optimizers.Adam())
    built.model.fit(x[: 4 * network.batch_size], y[: 4 * network.batch_size], network.batch_size, 1, verbose=0)
    start = time.perf_counter()
    built.model.fit(x, y, batch_size=network.batch_size, epochs=2, verbose=0)
    return 2 * network.steps / (time.perf_counter() - start)


def _lamina(network: Network, x: Any, y: Any, folder: Path) -> float:
    """Steps a second of Lamina's loop with its events and files, the first epoch aside."""
    from engine.project import Project
    from engine.settings import DataSettings, OptimizerSettings, TrainingSettings
    from engine.training.control import Control
    from engine.training.events import EpochEnded, TrainingEvent
    from engine.training.job import Job
    from engine.training.session import run

    folder.mkdir()
    np.savez(folder / "data.npz", allow_pickle=False, x_train=x, y_train=y)
    project = Project(
        graph_of(network),
        DataSettings(f"npz:{folder / 'data.npz'}", validation_fraction=0.0),
        OptimizerSettings("adam", "keras"),
        TrainingSettings(epochs=4, batch_size=network.batch_size),
    )
    ends: list[float] = []

    def hear(event: TrainingEvent) -> None:
        if isinstance(event, EpochEnded):
            ends.append(event.time)

    run(Job(project, folder / "run"), hear, Control())
    return 3 * network.steps / (ends[-1] - ends[0])


def measure() -> list[Row]:
    """The rows of the table: TensorFlow against its own `fit`, and the better backend against TensorFlow's."""
    answers = {}
    for backend in ("tensorflow", "jax"):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.throughput", backend], capture_output=True, text=True, check=True
        )
        answers[backend] = json.loads(done.stdout.splitlines()[-1])
    rows = []
    for network in NETWORKS:
        for backend, title in (("tensorflow", "TensorFlow"), ("jax", "JAX")):
            ours, plain = answers[backend][network.name]
            ratio = ours / plain
            goal = network.goal if backend == "tensorflow" else 1.0
            rows.append(
                Row(
                    f"throughput ÷ plain fit, {network.name}, {title}",
                    f"≥ {goal:.1f}",
                    f"{ratio:.2f} ({ours:,.0f} ÷ {plain:,.0f} steps/s)",
                    ratio >= goal,
                )
            )
    return rows


if __name__ == "__main__":
    print(json.dumps(figures(sys.argv[1])))
