"""An App Engine SDK that the application brings itself: what the original runtime did for it."""
import os
import sys

from . import lifecycle, sdk_fallback

_TRANSPORTS = (('google.appengine.runtime.default_api_stub', 'DefaultApiStub'),
               ('google.appengine.ext.vmruntime.vmstub', 'VMStub'))


def register():
    """Makes its API calls go to this platform, whichever of its transports it has. Call when all scripts are imported."""
    package = sys.modules.get('google.appengine')
    if package is None or sdk_fallback.is_ours(package) or not os.environ.get('API_PORT'):
        return
    for module_name, stub_name in _TRANSPORTS:
        try:
            module = __import__(module_name, fromlist=[stub_name])
        except ImportError:
            continue
        module.Register(getattr(module, stub_name)())
        return


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
