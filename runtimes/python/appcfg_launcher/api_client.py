"""Calls the platform's APIs over HTTP (App Engine's remote_api), in the name of the request that this thread works on."""
import os
import socket
import threading

from . import context
from .protobuf import Message

_PROBLEM = Message((1, 'code', 'int'), (2, 'detail', 'string'))
_REQUEST = Message((2, 'service_name', 'string'), (3, 'method', 'string'), (4, 'request', 'bytes'),
                   (5, 'request_id', 'string'))
_RESPONSE = Message((1, 'response', 'bytes'), (3, 'application_error', _PROBLEM), (5, 'rpc_error', _PROBLEM))

_DEFAULT_DEADLINE = 60.0
# The server's own limit comes first, so that its answer says what took so long.
_EXTRA_SECONDS = 1.0
_MOST_IDLE = 10
# Sockets that are replaced for the application later must not carry the calls that replace them.
_Socket = socket.socket


class CallFailed(Exception):
    """kind: 'application' (code is the service's), 'rpc' (code is remote_api's), 'deadline', 'cancelled', 'ticket'."""

    def __init__(self, kind, code, detail):
        Exception.__init__(self, kind, code, detail)
        self.kind = kind
        self.code = code
        self.detail = detail


class _Stale(Exception):
    """A kept connection that the server had closed."""


_lock = threading.Lock()
_idle = []
_busy = set()
_cancelled = set()


def is_available():
    """Whether this thread works on a request whose code may call the APIs."""
    return bool(os.environ.get('API_PORT')) and bool(context.ticket())


def call(service, method, request, deadline=None, ticket=None):
    """The encoded response; raises CallFailed."""
    ticket = ticket or context.ticket()
    if not os.environ.get('API_PORT'):
        raise CallFailed('ticket', None, 'the APIs are off: say app_engine_apis: true in app.yaml')
    if not ticket:
        raise CallFailed('ticket', None, 'Attempted RPC call without active security ticket')
    body = _REQUEST.encode({'service_name': service, 'method': method, 'request': request, 'request_id': ticket})
    response = _RESPONSE.decode(_exchange(body, deadline or _DEFAULT_DEADLINE))
    for kind in ('application', 'rpc'):
        problem = response.get(kind + '_error')
        if problem is not None:
            raise CallFailed(kind, problem.get('code', 0), problem.get('detail', ''))
    return response.get('response', b'')


def cancel_all():
    """Ends every call that is on its way, in whatever thread."""
    with _lock:
        for connection in _busy:
            _cancelled.add(connection)
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except (OSError, IOError):
                pass


def _exchange(body, deadline):
    timeout = deadline + _EXTRA_SECONDS
    while True:
        connection, is_kept = _take(timeout)
        try:
            return _post(connection, body, deadline, is_kept)
        except _Stale:
            continue


def _take(timeout):
    with _lock:
        connection = _idle.pop() if _idle else None
    is_kept = connection is not None
    if connection is None:
        try:
            connection = _Socket(socket.AF_INET, socket.SOCK_STREAM)
            connection.settimeout(timeout)
            connection.connect((os.environ.get('API_HOST', '127.0.0.1'), int(os.environ['API_PORT'])))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (OSError, IOError) as error:
            raise CallFailed('rpc', 0, 'the platform does not answer: %s' % error)
    connection.settimeout(timeout)
    with _lock:
        _busy.add(connection)
    return connection, is_kept


def _post(connection, body, deadline, is_kept):
    head = ('POST /rpc_http HTTP/1.1\r\nHost: %s:%s\r\nContent-Type: application/octet-stream\r\n'
            'X-Google-RPC-Service-Endpoint: app-engine-apis\r\n'
            'X-Google-RPC-Service-Method: /VMRemoteAPI.CallRemoteAPI\r\n'
            'X-Google-RPC-Service-Deadline: %r\r\nContent-Length: %d\r\n\r\n'
            % (os.environ.get('API_HOST', '127.0.0.1'), os.environ['API_PORT'], float(deadline), len(body)))
    is_reusable = False
    begun = [False]
    try:
        connection.sendall(head.encode('ascii') + body)
        reader = connection.makefile('rb')
        try:
            answer, is_reusable = _read_response(reader, begun)
        finally:
            reader.close()
        return answer
    except socket.timeout:
        raise CallFailed('deadline', None, 'no answer within %s s' % deadline)
    except (OSError, IOError, EOFError) as error:
        with _lock:
            is_cancelled = connection in _cancelled
        if is_cancelled:
            raise CallFailed('cancelled', None, 'the call was cancelled')
        if is_kept and not begun[0]:
            raise _Stale()
        raise CallFailed('rpc', 0, 'the connection to the platform broke: %s' % error)
    finally:
        _give_back(connection, is_reusable)


def _read_response(reader, begun):
    line = reader.readline(65536)
    if not line:
        raise EOFError('closed')
    begun[0] = True
    status = line.split(b' ', 2)[1:2]
    length, closes = None, False
    while True:
        header = reader.readline(65536)
        if header in (b'\r\n', b'\n'):
            break
        if not header:
            raise EOFError('cut off')
        name, _, value = header.partition(b':')
        if name.lower() == b'content-length':
            length = int(value)
        closes = closes or (name.lower() == b'connection' and b'close' in value.lower())
    body = reader.read(length or 0)
    if len(body) != (length or 0):
        raise EOFError('cut off')
    if status != [b'200']:
        raise CallFailed('rpc', 0, 'the platform answered with status %s' % b''.join(status).decode('latin-1'))
    return body, not closes and length is not None


def _give_back(connection, is_reusable):
    with _lock:
        _busy.discard(connection)
        was_cancelled = connection in _cancelled
        _cancelled.discard(connection)
        if is_reusable and not was_cancelled and len(_idle) < _MOST_IDLE:
            _idle.append(connection)
            return
    connection.close()
