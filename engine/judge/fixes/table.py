"""All entries: where several are for one kind of problem, the first one's fixes are offered first."""

from __future__ import annotations

from engine.judge.fixes.bypassing import BYPASSING
from engine.judge.fixes.case import Entry
from engine.judge.fixes.joining import JOINING
from engine.judge.fixes.parameters import PARAMETERS
from engine.judge.fixes.shapes import SHAPES
from engine.judge.fixes.targets import TARGETS

FIXES: tuple[Entry, ...] = (*BYPASSING, *JOINING, *SHAPES, *TARGETS, *PARAMETERS)
