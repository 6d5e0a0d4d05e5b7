"""The file of `--events`: what happens in a training as one JSON object a line, for scripts."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.cli.output import InputError
from engine.training.events import Batches, EpochEnded, Failed, Finished, Started, TrainingEvent

Line = dict[str, object]


class EventsFile:
    """Writes events as they come. When the disk refuses, the training goes on and `error` says why."""

    def __init__(self, path: Path) -> None:
        """Begins an empty file. Raises InputError."""
        self.path = path
        self.error = ""
        self._step = 0
        self._epoch = 0
        self._metrics: tuple[str, ...] = ("loss",)
        try:
            self._file = path.open("w", encoding="utf-8", newline="\n")
        except OSError as error:
            raise InputError(f"--events {path} cannot be written: {error.strerror or error}.") from None

    def add(self, event: TrainingEvent) -> None:
        """Writes an event's lines at once; phases and progress have none."""
        if self.error:
            return
        try:
            for line in self._lines(event):
                self._file.write(json.dumps(line, allow_nan=False, ensure_ascii=False) + "\n")
            self._file.flush()
        except OSError as error:
            self.error = f"--events {self.path} is not complete: {error.strerror or error}."

    def close(self) -> None:
        """Closes the file."""
        try:
            self._file.close()
        except OSError as error:
            self.error = self.error or f"--events {self.path} is not complete: {error.strerror or error}."

    def _lines(self, event: TrainingEvent) -> Iterator[Line]:
        match event:
            case Started():
                self._metrics = event.metrics
                self._step, self._epoch = event.first_step, event.first_epoch
                yield self._line("started", event.time) | {
                    "backend": event.backend,
                    "device": event.device,
                    "parameters": event.parameters,
                    "examples": event.examples,
                    "validation_examples": event.validation_examples,
                    "batch_size": event.batch_size,
                    "steps_per_epoch": event.steps_per_epoch,
                    "epochs": event.epochs,
                }
            case Batches():
                self._epoch = event.epoch
                for place, (time, values) in enumerate(zip(event.times.tolist(), event.values.tolist(), strict=True)):
                    self._step = event.first_step + place
                    yield self._line("batch", time) | finite(dict(zip(self._metrics, values, strict=True)))
            case EpochEnded():
                self._step, self._epoch = event.step, event.epoch
                yield self._line("epoch", event.time) | {"seconds": round(event.seconds, 6)} | finite(event.values)
            case Finished():
                self._step, self._epoch = event.step, event.epoch
                yield self._line("finished", event.time) | {"outcome": event.outcome, "message": event.message}
            case Failed():
                yield self._line("failed", event.time) | {"message": event.message}

    def _line(self, name: str, time: float) -> Line:
        return {"event": name, "time": round(time, 6), "step": self._step, "epoch": self._epoch}


def finite(values: Mapping[str, float]) -> Line:
    """Figures for JSON, which knows neither NaN nor infinity: null stands for them."""
    return {name: float(value) if math.isfinite(value) else None for name, value in values.items()}
