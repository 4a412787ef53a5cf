"""Puts the sockets of App Engine's first generation in place, before the application is imported."""
import errno
import importlib
import os
import sys

from . import ftp, imports, modules, problems, remote_call, secure, socket_type

_NO_SSL = ('the ssl module is there only when app.yaml asks for it: add "libraries:" with "- name: ssl" and '
           '"version: latest" below it')


def install(libraries):
    """`libraries`: the names that app.yaml lists."""
    host = os.environ.get('API_HOST', '127.0.0.1')
    port = int(os.environ.get('API_PORT') or 0)
    # The application has no use for it: whoever prints its environment must not give it away.
    ticket = os.environ.pop('APPCFG_SOCKET_TICKET', '')
    socket_type.platform = remote_call.Platform(host, port, ticket)
    machines_ssl = sys.modules.pop('ssl', None)
    if 'ssl' in libraries:
        imports.Watcher({'ssl': secure.patch, 'ftplib': ftp.patch}, {}).install()
        modules.install()
        if machines_ssl is not None:
            modules.replace([(machines_ssl, importlib.import_module('ssl'))])
    else:
        sys.modules.pop('_ssl', None)
        imports.Watcher({'ftplib': ftp.patch}, {'ssl': _NO_SSL, '_ssl': _NO_SSL}).install()
        modules.install()
        _refuse_https()


def _refuse_https():
    """Over sockets; over URL Fetch the platform does the encryption."""
    http = sys.modules.get('httplib') or sys.modules.get('http.client')
    if hasattr(http, 'HTTPSConnection'):
        def refuse(self):
            raise problems.system_error(errno.EPROTONOSUPPORT, _NO_SSL)
        http.HTTPSConnection.connect = refuse
