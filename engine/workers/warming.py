"""Gets an idle process so far that its first real answer comes fast.

Much of what a first training takes is done once a process: importing, and the first building, compiling and saving of
anything at all. So a trainer does a tiny training and throws it away; the analyst judges the same tiny network.
"""

from __future__ import annotations

import logging
import tempfile
from importlib.util import find_spec
from pathlib import Path

from engine import edits
from engine.graph import Graph, Value
from engine.project import Project
from engine.settings import Backend, DataSettings, TrainingSettings
from engine.training.control import Control
from engine.training.events import Failed, TrainingEvent
from engine.training.job import Job

log = logging.getLogger(__name__)

_BLOCKS: tuple[tuple[str, dict[str, Value]], ...] = (
    ("Input", {"shape": (8, 8, 1), "scaling": "0–1"}),
    ("Conv2D", {"filters": 2, "kernel_size": (3, 3)}),
    ("Reshape", {"target_shape": (-1, 2)}),
    ("LSTM", {"units": 2}),
    ("Dense", {"units": 10, "activation": "softmax"}),
    ("Output", {}),
)
"""One of each kind of layer: a network that reads digits, badly."""


def small_network() -> Graph:
    """The network of these blocks."""
    graph, last = Graph(), None
    for type_name, parameters in _BLOCKS:
        graph, last = edits.append_block(graph, type_name, last)
        for name, value in parameters.items():
            graph = edits.set_parameter(graph, [last], name, value)
    return graph


def look_and_warm(backend: Backend) -> tuple[str, str]:
    """Names the device as `engine.training.device` does, and trains a little where that is a processor.

    A GPU is left alone: whatever touches it takes its memory until the process ends. JAX touches it in naming it, so
    there the name is "" until the training says it. Keras's thread only.
    """
    if backend == "jax" and any(find_spec(plugin) for plugin in ("jax_cuda12_plugin", "jax_cuda13_plugin")):
        return "", ""
    from engine.training.device import device

    name, note = device()
    if name.startswith("CPU"):
        _train_a_little(backend)
    return name, note


def _train_a_little(backend: Backend) -> None:
    from engine.training.session import run

    training = TrainingSettings(epochs=1, batch_size=600, backend=backend)
    with tempfile.TemporaryDirectory(prefix="lamina-", ignore_cleanup_errors=True) as folder:
        job = Job(Project(small_network(), DataSettings("digits"), training=training), Path(folder) / "warming")
        run(job, _notice, Control())


def _notice(event: TrainingEvent) -> None:
    """A warming that fails is no misfortune: the training itself would say so to the person."""
    if isinstance(event, Failed):
        log.warning("warming failed: %s %s", event.message, event.details)
