"""Reads one HTTP/1.1 request from a connection: head, and a body of known length or in chunks."""
import re
import tempfile

from .compat import native

_MAX_LINE = 65536
_MAX_HEAD = 262144
_MAX_MEMORY = 1 << 20
_CHUNK_SIZE = re.compile(b'([0-9a-fA-F]{1,15})[ \\t]*(?:;.*)?\\r?\\n\\Z')


class BadRequest(Exception):
    """What the connection sent is not a request; the message is the status line to answer with."""


class Request(object):
    """method, target (path and query as sent), version, headers (list of pairs) and body (file-like)."""

    def __init__(self, method, target, version, headers):
        self.method = method
        self.target = target
        self.version = version
        self.headers = headers
        self.body = None
        self.content_length = None
        self._by_name = {}
        for name, value in headers:
            self._by_name.setdefault(name.lower(), value)

    def header(self, name, default=''):
        return self._by_name.get(name, default)

    @property
    def keeps_alive(self):
        connection = self.header('connection').lower()
        if self.version == 'HTTP/1.1':
            return 'close' not in connection
        return 'keep-alive' in connection


class LimitedBody(object):
    """A body of Content-Length bytes; reading past it gives end of file instead of the next request."""

    def __init__(self, reader, length, on_first_read=None):
        self._reader = reader
        self._left = length
        self._on_first_read = on_first_read

    def read(self, size=-1):
        return self._take(self._reader.read, size)

    def readline(self, size=-1):
        return self._take(self._reader.readline, size)

    def readlines(self, hint=None):
        return list(self)

    def __iter__(self):
        line = self.readline()
        while line:
            yield line
            line = self.readline()

    def drain(self, limit):
        """Reads what the application left; False when it is more than `limit`, so not worth it."""
        if self._left > limit or (self._left and self._on_first_read):
            return False
        while self._left:
            if not self.read(65536):
                return False
        return True

    def _take(self, read, size):
        if self._on_first_read and self._left:
            self._on_first_read()
        self._on_first_read = None
        if size is None or size < 0 or size > self._left:
            size = self._left
        data = read(size) if size else b''
        self._left -= len(data)
        if size and not data:
            self._left = 0
        return data


def read_request(reader, send):
    """The next request, or None when the connection ended."""
    line = reader.readline(_MAX_LINE)
    while line in (b'\r\n', b'\n'):
        line = reader.readline(_MAX_LINE)
    if not line:
        return None
    parts = native(line).rstrip('\r\n').split(' ')
    if len(parts) != 3 or parts[2] not in ('HTTP/1.0', 'HTTP/1.1') or not parts[1].startswith('/'):
        raise BadRequest('400 Bad Request')
    request = Request(parts[0], parts[1], parts[2], _read_headers(reader))
    _attach_body(request, reader, send)
    return request


def _read_headers(reader):
    headers = []
    total = 0
    while True:
        line = reader.readline(_MAX_LINE)
        total += len(line)
        if total > _MAX_HEAD or (line and not line.endswith(b'\n')):
            raise BadRequest('431 Request Header Fields Too Large')
        if not line:
            raise BadRequest('400 Bad Request')
        if line in (b'\r\n', b'\n'):
            return headers
        name, colon, value = native(line).partition(':')
        # A folded line or a space before the colon is a way to smuggle requests.
        if not colon or name != name.strip() or not name:
            raise BadRequest('400 Bad Request')
        headers.append((name, value.strip(' \t\r\n')))


def _attach_body(request, reader, send):
    lengths = set(value for name, value in request.headers if name.lower() == 'content-length')
    encoding = request.header('transfer-encoding').lower()
    if encoding and (encoding != 'chunked' or lengths):
        raise BadRequest('400 Bad Request')
    if len(lengths) > 1 or not all(value.isdigit() for value in lengths):
        raise BadRequest('400 Bad Request')
    wants_continue = request.header('expect').lower() == '100-continue'

    def go_on():
        send(b'HTTP/1.1 100 Continue\r\n\r\n')
    if encoding:
        if wants_continue:
            go_on()
        spooled, length = _read_chunks(reader)
        request.body, request.content_length = LimitedBody(spooled, length), length
        return
    length = int(lengths.pop()) if lengths else None
    request.content_length = length
    request.body = LimitedBody(reader, length or 0, go_on if wants_continue else None)


def _read_chunks(reader):
    """WSGI applications need the length beforehand, so a body in chunks is kept until it is whole."""
    spooled = tempfile.SpooledTemporaryFile(max_size=_MAX_MEMORY)
    total = 0
    while True:
        line = reader.readline(_MAX_LINE)
        match = _CHUNK_SIZE.match(line)
        if not match:
            raise BadRequest('400 Bad Request')
        size = int(match.group(1), 16)
        if size == 0:
            break
        total += size
        while size:
            data = reader.read(min(size, 65536))
            if not data:
                raise BadRequest('400 Bad Request')
            spooled.write(data)
            size -= len(data)
        if reader.readline(_MAX_LINE).strip():
            raise BadRequest('400 Bad Request')
    while reader.readline(_MAX_LINE).strip():
        pass
    spooled.seek(0)
    return spooled, total
