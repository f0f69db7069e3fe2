"""How the app's connections send."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def sending_at_once(_app: Any) -> AsyncIterator[None]:
    """While the app runs, let its connections send each piece of an answer as soon as it is there.

    An answer's head and body are two pieces, and without this the second waits until the browser has confirmed the
    first, often for 40 ms; a page is a hundred answers. asyncio sees to it only where a socket names its protocol,
    and Streamlit's does not.
    """
    import psutil

    for connection in psutil.Process().net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.fd >= 0:  # Windows tells no descriptor
            with socket.fromfd(connection.fd, connection.family, connection.type) as listening:
                listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # those it accepts inherit it
    yield
