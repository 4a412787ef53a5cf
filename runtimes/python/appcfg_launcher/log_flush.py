"""Flushes of the log inside requests that run on (S3 "Logging"): an entry of their own, now and then or on demand.

Lines reach the platform as they are printed; a flush marks what came since the last one."""
import os
import threading
import time

from . import api_client, context
from .protobuf import Message

ENABLED = True
EVERY_SECONDS = 60
EVERY_BYTES = 4096
EVERY_LINES = 50

_REQUEST = Message((1, 'logs', 'bytes'))
_local = threading.local()
_settings = []


def use_settings_of(module):
    """The module whose AUTOFLUSH_ variables the application sees, and may change."""
    _settings[:] = [module]


def printed(size):
    """A line went out in this thread."""
    request = context.request_id()
    # Only instances that run on for long have requests that do (S3: manual and basic scaling).
    if not request or not os.environ.get('BACKEND_ID') or getattr(_local, 'is_flushing', False):
        return
    if getattr(_local, 'request', None) != request:
        _begin(request)
    _local.lines += 1
    _local.bytes += size
    flush_if_due()


def flush_if_due():
    if getattr(_local, 'request', None) is None or not _setting('AUTOFLUSH_ENABLED', ENABLED):
        return
    if _local.lines >= _setting('AUTOFLUSH_EVERY_LINES', EVERY_LINES) \
            or _local.bytes >= _setting('AUTOFLUSH_EVERY_BYTES', EVERY_BYTES) \
            or time.time() - _local.since >= _setting('AUTOFLUSH_EVERY_SECONDS', EVERY_SECONDS):
        flush()


def flush():
    """Never fails: the lines themselves have gone out."""
    _begin(context.request_id())
    if not api_client.is_available():
        return
    _local.is_flushing = True
    try:
        api_client.call('logservice', 'Flush', _REQUEST.encode({'logs': b''}), 10.0)
    except api_client.CallFailed:
        pass
    finally:
        _local.is_flushing = False


def _begin(request):
    _local.request = request
    _local.lines = _local.bytes = 0
    _local.since = time.time()


def _setting(name, default):
    return getattr(_settings[0], name, default) if _settings else default
