"""What _socket.socket is in App Engine's first generation: the same methods, carried out by the platform."""
import errno

from . import addresses, handles, problems, wire
from .description import Description
from .native import _socket

# One send takes no more.
_MAX_SEND = 512 * 1024
# A call that waits for longer is made again.
_SLICE_SECONDS = 60.0
_SPARE_SECONDS = 5.0
_SO_TYPE = (_socket.SOL_SOCKET, _socket.SO_TYPE)
# The service speaks of options as Linux numbers them.
_LINUX_LEVELS = {_socket.SOL_SOCKET: 1}
_LINUX_OPTIONS = dict((getattr(_socket, name), number) for name, number in (
    ('SO_DEBUG', 1), ('SO_REUSEADDR', 2), ('SO_ERROR', 4), ('SO_DONTROUTE', 5), ('SO_BROADCAST', 6), ('SO_SNDBUF', 7),
    ('SO_RCVBUF', 8), ('SO_KEEPALIVE', 9), ('SO_OOBINLINE', 10), ('SO_LINGER', 13), ('SO_RCVTIMEO', 20),
    ('SO_SNDTIMEO', 21)))

platform = None
_default_timeout = None


def getdefaulttimeout():
    return _default_timeout


def setdefaulttimeout(timeout):
    global _default_timeout
    _default_timeout = _checked_timeout(timeout)


def _checked_timeout(timeout):
    if timeout is None:
        return None
    timeout = float(timeout)
    if timeout < 0:
        raise ValueError('Timeout value out of range')
    return timeout


class Socket(object):
    __slots__ = ('_timeout', '_handle', '_native')

    def __init__(self, family=_socket.AF_INET, type=_socket.SOCK_STREAM, proto=0, fileno=None):
        if fileno is None:
            kind = type & ~(getattr(_socket, 'SOCK_NONBLOCK', 0) | getattr(_socket, 'SOCK_CLOEXEC', 0))
            self._own(handles.Handle(Description(platform, family, kind, max(proto, 0))))
        else:
            self._own(handles.Handle(handles.require(fileno), fileno))

    def _own(self, handle):
        self._handle, self._native = handle, None
        self._timeout = _default_timeout

    @classmethod
    def of(cls, description):
        made = cls.__new__(cls)
        made._own(handles.Handle(description))
        return made

    family = property(lambda self: self._handle.description.family)
    type = property(lambda self: self._handle.description.type)
    proto = property(lambda self: self._handle.description.proto)

    @property
    def description(self):
        if self._handle.number < 0:
            raise problems.system_error(errno.EBADF)
        return self._handle.description

    # Life

    def close(self):
        if self._native is not None:
            self._native.close()
        self._handle.close()

    def detach(self):
        return self._handle.detach()

    def fileno(self):
        return self._handle.number

    def dup(self):
        return Socket.of(self.description)

    # Time

    def gettimeout(self):
        return self._timeout

    timeout = property(gettimeout)

    def settimeout(self, timeout):
        self._timeout = _checked_timeout(timeout)
        if self._native is not None:
            self._native.settimeout(timeout)

    def setblocking(self, is_blocking):
        self.settimeout(None if is_blocking else 0.0)

    def getblocking(self):
        return self._timeout != 0.0

    def _patiently(self, method, request, number, retry_on=errno.EAGAIN):
        """Calls until it is done or the time of the socket is up. `number`: of the message's field for the time."""
        remaining = self._timeout
        while True:
            seconds = _SLICE_SECONDS if remaining is None else min(remaining, _SLICE_SECONDS)
            try:
                return self.description.call(method, request + wire.double(number, seconds), seconds + _SPARE_SECONDS)
            except problems.error as problem:
                if problem.errno != retry_on or remaining == 0.0:
                    raise
            if remaining is not None:
                remaining -= seconds
                if remaining <= 0.0:
                    raise problems.timeout('timed out')

    # Addresses

    def bind(self, address):
        self.description.call('Bind', wire.data(2, self._address(address, is_remote=False)))

    def connect(self, address):
        if platform.is_at(address):
            return self._connect_to_platform()
        self._patiently('Connect', wire.data(2, self._address(address)), 3, errno.EINPROGRESS)

    def connect_ex(self, address):
        try:
            self.connect(address)
            return 0
        except problems.timeout:
            return errno.EAGAIN
        except problems.gaierror:
            raise
        except problems.error as problem:
            return problem.errno

    def _connect_to_platform(self):
        """Libraries that call its APIs themselves get a connection of the machine's own."""
        self._native = platform.connect(self._timeout)
        self._handle.become(self._native)

    def getsockname(self):
        return self._name('GetSocketName')

    def getpeername(self):
        return self._name('GetPeerName')

    def _name(self, method):
        return addresses.tuple_of(self.family, wire.first(self.description.call(method), 2))

    def _address(self, address, is_remote=True):
        return addresses.message(self.family, address, platform, is_remote)

    # Servers, which there are none of

    def listen(self, backlog=0):
        try:
            self.description.call('Listen', wire.integer(2, max(backlog, 0)))
        except problems.error as problem:
            raise problems.SocketApiNotImplementedError(problem.errno, problem.args[-1])

    def _accept(self):
        self._patiently('Accept', b'', 2)

    accept = _accept

    # Data

    def send(self, data, flags=0):
        request = wire.data(2, _bytes(data)[:_MAX_SEND]) + wire.integer(4, flags)
        description = self.description
        if not description.is_stream:
            return wire.first(self._patiently('Send', request, 6), 1, 0)
        with description.sending:
            sent = wire.first(self._patiently('Send', request + wire.integer(3, description.sent), 6), 1, 0)
            description.sent += sent
        return sent

    def sendall(self, data, flags=0):
        data = _bytes(data)
        at = 0
        while True:
            at += self.send(data[at:at + _MAX_SEND], flags)
            if at >= len(data):
                return

    def sendto(self, data, *flags_and_address):
        if len(flags_and_address) not in (1, 2):
            raise TypeError('sendto() takes 2 or 3 arguments')
        flags = flags_and_address[0] if len(flags_and_address) == 2 else 0
        request = wire.data(2, _bytes(data)) + wire.integer(4, flags)
        request += wire.data(5, self._address(flags_and_address[-1]))
        if self.description.is_stream:
            request += wire.integer(3, self.description.sent)
        return wire.first(self._patiently('Send', request, 6), 1, 0)

    def recv(self, size, flags=0):
        return self._receive(size, flags)[0]

    def recvfrom(self, size, flags=0):
        return self._receive(size, flags)

    def recv_into(self, buffer, size=0, flags=0):
        return self._receive_into(buffer, size, flags)[0]

    def recvfrom_into(self, buffer, size=0, flags=0):
        return self._receive_into(buffer, size, flags)

    def _receive(self, size, flags):
        if size < 0:
            raise ValueError('negative buffersize in recv')
        answer = self._patiently('Receive', wire.integer(2, size) + wire.integer(3, flags), 5)
        source = wire.first(answer, 4)
        return wire.first(answer, 3, b''), None if source is None else addresses.tuple_of(self.family, source)

    def _receive_into(self, buffer, size, flags):
        view = _writable(buffer)
        if size < 0:
            raise ValueError('negative buffersize in recv_into')
        if size > len(view):
            raise ValueError('buffer too small for requested bytes')
        data, source = self._receive(size or len(view), flags)
        view[:len(data)] = data
        return len(data), source

    def shutdown(self, how):
        if how not in (0, 1, 2):
            raise problems.system_error(errno.EINVAL)
        self.description.call('ShutDown', wire.integer(2, how + 1) + wire.integer(3, self.description.sent))

    # Options

    def getsockopt(self, level, option, size=0):
        if (level, option) == _SO_TYPE:
            # The ssl module asks; it is no secret.
            return self.description.type
        answer = self.description.call('GetSocketOptions', wire.data(2, _option(level, option, b'')))
        value = wire.first(wire.parse(wire.first(answer, 2, b'')), 3, b'')
        if size:
            return value[:size]
        number = sum(byte << 8 * at for at, byte in enumerate(bytearray(value[:4])))
        return problems.local_errno(number) if option == _socket.SO_ERROR and level == _socket.SOL_SOCKET else number

    def setsockopt(self, level, option, value, size=None):
        encoded = b'\0' * 4 if value is None or hasattr(value, '__index__') else _bytes(value)
        self.description.call('SetSocketOptions', wire.data(2, _option(level, option, encoded)))


def _or_native(name):
    """The method, or the same of the machine's own socket once there is one."""
    method = vars(Socket)[name]

    def run(self, *args):
        return method(self, *args) if self._native is None else getattr(self._native, name)(*args)
    run.__name__, run.__doc__ = name, method.__doc__
    return run


for _name in ('send', 'sendall', 'sendto', 'recv', 'recvfrom', 'recv_into', 'recvfrom_into', 'shutdown', 'getsockopt',
              'setsockopt', 'getsockname', 'getpeername'):
    setattr(Socket, _name, _or_native(_name))


def _option(level, option, value):
    if level == _socket.SOL_SOCKET:
        # What has no number there is refused by any.
        option = _LINUX_OPTIONS.get(option, 0xffff)
    return wire.integer(1, _LINUX_LEVELS.get(level, level)) + wire.integer(2, option) + wire.data(3, value)


def _bytes(data):
    if isinstance(data, bytes):
        return data
    if isinstance(data, type(u'')):
        if str is not bytes:
            raise TypeError("a bytes-like object is required, not 'str'")
        return data.encode('ascii')
    try:
        return memoryview(data).tobytes()
    except TypeError:
        if str is not bytes:
            raise
        return bytes(data)


def _writable(buffer):
    view = memoryview(buffer)
    return view if str is bytes else view.cast('B')
