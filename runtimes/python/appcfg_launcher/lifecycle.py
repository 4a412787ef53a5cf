"""The shutdown notification: runs the application's hook, and carries its exception into the running requests."""
import ctypes
import sys
import threading

from .thread_ident import get_ident

_lock = threading.Lock()
_in_application = set()
_is_shutting_down = False
_hook = None


def is_shutting_down():
    return _is_shutting_down


def set_shutdown_hook(hook):
    """Registers what to call at shutdown; answers the previous one."""
    global _hook
    if hook is not None and not callable(hook):
        raise TypeError('shutdown hook must be callable, got %s' % type(hook).__name__)
    previous, _hook = _hook, hook
    return previous


class in_application(object):
    """Marks the time that a request thread spends in the application's code."""

    def __enter__(self):
        with _lock:
            _in_application.add(get_ident())

    def __exit__(self, *unused):
        with _lock:
            _in_application.discard(get_ident())


def begin_shutdown():
    """Flips is_shutting_down and calls the hook once. What the hook raises is raised in every running request;
    with none running it goes to the caller."""
    global _is_shutting_down
    with _lock:
        if _is_shutting_down:
            return
        _is_shutting_down = True
    if _hook is None:
        return
    try:
        _hook()
    except Exception:
        if not _raise_in_requests(sys.exc_info()[1]):
            raise


def _raise_in_requests(error):
    kind = _kind_of(error)
    with _lock:
        for ident in _in_application:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(kind))
        return len(_in_application) > 0


def _kind_of(error):
    """CPython raises a class in another thread, never an instance: one whose instances equal `error`."""
    base = type(error)

    def create(cls):
        return base.__new__(cls, *error.args)

    def initialise(self):
        if isinstance(base.__init__, type(Exception.__init__)):
            base.__init__(self, *error.args)
        self.args = error.args
        self.__dict__.update(error.__dict__)
    return type(base.__name__, (base,), {'__new__': create, '__init__': initialise, '__module__': base.__module__})
