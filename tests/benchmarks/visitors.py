"""Many visitors who look and change nothing: how long the server's script takes for each page they open.

They speak to the server as a browser does, but draw nothing, so that the machine's time is the server's own.
"""

import asyncio
import time
from typing import Any

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

VISITORS, APART, READING, LIMIT = 30, 1.0, 5.0, 1.5
PAGES = ("explore", "partitions", "tasks")


def visit(address: str, query: str) -> dict[str, Any]:
    """Let visitors come one after the other, each opening every page; return the times of the scripts."""
    seconds = np.array(asyncio.run(_all(address, query)))
    return {
        "p95": round(float(np.quantile(seconds, 0.95)), 3),
        "median": round(float(np.median(seconds)), 3),
        "slowest": round(float(seconds.max()), 3),
        "limit": LIMIT,
        "visitors": VISITORS,
        "seconds_apart": APART,
        "seconds_reading": READING,
        "scripts": len(seconds),
    }


async def _all(address: str, query: str) -> list[float]:
    visitors = [_one(address, query, number * APART) for number in range(VISITORS)]
    return [seconds for times in await asyncio.gather(*visitors) for seconds in times]


async def _one(address: str, query: str, wait: float) -> list[float]:
    await asyncio.sleep(wait)
    url = f"{address.replace('http', 'ws')}/_stcore/stream"
    seconds = []
    async with connect(url, subprotocols=["streamlit"], max_size=None) as socket:  # type: ignore[list-item]
        for name in PAGES:
            seconds.append(await _open(socket, name, query))
            await asyncio.sleep(READING)
    return seconds


async def _open(socket: ClientConnection, name: str, query: str) -> float:
    """Open a page and return the seconds between its script's start and end."""
    asked = BackMsg()
    asked.rerun_script.query_string = query
    asked.rerun_script.page_name = name
    await socket.send(asked.SerializeToString())
    start = None
    while True:
        message = ForwardMsg()
        message.ParseFromString(await socket.recv(decode=False))
        kind = message.WhichOneof("type")
        if kind == "new_session":
            start = time.perf_counter()
        elif kind == "script_finished" and start is not None:
            return time.perf_counter() - start
        elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
            raise RuntimeError(message.delta.new_element.exception.message)
