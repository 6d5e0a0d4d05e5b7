"""Reading `.npz` files of unknown origin: nothing in them is executed, and no size is believed before it is checked."""

from __future__ import annotations

import math
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import psutil

from engine.data.dataset import Array
from engine.data.description import DataError

_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError)
"""What a damaged or encrypted archive makes zipfile and NumPy raise."""


@dataclass(frozen=True)
class _Header:
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def size(self) -> int:
        """Bytes of the array."""
        return math.prod(self.shape) * self.dtype.itemsize


class Archive:
    """An open `.npz` file. Use it in a `with` statement. Every method raises DataError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            raise DataError(f"There is no file {path}.")
        try:
            self._zip = zipfile.ZipFile(path)
        except zipfile.BadZipFile:
            with path.open("rb") as file:
                start = file.read(6)
            if start.startswith(b"PK"):
                raise DataError(f"{path} is damaged or cut off. Copy or save it again.") from None
            lone = " It holds a single array; save it with numpy.savez." if start == b"\x93NUMPY" else ""
            raise DataError(f"{path} is no .npz file.{lone}") from None
        except OSError as error:
            raise DataError(f"{path} cannot be read: {error.strerror or error}.") from None
        self.names = tuple(name.removesuffix(".npy") for name in self._zip.namelist() if name.endswith(".npy"))

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def read(self, name: str) -> Array:
        """One of the arrays."""
        header = self._header(name)
        free = psutil.virtual_memory().available
        if header.size > free:
            raise DataError(
                f"{self.path}: {name} takes {header.size / 2**30:,.1f} GB, but only {free / 2**30:,.1f} GB of memory "
                "are free."
            )
        try:
            with self._zip.open(f"{name}.npy") as file:
                array = np.lib.format.read_array(file, allow_pickle=False)
                file.read(1)  # past the end, where zipfile compares the checksum
        except MemoryError:
            raise DataError(f"{self.path}: {name} does not fit into the memory that is free.") from None
        except (*_DAMAGE, OSError):
            raise DataError(f"{self.path} is damaged: {name} cannot be read. Copy or save it again.") from None
        return array

    def _header(self, name: str) -> _Header:
        if name not in self.names:
            there = ", ".join(self.names) or "no array"
            raise DataError(f"{self.path} has no array {name}; it holds {there}.")
        try:
            with self._zip.open(f"{name}.npy") as file:
                version = np.lib.format.read_magic(file)
                read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
                shape, _, dtype = read(file)
                start = file.tell()
        except (*_DAMAGE, OSError):
            raise DataError(f"{self.path} is damaged: {name} cannot be read. Copy or save it again.") from None
        if dtype.hasobject:
            raise DataError(
                f"{self.path}: {name} holds Python objects, which are not opened, because they could run a program. "
                "Save it as an array of numbers."
            )
        header = _Header(shape, dtype)
        if header.size != self._zip.getinfo(f"{name}.npy").file_size - start:
            raise DataError(f"{self.path} is damaged: {name} is not as long as its header says.")
        return header
