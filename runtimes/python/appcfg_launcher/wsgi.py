"""Runs a WSGI application for one request (PEP 3333)."""
import sys

from . import lifecycle
from .compat import reraise


def environ_for(request, variables, scheme, is_threadsafe):
    environ = dict(variables)
    environ['wsgi.version'] = (1, 0)
    environ['wsgi.url_scheme'] = scheme
    environ['wsgi.input'] = request.body
    environ['wsgi.errors'] = sys.stderr
    environ['wsgi.multithread'] = is_threadsafe
    environ['wsgi.multiprocess'] = True
    environ['wsgi.run_once'] = False
    return environ


def run(application, environ, response):
    """Sends what the application answers; its exceptions go to the caller."""
    def start_response(status, headers, exc_info=None):
        if exc_info:
            try:
                if response.headers_sent:
                    reraise(exc_info)
            finally:
                exc_info = None
        elif response.has_status:
            raise AssertionError('start_response() called twice')
        response.set_head(status, headers)
        return response.write

    # The last byte leaves after the application's part: whoever has the answer knows that the request is over.
    last = b''
    with lifecycle.in_application():
        result = application(environ, start_response)
        try:
            if isinstance(result, (list, tuple)):
                last = b''.join(result)
            else:
                for piece in result:
                    response.write(piece)
        finally:
            close = getattr(result, 'close', None)
            if close:
                close()
    response.write(last, is_whole=not response.headers_sent)
    response.finish()
