"""Where data can come from. A new source is one entry, in a file of its own or in one of the tables here."""

from __future__ import annotations

from engine.data.sources.bundled import BUNDLED
from engine.data.sources.entry import SourceEntry
from engine.data.sources.mnist import MNIST
from engine.data.sources.npz import NPZ

SOURCES: dict[str, SourceEntry] = {entry.name: entry for entry in (*BUNDLED, MNIST, NPZ)}
"""Every source by the word that names it."""

DATASETS: dict[str, SourceEntry] = {name: entry for name, entry in SOURCES.items() if entry.kind != "file"}
"""The sources that are data sets themselves: their name alone is enough."""
