"""Opens what a command names: a project's file, a template, or a run's folder."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from pathlib import Path

from engine.cli.output import InputError
from engine.data.source_text import parse_source, with_absolute_path
from engine.folders import typed_path
from engine.project import SUFFIX, Project, load_project
from engine.templates import TEMPLATES, load_template


@dataclass(frozen=True)
class Opened:
    """A project with the file that it came from; `path` is None for a template. `name` is how it was asked for."""

    project: Project
    path: Path | None
    name: str


def open_project(text: str) -> Opened:
    """The project or template that a person named. Raises InputError, ProjectError or DataError.

    A relative path of the project's data is seen from the project's folder.
    """
    path = typed_path(text)
    if path.is_file():
        path = path.resolve()
        project = load_project(path)
        if project.data.source:
            source = with_absolute_path(project.data.source, path.parent)
            project = replace(project, data=replace(project.data, source=source))
        return Opened(project, path, path.stem)
    if text in TEMPLATES:
        return Opened(load_template(text), None, text)
    if path.is_dir():
        raise InputError(f"{text} is a folder; a project file or a template's name is needed.")
    near = difflib.get_close_matches(text, TEMPLATES, 1)
    if near:
        raise InputError(f"There is no file and no template {text!r}. Did you mean {near[0]}?")
    if path.suffix == SUFFIX or path.parent != Path():
        raise InputError(f"There is no file {text}.")
    raise InputError(f"There is no file and no template {text!r}. Templates: {', '.join(TEMPLATES)}.")


def with_data(project: Project, source: str) -> Project:
    """The project with other data; a relative path is seen from the current folder. Raises DataError."""
    parse_source(source)
    return replace(project, data=replace(project.data, source=with_absolute_path(source, Path.cwd())))
