"""TLS over the platform's sockets: OpenSSL works on one end of a local pair, we carry its bytes on from the other."""
import errno
import threading

from .native import socket

_CARRIED = 65536


def patch(ssl):
    """Makes ssl.SSLContext wrap our sockets; runs when the application imports ssl."""
    context = ssl.SSLContext
    native_wrap = context._wrap_socket

    def wrap(self, sock, *args, **kwargs):
        side = _LocalSide()
        # The object that Python's ssl asks for names and sessions is the wrapped socket itself.
        return SecureSide(ssl, native_wrap(self, side.end, *args, **kwargs), side, sock)
    context._wrap_socket = wrap


class _LocalSide(object):
    """A pair of native sockets that never wait."""

    def __init__(self):
        self.end, self.other = socket.socketpair()
        # What the constructors of Python 3 return is a subclass, which OpenSSL's module takes too.
        self.end = getattr(self.end, '_sock', self.end)
        self.end.setblocking(False)
        self.other.setblocking(False)

    def take(self):
        """What OpenSSL wrote."""
        parts = []
        while True:
            try:
                part = self.other.recv(_CARRIED)
            except socket.error as problem:
                if problem.errno not in (errno.EAGAIN, errno.EWOULDBLOCK):
                    raise
                part = b''
            if not part:
                return b''.join(parts)
            parts.append(part)

    def give(self, data):
        """What OpenSSL is to read; nothing when there will be no more."""
        if not data:
            self.other.shutdown(socket.SHUT_WR)
            return
        at = 0
        while at < len(data):
            at += self.other.send(data[at:])


class SecureSide(object):
    """Stands for OpenSSL's connection object: runs its operations, and moves bytes until they are done.

    One thread may read while another writes. OpenSSL does one thing at a time, and its records leave in its order.
    Who reads never sends what another thread writes: it would wait for a peer that waits for it to read.
    """

    def __init__(self, ssl, native, side, sock):
        self._ssl, self._native, self._side = ssl, native, side
        # Python 2 hands over the low-level socket, Python 3 the wrapped one.
        self._transport = sock
        self._has_ended = False
        self._operating, self._sending, self._receiving, self._counting = (threading.Lock() for _ in range(4))
        self._writers = 0
        self._has_output = False
        self._fills = 0

    def do_handshake(self, *unused):
        return self._write(self._native.do_handshake)

    def read(self, *args):
        return self._run(self._send_own, self._native.read, *args)

    def write(self, data):
        # OpenSSL's records must fit into what the local pair holds.
        return self._write(self._native.write, data[:16384])

    def shutdown(self):
        self._write(self._native.shutdown)
        return self._transport

    def __getattr__(self, name):
        return getattr(self._native, name)

    @property
    def context(self):
        return self._native.context

    @context.setter
    def context(self, value):
        self._native.context = value

    @property
    def session(self):
        return self._native.session

    @session.setter
    def session(self, value):
        self._native.session = value

    def _write(self, operation, *args):
        with self._counting:
            self._writers += 1
        try:
            return self._run(self._send_all, operation, *args)
        finally:
            with self._counting:
                self._writers -= 1
            # A reader left it to us after our last look.
            if self._has_output:
                self._send_own()

    def _run(self, flush, operation, *args):
        while True:
            fills = self._fills
            try:
                with self._operating:
                    result = operation(*args)
            except self._ssl.SSLWantReadError:
                self._flush(flush)
                self._fill(fills)
                continue
            except self._ssl.SSLWantWriteError:
                self._flush(flush)
                continue
            except self._ssl.SSLError:
                self._flush_alert(flush)
                raise
            self._flush(flush)
            return result

    def _flush(self, send):
        self._has_output = True
        send()

    def _send_all(self):
        while self._has_output:
            with self._sending:
                self._has_output = False
                self._send(self._side.take())

    def _send_own(self):
        """For a thread that reads: while another writes, that one sends all."""
        while self._has_output:
            if not self._sending.acquire(False):
                return
            try:
                with self._counting:
                    if self._writers > 0:
                        return
                    self._has_output = False
                    data = self._side.take()
                self._send(data)
            finally:
                self._sending.release()

    def _send(self, data):
        if data:
            _raw(self._transport).sendall(data)

    def _flush_alert(self, flush):
        """The other side is to learn why; its own problems are not ours any more."""
        try:
            self._flush(flush)
        except socket.error:
            pass

    def _fill(self, fills):
        """`fills`: how often something had come before OpenSSL asked for more."""
        with self._receiving:
            if self._fills != fills:
                return
            if self._has_ended:
                raise self._ssl.SSLError(self._ssl.SSL_ERROR_EOF, 'EOF occurred in violation of protocol')
            data = _raw(self._transport).recv(_CARRIED)
            self._has_ended = not data
            self._side.give(data)
            self._fills += 1


def _raw(sock):
    """The socket below the encryption."""
    from .socket_type import Socket
    return sock if type(sock) is Socket else _Unwrapped(sock)


class _Unwrapped(object):
    """The low-level methods of a wrapped socket of Python 3, which inherits from the low-level class."""

    def __init__(self, sock):
        self._sock = sock

    def sendall(self, data):
        from .socket_type import Socket
        at = 0
        while at < len(data):
            at += Socket.send(self._sock, data[at:])

    def recv(self, size):
        from .socket_type import Socket
        return Socket.recv(self._sock, size)
