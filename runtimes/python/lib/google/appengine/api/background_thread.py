"""google.appengine.api.background_thread: threads that may outlive the request that starts them.

At most 10 at a time in an instance, of modules with manual or basic scaling."""
import threading

from appcfg_launcher import background
from appcfg_launcher.protobuf import Message
from appcfg_launcher.thread_ident import get_ident
from google.appengine.api import apiproxy_rpc
from google.appengine.runtime import apiproxy_errors

__all__ = ['start_new_background_thread', 'BackgroundThread', 'Error', 'FrontendsNotSupported',
           'BackgroundThreadLimitReachedError']


class Error(Exception):
    """Base of the errors of this API."""


class FrontendsNotSupported(Error):
    """Modules with automatic scaling have no background threads."""


class BackgroundThreadLimitReachedError(Error):
    """The instance has as many as it may have."""


_ERRORS = {2: FrontendsNotSupported, 3: BackgroundThreadLimitReachedError}
_RESPONSE = Message((1, 'request_id', 'string'))


def start_new_background_thread(target, args, kwargs=None):
    """Calls target(*args, **kwargs) in a new background thread; answers the thread's ident."""
    try:
        response = apiproxy_rpc.call('system', 'StartBackgroundRequest', b'')
    except apiproxy_errors.ApplicationError as error:
        raise _ERRORS.get(error.application_error, Error)(error.error_detail)
    request_id = _RESPONSE.decode(response)['request_id']
    return background.enqueue(request_id, lambda: target(*args, **(kwargs or {})))


class BackgroundThread(threading.Thread):
    """Like threading.Thread; runs in a request of its own, with its own environment and log entry."""

    def __init__(self, *args, **kwargs):
        threading.Thread.__init__(self, *args, **kwargs)
        self._background_ident = None
        self._is_background_started = False
        self._background_running = threading.Event()
        self._background_over = threading.Event()

    @property
    def ident(self):
        return self._background_ident

    def start(self):
        if self._is_background_started:
            raise RuntimeError('threads can only be started once')
        start_new_background_thread(self._run_in_background, ())
        self._is_background_started = True
        self._background_running.wait()

    def join(self, timeout=None):
        if not self._is_background_started:
            raise RuntimeError('cannot join thread before it is started')
        if self is threading.current_thread():
            raise RuntimeError('cannot join current thread')
        self._background_over.wait(timeout)

    def is_alive(self):
        return self._background_running.is_set() and not self._background_over.is_set()

    isAlive = is_alive

    def _run_in_background(self):
        ident = self._background_ident = get_ident()
        # The request's thread is this one for as long as it runs: current_thread() answers it.
        before = threading._active.get(ident)
        threading._active[ident] = self
        self._background_running.set()
        try:
            self.run()
        finally:
            if before is None:
                threading._active.pop(ident, None)
            else:
                threading._active[ident] = before
            self._background_over.set()
