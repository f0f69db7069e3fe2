"""Whom the app answers; in a browser: test_foreign_sites_browser.py."""

import asyncio

import pytest
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from umeta.ui.frame.foreign_sites import FRAMED_BY, ForeignSitesKeptOut, policy, refusal

HOST = "127.0.0.1:8501"


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8501", HOST, "[::1]:8501", "[::1]", "LOCALHOST:1", "localhost."]
)
def test_this_machine_is_asked_by_its_own_names(host: str):
    assert refusal([host], [], []) == ""
    assert refusal([host], [f"http://{host}"], []) == ""


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:8501",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evillocalhost",
        "127.0.0.1@evil.example",
        "evil.example#127.0.0.1",
        "127.0.0.1/",
        "127.0.0.1:port",
        "127.0.0.1:99999",
        "[::1",
        "[::2]",
        "0.0.0.0:8501",
        "",
        " ",
    ],
)
def test_another_name_is_refused_with_the_remedy(host: str):
    assert "--server.allowedHosts" in refusal([host], [], [])


def test_names_can_be_added():
    for name, pattern in (
        ("umeta.example:80", "umeta.example"),
        ("a.umeta.example", "*.umeta.example"),
        ("anything", "*"),
        ("[::2]:1", "::2"),
        ("[::2]:1", "[::2]"),
    ):
        assert refusal([name], [f"https://{name}"], ["localhost", pattern]) == ""
    assert refusal(["umeta.example"], [], ["*.umeta.example"])
    assert refusal(["localhost"], [], ["umeta.example"])


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://127.0.0.1:9999",
        "http://localhost:8501",
        "null",
        "",
        "http://127.0.0.1:8501.evil",
    ],
)
def test_a_page_of_another_origin_is_refused(origin: str):
    assert "--server.corsAllowedOrigins" in refusal([HOST], [origin], [])
    assert refusal([HOST], [origin], ["*"])


def test_two_hosts_or_two_origins_are_refused_and_trusted_origins_are_not():
    own = f"http://{HOST}"
    assert refusal([HOST, HOST], [], [])
    assert refusal([], [], [])
    assert refusal([HOST], [own, "http://evil.example"], [])
    assert refusal([HOST], ["https://course.example"], [], ["https://course.example"]) == ""


def test_a_refusal_is_short_and_without_signs_that_act():
    text = refusal(["evil\r\n\x1b" + "x" * 10_000], [], [])
    assert len(text) < 400
    assert text.removesuffix("\n").isprintable()


def test_no_site_may_frame_the_pages_unless_it_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(FRAMED_BY, raising=False)
    headers = policy(HOST)
    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    monkeypatch.setenv(
        FRAMED_BY, "https://course.example:8443 https://*.b.example javascript:x https://a;script-src"
    )
    headers = policy(HOST)
    assert "X-Frame-Options" not in headers
    assert headers["Content-Security-Policy"].endswith(
        "frame-ancestors https://course.example:8443 https://*.b.example"
    )


def test_the_policy_allows_no_inline_script_but_streamlits_own():
    rules = policy(HOST)["Content-Security-Policy"]
    scripts = next(rule for rule in rules.split("; ") if rule.startswith("script-src"))
    assert "'unsafe-inline'" not in scripts
    assert "'sha256-" in scripts
    assert f"ws://{HOST} " in rules
    assert "::1" not in policy("[::1]:8501")["Content-Security-Policy"]


async def _app(scope: Scope, _receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await PlainTextResponse("here")(scope, _receive, send)


def answers(kind: str, headers: dict[str, str]) -> list[Message]:
    """Return what is sent to a client that asks with these headers."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": f"{kind}.request"}

    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": kind, "method": "GET", "path": "/", "headers": raw}
    asyncio.run(ForeignSitesKeptOut(_app)(scope, receive, send))
    return sent


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Host": HOST, "Origin": "http://evil.example"}, {}]
)
def test_what_another_site_asks_is_refused(headers: dict[str, str]):
    start, body = answers("http", headers)
    assert start["status"] == 403
    assert b"umeta does not answer" in body["body"]
    assert Headers(raw=start["headers"])["content-type"].startswith("text/plain")
    assert [message["type"] for message in answers("websocket", headers)] == ["websocket.close"]


def test_what_the_app_itself_asks_is_answered_with_the_policy():
    headers = {"Host": HOST, "Origin": f"http://{HOST}"}
    start, body = answers("http", headers)
    assert (start["status"], body["body"]) == (200, b"here")
    assert Headers(raw=start["headers"])["x-frame-options"] == "DENY"
    assert [message["type"] for message in answers("websocket", headers)] == ["websocket.accept"]
