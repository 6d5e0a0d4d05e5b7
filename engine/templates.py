"""Networks to start from: the `.lamina` files in `resources/templates`.

A new template is one more file in that folder. Titles and notes are read when this module is imported, which takes
about a millisecond; a network is read when it is asked for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from engine.project import SUFFIX, Project, ProjectError, load_project

FOLDER = Path(__file__).parents[1] / "resources" / "templates"

_FIRST = ("digits-mlp", "digits-cnn", "digits-residual", "mnist-cnn", "mnist-lstm", "iris-mlp", "diabetes-regression")
"""The order in which the gallery shows these; all others follow by name."""


@dataclass(frozen=True)
class TemplateEntry:
    """One template. `name` is what the command line calls it; `note` says what it shows."""

    name: str
    title: str
    note: str
    path: Path


def read_templates(folder: Path) -> dict[str, TemplateEntry]:
    """The templates in a folder by their names, the gallery's first ones first."""

    def place(path: Path) -> tuple[int, str]:
        return (_FIRST.index(path.stem) if path.stem in _FIRST else len(_FIRST), path.stem)

    return {path.stem: _entry(path) for path in sorted(folder.glob(f"*{SUFFIX}"), key=place)}


def _entry(path: Path) -> TemplateEntry:
    """What the gallery shows of a file; one that cannot be read keeps its name, and `load_template` says why."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        content = {}
    words = content if isinstance(content, dict) else {}
    return TemplateEntry(path.stem, str(words.get("title") or path.stem), str(words.get("note", "")), path)


TEMPLATES: dict[str, TemplateEntry] = read_templates(FOLDER)


def load_template(name: str) -> Project:
    """A template as a project. Raises ProjectError with the names that there are, or where the file cannot be read."""
    if name not in TEMPLATES:
        raise ProjectError(f"There is no template {name!r}. There are {', '.join(TEMPLATES)}.")
    return load_project(TEMPLATES[name].path)
