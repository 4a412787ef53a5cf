"""google.appengine.runtime.apiproxy_errors: how calls to the APIs fail, whatever the API."""


class Error(Exception):
    """Base of all of them."""


class RPCFailedError(Error):
    """The call itself failed."""


class CallNotFoundError(Error):
    """There is no such API or call."""


class ArgumentError(Error):
    """The request could not be read."""


class DeadlineExceededError(Error):
    """The call took too long."""


class CancelledError(Error):
    """The call was cancelled."""


class ApplicationError(Error):
    """The service's own error: `application_error` is its code, `error_detail` its text."""

    def __init__(self, application_error, error_detail=''):
        Error.__init__(self, application_error, error_detail)
        self.application_error = application_error
        self.error_detail = error_detail

    def __str__(self):
        return 'ApplicationError: %d %s' % (self.application_error, self.error_detail)


class OverQuotaError(Error):
    """The application has used up what it may use."""


class RequestTooLargeError(Error):
    """The request is larger than a call may be."""


class ResponseTooLargeError(Error):
    """The response is larger than a call may answer."""


class CapabilityDisabledError(Error):
    """The API is off for the moment."""


class FeatureNotEnabledError(Error):
    """The platform does not offer this API."""


class InterruptedError(Error):
    """A callback raised an exception; `exception` is it and `rpc` the call."""

    def __init__(self, exception, rpc):
        Error.__init__(self, exception, rpc)
        self.exception = exception
        self.rpc = rpc


class RpcAuthorityError(Error):
    """The call has no authority."""


# remote_api's error codes.
BY_CODE = {0: RPCFailedError, 1: CallNotFoundError, 2: ArgumentError, 3: RPCFailedError, 4: OverQuotaError,
           5: RequestTooLargeError, 6: CapabilityDisabledError, 7: FeatureNotEnabledError, 8: ArgumentError,
           9: ResponseTooLargeError, 10: CancelledError, 12: DeadlineExceededError}
