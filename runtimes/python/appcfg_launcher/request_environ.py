"""An os.environ that shows each request its own variables, and other threads the process's."""
import os

from . import context

try:
    from collections.abc import MutableMapping
except ImportError:
    from collections import MutableMapping

_NATIVE = str


class RequestEnviron(MutableMapping):
    """Changes made during a request end with it; changes made outside reach the process's environment."""

    def __init__(self, process_environ):
        self._process_environ = process_environ

    def _current(self):
        mine = context.environ()
        return self._process_environ if mine is None else mine

    def __getitem__(self, key):
        return self._current()[key]

    def __setitem__(self, key, value):
        for part in (key, value):
            if not isinstance(part, _NATIVE) and not hasattr(part, 'encode'):
                raise TypeError('str expected, not %s' % type(part).__name__)
        self._current()[key] = value

    def __delitem__(self, key):
        del self._current()[key]

    def __iter__(self):
        return iter(list(self._current()))

    def __len__(self):
        return len(self._current())

    def __contains__(self, key):
        return key in self._current()

    def __repr__(self):
        return 'environ(%r)' % (dict(self),)

    def __or__(self, other):
        merged = self.copy()
        merged.update(other)
        return merged

    def __ror__(self, other):
        merged = dict(other)
        merged.update(self)
        return merged

    def __ior__(self, other):
        self.update(other)
        return self

    has_key = __contains__

    def copy(self):
        return dict(self._current())


def install():
    os.environ = RequestEnviron(os.environ)
