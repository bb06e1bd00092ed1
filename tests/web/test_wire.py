"""The connection that `serve` accepts: an answer leaves at once."""

import asyncio
import socket

import pytest

from beamgraph.cli.serve import _listen

pytestmark = pytest.mark.usefixtures("server")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_an_accepted_connection_waits_for_no_acknowledgement(host: str) -> None:
    """With Nagle's algorithm on, every answer but the first waits 40 ms for a delayed ACK."""

    async def no_delay() -> int:
        accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = writer.get_extra_info("socket")
            accepted.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()
            await writer.wait_closed()

        listener = _listen(host, 0)
        async with await asyncio.start_server(serve, sock=listener):
            _, writer = await asyncio.open_connection(host, listener.getsockname()[1])
            try:
                return await accepted
            finally:
                writer.close()
                await writer.wait_closed()

    assert asyncio.run(no_delay()) != 0
