"""google.appengine.api.urlfetch: HTTP requests; those to modules of the same application are known as such."""
import threading

from appcfg_launcher.protobuf import Group, Message
from google.appengine.api import apiproxy_stub_map
from google.appengine.api import urlfetch_errors as _errors
from google.appengine.api.urlfetch_errors import *  # noqa: F401,F403
from google.appengine.runtime import apiproxy_errors

try:
    from urllib import urlencode
    import httplib
    from cStringIO import StringIO as _HeaderFile
except ImportError:
    from urllib.parse import urlencode
    import http.client as httplib
    from io import BytesIO as _HeaderFile

GET, POST, HEAD, PUT, DELETE, PATCH = range(1, 7)
MAX_REDIRECTS = 5

_METHODS = {'GET': GET, 'POST': POST, 'HEAD': HEAD, 'PUT': PUT, 'DELETE': DELETE, 'PATCH': PATCH}
_HEADER = Group((4, 'key', 'string'), (5, 'value', 'string'))
_REQUEST = Message((1, 'method', 'int'), (2, 'url', 'string'), (3, 'headers', _HEADER, True), (6, 'payload', 'bytes'),
                   (7, 'follow', 'bool'), (8, 'deadline', 'double'), (9, 'validate', 'bool'))
_RESPONSE = Message((1, 'content', 'bytes'), (2, 'status', 'int'), (3, 'headers', _HEADER, True),
                    (6, 'truncated', 'bool'), (9, 'final_url', 'string'))

_INVALID_URL = 1
_BY_CODE = {2: _errors.DownloadError, 3: _errors.DownloadError, 5: _errors.DeadlineExceededError,
            6: _errors.SSLCertificateError, 7: _errors.DNSLookupFailedError, 8: _errors.ConnectionClosedError,
            9: _errors.InternalTransientError, 10: _errors.TooManyRedirectsError, 11: _errors.MalformedReplyError,
            12: _errors.DownloadError, 13: _errors.PayloadTooLargeError}

_default = threading.local()


def get_default_fetch_deadline():
    return getattr(_default, 'deadline', None)


def set_default_fetch_deadline(value):
    """Seconds, for this thread."""
    _default.deadline = value


def create_rpc(deadline=None, callback=None):
    return apiproxy_stub_map.UserRPC('urlfetch', deadline, callback)


def fetch(url, payload=None, method=GET, headers={}, allow_truncated=False, follow_redirects=True, deadline=None,
          validate_certificate=None):
    """The answer, whatever its status; raises the errors of urlfetch_errors when there is none."""
    rpc = create_rpc(deadline)
    make_fetch_call(rpc, url, payload, method, headers, allow_truncated, follow_redirects, validate_certificate)
    return rpc.get_result()


def make_fetch_call(rpc, url, payload=None, method=GET, headers={}, allow_truncated=False, follow_redirects=True,
                    validate_certificate=None):
    """Fetches beside this code, until rpc.get_result()."""
    number = _METHODS.get(method.upper()) if hasattr(method, 'upper') else method
    if number not in _METHODS.values():
        raise _errors.InvalidMethodError(str(method))
    if rpc.deadline is None:
        rpc.deadline = get_default_fetch_deadline()
    values = {'method': number, 'url': url, 'headers': [{'key': key, 'value': str(value)} for key, value in headers.items()],
              'follow': bool(follow_redirects), 'validate': None if validate_certificate is None else bool(validate_certificate)}
    if rpc.deadline is not None:
        values['deadline'] = float(rpc.deadline)
    if payload and number in (POST, PUT, PATCH):
        values['payload'] = _body(payload)
    rpc.make_call('Fetch', _REQUEST.encode(values), _RESPONSE, lambda rpc: _result(rpc, url), allow_truncated)
    return rpc


def _body(payload):
    if hasattr(payload, 'items'):
        payload = urlencode(payload)
    return payload if isinstance(payload, bytes) else payload.encode('utf-8')


def _result(rpc, url):
    try:
        rpc.check_success()
    except apiproxy_errors.DeadlineExceededError as error:
        raise _errors.DeadlineExceededError(str(error))
    except apiproxy_errors.RequestTooLargeError as error:
        raise _errors.InvalidURLError(str(error))
    except apiproxy_errors.ApplicationError as error:
        detail = '%s (%s)' % (error.error_detail or 'Unable to fetch URL', url)
        if error.application_error == _INVALID_URL:
            raise _errors.InvalidURLError(detail)
        if error.application_error == 4:
            raise _errors.ResponseTooLargeError(None)
        raise _BY_CODE.get(error.application_error, _errors.DownloadError)(detail)
    result = _URLFetchResult(rpc.response)
    if result.content_was_truncated and not rpc.user_data:
        raise _errors.ResponseTooLargeError(result)
    return result


class _URLFetchResult(object):
    """content (bytes), status_code, headers, header_msg, final_url, content_was_truncated."""

    def __init__(self, response):
        self.content = response.get('content', b'')
        self.status_code = response['status']
        self.content_was_truncated = response.get('truncated', False)
        self.final_url = response.get('final_url') or None
        pairs = [(header['key'], header['value']) for header in response['headers']]
        self.headers = _Headers(pairs)
        self.header_msg = _message(pairs)


class _Headers(dict):
    """Names in any case; a header that came several times is joined."""

    def __init__(self, pairs=()):
        dict.__init__(self)
        self._names = {}
        for name, value in pairs:
            known = self.get(name)
            self[name] = value if known is None else '%s, %s' % (known, value)

    def __setitem__(self, name, value):
        dict.__setitem__(self, self._names.setdefault(name.lower(), name), value)

    def __getitem__(self, name):
        return dict.__getitem__(self, self._names.get(name.lower(), name))

    def __delitem__(self, name):
        dict.__delitem__(self, self._names.pop(name.lower(), name))

    def __contains__(self, name):
        return name.lower() in self._names

    has_key = __contains__

    def get(self, name, default=None):
        return self[name] if name in self else default


def _message(pairs):
    """As httplib gives headers: each one by itself."""
    lines = ''.join('%s: %s\r\n' % pair for pair in pairs) + '\r\n'
    data = _HeaderFile(lines.encode('latin-1', 'replace'))
    if hasattr(httplib, 'parse_headers'):
        return httplib.parse_headers(data)
    return httplib.HTTPMessage(data)
