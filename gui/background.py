"""Work that would hold the window up, such as reading and writing files, done on one thread beside it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer

Result = TypeVar("Result")


class Background(QObject):
    """Runs functions one after another on a thread of its own and hands their results to the main thread.

    The functions must not touch Qt. Results are handed over by a timer, so that no Qt object is ever used, or
    destroyed, on the other thread.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lamina-files")
        self._waiting: list[tuple[Future[Any], Callable[[Any], None] | None, Callable[[Exception], None] | None]] = []
        self._timer = QTimer(self)
        self._timer.setInterval(16)
        self._timer.timeout.connect(self._hand_over)

    @property
    def busy(self) -> bool:
        """Whether something is still being done."""
        return bool(self._waiting)

    def run(
        self,
        function: Callable[[], Result],
        done: Callable[[Result], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Does `function` after what was asked before, then calls `done` with its result, or `failed`."""
        self._waiting.append((self._pool.submit(function), done, failed))
        self._timer.start()

    def finish(self) -> None:
        """Waits for what is being done and ends the thread. Results that come now are still handed over."""
        self._pool.shutdown(wait=True)
        self._hand_over()
        self._timer.stop()

    def _hand_over(self) -> None:
        while self._waiting and self._waiting[0][0].done():
            future, done, failed = self._waiting.pop(0)
            error = future.exception()
            if error is None:
                if done is not None:
                    done(future.result())
            elif isinstance(error, Exception) and failed is not None:
                failed(error)
            else:
                raise error
        if not self._waiting:
            self._timer.stop()
