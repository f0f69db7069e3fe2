"""Downloads from a server on this machine."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from umeta.cache import Home
from umeta.data.downloads import download
from umeta.data.sets import omniglot
from umeta.data.sets.omniglot import download_omniglot
from umeta.data.sets.omniglot_drawings import PARTS, Part
from umeta.stage import Cancelled, Step, UserError

CONTENT = bytes(range(256)) * 2000
MD5 = hashlib.md5(CONTENT).hexdigest()


class Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if "gone" in self.path:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[: 1000 if "half" in self.path else None])

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with HTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_complete_file_appears_with_growing_shares(address: str, tmp_path: Path) -> None:
    shares: list[float] = []
    target = tmp_path / "new" / "file.zip"
    download(f"{address}/file.zip", target, md5=MD5, on_share=shares.append)
    assert target.read_bytes() == CONTENT
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) > 2


@pytest.mark.parametrize(
    ("path", "md5", "message"),
    [
        ("half.zip", MD5, "(could not download|did not give the expected file)"),
        ("gone.zip", MD5, "could not download .*404.*by hand"),
        ("file.zip", "0" * 32, "did not give the expected file .*by hand and put it into"),
    ],
)
def test_nothing_half_is_left_and_what_stood_there_still_stands(
    address: str, tmp_path: Path, path: str, md5: str, message: str
) -> None:
    for before in ({}, {"kept.zip": b"mine"}):
        for name, data in before.items():
            (tmp_path / name).write_bytes(data)
        with pytest.raises(UserError, match=message):
            download(f"{address}/{path}", tmp_path / "kept.zip", md5=md5, on_share=lambda share: None)
        assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_cancelled_download_leaves_nothing(address: str, tmp_path: Path) -> None:
    def cancel(share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        download(f"{address}/file.zip", tmp_path / "file.zip", md5=MD5, on_share=cancel)
    assert list(tmp_path.iterdir()) == []


def test_no_connection_says_how_to_get_the_file_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(UserError, match="could not download http://127.0.0.1:9/file.zip: .*by hand"):
        download("http://127.0.0.1:9/file.zip", tmp_path / "file.zip", md5=MD5, on_share=lambda share: None)


def test_omniglot_is_put_where_it_is_found_again(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [Part(p.name, p.n_alphabets, p.n_characters, MD5, p.megabytes) for p in PARTS]
    monkeypatch.setattr(omniglot, "PARTS", parts)
    monkeypatch.setattr(omniglot, "ADDRESS", address)
    home = Home(tmp_path, (tmp_path / "data",))
    steps: list[Step] = []
    download_omniglot(home, on_step=steps.append)
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1].done == steps[-1].total
    assert not omniglot.Omniglot().whereabouts(home).missing
