"""Reads the command line, runs the command, and turns every expected failure into one line and an exit status."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

from engine.cli import COMMANDS, check, doctor, export, listing, train
from engine.cli.output import InputError, RunError, output_is_complete, refuse, settle_streams
from engine.data.description import DataError
from engine.folders import NoHomeError
from engine.project import ProjectError

DONE, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130
"""The exit statuses."""

_TABLE = (
    ("train", train),
    ("check", check),
    ("export", export),
    ("list", listing),
    ("doctor", doctor),
)
"""Each command with its module, which has `add_arguments(parser)` and `run(arguments) -> exit status`."""


class _Parser(argparse.ArgumentParser):
    """A parser that says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}. Try: {self.prog} --help")


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = _Parser(
        prog="main.py",
        description="Lamina: draw a neural network, train it and watch it learn.",
        epilog="Without a command, main.py [PROJECT|TEMPLATE] opens the window. Exit status: 0 done, 1 the run failed, "
        "2 the input was wrong, 130 interrupted.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, module in _TABLE:
        command = commands.add_parser(
            name, help=COMMANDS[name], description=f"{COMMANDS[name][0].upper()}{COMMANDS[name][1:]}."
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


def main(arguments: Sequence[str]) -> int:
    """Runs a command and returns the exit status. No exception leaves it but those of our own mistakes."""
    settle_streams()
    try:
        chosen = make_parser().parse_args(arguments)
        status: int = chosen.run(chosen)
    except (InputError, ProjectError, DataError, NoHomeError) as error:
        refuse(str(error))
        return WRONG_INPUT
    except RunError as error:
        refuse(str(error))
        return FAILED
    except OSError as error:  # such as a file name that is too long, or a folder that nobody may look into
        refuse(f"{error.filename or 'The system'}: {error.strerror or error}.")
        return WRONG_INPUT
    except KeyboardInterrupt:
        refuse("Interrupted.")
        return INTERRUPTED
    except SystemExit as end:  # argparse ends so after --help
        return end.code if isinstance(end.code, int) else WRONG_INPUT
    return status or (DONE if output_is_complete() else FAILED)
