"""Answers web requests as a plain WSGI application; Flask, Django and others are WSGI applications too."""
import os

MODULE = os.environ.get('GAE_SERVICE', 'default')
VERSION = os.environ.get('GAE_VERSION', '')

# What cron.yaml and queue.yaml call. The header is taken out of requests that others send.
INTERNAL = {'/cron/daily': 'HTTP_X_APPENGINE_CRON', '/tasks/work': 'HTTP_X_APPENGINE_QUEUENAME'}


def app(environ, start_response):
    path = environ['PATH_INFO']
    if path in ('/', f'/{MODULE}/'):
        return answer(start_response, '200 OK', f'Hello from module {MODULE}, version {VERSION}!')
    if path in INTERNAL:
        if INTERNAL[path] not in environ:
            return answer(start_response, '403 Forbidden', 'Only the platform may call this.')
        print('called:', path)
        return answer(start_response, '200 OK', 'done')
    return answer(start_response, '404 Not Found', f'There is no page {path}.')


def answer(start_response, status, text):
    start_response(status, [('Content-Type', 'text/plain; charset=utf-8')])
    return [f'{text}\n'.encode()]
