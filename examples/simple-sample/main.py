"""A plain WSGI application that says which module, version and instance answered."""
import logging
import os


def whoami():
    module = os.environ['CURRENT_MODULE_ID']
    version = os.environ['CURRENT_VERSION_ID'].split('.')[0]
    instance = os.environ.get('INSTANCE_ID', '')
    return 'module=%s version=%s instance=%s' % (module, version, instance)


def app(environ, start_response):
    path = environ['PATH_INFO']
    if path == '/':
        return answer(start_response, '200 OK', whoami())
    if path == '/_ah/start':
        # Sent once to each instance of my-module before anything else: the place to prepare its work.
        logging.info('starting: %s', whoami())
        return answer(start_response, '200 OK', 'started')
    return answer(start_response, '404 Not Found', 'no such page: %s' % path)


def answer(start_response, status, text):
    start_response(status, [('Content-Type', 'text/plain; charset=utf-8')])
    return [(text + '\n').encode('utf-8')]
