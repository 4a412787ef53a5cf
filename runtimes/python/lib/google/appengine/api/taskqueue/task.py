"""A task: what it calls, when, and how often it is tried."""
import datetime
import re
import time

from appcfg_launcher import context
from google.appengine.api import namespace_manager
from google.appengine.api.taskqueue.errors import (BadTaskStateError, InvalidEtaError, InvalidTagError,
                                                   InvalidTaskError, InvalidTaskNameError,
                                                   InvalidTaskRetryOptionsError, InvalidUrlError, TaskTooLargeError)

try:
    from urllib import urlencode, quote
    from urlparse import parse_qsl
except ImportError:
    from urllib.parse import parse_qsl, quote, urlencode

MAX_PUSH_TASK_SIZE_BYTES = 100 * 1024
MAX_PULL_TASK_SIZE_BYTES = 1024 * 1024
MAX_TASK_NAME_LENGTH = 500
MAX_URL_LENGTH = 2083
MAX_TAG_LENGTH = 500
DEFAULT_APP_VERSION = object()

METHODS = {'GET': 1, 'POST': 2, 'HEAD': 3, 'PUT': 4, 'DELETE': 5}
_WITH_BODY = ('POST', 'PUT')
_NAME = re.compile(r'^[a-zA-Z0-9_-]{1,%d}$' % MAX_TASK_NAME_LENGTH)
_OPTIONS = frozenset(('countdown', 'eta', 'headers', 'method', 'name', 'params', 'retry_options', 'tag', 'target', 'url'))


class UTC(datetime.tzinfo):
    """Of `eta`, whose own zone this is."""

    def utcoffset(self, when):
        return datetime.timedelta(0)

    def dst(self, when):
        return datetime.timedelta(0)

    def tzname(self, when):
        return 'UTC'


_UTC = UTC()
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=_UTC)


class TaskRetryOptions(object):
    """task_retry_limit, task_age_limit, min_backoff_seconds, max_backoff_seconds, max_doublings."""

    NAMES = ('task_retry_limit', 'task_age_limit', 'min_backoff_seconds', 'max_backoff_seconds', 'max_doublings')

    def __init__(self, **options):
        unknown = set(options).difference(self.NAMES)
        if unknown:
            raise TypeError('Invalid arguments: %s' % ', '.join(sorted(unknown)))
        for name in self.NAMES:
            value = options.get(name)
            if value is not None and value < 0:
                raise InvalidTaskRetryOptionsError('%s must not be negative' % name)
            setattr(self, name, value)
        least, most = self.min_backoff_seconds, self.max_backoff_seconds
        if least is not None and most is not None and least > most:
            raise InvalidTaskRetryOptionsError('min_backoff_seconds is above max_backoff_seconds')


class Task(object):
    """Added once, to one queue. method='PULL' makes one for a pull queue."""

    def __init__(self, payload=None, **options):
        unknown = set(options).difference(_OPTIONS)
        if unknown:
            raise TypeError('Invalid arguments: %s' % ', '.join(sorted(unknown)))
        self._name = options.get('name')
        if self._name is not None and not _NAME.match(self._name):
            raise InvalidTaskNameError('Task name does not match expression "%s"; found %s' % (_NAME.pattern, self._name))
        self._method = (options.get('method') or 'POST').upper()
        self._tag = options.get('tag')
        if self._tag is not None and len(_bytes(self._tag)) > MAX_TAG_LENGTH:
            raise InvalidTagError('Tag must be <= %d bytes' % MAX_TAG_LENGTH)
        self._retry_options = options.get('retry_options')
        self._target = options.get('target')
        self._headers = _Headers(options.get('headers') or {})
        self._url, self._payload = options.get('url'), payload
        if self._method == 'PULL':
            self._init_pull(payload, options)
        elif self._method in METHODS:
            self._init_push(payload, options)
        else:
            raise InvalidTaskError('Invalid method: %s' % self._method)
        self._eta_posix = _eta(options.get('eta'), options.get('countdown'))
        self._queue_name = None
        self._retry_count = 0
        self._is_enqueued = self._is_deleted = False
        limit = MAX_PULL_TASK_SIZE_BYTES if self._method == 'PULL' else MAX_PUSH_TASK_SIZE_BYTES
        if self.size > limit:
            raise TaskTooLargeError('Task size must be less than %d; found %d' % (limit, self.size))

    def _init_pull(self, payload, options):
        for name in ('url', 'headers', 'target'):
            if options.get(name):
                raise InvalidTaskError('%s must not be specified for pull tasks' % name)
        params = options.get('params')
        if payload is not None and params:
            raise InvalidTaskError('Message body and parameters both present for PULL method; only one of these may be supplied')
        body = urlencode(_flat(params)) if params else payload
        if body is None:
            raise InvalidTaskError('payload must be specified for pull task')
        self._payload = _bytes(body)

    def _init_push(self, payload, options):
        if self._tag is not None:
            raise InvalidTaskError('tag must not be specified for push tasks')
        params = options.get('params') or {}
        if self._url is not None and (not self._url.startswith('/') or len(self._url) > MAX_URL_LENGTH):
            raise InvalidUrlError('Task URLs must be relative and have at most %d characters' % MAX_URL_LENGTH)
        if self._target is not None and 'Host' in self._headers:
            raise InvalidTaskError('A host header cannot be set when a target is specified.')
        has_query = self._url is not None and '?' in self._url
        if self._method in _WITH_BODY:
            if payload is not None and params:
                raise InvalidTaskError('Message body and parameters both present for %s method; '
                                       'only one of these may be supplied' % self._method)
            if params:
                if has_query:
                    raise InvalidTaskError('Query string and parameters both present; only one of these may be supplied')
                payload = urlencode(_flat(params))
                self._headers.setdefault('content-type', 'application/x-www-form-urlencoded')
            elif payload is not None:
                is_text = not isinstance(payload, bytes) or bytes is str
                self._headers.setdefault('content-type',
                                         'text/plain; charset=utf-8' if is_text else 'application/octet-stream')
            self._payload = None if payload is None else _bytes(payload)
        elif payload is not None:
            raise InvalidTaskError('Payloads are only valid for the POST and PUT methods; invalid payload specified for %s' % self._method)
        elif params:
            if has_query:
                raise InvalidTaskError('Query string and parameters both present; only one of these may be supplied')
            self._url = '%s?%s' % (self._url or '', urlencode(_flat(params)))
        self._headers.setdefault('X-AppEngine-Current-Namespace', namespace_manager.get_namespace())

    payload = property(lambda self: self._payload)
    name = property(lambda self: self._name)
    method = property(lambda self: self._method)
    url = property(lambda self: self._url)
    headers = property(lambda self: dict(self._headers))
    tag = property(lambda self: self._tag)
    target = property(lambda self: self._target)
    retry_options = property(lambda self: self._retry_options)
    retry_count = property(lambda self: self._retry_count)
    queue_name = property(lambda self: self._queue_name)
    was_enqueued = property(lambda self: self._is_enqueued)
    was_deleted = property(lambda self: self._is_deleted)
    eta_posix = property(lambda self: self._eta_posix)

    @property
    def eta(self):
        return _EPOCH + datetime.timedelta(seconds=self._eta_posix)

    @property
    def size(self):
        """Bytes of what is sent."""
        if self._method == 'PULL':
            return len(self._payload)
        heads = sum(len(name) + len(str(value)) + 4 for name, value in self._headers.items())
        return len(self._method) + len(self._payload or b'') + len(self._url or '') + heads

    def extract_params(self):
        """The parameters of a payload or address that was made of some."""
        text = (self._url or '').partition('?')[2] if self._method in ('GET', 'HEAD', 'DELETE') else \
            (self._payload or b'').decode('utf-8')
        found = {}
        for key, value in parse_qsl(text, keep_blank_values=True, strict_parsing=True) if text else ():
            found.setdefault(key, []).append(value)
        return dict((key, values[0] if len(values) == 1 else values) for key, values in found.items())

    def add(self, queue_name='default', transactional=False):
        return self.add_async(queue_name, transactional).get_result()

    def add_async(self, queue_name='default', transactional=False, rpc=None):
        from google.appengine.api.taskqueue.queue import Queue
        return Queue(queue_name).add_async(self, transactional, rpc)

    def add_request(self, queue_name):
        """The values of a TaskQueueAddRequest."""
        if self._is_enqueued:
            raise BadTaskStateError('The task has already been enqueued.')
        values = {'queue_name': queue_name, 'task_name': self._name or '', 'eta_usec': int(self._eta_posix * 1e6)}
        if self._method == 'PULL':
            return dict(values, mode=1, body=self._payload, tag=self._tag)
        headers = [{'key': key, 'value': str(value)} for key, value in self._headers.items()]
        host = self._host()
        if host:
            headers.append({'key': 'Host', 'value': host})
        options = self._retry_options
        if options is not None:
            values['retry'] = dict((name, getattr(options, name)) for name in TaskRetryOptions.NAMES)
        url = self._url or ''
        return dict(values, mode=0, method=METHODS[self._method], headers=headers, body=self._payload,
                    url=quote('/_ah/queue/' + queue_name) + url if not url.startswith('/') else url)

    def _host(self):
        default = context.variable('DEFAULT_VERSION_HOSTNAME')
        if self._target is None or not default:
            return None
        return default if self._target is DEFAULT_APP_VERSION else '%s.%s' % (self._target, default)


class _Headers(dict):
    def __init__(self, headers):
        dict.__init__(self, headers)

    def setdefault(self, name, value):
        """Names in any case."""
        if value and name.lower() not in [known.lower() for known in self]:
            self[name] = value


def _eta(eta, countdown):
    """Seconds since the epoch."""
    if eta is not None and countdown is not None:
        raise InvalidTaskError('May not use a countdown and ETA together')
    if eta is not None:
        if not isinstance(eta, datetime.datetime):
            raise InvalidTaskError('ETA must be a datetime.datetime instance')
        # Without a zone it is the process's own, which is UTC in App Engine's runtimes.
        moment = time.mktime(eta.timetuple()) + eta.microsecond * 1e-6 if eta.tzinfo is None else \
            (eta - _EPOCH).total_seconds()
    elif countdown is not None:
        try:
            moment = time.time() + float(countdown)
        except ValueError:
            raise InvalidTaskError('Countdown must be a number')
    else:
        return time.time()
    if moment - time.time() > 30 * 86400:
        raise InvalidEtaError('ETA too far in the future')
    return moment


def _flat(params):
    pairs = []
    for key, value in params.items():
        values = value if isinstance(value, (list, tuple)) else [value]
        pairs.extend((_bytes(key), _bytes(one)) for one in values)
    return pairs


def _bytes(value):
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, type(u'')) else str(value)).encode('utf-8')
