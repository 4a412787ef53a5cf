"""What the application prints and logs, as one structured line each, tied to its request.

A structured line is the record separator (0x1E), a JSON object with level, message, requestId and timeMs, and a
line feed. The platform reads them from the process's stdout and stderr.
"""
import json
import logging
import os
import sys
import threading
import time

from . import context, log_flush
from .compat import PY2, as_text

_MAX_LINE = 64 * 1024
_locks = {1: threading.Lock(), 2: threading.Lock()}


def emit(level, message, fd=2, request_id=None):
    """Writes one record whole; a platform that went away must not break the application."""
    record = {'level': level, 'message': message, 'timeMs': int(time.time() * 1000)}
    request_id = request_id or context.request_id()
    if request_id:
        record['requestId'] = request_id
    data = b'\x1e' + json.dumps(record).encode('ascii') + b'\n'
    write_raw(fd, data)
    log_flush.printed(len(message))


def write_raw(fd, data):
    with _locks[fd]:
        try:
            while data:
                data = data[os.write(fd, data):]
        except (OSError, IOError):
            pass


class LineStream(object):
    """Stands for sys.stdout or sys.stderr: whole lines leave, each thread has its own unfinished one."""

    encoding = 'utf-8'
    errors = 'replace'
    newlines = None
    mode = 'w'
    closed = False
    line_buffering = True
    softspace = 0

    def __init__(self, fd, level, passes_json):
        self.name = '<stdout>' if fd == 1 else '<stderr>'
        self._fd = fd
        self._level = level
        self._passes_json = passes_json
        self._local = threading.local()
        self.buffer = self if PY2 else _Bytes(self)

    def write(self, data):
        if not PY2 and not isinstance(data, str):
            raise TypeError('write() argument must be str, not %s' % type(data).__name__)
        text = getattr(self._local, 'rest', u'') + as_text(data)
        lines = text.split(u'\n')
        rest = lines.pop()
        self._local.rest = u''
        for line in lines:
            self._line(line)
        while len(rest) > _MAX_LINE:
            self._line(rest[:_MAX_LINE])
            rest = rest[_MAX_LINE:]
        self._local.rest = rest
        return len(data)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        rest = getattr(self._local, 'rest', u'')
        if rest:
            self._local.rest = u''
            self._line(rest)

    def isatty(self):
        return False

    def fileno(self):
        return self._fd

    def readable(self):
        return False

    def writable(self):
        return True

    def seekable(self):
        return False

    def close(self):
        self.flush()

    def _line(self, line):
        line = line.rstrip(u'\r')
        # Second generation applications print structured logs themselves; those lines must stay as they are.
        if self._passes_json and line.startswith(u'{') and line.endswith(u'}'):
            write_raw(self._fd, line.encode('utf-8', 'replace') + b'\n')
        elif line:
            emit(_level_in(line) or self._level, line, self._fd)


class _Bytes(object):
    """The binary side of a LineStream, for code that writes to sys.stdout.buffer."""

    def __init__(self, stream):
        self._stream = stream
        self.closed = False

    def write(self, data):
        self._stream.write(bytes(data).decode('utf-8', 'replace'))
        return len(data)

    def flush(self):
        self._stream.flush()

    def fileno(self):
        return self._stream.fileno()

    def writable(self):
        return True


class StructuredHandler(logging.Handler):
    """Logging records as structured lines."""

    def emit(self, record):
        try:
            emit(_level_of(record.levelno), as_text(self.format(record)))
        except Exception:
            self.handleError(record)


def install(is_first_generation):
    sys.stdout = LineStream(1, 'info', not is_first_generation)
    sys.stderr = LineStream(2, 'warning', not is_first_generation)
    if is_first_generation:
        # App Engine's first generation had set up logging before the application ran, and kept every level.
        logging.getLogger().addHandler(StructuredHandler())
        logging.getLogger().setLevel(logging.DEBUG)
    elif hasattr(logging, 'lastResort'):
        # The second leaves logging to the application: a handler on the root would disable its basicConfig().
        logging.lastResort = StructuredHandler(logging.WARNING)


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass


def _level_in(line):
    """Of a line as logging.basicConfig() formats it, or the first of a traceback."""
    word = line.partition(u':')[0]
    if line.startswith(u'Traceback (most recent call last)'):
        return 'error'
    return word.lower() if word in (u'DEBUG', u'INFO', u'WARNING', u'ERROR', u'CRITICAL') else None


def _level_of(number):
    if number >= logging.CRITICAL:
        return 'critical'
    if number >= logging.ERROR:
        return 'error'
    if number >= logging.WARNING:
        return 'warning'
    if number >= logging.INFO:
        return 'info'
    return 'debug'
