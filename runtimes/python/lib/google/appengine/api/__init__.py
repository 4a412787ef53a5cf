"""The APIs that running code calls."""
import functools

from appcfg_launcher import background, context, lifecycle

__all__ = ['wrap_wsgi_app']

_PLATFORM_ADDRESS = '0.1.0.3'


def wrap_wsgi_app(app, use_legacy_context_mode=True, use_deferred=False):
    """Lets a second generation application call the APIs: its requests carry the right to, and the platform's own
    requests to begin background threads and to announce the end are answered here."""
    def wrapped(environ, start_response):
        context.begin(environ.get('HTTP_X_APPENGINE_REQUEST_LOG_ID'), context.environ(),
                      environ.get('HTTP_X_APPENGINE_API_TICKET'), environ)
        path = environ.get('PATH_INFO', '')
        if path in ('/_ah/stop', '/_ah/background') and environ.get('HTTP_X_APPENGINE_USER_IP') == _PLATFORM_ADDRESS:
            return _answer_platform(path, environ, start_response)
        if use_deferred and path == '/_ah/queue/deferred':
            from google.appengine.ext import deferred
            return deferred.application(environ, start_response)
        return app(environ, start_response)
    return functools.update_wrapper(wrapped, app, updated=()) if hasattr(app, '__name__') else wrapped


def _answer_platform(path, environ, start_response):
    succeeded = True
    if path == '/_ah/stop':
        lifecycle.begin_shutdown()
    else:
        succeeded = background.run(environ.get('HTTP_X_APPENGINE_BACKGROUNDREQUEST', ''))
    start_response('200 OK' if succeeded else '500 Internal Server Error', [('Content-Type', 'text/plain')])
    return [b'ok' if succeeded else b'']
