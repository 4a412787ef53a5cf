"""The transport for an SDK of the application's own, of whatever age: its calls over the launcher's connections."""
import threading

from google.appengine.api import apiproxy_rpc
from google.appengine.runtime import apiproxy_errors

from . import api_client, context

# remote_api's codes -> names in the SDK, some of which an old one may lack.
_ERRORS = {1: 'CallNotFoundError', 2: 'ArgumentError', 4: 'OverQuotaError', 5: 'RequestTooLargeError',
           6: 'CapabilityDisabledError', 7: 'FeatureNotEnabledError', 8: 'ArgumentError', 9: 'ResponseTooLargeError',
           10: 'CancelledError', 12: 'DeadlineExceededError'}


class Rpc(apiproxy_rpc.RPC):
    """Runs beside the code that makes it; its callback runs there too."""

    def _MakeCallImpl(self):
        assert self._state == apiproxy_rpc.RPC.IDLE, self._state
        self._state = apiproxy_rpc.RPC.RUNNING
        self._worker = threading.Thread(target=self._run, args=(context.ticket(),), name='api-call')
        self._worker.daemon = True
        self._worker.start()

    def _WaitImpl(self):
        while self._worker.is_alive():
            # With a limit, so that exceptions from other threads get through under Python 2.
            self._worker.join(3600)
        return True

    def _run(self, ticket):
        try:
            data = api_client.call(self.package, self.call, _encoded(self.request), self.deadline, ticket)
            self.response.ParseFromString(data)
        except api_client.CallFailed as failure:
            self._exception = _error(failure, self.package, self.call)
        except Exception as error:
            self._exception = error
        self._state = apiproxy_rpc.RPC.FINISHING
        try:
            if self.callback:
                self.callback()
        except Exception as error:
            self._exception = error
            error._appengine_apiproxy_rpc = self


class Stub(object):
    """For every service."""

    def CreateRPC(self):
        return Rpc(stub=self)

    def MakeSyncCall(self, service, call, request, response, request_id=None):
        rpc = self.CreateRPC()
        rpc.MakeCall(service, call, request, response)
        rpc.Wait()
        rpc.CheckSuccess()

    def CancelApiCalls(self):
        api_client.cancel_all()


def _encoded(message):
    return message.SerializeToString() if hasattr(message, 'SerializeToString') else message.Encode()


def _error(failure, package, call):
    if failure.kind == 'application':
        return apiproxy_errors.ApplicationError(failure.code, failure.detail)
    code = {'deadline': 12, 'cancelled': 10}.get(failure.kind, failure.code)
    kind = getattr(apiproxy_errors, _ERRORS.get(code, 'RPCFailedError'), apiproxy_errors.RPCFailedError)
    return kind('The API call %s.%s() failed: %s' % (package, call, failure.detail))
