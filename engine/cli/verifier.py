"""A second process that puts a trained network at its place, after it has loaded it again and compared it.

What is exported is thus known to load elsewhere than in the process that trained it. The process is started before the
last epoch ends, so that Keras is there when it is needed.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path

from engine.cli.output import RunError
from engine.workers.stderr import read_native_errors, settle_streams

_ROLE = "verifier"


class Verifier:
    """The verifying process, seen from the one that trains."""

    def __init__(self, backend: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, backend), name="lamina-verifier", daemon=True)
        self._process.start()
        theirs.close()

    def export(self, run: Path, path: Path) -> float:
        """Puts the run's network at `path`; answers the largest difference to the outputs of the trained one.

        Raises RunError with a sentence; what stood at `path` before is then untouched.
        """
        try:
            self._connection.send((run, path))
            answer = self._connection.recv()
        except (EOFError, OSError):
            self._process.join(5)
            raise RunError(
                f"The process that checks the export ended (exit code {self._process.exitcode}); {path} was not "
                f'written. The trained network is in {run}. Try: main.py export "{run}" --format keras --output {path}'
            ) from None
        if isinstance(answer, str):
            raise RunError(answer)
        assert isinstance(answer, float)
        return answer

    def close(self) -> None:
        """Lets the process end, whatever it does."""
        self._connection.close()
        self._process.join(1)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        read_native_errors(_ROLE, self._process.pid or 0)


def _serve(connection: Connection, backend: str) -> None:
    """The process's whole life: get Keras ready, answer one request, end; or end when nobody is there any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that trains
    settle_streams(_ROLE)
    from engine.backend import keras, prepare

    prepare(backend)
    keras()
    from engine.models.export import ExportError, export_run

    try:
        run, path = connection.recv()
        try:
            connection.send(float(export_run(run, path)))
        except ExportError as error:
            connection.send(str(error))
    except (EOFError, OSError):
        os._exit(0)
