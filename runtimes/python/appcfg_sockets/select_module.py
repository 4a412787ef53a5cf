"""The module select: `select` alone, for the platform's sockets and for the machine's own files together."""
import time
import types

from . import handles, problems, socket_type, wire
from .native import select as native

_POLLIN, _POLLOUT, _FAILED = 1, 4, 8 | 16 | 32
_SLICE_SECONDS = 60.0
# Where files of both kinds are waited for, each kind is looked at in turn.
_TURN_SECONDS = 0.05


def make():
    """poll and epoll are not there, as in App Engine: whoever looks for them falls back to select."""
    made = types.ModuleType('select')
    made.select, made.error = _Select(), native.error
    if hasattr(native, 'PIPE_BUF'):
        made.PIPE_BUF = native.PIPE_BUF
    return made


class _Select(object):
    """No function: as an attribute of a class it must not become a method, as the machine's own does not."""

    __name__ = 'select'

    def __call__(self, readers, writers, others, *timeout):
        return select(readers, writers, others, *timeout)


def select(readers, writers, others, timeout=None):
    """As select.select. Nothing exceptional happens to the platform's sockets."""
    if timeout is not None and timeout < 0:
        raise ValueError('timeout must be non-negative')
    readers, writers, others = list(readers), list(writers), list(others)
    remote = [_wanted(readers), _wanted(writers)]
    if not any(remote):
        return native.select(readers, writers, others, *([] if timeout is None else [timeout]))
    own = [[one for one in files if handles.find(_number(one)) is None] for files in (readers, writers, others)]
    end = None if timeout is None else time.time() + timeout
    while True:
        turn = _TURN_SECONDS if any(own) else _SLICE_SECONDS
        left = turn if end is None else max(0.0, min(turn, end - time.time()))
        found = native.select(own[0], own[1], own[2], 0) if any(own) else ([], [], [])
        ready = _poll(remote, 0.0 if any(found) else left)
        if any(found) or any(ready) or (end is not None and time.time() >= end):
            return (_in_order(readers, found[0], ready[0]), _in_order(writers, found[1], ready[1]), found[2])


def _number(file):
    return file if hasattr(file, '__index__') else file.fileno()


def _wanted(files):
    """[(file, description)] of the platform's sockets among them."""
    pairs = [(one, handles.find(_number(one))) for one in files]
    return [(one, description) for one, description in pairs if description is not None]


def _poll(remote, seconds):
    request, asked = b'', {}
    for events, pairs in zip((_POLLIN, _POLLOUT), remote):
        for _, description in pairs:
            description.create()
            asked[description.descriptor] = asked.get(description.descriptor, 0) | events
    for descriptor, events in asked.items():
        request += wire.data(1, wire.data(1, descriptor) + wire.integer(2, events) + wire.integer(3, 0))
    answer = socket_type.platform.call('Poll', request + wire.double(2, seconds), seconds + 5.0)
    observed = {}
    for event in answer.get(2, []) + answer.get(1, []):
        fields = wire.parse(event)
        observed[wire.first(fields, 1)] = wire.first(fields, 3, 0)
    return [[one for one, description in pairs if observed.get(description.descriptor, 0) & (events | _FAILED)]
            for events, pairs in zip((_POLLIN, _POLLOUT), remote)]


def _in_order(files, native_ones, remote_ones):
    ready = [id(one) for one in native_ones + remote_ones]
    return [one for one in files if id(one) in ready]
