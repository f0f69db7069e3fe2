"""Two attacks by other sites, in a real browser, beside the ways that stay open."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.serving import FLAGS, SETTLED, serving
from tests.ui.conftest import browser_path
from umeta.cache import Home
from umeta.ui.frame.foreign_sites import FRAMED_BY

EVIL, NAMED = "evil.example", "umeta.example"
UPGRADE = (
    "GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\n{origin}Upgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Chromium, for which two more names are those of this machine."""
    names = f"--host-resolver-rules=MAP {EVIL} 127.0.0.1, MAP {NAMED} 127.0.0.1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser_path(), args=[*FLAGS, names])
        yield chromium
        chromium.close()


def status_of_handshake(address: str, host: str, origin: str = "") -> str:
    """Return the status line that a request for a websocket gets."""
    port = int(address.rpartition(":")[2])
    origin_header = f"Origin: {origin}\r\n" if origin else ""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(UPGRADE.format(host=host, origin=origin_header).encode())
        return connection.recv(200).decode().splitlines()[0]


@contextmanager
def another_site(page: str) -> Iterator[str]:
    """Serve one page from another origin."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_foreign_name_that_leads_to_this_machine_gets_no_app(served: str, browser: Browser):
    page = browser.new_page()
    page.goto(f"{served.replace('127.0.0.1', EVIL)}/train")
    assert f"umeta does not answer under the name '{EVIL}:" in page.inner_text("body")
    assert page.locator("button").count() == 0
    page.close()
    port = served.rpartition(":")[2]
    assert " 403 " in status_of_handshake(served, f"{EVIL}:{port}", f"http://{EVIL}:{port}")
    assert " 403 " in status_of_handshake(served, f"{EVIL}:{port}")


def test_a_page_of_another_origin_opens_no_connection(served: str, browser: Browser):
    port = served.rpartition(":")[2]
    for origin in (f"http://{EVIL}", "http://127.0.0.1:9", "http://localhost:9", "null"):
        assert " 403 " in status_of_handshake(served, f"127.0.0.1:{port}", origin)
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"):
        assert " 101 " in status_of_handshake(served, host, f"http://{host}")
    script = (
        f"<script>let s = new WebSocket('ws://127.0.0.1:{port}/_stcore/stream');"
        "s.onopen = () => document.title = 'open'; s.onclose = () => document.title = 'closed'</script>"
    )
    with another_site(script) as site:
        page = browser.new_page()
        page.goto(site)
        page.wait_for_function("document.title !== ''")
        assert page.title() == "closed"
        page.close()


def test_a_page_of_another_origin_cannot_show_the_app_in_a_frame(served: str, browser: Browser):
    with another_site(f"<iframe src='{served}/train' width=900 height=700></iframe>") as site:
        page = browser.new_page()
        page.goto(site)
        page.wait_for_timeout(1500)
        (frame,) = page.frames[1:]
        assert frame.locator("button, input, [data-testid=stApp]").count() == 0
        page.close()


def test_a_name_and_a_site_can_be_allowed(
    shared_home: Home,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
):
    monkeypatch.setenv("STREAMLIT_SERVER_ALLOWED_HOSTS", f"{NAMED} 127.0.0.1")
    page = browser.new_page()
    with another_site("<iframe src='http://127.0.0.1:PORT/system' width=900 height=700></iframe>") as site:
        monkeypatch.setenv(FRAMED_BY, site)
        with serving(shared_home) as server:
            page.goto(f"{server.address.replace('127.0.0.1', NAMED)}/system")
            page.wait_for_selector(SETTLED, timeout=180_000)
            page.get_by_role("heading", name="System", exact=True).wait_for(timeout=60_000)
            page.goto(site)
            page.evaluate(f"document.querySelector('iframe').src = '{server.address}/system'")
            page.frame_locator("iframe").get_by_role("heading", name="System", exact=True).wait_for(
                timeout=120_000
            )
    page.close()
