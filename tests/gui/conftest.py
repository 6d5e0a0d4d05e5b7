"""What the window's tests share."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _collect_on_the_main_thread() -> Iterator[None]:
    """As in the application: the collector never runs on a thread that is not Qt's."""
    gc.disable()
    yield
    gc.collect(1)
