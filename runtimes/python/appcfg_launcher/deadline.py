"""What a request that takes too long is interrupted with."""


class DeadlineExceededError(BaseException):
    """The request's time is over. It can be caught for a short last act; not by `except Exception`."""

    def __str__(self):
        return 'The overall deadline for responding to the HTTP request was exceeded.'


DeadlineExceededError.__module__ = 'google.appengine.runtime'
