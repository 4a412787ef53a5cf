"""A socket as the platform knows it: what copies of a socket object have in common."""
import errno
import os
import threading

from . import addresses, problems, wire
from .native import _socket

_PROTOCOLS = {_socket.SOCK_STREAM: 1, _socket.SOCK_DGRAM: 2}
_PROTOCOL_NUMBERS = {_socket.SOCK_STREAM: (0, _socket.IPPROTO_TCP), _socket.SOCK_DGRAM: (0, _socket.IPPROTO_UDP)}


class Description(object):
    """family, type, proto; the descriptor once the platform has the socket; how much was sent."""

    def __init__(self, platform, family, kind, proto):
        # For the finalizer, should the checks fail.
        self.descriptor = None
        addresses.check_family(family)
        if kind not in _PROTOCOLS or proto not in _PROTOCOL_NUMBERS[kind]:
            raise problems.system_error(errno.EPROTONOSUPPORT)
        self.platform = platform
        self.family, self.type, self.proto = family, kind, proto
        self.sent = 0
        # Threads may send on one stream: each says how much was sent before.
        self.sending = threading.Lock()
        self.was_pickled = False
        self._pid = os.getpid()

    @classmethod
    def restored(cls, platform, state):
        made = cls(platform, state['family'], state['type'], state['proto'])
        made.descriptor, made.sent = state['descriptor'], state['sent']
        return made

    def state(self):
        """What another instance needs to use the socket."""
        self.create()
        # From now on the platform decides when it is of no use any more.
        self.was_pickled = True
        return {'family': self.family, 'type': self.type, 'proto': self.proto,
                'descriptor': self.descriptor, 'sent': self.sent}

    @property
    def is_stream(self):
        return self.type == _socket.SOCK_STREAM

    def create(self):
        """The platform learns of a socket when it is first used."""
        if self.descriptor is None:
            request = wire.integer(1, addresses.FAMILIES[self.family]) + wire.integer(2, _PROTOCOLS[self.type])
            self.descriptor = wire.first(self.platform.call('CreateSocket', request), 1)

    def call(self, method, request=b'', seconds=10.0):
        self.create()
        return self.platform.call(method, wire.data(1, self.descriptor) + request, seconds)

    def close(self):
        """At the platform too; later calls fail."""
        descriptor, self.descriptor = self.descriptor, None
        if descriptor is not None:
            self.platform.call('Close', wire.data(1, descriptor))

    def __del__(self):
        if self.descriptor is None or self.was_pickled:
            return
        try:
            # A forked child must not close its parent's sockets.
            if self._pid == os.getpid():
                self.close()
        except Exception:
            # The platform reclaims it; at the interpreter's end even names may be gone.
            pass
