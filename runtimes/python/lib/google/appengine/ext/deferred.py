"""google.appengine.ext.deferred: calls of functions as tasks. Map /_ah/queue/deferred to `application`."""
import logging
import pickle
import types

from google.appengine.api import taskqueue

__all__ = ['Error', 'PermanentTaskFailure', 'SingularTaskFailure', 'application', 'defer', 'run', 'serialize']

_DEFAULT_URL = '/_ah/queue/deferred'
_DEFAULT_QUEUE = 'default'
_HEADERS = {'Content-Type': 'application/octet-stream'}


class Error(Exception):
    """Base of the errors of this module."""


class PermanentTaskFailure(Error):
    """The call failed and shall not be tried again."""


class SingularTaskFailure(Error):
    """The call failed and shall be tried again, without an error in the log."""


def defer(function, *args, **kwargs):
    """Calls function(*args, **kwargs) later. Arguments that begin with `_` are the task's: _queue, _countdown ..."""
    options = dict((name, kwargs.pop('_' + name, None))
                   for name in ('countdown', 'eta', 'name', 'target', 'retry_options'))
    url = kwargs.pop('_url', _DEFAULT_URL)
    queue = kwargs.pop('_queue', _DEFAULT_QUEUE)
    transactional = kwargs.pop('_transactional', False)
    headers = dict(_HEADERS, **(kwargs.pop('_headers', None) or {}))
    task = taskqueue.Task(payload=serialize(function, *args, **kwargs), url=url, headers=headers, **options)
    return task.add(queue, transactional=transactional)


def run(data):
    """Does the call that a task's payload holds; raises PermanentTaskFailure for what can't be read."""
    try:
        function, args, kwargs = pickle.loads(data)
    except Exception as error:
        raise PermanentTaskFailure(error)
    return function(*args, **kwargs)


def serialize(function, *args, **kwargs):
    """Methods are called by their object and name, which every Python can pickle."""
    if isinstance(function, types.MethodType):
        args = (function.__self__, function.__name__) + args
        function = _call_method
    return pickle.dumps((function, args, kwargs), 2)


def _call_method(owner, name, *args, **kwargs):
    return getattr(owner, name)(*args, **kwargs)


def application(environ, start_response):
    """The WSGI application for the tasks. Only the platform can send them: others lack the queue's name."""
    if environ.get('REQUEST_METHOD') != 'POST' or not environ.get('HTTP_X_APPENGINE_QUEUENAME'):
        start_response('403 Forbidden', [('Content-Type', 'text/plain')])
        return [b'']
    status = '200 OK'
    try:
        run(environ['wsgi.input'].read(int(environ.get('CONTENT_LENGTH') or 0)))
    except SingularTaskFailure:
        logging.debug('Failure executing task, task retry forced')
        status = '408 Request Timeout'
    except PermanentTaskFailure:
        logging.exception('Permanent failure attempting to execute task')
    start_response(status, [('Content-Type', 'text/plain')])
    return [b'']
