# SPDX-License-Identifier: Apache-2.0
"""Echoes on asyncio or uvloop: echo_server.py asyncio|uvloop protocol|buffered|streams|sockets WHERE.

WHERE is tcp, tls CERTIFICATE KEY, unix PATH or udp; the mode sockets has no tls, and only protocol has udp.

Give it MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=1073741824 MALLOC_TOP_PAD_=67108864: otherwise
the C library gives the memory of each large read back to the system and takes it anew, which can cost more
than all the rest.
"""

import asyncio
import gc
import socket
import ssl
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
        if client.family == socket.AF_INET:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task = loop.create_task(echo_socket(loop, client))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


class EchoDatagrams(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        self.transport.sendto(data, address)


def say(where):
    print(f"listening on {where}", flush=True)


def listen(kind, path=None):
    if kind == "unix":
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen(1024)
        say(path)
    else:
        listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        say(f"127.0.0.1:{listener.getsockname()[1]}")
    listener.setblocking(False)
    return listener


def tls(kind, files):
    if kind != "tls":
        return {}
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(*files)
    return {"ssl": context}


async def main(mode, kind, *files):
    loop = asyncio.get_running_loop()
    if kind == "udp":
        transport, _ = await loop.create_datagram_endpoint(EchoDatagrams, ("127.0.0.1", 0))
        say(f"127.0.0.1:{transport.get_extra_info('sockname')[1]}")
        await asyncio.Event().wait()
    listener = listen(kind, *files[:1])
    if mode == "sockets":
        await accept_all(loop, listener)
    elif mode == "streams":
        start = asyncio.start_unix_server if kind == "unix" else asyncio.start_server
        server = await start(echo_stream, sock=listener, **tls(kind, files))
        await server.serve_forever()
    else:
        create = loop.create_unix_server if kind == "unix" else loop.create_server
        protocol = EchoBufferedProtocol if mode == "buffered" else EchoProtocol
        server = await create(protocol, sock=listener, **tls(kind, files))
        await server.serve_forever()


name, mode, *where = sys.argv[1:]
if name == "uvloop":
    import uvloop

    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
gc.freeze()
asyncio.run(main(mode, *where))
