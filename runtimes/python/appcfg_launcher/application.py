"""Answers one request: the platform's own paths, then the application's scripts."""
import os
import sys
import threading
import traceback

from . import background, cgi_script, context, lifecycle, output, own_sdk, request_variables, wsgi
from .deadline import interrupting
from .scripts import CgiScript

# The source address that only the platform can send (the router removes the header from outside).
_PLATFORM_ADDRESS = '0.1.0.3'
_HTML = [('Content-Type', 'text/html; charset=utf-8')]
_SERVER_ERROR = (b'<html><head><title>500 Server Error</title></head><body><h1>Error: Server Error</h1>'
                 b'<p>The server encountered an error and could not complete your request.</p></body></html>')


class FirstGeneration(object):
    """Handlers of app.yaml, per-request os.environ, the shutdown hook."""

    def __init__(self, settings, scripts):
        self._settings = settings
        self._scripts = scripts
        self._turn = None if settings.is_threadsafe else threading.Lock()
        self._process_environ = dict(os.environ)

    def handle(self, request, response):
        path = request.target.partition('?')[0]
        if path == '/_ah/stop':
            return _stop(request, response)
        if path == '/_ah/background':
            # Beside all others, threadsafe or not: whoever started it waits for it inside a request.
            return self._background(request, response)
        if self._turn is None:
            return self._answer(request, response)
        with self._turn:
            return self._answer(request, response)

    def _answer(self, request, response):
        environ = self._begin(request)
        try:
            script = self._scripts.find(environ['PATH_INFO'])
            if script is None:
                return _not_found(response)
            with interrupting(request.header('x-appengine-timeout-ms')):
                self._run(script, environ, request, response)
        except BaseException:
            _fail(response, sys.exc_info())
        finally:
            output.flush()
            context.end()

    def _run(self, script, environ, request, response):
        environ['PATH_TRANSLATED'] = script.path
        if isinstance(script, CgiScript):
            environ['GATEWAY_INTERFACE'] = 'CGI/1.1'
            return cgi_script.run(script, request, response)
        scheme = 'https' if environ['HTTPS'] == 'on' else 'http'
        wsgi.run(script.application, wsgi.environ_for(request, environ, scheme, self._settings.is_threadsafe), response)

    def _background(self, request, response):
        """Runs a background thread of the application's, for as long as it takes."""
        request_id = request.header('x-appengine-backgroundrequest')
        if request.header('x-appengine-user-ip') != _PLATFORM_ADDRESS or not request_id:
            return _not_found(response)
        environ = self._begin(request)
        try:
            succeeded = own_sdk.run_background(environ)
            if succeeded is None:
                succeeded = background.run(request_id)
            response.set_head('200 OK' if succeeded else '500 Internal Server Error', [('Content-Type', 'text/plain')])
            response.write(b'OK' if succeeded else b'', is_whole=True)
            response.finish()
        except BaseException:
            _fail(response, sys.exc_info())
        finally:
            output.flush()
            context.end()

    def _begin(self, request):
        """Gives this thread the environment of the request."""
        environ = dict(self._process_environ)
        environ.update(request_variables.first_generation(request, ''))
        context.begin(environ['REQUEST_LOG_ID'], environ, request.header('x-appengine-api-ticket'))
        return environ


class SecondGeneration(object):
    """A plain WSGI server."""

    def __init__(self, settings, application):
        self._settings = settings
        self._application = application

    def handle(self, request, response):
        variables, scheme = request_variables.plain(request, self._settings.port)
        ticket = request.header('x-appengine-api-ticket')
        context.begin(request.header('x-appengine-request-log-id'), None, ticket, variables)
        try:
            wsgi.run(self._application, wsgi.environ_for(request, variables, scheme, True), response)
        except BaseException:
            _fail(response, sys.exc_info())
        finally:
            output.flush()
            context.end()


def _stop(request, response):
    """Runs the shutdown hook; the application never sees the request."""
    if request.header('x-appengine-user-ip') != _PLATFORM_ADDRESS:
        return _not_found(response)
    context.begin(request.header('x-appengine-request-log-id'), None, request.header('x-appengine-api-ticket'))
    try:
        own_sdk.adopt_shutdown_hook()
        lifecycle.begin_shutdown()
        response.set_head('200 OK', [('Content-Type', 'text/plain')])
        response.write(b'ok', is_whole=True)
    except BaseException:
        _fail(response, sys.exc_info())
    finally:
        output.flush()
        context.end()


def _not_found(response):
    response.set_head('404 Not Found', _HTML)
    response.write(b'<html><body><h1>404 Not Found</h1></body></html>', is_whole=True)
    response.finish()


def _fail(response, exc_info):
    """The traceback is for the log only."""
    if response.client_is_gone:
        response.keeps_alive = False
        return
    output.emit('error', ''.join(traceback.format_exception(*exc_info)).rstrip())
    if response.headers_sent:
        response.keeps_alive = False
        return
    response.set_head('500 Internal Server Error', _HTML)
    response.write(_SERVER_ERROR, is_whole=True)
    response.finish()
