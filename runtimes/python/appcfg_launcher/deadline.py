"""Interrupts requests that take too long, a moment before the platform gives up on them."""
import ctypes
import threading
import time

from .thread_ident import get_ident

# What is left for a last act: a second, or a tenth of a short deadline.
_LAST_SECONDS = 1.0
_LAST_SHARE = 0.1


class DeadlineExceededError(BaseException):
    """The request's time is over. It can be caught for a short last act; not by `except Exception`."""

    def __str__(self):
        return 'The overall deadline for responding to the HTTP request was exceeded.'


DeadlineExceededError.__module__ = 'google.appengine.runtime'

_now = getattr(time, 'monotonic', time.time)
_changed = threading.Condition()
_due = {}
_watcher = []


class interrupting(object):
    """Within it the thread is interrupted after `milliseconds` (text, as the platform's header has them)."""

    def __init__(self, milliseconds):
        self._seconds = int(milliseconds) / 1000.0 if milliseconds.isdigit() else None

    def __enter__(self):
        if self._seconds is None:
            return
        at = _now() + self._seconds - min(_LAST_SECONDS, self._seconds * _LAST_SHARE)
        with _changed:
            _due[get_ident()] = at
            if not _watcher:
                _watcher.append(threading.Thread(target=_watch, name='deadlines'))
                _watcher[0].daemon = True
                _watcher[0].start()
            _changed.notify()

    def __exit__(self, *unused):
        with _changed:
            _due.pop(get_ident(), None)


def _watch():
    with _changed:
        while True:
            now = _now()
            for ident in [ident for ident, at in _due.items() if at <= now]:
                del _due[ident]
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(DeadlineExceededError))
            _changed.wait(max(0.001, min(_due.values()) - now) if _due else None)
