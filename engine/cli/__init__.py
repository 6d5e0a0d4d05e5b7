"""The command line: everything that the window does, without one."""

from __future__ import annotations

COMMANDS = {
    "train": "train a project or a template, watch it, and export the network",
    "check": "show shapes, parameters and problems",
    "export": "write a trained network, or a project's untrained one, to a file",
    "list": "list blocks, optimizers, data sets, templates, losses or metrics",
    "doctor": "show versions, backends and devices, and why there is no GPU if there is none",
}
"""The commands, each with what it does. Every other single word is a project for the window."""
