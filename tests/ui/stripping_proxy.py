"""A reverse proxy that serves an app under a prefix of its own, as a server with a login in front of it does."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

HEAD_END = b"\r\n\r\n"


@contextmanager
def stripping(port: int, prefix: str, user: str) -> Iterator[str]:
    """Serve what answers on a port of this machine under `prefix`, which is taken off; yield the address.

    Args:
        user: The name that the proxy's login tells the app.
    """
    ready = threading.Event()
    address: list[str] = []
    end: list[Callable[[], object]] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(HEAD_END)
            line, _, rest = head.partition(b"\r\n")
            method, target, version = line.split(b" ")
            if not target.startswith(prefix.encode()):
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            headers = [
                one for one in rest.split(b"\r\n") if one and not one.lower().startswith(b"connection: keep")
            ]
            keep = any(one.lower().startswith(b"upgrade:") for one in headers)
            headers += [f"X-Forwarded-User: {user}".encode(), *([] if keep else [b"Connection: close"])]
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
            first = b" ".join([method, target[len(prefix) :] or b"/", version])
            inner_writer.write(b"\r\n".join([first, *headers]) + HEAD_END)
            await asyncio.gather(_copied(reader, inner_writer), _copied(inner_reader, writer))
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the browser went away, or the proxy ends
        finally:
            writer.close()

    async def serve() -> None:
        server, ended = await asyncio.start_server(answer, "127.0.0.1", 0), asyncio.Event()
        address.append(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}{prefix}")
        end.append(partial(asyncio.get_running_loop().call_soon_threadsafe, ended.set))
        ready.set()
        await ended.wait()
        server.close()  # what is still open is given up when the loop ends

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield address[0]
    finally:
        end[0]()
        thread.join(10)


async def _copied(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while block := await source.read(65_536):
            target.write(block)
            await target.drain()
    except OSError:
        pass  # one of both went away
    finally:
        target.close()
