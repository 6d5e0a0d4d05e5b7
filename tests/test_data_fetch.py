"""Downloads against a real server on this machine: progress, cancel, damage, and a network that is not there."""

from __future__ import annotations

import hashlib
import http.server
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from engine.data import fetch as fetch_module
from engine.data.dataset import DataCancelledError
from engine.data.description import DataError
from engine.data.fetch import Download, fetch_file
from engine.data.loading import describe, fetch
from engine.data.sources import mnist
from engine.folders import data_folder
from engine.settings import DataSettings

CONTENT = bytes(range(256)) * 4096


class Recorder(list[tuple[int, int]]):
    """Keeps the progress that it is told, and wants to go on."""

    def __call__(self, done: int, total: int) -> bool:
        self.append((done, total))
        return True


@dataclass
class Server:
    """What the server on this machine answers: `content`, of which it sends `sent` bytes; or an error."""

    address: str = ""
    content: bytes = CONTENT
    sent: int | None = None
    status: int = 200
    silent: bool = False
    hung_up: threading.Event = field(default_factory=threading.Event)

    def download(self) -> Download:
        return Download("The file", self.address, hashlib.sha256(self.content).hexdigest())


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if state.silent:
                state.hung_up.wait(20)
                return
            self.send_response(state.status)
            self.send_header("Content-Length", str(len(state.content)))
            self.end_headers()
            if state.status == 200:
                try:
                    self.wfile.write(state.content[: state.sent])
                except ConnectionError:
                    state.hung_up.set()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as real:
        state.address = f"http://127.0.0.1:{real.server_address[1]}/file"
        thread = threading.Thread(target=real.serve_forever, args=(0.05,))
        thread.start()
        yield state
        state.hung_up.set()
        real.shutdown()
        thread.join()


def test_a_file_arrives_whole_with_progress(server: Server, tmp_path: Path) -> None:
    seen = Recorder()
    path = tmp_path / "new folder" / "file"
    fetch_file(server.download(), path, seen)
    assert path.read_bytes() == CONTENT
    assert seen[0] == (0, len(CONTENT))
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert len(seen) > 5
    assert list(path.parent.iterdir()) == [path]


def test_a_cancelled_download_leaves_nothing(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DataCancelledError):
        fetch_file(server.download(), tmp_path / "file", lambda done, total: done < 100_000)
    assert list(tmp_path.iterdir()) == []


def test_a_broken_connection_keeps_what_was_there(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    server.sent = 1000
    with pytest.raises(DataError, match="could not be fetched") as caught:
        fetch_file(server.download(), tmp_path / "file")
    assert caught.value.can_fetch
    assert (tmp_path / "file").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_with_another_checksum_is_refused(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="checksum differs"):
        fetch_file(replace(server.download(), sha256="0" * 64), tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


def test_a_servers_refusal_gets_a_sentence(server: Server, tmp_path: Path) -> None:
    server.status = 404
    with pytest.raises(DataError, match="answers 404"):
        fetch_file(server.download(), tmp_path / "file")


def test_a_silent_server_is_given_up(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch_module, "TIME_LIMIT", 0.2)
    server.silent = True
    with pytest.raises(DataError, match=r"timed out.*Check the network connection"):
        fetch_file(server.download(), tmp_path / "file")


def test_without_a_network_there_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/file"
    with pytest.raises(DataError, match="Check the network connection") as caught:
        fetch_file(Download("The file", address, ""), tmp_path / "file")
    assert "\n" not in str(caught.value)


def test_mnist_can_be_fetched_once_and_is_there_afterwards(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures, labels = np.zeros((20, 28, 28), np.uint8), np.arange(20, dtype=np.uint8) % 10
    np.savez(tmp_path / "made.npz", x_train=pictures, y_train=labels, x_test=pictures, y_test=labels)
    server.content = (tmp_path / "made.npz").read_bytes()
    monkeypatch.setattr(mnist, "DOWNLOAD", server.download())
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    fetch(DataSettings("mnist"))
    assert (data_folder() / "mnist" / "mnist.npz").is_file()
    assert describe(DataSettings("mnist")).training_examples == 20
