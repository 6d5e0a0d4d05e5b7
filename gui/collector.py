"""Python's cyclic garbage collector, kept on the window's thread.

Left alone it runs on whichever thread happens to allocate, and a Qt object that it finds there is destroyed there,
which crashes Qt sooner or later. So it is switched off, and a timer of the main thread runs it when it would have run.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL = 200
"""Milliseconds between two looks at how much has gathered."""


class Collector(QObject):
    """Collects on the main thread from now on, until `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self.collect_what_is_due)
        self._timer.start()

    def stop(self) -> None:
        """Gives the collector back to Python."""
        self._timer.stop()
        gc.enable()

    def settle(self) -> None:
        """Exempts what is there now from being looked at: what a start leaves behind stays anyway, and going through
        all of it would hold the window up for several frames."""
        gc.collect()
        gc.freeze()

    def collect_what_is_due(self) -> None:
        """Collects the oldest generation that has reached Python's own threshold."""
        for generation, (count, threshold) in reversed(
            list(enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)))
        ):
            if count > threshold:
                gc.collect(generation)
                return
