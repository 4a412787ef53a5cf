"""Background threads: a function waits here for the request in which the platform lets it run."""
import sys
import threading
import traceback

from . import output
from .thread_ident import get_ident

_lock = threading.Condition()
_functions = {}
_idents = {}

# What the platform says when the function's request can't reach this process any more.
_WAIT_SECONDS = 60


def enqueue(request_id, function):
    """Hands the function to the request with this id, waits until that runs, and answers its thread's ident."""
    with _lock:
        _functions[request_id] = function
        _lock.notify_all()
        while request_id not in _idents:
            _lock.wait(_WAIT_SECONDS)
        return _idents.pop(request_id)


def run(request_id):
    """Runs what was or will be handed over for this request. False, with the traceback in the log, when it failed."""
    with _lock:
        _idents[request_id] = get_ident()
        _lock.notify_all()
        while request_id not in _functions:
            _lock.wait(_WAIT_SECONDS)
        function = _functions.pop(request_id)
    try:
        function()
        return True
    except BaseException:
        kind, error, trace = sys.exc_info()
        # Without this frame: what follows is the application's.
        shown = trace.tb_next or trace
        output.emit('error', ''.join(traceback.format_exception(kind, error, shown)).rstrip())
        return False
