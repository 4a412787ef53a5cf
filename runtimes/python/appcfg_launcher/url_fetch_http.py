"""httplib over the URL Fetch API, as App Engine's first generation had it: requests to other modules are known as such.

A connection's socket is replaced by one that reads the request as httplib writes it, fetches, and gives the response
to read. `GAE_USE_SOCKETS_HTTPLIB`, set to anything, leaves real sockets.
"""
import io
import os
import socket

from . import api_client
from .compat import native
from .protobuf import Group, Message

try:
    import httplib
except ImportError:
    import http.client as httplib

_REQUEST_HEADER = Group((4, 'key', 'string'), (5, 'value', 'string'))
_REQUEST = Message((1, 'method', 'int'), (2, 'url', 'string'), (3, 'headers', _REQUEST_HEADER, True),
                   (6, 'payload', 'bytes'), (7, 'follow', 'bool'), (8, 'deadline', 'double'), (9, 'validate', 'bool'))
_RESPONSE = Message((1, 'content', 'bytes'), (2, 'status', 'int'), (3, 'headers', _REQUEST_HEADER, True))
_METHODS = {'GET': 1, 'POST': 2, 'HEAD': 3, 'PUT': 4, 'DELETE': 5, 'PATCH': 6}
# httplib frames the body by what the head says; the service has undone all framing.
_FRAMING = ('content-length', 'transfer-encoding', 'connection', 'keep-alive')
_DEFAULT_DEADLINE = 5.0
_DEADLINE_EXCEEDED = 5


def install():
    for name, scheme in (('HTTPConnection', 'http'), ('HTTPSConnection', 'https')):
        kind = getattr(httplib, name, None)
        if kind is not None:
            kind.connect = _connecting(kind.connect, scheme)


def _connecting(original, scheme):
    def connect(self):
        if 'GAE_USE_SOCKETS_HTTPLIB' in os.environ or getattr(self, '_tunnel_host', None) \
                or not api_client.is_available() or _is_api_server(self):
            return original(self)
        self.sock = _FetchSocket(scheme, self.host, self.port, self.timeout, _validates(self))
    return connect


def _is_api_server(connection):
    """An SDK of the application's own calls the platform itself over httplib."""
    return (connection.host, str(connection.port)) == (os.environ.get('API_HOST'), os.environ.get('API_PORT'))


def _validates(connection):
    """Python's own rule: an SSL context that checks nothing asks for nothing."""
    context = getattr(connection, '_context', None)
    return context is None or getattr(context, 'verify_mode', 1) != 0


class _FetchSocket(object):
    """Fetches when the request is complete, so that what fails does so while httplib still sends."""

    def __init__(self, scheme, host, port, timeout, validates):
        self._scheme = scheme
        self._host = host
        self._port = port
        self._timeout = timeout
        self._validates = validates
        self._sent = b''
        self._response = None

    def sendall(self, data, flags=0):
        self._sent += bytes(data)
        request = _Parsed(self._sent)
        if request.is_complete:
            self._sent = b''
            self._response = self._fetch(request)

    def send(self, data, flags=0):
        self.sendall(data)
        return len(data)

    def makefile(self, mode='rb', bufsize=None, **unused):
        if self._response is None:
            raise socket.error('the request is not complete')
        return io.BufferedReader(io.BytesIO(self._response))

    def settimeout(self, timeout):
        self._timeout = timeout

    def gettimeout(self):
        return self._timeout

    def setsockopt(self, *unused):
        pass

    def shutdown(self, how):
        pass

    def close(self):
        pass

    def _fetch(self, request):
        usual = 443 if self._scheme == 'https' else 80
        host = '[%s]' % self._host if ':' in self._host else self._host
        address = host if self._port == usual else '%s:%d' % (host, self._port)
        method = _METHODS.get(request.method)
        if method is None:
            raise httplib.HTTPException('the URL Fetch service has no method %s' % request.method)
        deadline = self._timeout if isinstance(self._timeout, (int, float)) else _DEFAULT_DEADLINE
        message = {'method': method, 'url': '%s://%s%s' % (self._scheme, address, request.target),
                   'headers': [{'key': name, 'value': value} for name, value in request.headers], 'follow': False,
                   'deadline': float(deadline), 'validate': self._validates}
        if request.body:
            message['payload'] = request.body
        try:
            answer = _RESPONSE.decode(api_client.call('urlfetch', 'Fetch', _REQUEST.encode(message), deadline))
        except api_client.CallFailed as failure:
            if failure.kind == 'deadline' or (failure.kind, failure.code) == ('application', _DEADLINE_EXCEEDED):
                raise socket.timeout('timed out')
            raise socket.error('urlfetch: %s' % failure.detail)
        return _response_bytes(answer, request.method)


class _Parsed(object):
    """A request as far as httplib has written it."""

    def __init__(self, sent):
        head, end, rest = sent.partition(b'\r\n\r\n')
        self.is_complete = False
        self.body = b''
        if not end:
            return
        lines = native(head).split('\r\n')
        self.method, self.target = lines[0].split(' ')[:2]
        pairs = [line.partition(':') for line in lines[1:]]
        headers = [(name.strip(), value.strip()) for name, _, value in pairs]
        by_name = dict((name.lower(), value) for name, value in headers)
        self.headers = [(name, value) for name, value in headers if name.lower() not in _FRAMING + ('host',)]
        if by_name.get('transfer-encoding', '').lower() == 'chunked':
            self.is_complete, self.body = _chunks(rest)
        else:
            self.is_complete, self.body = len(rest) >= int(by_name.get('content-length', 0)), rest


def _chunks(data):
    pieces = []
    while True:
        size, end, data = data.partition(b'\r\n')
        if not end:
            return False, b''
        length = int(size.split(b';')[0], 16)
        if length == 0:
            return data.endswith(b'\r\n'), b''.join(pieces)
        if len(data) < length + 2:
            return False, b''
        pieces.append(data[:length])
        data = data[length + 2:]


def _response_bytes(answer, method):
    status = answer['status']
    body = answer.get('content', b'')
    lines = ['HTTP/1.1 %d %s' % (status, httplib.responses.get(status, ''))]
    # The length of what HEAD did not send is the header's own.
    kept = ('content-length',) if method == 'HEAD' else ()
    for header in answer['headers']:
        if header['key'].lower() not in _FRAMING or header['key'].lower() in kept:
            lines.append('%s: %s' % (header['key'], header['value']))
    if method != 'HEAD':
        lines.append('Content-Length: %d' % len(body))
    lines.append('Connection: close')
    return '\r\n'.join(lines).encode('latin-1', 'replace') + b'\r\n\r\n' + body
