"""The errors of google.appengine.api.taskqueue, and which of the service's codes each one is."""


class Error(Exception):
    """Base of the errors of this API."""


class UnknownQueueError(Error):
    """queue.yaml has no such queue."""


class TransientError(Error):
    """Try again."""


class InternalError(Error):
    """The service failed."""


class InvalidTaskError(Error):
    """The task's parameters contradict each other, or one is not valid."""


class InvalidTaskNameError(InvalidTaskError):
    """The name has characters that it may not have."""


class TaskTooLargeError(InvalidTaskError):
    """The task is larger than its kind may be."""


class TaskAlreadyExistsError(InvalidTaskError):
    """There is a task of this name."""


class TombstonedTaskError(InvalidTaskError):
    """There was a task of this name not long ago."""


class InvalidUrlError(InvalidTaskError):
    """The address is not a path of this application."""


class InvalidEtaError(InvalidTaskError):
    """The time is too far ahead."""


class BadTaskStateError(Error):
    """The task was added already, or lacks what the call needs."""


class InvalidQueueError(Error):
    """The queue is not valid."""


class InvalidQueueNameError(InvalidQueueError):
    """The queue's name has characters that it may not have."""


class PermissionDeniedError(Error):
    """The application may not do this."""


class DuplicateTaskNameError(Error):
    """Two tasks that are added together have one name."""


class TooManyTasksError(Error):
    """More tasks than one call may add."""


class DatastoreError(Error):
    """The transaction failed."""


class BadTransactionStateError(Error):
    """There is no transaction to add the task in."""


class InvalidTaskRetryOptionsError(Error):
    """The retry options are not valid."""


class InvalidLeaseTimeError(Error):
    """A lease takes up to a week."""


class InvalidMaxTasksError(Error):
    """A lease takes up to 1000 tasks."""


class InvalidDeadlineError(Error):
    """The deadline is not valid."""


class InvalidQueueModeError(Error):
    """Push tasks belong to push queues and pull tasks to pull queues."""


class TransactionalRequestTooLargeError(TaskTooLargeError):
    """The tasks of one transaction are too large together."""


class TaskLeaseExpiredError(Error):
    """The lease is over."""


class QueuePausedError(Error):
    """The queue is paused."""


class InvalidTagError(Error):
    """A tag has at most 500 bytes."""


BY_CODE = {
    1: UnknownQueueError, 2: TransientError, 3: InternalError, 4: TaskTooLargeError, 5: InvalidTaskNameError,
    6: InvalidQueueNameError, 7: InvalidUrlError, 8: InvalidQueueError, 9: PermissionDeniedError,
    10: TaskAlreadyExistsError, 11: TombstonedTaskError, 12: InvalidEtaError, 13: Error, 14: Error,
    15: UnknownQueueError, 16: DuplicateTaskNameError, 18: TooManyTasksError, 21: InvalidQueueModeError,
    23: TransactionalRequestTooLargeError, 25: TaskLeaseExpiredError, 26: QueuePausedError, 27: InvalidTagError,
}


def error_of(code, detail=''):
    """The exception for a result that is not success."""
    kind = BY_CODE.get(code)
    if kind is None:
        return Error('Application error %s: %s' % (code, detail))
    return kind(detail) if detail else kind()
