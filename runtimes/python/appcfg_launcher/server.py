"""Accepts connections on loopback, one thread each, and lets running requests finish on SIGTERM."""
import errno
import os
import select
import signal
import socket
import sys
import threading
import traceback

from . import output
from .http_request import BadRequest, read_request
from .http_response import Response

_BACKLOG = 511
_DRAIN_LIMIT = 1 << 20


class Server(object):
    def __init__(self, port, application):
        self._application = application
        self._lock = threading.Lock()
        self._connections = set()
        self._is_stopping = False
        self._wake_reader, self._wake_writer = os.pipe()
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(('127.0.0.1', port))
        # A client may leave between select and accept; then accept must not block.
        self._listener.setblocking(False)

    def serve(self):
        """Returns after SIGTERM, when the last running request is answered."""
        signal.signal(signal.SIGTERM, lambda *unused: self._stop())
        signal.signal(signal.SIGINT, lambda *unused: self._stop())
        self._listener.listen(_BACKLOG)
        while not self._is_stopping:
            try:
                readable = select.select([self._listener, self._wake_reader], [], [])[0]
            except (OSError, select.error):
                continue
            if self._listener in readable and not self._is_stopping:
                self._accept()
        self._listener.close()
        for connection in self._snapshot():
            connection.end_when_idle()
        self._wait_for_connections()

    def _stop(self):
        self._is_stopping = True
        os.write(self._wake_writer, b'x')

    def _accept(self):
        try:
            sock = self._listener.accept()[0]
        except (OSError, IOError):
            return
        sock.setblocking(True)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = _Connection(sock, self)
        with self._lock:
            self._connections.add(connection)
        thread = threading.Thread(target=connection.run, name='request')
        thread.daemon = True
        thread.start()

    def _snapshot(self):
        with self._lock:
            return list(self._connections)

    def _wait_for_connections(self):
        # Waiting in select leaves Python 2 able to handle further signals.
        while self._snapshot():
            try:
                select.select([], [], [], 0.02)
            except (OSError, select.error):
                pass

    def ended(self, connection):
        with self._lock:
            self._connections.discard(connection)

    @property
    def application(self):
        return self._application

    @property
    def is_stopping(self):
        return self._is_stopping


class _Connection(object):
    def __init__(self, sock, server):
        self._socket = sock
        self._server = server
        self._lock = threading.Lock()
        self._is_busy = False
        self.client_is_gone = False

    def run(self):
        try:
            reader = self._socket.makefile('rb', 65536)
            while self._one_request(reader):
                pass
        except (OSError, IOError):
            pass
        except BaseException:
            output.emit('error', traceback.format_exc().rstrip())
        finally:
            self._close()
            self._server.ended(self)

    def sendall(self, data):
        try:
            self._socket.sendall(data)
        except (OSError, IOError):
            self.client_is_gone = True
            raise

    def end_when_idle(self):
        """A connection that waits for its next request wakes up with end of file."""
        with self._lock:
            if not self._is_busy:
                self._shut(socket.SHUT_RD)

    def _one_request(self, reader):
        try:
            request = self._next(reader)
            if request is None:
                return False
            keeps_alive = request.keeps_alive and not self._server.is_stopping
            response = Response(self, request.method, request.version, keeps_alive)
            self._server.application.handle(request, response)
            return response.keeps_alive and not self._server.is_stopping and request.body.drain(_DRAIN_LIMIT)
        except BadRequest as problem:
            self.sendall(('HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n' % problem).encode('ascii'))
            return False
        finally:
            with self._lock:
                self._is_busy = False

    def _next(self, reader):
        if self._server.is_stopping:
            return None
        return read_request(_Noticing(reader, self._busy), self.sendall)

    def _busy(self):
        with self._lock:
            self._is_busy = True

    def _shut(self, how):
        try:
            self._socket.shutdown(how)
        except (OSError, IOError):
            pass

    def _close(self):
        self._shut(socket.SHUT_RDWR)
        self._socket.close()


class _Noticing(object):
    """A reader that tells when the first bytes of a request have come."""

    def __init__(self, reader, on_first_line):
        self._reader = reader
        self._on_first_line = on_first_line

    def readline(self, limit=-1):
        line = self._reader.readline(limit)
        if line and self._on_first_line:
            self._on_first_line()
            self._on_first_line = None
        return line

    def read(self, size=-1):
        return self._reader.read(size)


def port_problem(error):
    """A sentence when the port can't be had, else None."""
    if getattr(error, 'errno', None) in (errno.EADDRINUSE, errno.EACCES):
        return "can't listen on 127.0.0.1: %s" % os.strerror(error.errno)
    return None


def write_error(text):
    """A start problem, plainly: nothing is structured for a process that doesn't live."""
    sys.__stderr__.write(text + '\n')
    sys.__stderr__.flush()
