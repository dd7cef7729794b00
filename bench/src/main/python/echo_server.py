# SPDX-License-Identifier: Apache-2.0
"""Echoes on asyncio or uvloop: echo_server.py asyncio|uvloop protocol|buffered|streams|sockets [PORT].

Give it MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=1073741824 MALLOC_TOP_PAD_=67108864: otherwise
the C library gives the memory of each large read back to the system and takes it anew, which can cost more
than all the rest.
"""

import asyncio
import gc
import socket
import sys

READ_BYTES = 256 * 1024


class EchoProtocol(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


class EchoBufferedProtocol(asyncio.BufferedProtocol):
    def connection_made(self, transport):
        self.transport = transport
        self.buffer = bytearray(READ_BYTES)

    def get_buffer(self, sizehint):
        return self.buffer

    def buffer_updated(self, count):
        self.transport.write(bytes(memoryview(self.buffer)[:count]))


async def echo_stream(reader, writer):
    while data := await reader.read(READ_BYTES):
        writer.write(data)
        await writer.drain()
    writer.close()


async def echo_socket(loop, client):
    with client:
        while data := await loop.sock_recv(client, READ_BYTES):
            await loop.sock_sendall(client, data)


async def accept_all(loop, listener):
    tasks = set()
    while True:
        client, _ = await loop.sock_accept(listener)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task = loop.create_task(echo_socket(loop, client))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


async def main(mode, port):
    loop = asyncio.get_running_loop()
    listener = socket.create_server(("127.0.0.1", port), backlog=1024)
    listener.setblocking(False)
    print(f"listening on 127.0.0.1:{listener.getsockname()[1]}", flush=True)
    if mode == "sockets":
        await accept_all(loop, listener)
    elif mode == "streams":
        server = await asyncio.start_server(echo_stream, sock=listener)
        await server.serve_forever()
    else:
        protocol = EchoBufferedProtocol if mode == "buffered" else EchoProtocol
        server = await loop.create_server(protocol, sock=listener)
        await server.serve_forever()


name, mode = sys.argv[1], sys.argv[2]
if name == "uvloop":
    import uvloop

    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
gc.freeze()
asyncio.run(main(mode, int(sys.argv[3]) if len(sys.argv) > 3 else 0))
