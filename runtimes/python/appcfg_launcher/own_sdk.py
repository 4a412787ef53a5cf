"""An App Engine SDK that the application brings itself: what the original runtime did for it."""
import os
import sys

from . import lifecycle, sdk_fallback


def register():
    """Makes its API calls go to this platform. Call when all scripts are imported."""
    package = sys.modules.get('google.appengine')
    if package is None or sdk_fallback.is_ours(package) or not os.environ.get('API_PORT'):
        return
    try:
        from google.appengine.api import apiproxy_stub_map
        from . import own_sdk_transport
    except ImportError:
        return
    apiproxy_stub_map.apiproxy.SetDefaultStub(own_sdk_transport.Stub())
    request_context = sys.modules.get('google.appengine.runtime.context')
    if request_context is not None:
        # As its wrap_wsgi_app would: os.environ is each request's own here.
        request_context.READ_FROM_OS_ENVIRON = True


def adopt_shutdown_hook():
    """Its runtime.is_shutting_down() and hook become the launcher's."""
    module = sys.modules.get('google.appengine.api.runtime.runtime')
    begin = getattr(module, '__BeginShutdown', None)
    if begin:
        lifecycle.set_shutdown_hook(begin)


def run_background(environ):
    """Whether its background thread ended well; None when it has none and ours is meant."""
    handle = getattr(sys.modules.get('google.appengine.runtime.background'), 'Handle', None)
    return handle(environ)['error'] == 0 if handle else None
