"""Writes one HTTP/1.1 response: status, headers, and a body of known or unknown length."""
from .compat import header_bytes

# The connection's framing is the launcher's, not the application's.
_HOP_BY_HOP = frozenset(('connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade',
                         'proxy-authenticate', 'proxy-connection'))
_NO_BODY = ('1', '204', '304')


class Response(object):
    """Headers leave with the first piece of the body, in one write when they are small."""

    def __init__(self, connection, method, version, keep_alive):
        self._connection = connection
        self._is_head = method == 'HEAD'
        self._is_http_11 = version == 'HTTP/1.1'
        self.keeps_alive = keep_alive
        self._status = None
        self._headers = []
        self._length = None
        self._written = 0
        self._is_chunked = False
        self._sends_body = True
        self.headers_sent = False

    @property
    def has_status(self):
        return self._status is not None

    @property
    def client_is_gone(self):
        return self._connection.client_is_gone

    def set_head(self, status, headers):
        checked = []
        length = None
        for name, value in headers:
            name_bytes, value_bytes = header_bytes(name), header_bytes(value)
            if _breaks_line(name_bytes) or _breaks_line(value_bytes) or not name_bytes or b':' in name_bytes:
                raise ValueError('invalid response header %r' % (name,))
            lower = name.lower()
            if lower in _HOP_BY_HOP:
                continue
            if lower == 'content-length':
                length = int(value)
                if length < 0:
                    raise ValueError('invalid Content-Length %r' % (value,))
                continue
            checked.append(name_bytes + b': ' + value_bytes + b'\r\n')
        status_bytes = header_bytes(status)
        if _breaks_line(status_bytes) or not status_bytes[:3].isdigit():
            raise ValueError('invalid response status %r' % (status,))
        self._status, self._headers, self._length = status_bytes, checked, length

    def write(self, data, is_whole=False):
        """Sends a piece of the body; `is_whole` says that nothing follows."""
        if not data and not is_whole:
            return
        if not self._status:
            raise AssertionError('the application did not call start_response()')
        head = b'' if self.headers_sent else self._head(len(data) if is_whole else None)
        self._connection.sendall(head + self._frame(data))

    def finish(self):
        if not self.headers_sent:
            self.write(b'', is_whole=True)
        if self._is_chunked and self._sends_body:
            self._connection.sendall(b'0\r\n\r\n')
        if self._length is not None and self._sends_body and self._written < self._length:
            self.keeps_alive = False

    def _head(self, whole_length):
        self.headers_sent = True
        code = self._status[:3].decode('ascii')
        allows_body = not code.startswith('1') and code not in _NO_BODY
        self._sends_body = allows_body and not self._is_head
        if self._length is None and allows_body:
            if whole_length is not None and not (self._is_head and whole_length == 0):
                self._length = whole_length
            elif not self._is_head:
                self._is_chunked = self._is_http_11
                self.keeps_alive = self.keeps_alive and self._is_chunked
        parts = [b'HTTP/1.1 ', self._status, b'\r\n']
        parts.extend(self._headers)
        if self._length is not None and code != '204' and not code.startswith('1'):
            parts.append(b'Content-Length: ' + str(self._length).encode('ascii') + b'\r\n')
        if self._is_chunked:
            parts.append(b'Transfer-Encoding: chunked\r\n')
        if not self.keeps_alive:
            parts.append(b'Connection: close\r\n')
        elif not self._is_http_11:
            parts.append(b'Connection: keep-alive\r\n')
        parts.append(b'\r\n')
        return b''.join(parts)

    def _frame(self, data):
        if not self._sends_body:
            return b''
        if self._is_chunked:
            return (b'%x\r\n' % len(data) if data else b'') + data + (b'\r\n' if data else b'')
        if self._length is not None and self._written + len(data) > self._length:
            data = data[:self._length - self._written]
        self._written += len(data)
        return data


def _breaks_line(data):
    return b'\r' in data or b'\n' in data or b'\0' in data
