"""Downloads: with progress, cancel, a time limit and a checksum; a file is in its place whole or not at all."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from pathlib import Path

from engine.data.dataset import Progress, tell
from engine.data.description import DataError

TIME_LIMIT = 10.0
"""Seconds without an answer after which a download is given up."""

_PIECE = 64 * 1024


@dataclass(frozen=True)
class Download:
    """A file that can be fetched. `title` names it in sentences."""

    title: str
    address: str
    sha256: str


def fetch_file(download: Download, path: Path, progress: Progress | None = None) -> None:
    """Fetches a file to `path`. Raises DataError, and DataCancelledError when `progress` answers no."""
    import http.client  # these take long to import, and few starts download anything
    import urllib.error

    part = path.with_name(f"{path.name}-{uuid.uuid4().hex[:8]}.part")  # two windows may fetch the same file
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _fetch(download, part, progress)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except urllib.error.HTTPError as error:
        raise DataError(f"{download.title} could not be fetched: {download.address} answers {error.code}.") from None
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise DataError(
            f"{download.title} could not be fetched from {download.address}: "
            f"{getattr(reason, 'strerror', None) or reason or 'the connection broke'}. Check the network connection.",
            can_fetch=True,
        ) from None
    except OSError as error:
        raise DataError(f"{download.title} could not be saved in {path.parent}: {error.strerror or error}.") from None


def _fetch(download: Download, part: Path, progress: Progress | None) -> None:
    import urllib.request

    checksum = hashlib.sha256()
    done = 0
    with urllib.request.urlopen(download.address, timeout=TIME_LIMIT) as answer, part.open("wb") as file:
        total = int(answer.headers.get("Content-Length") or 0)
        tell(progress, 0, total)
        while piece := answer.read(_PIECE):
            file.write(piece)
            checksum.update(piece)
            done += len(piece)
            tell(progress, done, total)
    if done < total:
        raise ConnectionError("the connection broke before the end")
    if checksum.hexdigest() != download.sha256:
        raise DataError(f"{download.title} was fetched, but is not what was expected: the checksum differs. Try again.")
