"""Calls of the platform's API server, each on a native connection of its own that is kept for the next one."""
import errno
import os

from . import problems, wire
from .native import select, socket

_SERVICE = b'remote_socket'
# The platform answers before this is over; what comes later is a platform that hangs.
_GRACE_SECONDS = 10.0
_MAX_IDLE = 16


class Platform(object):
    """Where the API server is, and what admits this instance."""

    def __init__(self, host, port, ticket):
        self._address = (host, port)
        self._ticket = ticket.encode('ascii')
        self._idle = []
        self._pid = os.getpid()

    def call(self, method, request, seconds=10.0):
        """The fields of the answer. `seconds`: how long the platform may take."""
        body = (wire.data(2, _SERVICE) + wire.data(3, method.encode('ascii')) + wire.data(4, request)
                + wire.data(5, self._ticket))
        answer = wire.parse(self._post(body, seconds))
        for number, translate in ((3, problems.of_service), (5, problems.of_call)):
            problem = wire.first(answer, number)
            if problem is not None:
                fields = wire.parse(problem)
                detail = wire.first(fields, 2, b'').decode('utf-8', 'replace')
                raise translate(wire.first(fields, 1, 0), str(detail))
        return wire.parse(wire.first(answer, 1, b''))

    def _post(self, body, seconds):
        head = ('POST /rpc_http HTTP/1.1\r\nHost: %s:%d\r\nContent-Type: application/octet-stream\r\n'
                'Content-Length: %d\r\nX-Google-RPC-Service-Endpoint: app-engine-apis\r\n'
                'X-Google-RPC-Service-Method: /VMRemoteAPI.CallRemoteAPI\r\n'
                'X-Google-RPC-Service-Deadline: %.3f\r\n\r\n' % (self._address + (len(body), seconds)))
        channel = self._take()
        try:
            channel.settimeout(seconds + _GRACE_SECONDS)
            channel.sendall(head.encode('ascii') + body)
            answer = _read_answer(channel)
        except (socket.error, ValueError) as problem:
            channel.close()
            raise problems.system_error(errno.EIO, 'the platform does not answer: %s' % problem)
        self._give_back(channel)
        return answer

    def is_at(self, address):
        """Whether a socket address is the API server's own."""
        return isinstance(address, tuple) and address[:2] in (self._address, ('localhost', self._address[1]))

    def connect(self, timeout=_GRACE_SECONDS):
        """A native connection to it."""
        try:
            channel = socket.create_connection(self._address, timeout)
        except socket.error as problem:
            raise problems.system_error(errno.EIO, 'the platform can not be reached: %s' % problem)
        channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return channel

    def _take(self):
        if self._pid != os.getpid():
            # After a fork the connections are the parent's.
            self._idle, self._pid = [], os.getpid()
        while True:
            try:
                # One step each: threads, and finalizers that run at any time, take from the same list.
                channel = self._idle.pop()
            except IndexError:
                return self.connect()
            if not select.select([channel], [], [], 0)[0]:
                return channel
            channel.close()

    def _give_back(self, channel):
        if len(self._idle) < _MAX_IDLE:
            self._idle.append(channel)
        else:
            channel.close()


def _read_answer(channel):
    """The body of one response; the platform always says how long it is."""
    received = b''
    while b'\r\n\r\n' not in received:
        received += _more(channel)
    head, body = received.split(b'\r\n\r\n', 1)
    lines = head.split(b'\r\n')
    if lines[0].split(b' ')[1] != b'200':
        raise ValueError(lines[0].decode('latin-1'))
    length = None
    for line in lines[1:]:
        name, _, value = line.partition(b':')
        if name.strip().lower() == b'content-length':
            length = int(value)
    if length is None:
        raise ValueError('an answer without a length')
    parts, missing = [body], length - len(body)
    while missing > 0:
        part = _more(channel)
        parts.append(part)
        missing -= len(part)
    return b''.join(parts)


def _more(channel):
    part = channel.recv(262144)
    if not part:
        raise ValueError('the connection ended')
    return part
