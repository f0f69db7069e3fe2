"""Keeps other sites out: whom the app answers, what its pages may load, and who may show them in a frame.

A person's browser reaches this machine for any page that it has open: under a name that resolves to 127.0.0.1 (DNS
rebinding), by a connection from another origin, or by clicks that a page draws a frame of the app under.
"""

import base64
import hashlib
import os
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL = ("localhost", "127.0.0.1", "::1")
"""The names of this machine, answered where `server.allowedHosts` names none."""
FRAMED_BY = "UMETA_FRAMED_BY"
"""The environment variable that names the sites, as https://course.example, which may show the app in a frame."""
_SITE = re.compile(r"https?://[\w.*-]+(:\d+)?", re.ASCII)


class ForeignSitesKeptOut:
    """Middleware around everything the app answers: requests and websockets."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that was made from the app's own address, and refuse any other."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        reason = refusal(hosts, origins, st.get_option("server.allowedHosts"), _trusted_origins())
        if reason and scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "foreign host or origin"})
        elif reason:
            await PlainTextResponse(reason, 403, headers=policy(""))(scope, receive, send)
        else:
            await self.app(scope, receive, _with_policy(send, hosts[0]))


def refusal(
    hosts: Sequence[str], origins: Sequence[str], allowed: Sequence[str], trusted: Sequence[str] = ()
) -> str:
    """Return why a request is not answered, with the remedy; "" where it is.

    Args:
        hosts: Its `Host` headers.
        origins: Its `Origin` headers; a browser sends one for whatever a page of another origin may not do unasked.
        allowed: Names that the app is asked under, as `server.allowedHosts` takes them; the local ones if empty.
        trusted: Other origins that may ask too, as `server.corsAllowedOrigins` takes them.
    """
    host = hosts[0] if len(hosts) == 1 else ""
    name = _name_of(host)
    if name is None or not any(_matches(name, pattern) for pattern in allowed or LOCAL):
        return (
            f"umeta does not answer under the name {host[:80]!a}. Whoever started it can allow a name: "
            "streamlit run app.py --server.allowedHosts=NAME\n"
        )
    own = len(origins) == 1 and urlsplit(origins[0]).netloc.lower() == host.lower()
    if origins and not own and not set(origins) <= set(trusted):
        return (
            f"umeta does not answer pages of {', '.join(origins)[:80]!a}. Whoever started it can allow them: "
            "streamlit run app.py --server.corsAllowedOrigins=ORIGIN\n"
        )
    return ""


def policy(host: str) -> dict[str, str]:
    """Return the headers that tell a browser what the pages may load and who may frame them.

    Args:
        host: The address that the app was asked under, for browsers in which 'self' means no websocket.
    """
    framed_by = [site for site in os.environ.get(FRAMED_BY, "").split() if _SITE.fullmatch(site)]
    sockets = f" ws://{host} wss://{host}" if re.fullmatch(r"[\w.-]+(:\d+)?", host, re.ASCII) else ""
    rules = {
        "default-src": "'self'",
        # Components are modules of text, which a browser imports from a blob; what drives a browser, as the tests and
        # benchmarks do, evaluates its conditions in the page. A text from outside can do neither: no script in it runs.
        "script-src": f"'self' blob: 'unsafe-eval' {_hashes_of_inline_scripts()}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "media-src": "'self' data: blob:",
        "connect-src": f"'self'{sockets}",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": " ".join(framed_by) or "'none'",
    }
    headers = {
        "Content-Security-Policy": "; ".join(f"{name} {value}".strip() for name, value in rules.items()),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return headers if framed_by else {**headers, "X-Frame-Options": "DENY"}


def _with_policy(send: Send, host: str) -> Send:
    async def send_with_policy(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(policy(host))
        await send(message)

    return send_with_policy


def _name_of(host: str) -> str | None:
    """Return the name in a `Host` header, None where it is none."""
    try:
        parts = urlsplit(f"//{host}")
        parts.port  # noqa: B018  raises where it is no port
    except ValueError:
        return None
    is_address_alone = parts.netloc == host and "@" not in host
    return parts.hostname.rstrip(".") if is_address_alone and parts.hostname else None


def _matches(name: str, pattern: str) -> bool:
    pattern = pattern.strip().lower().strip("[]").rstrip(".")
    return pattern in ("*", name) or (pattern.startswith("*.") and name.endswith(pattern[1:]))


def _trusted_origins() -> list[str]:
    return [origin.strip() for origin in st.get_option("server.corsAllowedOrigins")]


@cache
def _hashes_of_inline_scripts() -> str:
    """Return the hashes of the scripts that stand in Streamlit's own page: no other inline script may run."""
    page = (Path(st.__file__).parent / "static/index.html").read_text("utf-8")
    digests = (
        hashlib.sha256(script.encode()).digest()
        for script in re.findall(r"<script>(.*?)</script>", page, re.S)
    )
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
