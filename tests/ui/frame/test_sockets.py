import asyncio
import socket

from umeta.ui.frame.sockets import sending_at_once


def test_connections_to_the_app_send_at_once():
    async def connect() -> int:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            async with sending_at_once(None):
                with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
                    return accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    assert asyncio.run(connect())
