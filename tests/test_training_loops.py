"""The loops against Keras's own `train_on_batch`: the same batches give the same weights."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import loop_parity

REPOSITORY = Path(__file__).parents[1]


@pytest.mark.parametrize("case", loop_parity.CASES)
def test_steps_are_those_of_keras(case: str) -> None:
    loop_parity.compare(case)


def test_steps_are_those_of_keras_on_jax() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.loop_parity", "jax"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.split() == list(loop_parity.CASES)
