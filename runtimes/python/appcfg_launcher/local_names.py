"""Names below `localhost`, which the platform gives its modules, resolved as RFC 6761 says: to this machine.

Browsers do so themselves; the C library of most systems does not.
"""
import socket


def install():
    original = socket.getaddrinfo
    if getattr(original, 'resolves_localhost', False):
        return

    def getaddrinfo(host, *args, **kwargs):
        return original('127.0.0.1' if _is_local(host) else host, *args, **kwargs)

    getaddrinfo.resolves_localhost = True
    socket.getaddrinfo = getaddrinfo


def _is_local(host):
    name = host.decode('ascii', 'replace') if isinstance(host, bytes) else host
    return hasattr(name, 'lower') and name.lower().rstrip('.').endswith('.localhost')
