"""google.appengine.api.apiproxy_rpc: one call to an API, which may be waited for later."""
import threading

from appcfg_launcher import api_client, context
from google.appengine.runtime import apiproxy_errors


class RPC(object):
    """Runs beside the code that makes it, until `Wait`."""

    def __init__(self, deadline=None):
        self.deadline = deadline
        self.exception = None
        self._response = None
        self._done = threading.Event()
        self._is_begun = False

    def start(self, service, method, request):
        """@param request: encoded"""
        assert not self._is_begun, 'a call is made once'
        self._is_begun = True
        # Another thread of the same request: the ticket is the request's.
        arguments = (service, method, request, context.ticket())
        thread = threading.Thread(target=self._run, args=arguments, name='api-call')
        thread.daemon = True
        thread.start()

    def wait(self):
        """The encoded response; raises apiproxy_errors."""
        while not self._done.is_set():
            # With a limit, so that signals and exceptions from other threads get through under Python 2.
            self._done.wait(3600)
        if self.exception:
            raise self.exception
        return self._response

    def _run(self, service, method, request, ticket):
        try:
            self._response = call(service, method, request, self.deadline, ticket)
        except Exception as error:
            self.exception = error
        finally:
            self._done.set()


def call(service, method, request, deadline=None, ticket=None):
    """The encoded response of a call that is waited for; raises apiproxy_errors."""
    try:
        return api_client.call(service, method, request, deadline, ticket)
    except api_client.CallFailed as failure:
        raise _error(failure, service, method)


def _error(failure, service, method):
    if failure.kind == 'application':
        return apiproxy_errors.ApplicationError(failure.code, failure.detail)
    name = '%s.%s()' % (service, method)
    if failure.kind == 'deadline':
        return apiproxy_errors.DeadlineExceededError('The API call %s took too long to respond and was cancelled.' % name)
    if failure.kind == 'cancelled':
        return apiproxy_errors.CancelledError('The API call %s was explicitly cancelled.' % name)
    kind = apiproxy_errors.BY_CODE.get(failure.code, apiproxy_errors.RPCFailedError)
    return kind('The API call %s failed: %s' % (name, failure.detail))
