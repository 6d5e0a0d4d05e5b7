"""Which library computes, settled before Keras is imported, and where it computes.

Call `prepare` first in every process that will use Keras: afterwards it is too late.
"""

from __future__ import annotations

import os
import sys
import warnings
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Any, Literal

from engine.folders import home_path
from engine.settings import Backend


def resolve(backend: Backend) -> Literal["tensorflow", "jax"]:
    """The backend that trains: TensorFlow unless another one is asked for."""
    return "tensorflow" if backend == "auto" else backend


DEEPEST = 30_000
"""Calls within calls that an engine process allows: enough for a network of some thousand layers in a row."""


class _NoTensorFlow(MetaPathFinder):
    """Makes `import tensorflow` fail as if it were not installed.

    An entry of None in `sys.modules`, which does that too, makes Keras's scaling layers look for TensorFlow's graph
    and fail when they compute (seen with Keras 3.15.1: `in_tf_graph` asks whether the name is there).
    """

    def find_spec(self, fullname: str, _path: object = None, _target: ModuleType | None = None) -> None:
        """Refuses TensorFlow and leaves everything else to the finders behind."""
        if fullname.partition(".")[0] == "tensorflow":
            raise ModuleNotFoundError("TensorFlow is kept out of this process.", name=fullname)


def prepare(backend: str, threads: int | None = None) -> None:
    """Settles the backend ("tensorflow" or "jax") and its processor threads for this process.

    On another backend TensorFlow is kept out of the process: building a Bidirectional and saving would otherwise pull
    it in, which takes three seconds and 400 MB (seen with Keras 3.15.1). Raises RuntimeError when Keras is there
    already with another backend.
    """
    # Keras 3.15.1 walks from a network's end to its beginning by calling itself, once or more a layer.
    sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEPEST))
    if "keras" in sys.modules:
        if keras().backend.backend() != backend:
            raise RuntimeError(f"Keras already runs on {keras().backend.backend()}; {backend} needs a new process.")
        return
    os.environ["KERAS_BACKEND"] = backend
    # A person's own keras.json may change number types and the order of dimensions; Lamina's folder holds none.
    os.environ["KERAS_HOME"] = str(home_path() / "keras")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["TF_FORCE_GPU_ALLOW_GROWTH"] = "true"
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    # Keras 3.15.1 says of every nested model that it drops the marks of padded steps. Its layers do pass them on.
    warnings.filterwarnings("ignore", r"Layer '\w+' \(of type Functional\) was passed an input with a mask")
    if threads is not None:
        os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(threads)
        os.environ["TF_NUM_INTEROP_THREADS"] = str(threads)
    if backend != "tensorflow":
        sys.meta_path.insert(0, _NoTensorFlow())


def keras() -> Any:
    """The Keras module. Imported here, so that nothing pays for it before it is used."""
    import keras as module

    return module
