"""How other threads steer a training: pause, resume, stop, another learning rate."""

from __future__ import annotations

import threading


class Control:
    """What a person wants of a running training.

    `pause`, `resume`, `stop` and `set_learning_rate` may be called on any thread, before the training begins too, and
    return at once; the training looks at their wishes between two pieces of work, some 30 times a second.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paused = False
        self._stopping = False
        self._rate: float | None = None

    def pause(self) -> None:
        """Rests after the step that is being done."""
        with self._changed:
            self._paused = True

    def resume(self) -> None:
        """Goes on after a pause."""
        with self._changed:
            self._paused = False
            self._changed.notify_all()

    def stop(self) -> None:
        """Ends the training after the step that is being done, also out of a pause."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def set_learning_rate(self, value: float) -> None:
        """Another learning rate α from the next step on, in the optimizer entry's own sense.

        Raises ValueError unless it is a number greater than zero and at most 1000.
        """
        if not 0.0 < value <= 1000.0:
            raise ValueError(f"The learning rate must be greater than 0 and at most 1000, not {value}.")
        with self._changed:
            self._rate = float(value)

    @property
    def stopping(self) -> bool:
        """Whether the training is to end."""
        return self._stopping

    @property
    def paused(self) -> bool:
        """Whether the training is to rest."""
        return self._paused and not self._stopping

    def wait_while_paused(self) -> None:
        """Returns when the pause is over or the training is to end. The training's thread only."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or not self._paused)

    def take_learning_rate(self) -> float | None:
        """The learning rate that was asked for since the last call, if any. The training's thread only."""
        if self._rate is None:
            return None
        with self._changed:
            rate, self._rate = self._rate, None
        return rate
