"""The loops against Keras's own `train_on_batch`: the same batches give the same weights."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.training.loops import tensorflow
from tests import loop_parity

REPOSITORY = Path(__file__).parents[1]


@pytest.mark.parametrize("case", loop_parity.CASES)
def test_steps_are_those_of_keras(case: str) -> None:
    loop_parity.compare(case)


@pytest.mark.parametrize("case", ["dense-sgd-momentum", "dropout", "regularisers", "masked"])
def test_steps_are_those_of_keras_where_xla_compiles_the_update(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tensorflow, "_MANY_WEIGHTS", 0)
    loop_parity.compare(case)


def test_steps_are_those_of_keras_on_jax() -> None:
    # Compiling is nearly all of the time here, and what is compiled runs for microseconds.
    environment = os.environ | {"XLA_FLAGS": "--xla_backend_optimization_level=0"}
    program = [sys.executable, "-m", "tests.loop_parity", "jax"]
    done = subprocess.run(program, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.split() == list(loop_parity.CASES)
