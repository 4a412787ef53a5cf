"""google.appengine.api.apiproxy_stub_map: calls to the APIs by name, and the end of all that run."""
from appcfg_launcher import api_client
from google.appengine.api import apiproxy_rpc
from google.appengine.runtime import apiproxy_errors

__all__ = ['CreateRPC', 'MakeSyncCall', 'UserRPC', 'apiproxy']


class _ApiProxy(object):
    def MakeSyncCall(self, service, call, request, response):
        """Messages are of any library whose messages have SerializeToString and ParseFromString."""
        response.ParseFromString(apiproxy_rpc.call(service, call, request.SerializeToString()))

    def CancelApiCalls(self):
        """What runs now, in any thread, raises CancelledError; for shutdown hooks."""
        api_client.cancel_all()


apiproxy = _ApiProxy()


def MakeSyncCall(service, call, request, response):
    apiproxy.MakeSyncCall(service, call, request, response)


class UserRPC(object):
    """A call that is made now and looked at later. Its callback runs once, when somebody waits for it."""

    def __init__(self, service, deadline=None, callback=None, stubmap=None):
        self.service = service
        self.callback = callback
        self.request = None
        self.response = None
        self.method = None
        self.user_data = None
        self._rpc = apiproxy_rpc.RPC(deadline)
        self._decode = None
        self._get_result_hook = None
        self._is_called_back = False

    @property
    def deadline(self):
        return self._rpc.deadline

    @deadline.setter
    def deadline(self, deadline):
        self._rpc.deadline = deadline

    @property
    def state(self):
        """0 idle, 1 running, 2 finished."""
        return 2 if self._rpc._done.is_set() else int(self._rpc._is_begun)

    @property
    def exception(self):
        return self._rpc.exception

    def make_call(self, method, request, response, get_result_hook=None, user_data=None):
        """Messages as for MakeSyncCall, or a message of ours as `response` and values encoded as `request`."""
        self.method = method
        self.user_data = user_data
        self.request = request
        self._get_result_hook = get_result_hook
        if hasattr(response, 'ParseFromString'):
            def decode(data):
                response.ParseFromString(data)
                return response
            self._decode = decode
        else:
            self._decode = response.decode
        encoded = request.SerializeToString() if hasattr(request, 'SerializeToString') else request
        self._rpc.start(self.service, method, encoded)

    def wait(self):
        try:
            data = self._rpc.wait()
            if self.response is None:
                self.response = self._decode(data)
        except apiproxy_errors.Error:
            pass
        if self.callback is not None and not self._is_called_back:
            self._is_called_back = True
            self.callback()

    def check_success(self):
        self.wait()
        if self._rpc.exception:
            raise self._rpc.exception

    def get_result(self):
        """What the API's own function would have answered."""
        if self._get_result_hook is not None:
            return self._get_result_hook(self)
        self.check_success()
        return None

    @classmethod
    def wait_any(cls, rpcs):
        """One of them that is finished; None of none."""
        running = [rpc for rpc in rpcs]
        while running:
            for rpc in running:
                if rpc._rpc._done.wait(0.005):
                    rpc.wait()
                    return rpc
        return None

    @classmethod
    def wait_all(cls, rpcs):
        for rpc in list(rpcs):
            rpc.wait()


def CreateRPC(service, stubmap=None):
    return UserRPC(service)
