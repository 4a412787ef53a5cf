"""google.appengine.api.urlfetch_errors: how a fetch fails."""


class Error(Exception):
    """Base of the errors of this API."""


class DownloadError(Error):
    """The address could not be fetched, and there was no HTTP error."""


class MalformedReplyError(DownloadError):
    """The server's answer was no HTTP."""


class TooManyRedirectsError(DownloadError):
    """It was led on more than five times."""


class InternalTransientError(Error):
    """Try again."""


class ConnectionClosedError(DownloadError):
    """The server closed the connection."""


class InvalidURLError(Error):
    """The address is malformed, or its port is not allowed."""


class PayloadTooLargeError(InvalidURLError):
    """The payload is larger than 10 MB."""


class DNSLookupFailedError(DownloadError):
    """The name has no address."""


class DeadlineExceededError(DownloadError):
    """It took longer than the deadline."""


class ResponseTooLargeError(Error):
    """The response was truncated; `response` is what came."""

    def __init__(self, response):
        Error.__init__(self, 'The response was too large.')
        self.response = response


class InvalidMethodError(Error):
    """There is no such method."""


class SSLCertificateError(Error):
    """The server's certificate is not valid."""
