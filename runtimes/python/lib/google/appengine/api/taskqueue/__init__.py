"""google.appengine.api.taskqueue: work for later, or for another module."""
from google.appengine.api.taskqueue import errors as _errors
from google.appengine.api.taskqueue.errors import *  # noqa: F401,F403
from google.appengine.api.taskqueue.queue import (MAX_LEASE_SECONDS, MAX_QUEUE_NAME_LENGTH, MAX_TASKS_PER_ADD,
                                                  MAX_TASKS_PER_LEASE, Queue, QueueStatistics, add)
from google.appengine.api.taskqueue.task import (DEFAULT_APP_VERSION, MAX_PULL_TASK_SIZE_BYTES,
                                                 MAX_PUSH_TASK_SIZE_BYTES, MAX_TAG_LENGTH, MAX_TASK_NAME_LENGTH,
                                                 MAX_URL_LENGTH, Task, TaskRetryOptions)

__all__ = ['DEFAULT_APP_VERSION', 'MAX_LEASE_SECONDS', 'MAX_PULL_TASK_SIZE_BYTES', 'MAX_PUSH_TASK_SIZE_BYTES',
           'MAX_QUEUE_NAME_LENGTH', 'MAX_TAG_LENGTH', 'MAX_TASKS_PER_ADD', 'MAX_TASKS_PER_LEASE',
           'MAX_TASK_NAME_LENGTH', 'MAX_URL_LENGTH', 'Queue', 'QueueStatistics', 'Task', 'TaskRetryOptions', 'add']
__all__ += [name for name, value in vars(_errors).items() if isinstance(value, type)]
