"""Cutting a client's connection the way a failing network does."""

import socket
import struct

import uvicorn

NO_LINGER = struct.pack("ii", 1, 0)


def cut(server: uvicorn.Server, client: tuple[str, int]) -> None:
    """Reset the TCP connection of this client address now, whatever was still to be sent."""
    for connection in tuple(server.server_state.connections):
        if getattr(connection, "client", None) == client:
            wire = connection.transport.get_extra_info("socket")
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            connection.transport.abort()
