"""The judge on the analyst's backend, JAX, in a process of its own that must never load TensorFlow."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import REPOSITORY
from tests.judge_tools import BACKEND_WISH


@pytest.mark.skipif(os.environ.get(BACKEND_WISH) == "jax", reason="these are the tests of that process")
def test_the_judge_passes_its_tests_on_jax_as_well() -> None:
    files = sorted(str(path) for path in (REPOSITORY / "tests").glob("test_judge*.py"))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files],
        cwd=REPOSITORY,
        env={**os.environ, BACKEND_WISH: "jax"},
        capture_output=True,
        text=True,
        timeout=220,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


_WITHOUT_TENSORFLOW = """
import sys
from tests.judge_tools import chain, judged
analysis = judged(chain("Bidirectional", "Dense", shape=(10, 4)))
assert not analysis.errors, analysis.errors
assert analysis.traced and analysis.blocks["1"].output_shapes == ((128,),)
loaded = [name for name in sys.modules if name.partition(".")[0] == "tensorflow" and sys.modules[name] is not None]
print(loaded)
"""


def test_a_bidirectional_does_not_bring_tensorflow_into_the_analyst() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_TENSORFLOW],
        cwd=REPOSITORY,
        env={**os.environ, BACKEND_WISH: "jax"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "[]", done.stderr[-2000:]
