"""Sockets that are pickled, and used by another instance of the application."""
import sys

from . import handles, socket_type
from .description import Description


def adopt(cls):
    """Teaches the class socket.socket to be pickled."""
    def reduce(self, protocol=None):
        if type(self) is not cls:
            raise TypeError('only plain sockets can be pickled, not %s' % type(self).__name__)
        return restored, (getattr(self, '_sock', self).description.state(), self.gettimeout())
    cls.__reduce__ = cls.__reduce_ex__ = reduce


def restored(state, timeout):
    """A socket of another instance; named in pickles, so it stays here under this name."""
    import socket
    description = Description.restored(socket_type.platform, state)
    if sys.version_info[0] == 2:
        made = socket.socket(_sock=socket_type.Socket.of(description))
    else:
        made = socket.socket(fileno=handles.Handle(description).detach())
    made.settimeout(timeout)
    return made
