"""google.appengine.api.logservice: the application's log, flushed and read."""
import os
import re
import sys
import time as _time

from appcfg_launcher import log_flush, output
from appcfg_launcher.protobuf import Message
from google.appengine.api import apiproxy_rpc
from google.appengine.runtime import apiproxy_errors

LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR, LOG_LEVEL_CRITICAL = range(5)
MAX_ITEMS_PER_FETCH = 1000

# When lines of a request that runs on are flushed; changing them here tunes it.
AUTOFLUSH_ENABLED = log_flush.ENABLED
AUTOFLUSH_EVERY_SECONDS = log_flush.EVERY_SECONDS
AUTOFLUSH_EVERY_BYTES = log_flush.EVERY_BYTES
AUTOFLUSH_EVERY_LINES = log_flush.EVERY_LINES

log_flush.use_settings_of(sys.modules[__name__])


class Error(Exception):
    """Base of the errors of this API."""


class InvalidArgumentError(Error):
    """An argument has a value that it may not have."""


class TimeoutError(Error):
    """The timeout of fetch() is over; `offset` and `last_end_time` say where it was."""

    def __init__(self, message, offset, last_end_time):
        Error.__init__(self, message)
        self.offset = offset
        self.last_end_time = last_end_time


_OFFSET = Message((1, 'request_id', 'bytes'))
_LINE = Message((1, 'time', 'int'), (2, 'level', 'int'), (3, 'message', 'string'))
_VERSION = Message((1, 'module_id', 'string'), (2, 'version_id', 'string'))
_READ = Message((1, 'app_id', 'string'), (2, 'version_id', 'string', True), (3, 'start_time', 'int'),
                (4, 'end_time', 'int'), (5, 'offset', _OFFSET), (6, 'request_id', 'bytes', True),
                (7, 'minimum_log_level', 'int'), (8, 'include_incomplete', 'bool'), (9, 'count', 'int'),
                (10, 'include_app_logs', 'bool'), (19, 'module_version', _VERSION, True))
_REQUEST_LOG = Message(
    (1, 'app_id', 'string'), (2, 'version_id', 'string'), (3, 'request_id', 'bytes'), (4, 'ip', 'string'),
    (5, 'nickname', 'string'), (6, 'start_time', 'int'), (7, 'end_time', 'int'), (8, 'latency', 'int'),
    (9, 'mcycles', 'int'), (10, 'method', 'string'), (11, 'resource', 'string'), (12, 'http_version', 'string'),
    (13, 'status', 'int'), (14, 'response_size', 'int'), (15, 'referrer', 'string'), (16, 'user_agent', 'string'),
    (17, 'url_map_entry', 'string'), (18, 'combined', 'string'), (20, 'host', 'string'),
    (22, 'task_queue_name', 'string'), (23, 'task_name', 'string'), (24, 'was_loading_request', 'bool'),
    (25, 'pending_time', 'int'), (26, 'replica_index', 'int'), (27, 'finished', 'bool'), (28, 'instance_key', 'bytes'),
    (29, 'lines', _LINE, True), (35, 'offset', _OFFSET), (37, 'module_id', 'string'))
_LOGS = Message((1, 'log', _REQUEST_LOG, True), (2, 'offset', _OFFSET), (3, 'last_end_time', 'int'))

_REQUEST_ID = re.compile(r'^[\da-fA-F]+$')
_VERSION_ID = re.compile(r'^(?!-)[a-z\d\-]{1,100}$')


def flush():
    """Makes an entry of its own in the log, with everything until now; it says when this request began."""
    output.flush()
    log_flush.flush()


def autoflush():
    """Flushes if it is time to."""
    log_flush.flush_if_due()


def write(message):
    sys.stderr.write(message)


def fetch(start_time=None, end_time=None, offset=None, minimum_log_level=None, include_incomplete=False,
          include_app_logs=False, module_versions=None, version_ids=None, request_ids=None, batch_size=None,
          timeout=None, **unused):
    """Iterates over requests, the latest to end first; without versions those of the current one.

    Times are seconds since the epoch."""
    if module_versions is not None and version_ids is not None:
        raise InvalidArgumentError('version_ids and module_versions may not be used at the same time.')
    request = {'app_id': os.environ.get('APPLICATION_ID') or os.environ.get('GAE_APPLICATION', ''),
               'include_app_logs': bool(include_app_logs), 'include_incomplete': bool(include_incomplete)}
    if request_ids is not None:
        if start_time is not None or end_time is not None or offset is not None:
            raise InvalidArgumentError('request_ids may not be used with start_time, end_time or offset.')
        request['request_id'] = _request_ids(request_ids)
    request['start_time'] = _micros('start_time', start_time)
    request['end_time'] = _micros('end_time', end_time)
    if offset is not None:
        try:
            request['offset'] = _OFFSET.decode(offset)
        except (TypeError, ValueError):
            raise InvalidArgumentError('offset must be a string or read-only buffer')
    if minimum_log_level is not None:
        if minimum_log_level not in range(5):
            raise InvalidArgumentError('minimum_log_level must be between 0 and 4 inclusive')
        request['minimum_log_level'] = minimum_log_level
    if request_ids is None:
        request.update(_versions(module_versions, version_ids))
    if batch_size is not None:
        if not 0 < batch_size <= MAX_ITEMS_PER_FETCH:
            raise InvalidArgumentError('batch_size must be greater than 0 and no greater than %d' % MAX_ITEMS_PER_FETCH)
        request['count'] = batch_size
    return _LogQueryResult(request, timeout)


def _request_ids(request_ids):
    if not isinstance(request_ids, list):
        raise InvalidArgumentError('request_ids must be a list')
    if not request_ids:
        raise InvalidArgumentError('request_ids must not be empty')
    if len(set(request_ids)) != len(request_ids):
        raise InvalidArgumentError('request_ids must not contain duplicates')
    texts = [one.decode('latin-1') if isinstance(one, bytes) else one for one in request_ids]
    for text in texts:
        if not hasattr(text, 'encode') or not _REQUEST_ID.match(text):
            raise InvalidArgumentError('%s is not a valid request log id' % (text,))
    return [text.encode('ascii') for text in texts]


def _versions(module_versions, version_ids):
    if version_ids is not None:
        if not isinstance(version_ids, list) or not version_ids or not all(_VERSION_ID.match(one.rpartition(':')[2]) for one in version_ids):
            raise InvalidArgumentError('version_ids must be a list of versions')
        return {'version_id': version_ids}
    if module_versions is None:
        from google.appengine.api import modules
        module_versions = [(modules.get_current_module_name(), modules.get_current_version_name())]
    if not isinstance(module_versions, list) or not module_versions:
        raise InvalidArgumentError('module_versions must be a list of pairs')
    pairs = []
    for pair in module_versions:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise InvalidArgumentError('module_versions elements must be a (module, version) tuple')
        pairs.append({'module_id': pair[0], 'version_id': pair[1]})
    return {'module_version': pairs}


def _micros(name, seconds):
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float, type(1 << 64))):
        raise InvalidArgumentError('%s must be a float or integer' % name)
    return int(seconds * 1000000)


class _LogQueryResult(object):
    def __init__(self, request, timeout):
        self._request = request
        self._end = None if timeout is None else _time.time() + timeout

    def __iter__(self):
        request = self._request
        while True:
            try:
                answer = _LOGS.decode(apiproxy_rpc.call('logservice', 'Read', _READ.encode(request)))
            except apiproxy_errors.ApplicationError as error:
                raise InvalidArgumentError(error.error_detail)
            for log in answer['log']:
                yield RequestLog(log)
            offset = answer.get('offset')
            if offset is None:
                return
            request = dict(request, offset=offset)
            if self._end is not None and _time.time() >= self._end:
                raise TimeoutError('A timeout occurred while iterating results', _OFFSET.encode(offset),
                                   answer.get('last_end_time', 0) / 1e6)


class RequestLog(object):
    """One request; times in seconds since the epoch, durations in seconds."""

    def __init__(self, values):
        self._values = values
        self._lines = [AppLog(line) for line in values['lines']]

    def _value(name, default=None):
        return property(lambda self: self._values.get(name, default))

    def _seconds(name):
        return property(lambda self: self._values.get(name, 0) / 1e6)

    app_id = property(lambda self: self._values['app_id'].partition('~')[2] or self._values['app_id'])
    module_id = _value('module_id', 'default')
    version_id = _value('version_id')
    request_id = property(lambda self: self._values['request_id'].decode('latin-1') if str is not bytes
                          else self._values['request_id'])
    offset = property(lambda self: _OFFSET.encode(self._values['offset']) if 'offset' in self._values else None)
    ip = _value('ip')
    nickname = _value('nickname')
    start_time = _seconds('start_time')
    end_time = _seconds('end_time')
    latency = _seconds('latency')
    mcycles = _value('mcycles', 0)
    method = _value('method')
    resource = _value('resource')
    http_version = _value('http_version')
    status = _value('status', 0)
    response_size = _value('response_size', 0)
    referrer = _value('referrer')
    user_agent = _value('user_agent')
    url_map_entry = _value('url_map_entry')
    combined = _value('combined')
    api_mcycles = property(lambda self: 0)
    host = _value('host')
    task_queue_name = _value('task_queue_name')
    task_name = _value('task_name')
    was_loading_request = _value('was_loading_request', False)
    pending_time = _seconds('pending_time')
    replica_index = _value('replica_index', -1)
    finished = _value('finished', True)
    instance_key = _value('instance_key', b'')
    app_logs = property(lambda self: self._lines)

    del _value, _seconds

    def __str__(self):
        return self.combined

    def __repr__(self):
        return 'RequestLog(%r)' % (self.combined,)


class AppLog(object):
    """A line: time in seconds since the epoch, level 0 to 4, message."""

    def __init__(self, values):
        self.time = values['time'] / 1e6
        self.level = values['level']
        self.message = values['message']
        self.source_location = None

    def __repr__(self):
        return 'AppLog(time=%s, level=%s, message=%r)' % (self.time, self.level, self.message)
