"""A queue: adding, deleting and leasing its tasks."""
import re

from appcfg_launcher.protobuf import Group, Message
from google.appengine.api import apiproxy_rpc, apiproxy_stub_map
from google.appengine.api.taskqueue.errors import (BadTaskStateError, BadTransactionStateError, DuplicateTaskNameError,
                                                   InvalidLeaseTimeError, InvalidMaxTasksError, InvalidQueueNameError,
                                                   InvalidTaskError, TaskAlreadyExistsError, TombstonedTaskError,
                                                   TooManyTasksError, error_of)
from google.appengine.api.taskqueue.task import Task
from google.appengine.runtime import apiproxy_errors

MAX_TASKS_PER_ADD = 100
MAX_TASKS_PER_LEASE = 1000
MAX_LEASE_SECONDS = 7 * 86400
MAX_QUEUE_NAME_LENGTH = 100

_SKIPPED = 17
_UNKNOWN_TASK, _TOMBSTONED_TASK = 14, 11
_NAME = re.compile(r'^[a-zA-Z0-9-]{1,%d}$' % MAX_QUEUE_NAME_LENGTH)

_RETRY = Message((1, 'task_retry_limit', 'int'), (2, 'task_age_limit', 'int'), (3, 'min_backoff_seconds', 'double'),
                 (4, 'max_backoff_seconds', 'double'), (5, 'max_doublings', 'int'))
_ADD = Message((1, 'queue_name', 'string'), (2, 'task_name', 'string'), (3, 'eta_usec', 'int'), (4, 'url', 'string'),
               (5, 'method', 'int'), (6, 'headers', Group((7, 'key', 'string'), (8, 'value', 'string')), True),
               (9, 'body', 'bytes'), (17, 'retry', _RETRY), (18, 'mode', 'int'), (19, 'tag', 'string'))
_BULK = Message((1, 'add_request', _ADD, True))
_BULK_RESULT = Message((1, 'results', Group((2, 'result', 'int'), (3, 'name', 'string')), True))
_DELETE = Message((1, 'queue_name', 'string'), (2, 'task_name', 'string', True))
_DELETE_RESULT = Message((3, 'result', 'int', True))
_QUEUE = Message((2, 'queue_name', 'string'))
_LEASE = Message((1, 'queue_name', 'string'), (2, 'lease_seconds', 'double'), (3, 'max_tasks', 'int'),
                 (4, 'group_by_tag', 'bool'), (5, 'tag', 'string'))
_LEASED = Message((1, 'tasks', Group((2, 'name', 'string'), (3, 'eta_usec', 'int'), (4, 'retry_count', 'int'),
                                     (5, 'body', 'bytes'), (6, 'tag', 'string')), True))
_MODIFY = Message((1, 'queue_name', 'string'), (2, 'task_name', 'string'), (3, 'eta_usec', 'int'),
                  (4, 'lease_seconds', 'double'))
_MODIFIED = Message((1, 'eta_usec', 'int'))
_STATS = Message((2, 'queue_name', 'string', True))
_STATS_RESULT = Message((1, 'stats', Group(
    (2, 'tasks', 'int'), (3, 'oldest_eta_usec', 'int'),
    (4, 'scanner', Message((1, 'executed_last_minute', 'int'), (4, 'in_flight', 'int'),
                           (5, 'enforced_rate', 'double')))), True))
_EMPTY = Message()


class QueueStatistics(object):
    """queue, tasks, oldest_eta_usec, executed_last_minute, in_flight, enforced_rate."""

    def __init__(self, queue, stats):
        scanner = stats.get('scanner', {})
        self.queue = queue
        self.tasks = stats.get('tasks', 0)
        oldest = stats.get('oldest_eta_usec', -1)
        self.oldest_eta_usec = oldest if oldest >= 0 else None
        self.executed_last_minute = scanner.get('executed_last_minute', 0)
        self.in_flight = scanner.get('in_flight', 0)
        self.enforced_rate = scanner.get('enforced_rate', 0.0)

    @classmethod
    def fetch(cls, queue_or_queues, deadline=10):
        several = isinstance(queue_or_queues, (list, tuple))
        queues = [one if isinstance(one, Queue) else Queue(one)
                  for one in (queue_or_queues if several else [queue_or_queues])]
        request = {'queue_name': [queue.name for queue in queues]}
        stats = _call('FetchQueueStats', _STATS.encode(request), _STATS_RESULT, deadline)['stats']
        found = [cls(queue, one) for queue, one in zip(queues, stats)]
        return found if several else found[0]


class Queue(object):
    def __init__(self, name='default'):
        if not _NAME.match(name):
            raise InvalidQueueNameError('Queue name does not match pattern "%s"; found %s' % (_NAME.pattern, name))
        self._name = name

    name = property(lambda self: self._name)

    def add(self, task, transactional=False):
        """A task or a list of them; answers the same, which then know their names."""
        return self.add_async(task, transactional).get_result() if task else []

    def add_async(self, task, transactional=False, rpc=None):
        if transactional:
            raise BadTransactionStateError('Transactional adds need the datastore, which this platform does not offer.')
        several = not isinstance(task, Task)
        tasks = list(task) if several else [task]
        if len(tasks) > MAX_TASKS_PER_ADD:
            raise TooManyTasksError('No more than %d tasks can be added in a single call' % MAX_TASKS_PER_ADD)
        if len(set(one.method == 'PULL' for one in tasks)) > 1:
            raise InvalidTaskError('Can not add both push and pull tasks in a single call.')
        names = [one.name for one in tasks if one.name]
        if len(set(names)) < len(names):
            raise DuplicateTaskNameError('A task name is used more than once in the request')
        request = {'add_request': [one.add_request(self._name) for one in tasks]}
        rpc = rpc or apiproxy_stub_map.UserRPC('taskqueue')
        rpc.make_call('BulkAdd', _BULK.encode(request), _BULK_RESULT, lambda rpc: self._added(rpc, task, tasks))
        return rpc

    def delete_tasks(self, task):
        """Tasks or one; those that are gone are no error."""
        tasks = list(task) if isinstance(task, (list, tuple)) else [task]
        for one in tasks:
            if not one.name:
                raise BadTaskStateError('A task name must be specified for a task')
        self._delete(tasks)
        return task

    def delete_tasks_by_name(self, task_name):
        several = isinstance(task_name, (list, tuple))
        tasks = [Task(name=name) for name in (task_name if several else [task_name])]
        self._delete(tasks)
        return tasks if several else tasks[0]

    def purge(self):
        """Drops all tasks."""
        _call('PurgeQueue', _QUEUE.encode({'queue_name': self._name}), _EMPTY)

    def lease_tasks(self, lease_seconds, max_tasks, deadline=10):
        """Tasks of a pull queue, for this caller alone until the lease ends."""
        return self._lease(lease_seconds, max_tasks, deadline, {})

    def lease_tasks_by_tag(self, lease_seconds, max_tasks, tag=None, deadline=10):
        """Of one tag: the given one, or the one of the oldest task."""
        return self._lease(lease_seconds, max_tasks, deadline, {'group_by_tag': True, 'tag': tag})

    def modify_task_lease(self, task, lease_seconds):
        """Makes a lease end at another time, at once with 0."""
        _check_lease(lease_seconds, least=0)
        request = {'queue_name': self._name, 'task_name': task.name, 'eta_usec': int(round(task.eta_posix * 1e6)),
                   'lease_seconds': float(lease_seconds)}
        task._eta_posix = _call('ModifyTaskLease', _MODIFY.encode(request), _MODIFIED)['eta_usec'] * 1e-6

    def fetch_statistics(self, deadline=10):
        return QueueStatistics.fetch(self, deadline)

    def __eq__(self, other):
        return isinstance(other, Queue) and self._name == other._name

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return hash(self._name)

    def _added(self, rpc, given, tasks):
        try:
            rpc.check_success()
        except apiproxy_errors.ApplicationError as error:
            raise error_of(error.application_error, error.error_detail)
        failure = None
        for task, result in zip(tasks, rpc.response['results']):
            code = result.get('result', 0)
            if code == 0:
                task._name = result.get('name') or task._name
                task._queue_name, task._is_enqueued = self._name, True
            elif code != _SKIPPED and (failure is None or isinstance(failure, (TaskAlreadyExistsError, TombstonedTaskError))):
                failure = error_of(code)
        if failure is not None:
            raise failure
        return given

    def _delete(self, tasks):
        request = {'queue_name': self._name, 'task_name': [task.name for task in tasks]}
        results = _call('Delete', _DELETE.encode(request), _DELETE_RESULT)['result']
        failure = None
        for task, code in zip(tasks, results):
            if code == 0:
                task._is_deleted = True
            elif code not in (_UNKNOWN_TASK, _TOMBSTONED_TASK) and failure is None:
                failure = error_of(code)
        if failure is not None:
            raise failure

    def _lease(self, lease_seconds, max_tasks, deadline, how):
        _check_lease(lease_seconds, least=1e-6)
        if not 0 < max_tasks <= MAX_TASKS_PER_LEASE:
            raise InvalidMaxTasksError('max_tasks must be 1 to %d' % MAX_TASKS_PER_LEASE)
        request = dict(how, queue_name=self._name, lease_seconds=float(lease_seconds), max_tasks=max_tasks)
        return [self._leased(one) for one in _call('QueryAndOwnTasks', _LEASE.encode(request), _LEASED, deadline)['tasks']]

    def _leased(self, values):
        task = Task(payload=values.get('body', b''), name=values['name'], method='PULL', tag=values.get('tag'))
        task._eta_posix = values['eta_usec'] * 1e-6
        task._queue_name, task._is_enqueued = self._name, True
        task._retry_count = values.get('retry_count', 0)
        return task


def add(*args, **kwargs):
    """Makes a task of the arguments and adds it to `queue_name`."""
    queue_name = kwargs.pop('queue_name', 'default')
    transactional = kwargs.pop('transactional', False)
    return Task(*args, **kwargs).add(queue_name, transactional)


def _check_lease(seconds, least):
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise TypeError('lease_seconds must be a float or an integer')
    if not least <= seconds <= MAX_LEASE_SECONDS:
        raise InvalidLeaseTimeError('lease_seconds must be above 0 and at most %d' % MAX_LEASE_SECONDS)


def _call(method, request, response, deadline=None):
    try:
        return response.decode(apiproxy_rpc.call('taskqueue', method, request, deadline))
    except apiproxy_errors.ApplicationError as error:
        raise error_of(error.application_error, error.error_detail)
