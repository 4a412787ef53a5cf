"""File numbers of sockets: real ones of this process, so that no file has the same, with nothing behind them."""
import errno
import os

from . import problems

# Number -> description. What is detached has a number and no owner.
_open = {}


class Handle(object):
    """Owns a number until it is let go."""

    def __init__(self, description, number=None):
        self.description = description
        self._number = os.open(os.devnull, os.O_RDONLY) if number is None else number
        _open[self._number] = description

    @property
    def number(self):
        return -1 if self._number is None else self._number

    def detach(self):
        number, self._number = self.number, None
        return number

    def become(self, file):
        """From now on the number is that of a native socket, which this module has nothing to do with."""
        _open.pop(self._number, None)
        os.dup2(file.fileno(), self._number)

    def close(self):
        """The last one of a description closes it."""
        number, self._number = self._number, None
        if number is None:
            return
        close_number(number)

    def __del__(self):
        try:
            self.close()
        except Exception:
            # At the interpreter's end even names may be gone.
            pass


def find(number):
    """The description of a number, or None for files that are no sockets."""
    return _open.get(number)


def require(number):
    description = find(number)
    if description is None:
        raise problems.system_error(errno.EBADF if number < 0 else errno.ENOTSOCK)
    return description


def close_number(number):
    description = _open.pop(number, None)
    os.close(number)
    if description is not None and not description.was_pickled and description not in _open.values():
        description.close()


def dup(number):
    """Another number of the same socket."""
    handle = Handle(require(number))
    return handle.detach()
