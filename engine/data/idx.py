"""The IDX format, in which MNIST and its relatives are published: a short header, then bytes. Gzipped or not."""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import Progress, tell
from engine.data.description import DataError

_BYTES = 0x08
_PIECE = 4 * 2**20
_LARGEST = 2**33
"""Bytes; far more than any IDX data set, and little enough that a damaged header is noticed."""


def read_idx(path: Path, dimensions: int, progress: Progress | None = None) -> NDArray[np.uint8]:
    """The bytes of an IDX file with as many dimensions. Raises DataError."""
    try:
        with path.open("rb") as file:
            zipped = file.read(2) == b"\x1f\x8b"
        with cast(BinaryIO, gzip.open(path)) if zipped else path.open("rb") as file:
            return _read(file, path, dimensions, progress)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise DataError(f"{path} is damaged or cut off: it cannot be unpacked. Copy or fetch it again.") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from None


def _read(file: BinaryIO, path: Path, dimensions: int, progress: Progress | None) -> NDArray[np.uint8]:
    magic = file.read(4)
    if len(magic) < 4:
        raise DataError(f"{path} is cut off: not even its header is there.")
    if magic[:2] != b"\0\0" or magic[2] != _BYTES or not 1 <= magic[3] <= 4:
        raise DataError(f"{path} is no IDX file of bytes (it begins with {magic.hex(' ')}).")
    if magic[3] != dimensions:
        kinds = {1: "labels", 3: "pictures"}
        raise DataError(
            f"{path} holds {kinds.get(magic[3], f'{magic[3]}-dimensional data')}, "
            f"but {kinds.get(dimensions, f'{dimensions}-dimensional data')} were expected. Are two files mixed up?"
        )
    header = file.read(4 * dimensions)
    if len(header) < 4 * dimensions:
        raise DataError(f"{path} is cut off: not even its header is whole.")
    shape = struct.unpack(f">{dimensions}I", header)
    total = math.prod(shape)
    if not 0 < total <= _LARGEST:
        raise DataError(f"{path} claims to hold {' × '.join(map(str, shape))} bytes, so its header is damaged.")
    pieces: list[bytes] = []
    done = 0
    while done < total:
        piece = file.read(min(_PIECE, total - done))
        if not piece:
            raise DataError(f"{path} is cut off: {done:,} of {total:,} bytes are there. Copy or fetch it again.")
        pieces.append(piece)
        done += len(piece)
        tell(progress, done, total)
    return np.frombuffer(b"".join(pieces), dtype=np.uint8).reshape(shape)
