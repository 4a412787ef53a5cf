"""Answers web requests as a plain WSGI application; it runs under Python 2.7 and 3."""
import logging
import os

MODULE = os.environ.get('CURRENT_MODULE_ID', 'default')
VERSION = os.environ.get('CURRENT_VERSION_ID', '').split('.')[0]

# What cron.yaml and queue.yaml call. The header is taken out of requests that others send.
INTERNAL = {'/cron/daily': 'HTTP_X_APPENGINE_CRON', '/tasks/work': 'HTTP_X_APPENGINE_QUEUENAME'}


def app(environ, start_response):
    path = environ['PATH_INFO']
    if path in ('/', '/%s/' % MODULE):
        return answer(start_response, '200 OK', 'Hello from module %s, version %s!' % (MODULE, VERSION))
    if path in INTERNAL:
        if INTERNAL[path] not in environ:
            return answer(start_response, '403 Forbidden', 'Only the platform may call this.')
        logging.info('called: %s', path)
        return answer(start_response, '200 OK', 'done')
    return answer(start_response, '404 Not Found', 'There is no page %s.' % path)


def answer(start_response, status, text):
    start_response(status, [('Content-Type', 'text/plain; charset=utf-8')])
    return [(text + '\n').encode('utf-8')]
