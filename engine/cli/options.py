"""The training options of the command line, and what they make of a project's settings."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast, get_args

from engine.catalogue.params import ParamError
from engine.cli.output import InputError
from engine.cli.source import with_data
from engine.data.loading import entry_of
from engine.optimizers import OPTIMIZERS, PresetName
from engine.project import Project
from engine.settings import LIMITS, Backend, OptimizerSettings


def add_training_options(parser: argparse.ArgumentParser) -> None:
    """The options that stand in for a project's own settings."""
    parser.add_argument(
        "--data", metavar="DATA", help="a data set's name, or KIND:PATH such as mnist:FOLDER or npz:FILE"
    )
    parser.add_argument("--optimizer", metavar="NAME", choices=tuple(OPTIMIZERS), help=", ".join(OPTIMIZERS))
    parser.add_argument(
        "--preset",
        choices=get_args(PresetName),
        help="whose values the optimizer's settings have: the textbook's or Keras's",
    )
    parser.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="one of the optimizer's settings, by Keras's name, such as learning_rate=0.01; may be given several times",
    )
    parser.add_argument(
        "--epochs", metavar="N", type=_whole("epochs"), help="walks through the training data; 0 trains nothing"
    )
    parser.add_argument(
        "--batch-size",
        metavar="N",
        type=_whole("batch_size"),
        help="examples a step; for gd, the size of the pieces in which a step walks through the data",
    )
    parser.add_argument("--seed", metavar="N", type=_whole("seed"), help="the same seed gives the same network")
    parser.add_argument("--backend", choices=get_args(Backend), help="the library that computes; auto is TensorFlow")


def _whole(setting: str) -> Callable[[str], int]:
    """A reader of a whole number within the setting's limits."""
    lowest, highest = next((low, high) for name, low, high in LIMITS if name == setting)

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number") from None
        if not lowest <= number <= highest:
            raise argparse.ArgumentTypeError(f"it must be from {lowest:,} to {highest:,}, not {number:,}")
        return number

    return read


def with_options(project: Project, arguments: argparse.Namespace) -> Project:
    """The project with the options that were given. Raises InputError and DataError."""
    if arguments.data is not None:
        project = with_data(project, arguments.data)
    if project.data.source:
        entry_of(project.data.source)
    optimizer = _optimizer(project.optimizer, arguments)
    training: dict[str, Any] = {
        name: getattr(arguments, name) for name in ("epochs", "seed", "backend") if getattr(arguments, name) is not None
    }
    if arguments.batch_size is not None:
        if optimizer.entry.regime == "one":
            raise InputError(
                f"{optimizer.entry.title} takes one example a step, so it has no --batch-size. "
                "For batches, take --optimizer minibatch."
            )
        name = "micro_batch_size" if optimizer.entry.regime == "full" else "batch_size"
        training[name] = arguments.batch_size
    return replace(project, optimizer=optimizer, training=replace(project.training, **training))


def _optimizer(settings: OptimizerSettings, arguments: argparse.Namespace) -> OptimizerSettings:
    """The optimizer's settings; another optimizer or a named preset begins with that preset's values."""
    name = arguments.optimizer or settings.name
    if name != settings.name:
        settings = OptimizerSettings(name)
    if arguments.preset is not None:
        settings = OptimizerSettings(name, cast(PresetName, arguments.preset))
    values = dict(settings.values)
    for text in arguments.set:
        key, equals, value = text.partition("=")
        if not equals:
            raise InputError(f"--set {text} has no value; write --set {key}=VALUE.")
        try:
            values[key.strip()] = float(value)
        except ValueError:
            raise InputError(f"--set {text}: {value!r} is no number.") from None
    settings = replace(settings, values=values)
    try:
        settings.entry.values(settings.preset, settings.values)
    except ParamError as error:
        raise InputError(f"--set: {error}") from None
    return settings
