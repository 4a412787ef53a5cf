"""The exceptions of the socket module, and what the platform's refusals become."""
import errno
import os
import re

from .native import _socket

error = _socket.error
gaierror = _socket.gaierror
herror = _socket.herror
timeout = _socket.timeout


class SocketApiNotImplementedError(error, NotImplementedError):
    """Part of the socket module that App Engine does not have."""


# Codes of the service, and of calls that reach none.
_SYSTEM_ERROR, _GAI_ERROR, _PERMISSION_DENIED, _INVALID_REQUEST, _SOCKET_CLOSED = 1, 2, 5, 6, 7
_SECURITY_VIOLATION, _OVER_QUOTA, _FEATURE_DISABLED = 3, 4, 7
_DETAIL = re.compile(r'system_error:\s*(-?\d+)\s*,?\s*error_detail:\s*"([^"]*)"', re.S)

# The service speaks of errors as Linux numbers them; this machine may number them otherwise.
_LINUX_NAMES = {
    1: 'EPERM', 5: 'EIO', 9: 'EBADF', 11: 'EAGAIN', 13: 'EACCES', 22: 'EINVAL', 24: 'EMFILE', 32: 'EPIPE',
    89: 'EDESTADDRREQ', 90: 'EMSGSIZE', 93: 'EPROTONOSUPPORT', 95: 'EOPNOTSUPP', 97: 'EAFNOSUPPORT',
    98: 'EADDRINUSE', 99: 'EADDRNOTAVAIL', 101: 'ENETUNREACH', 103: 'ECONNABORTED', 104: 'ECONNRESET',
    105: 'ENOBUFS', 106: 'EISCONN', 107: 'ENOTCONN', 110: 'ETIMEDOUT', 111: 'ECONNREFUSED',
    113: 'EHOSTUNREACH', 114: 'EALREADY', 115: 'EINPROGRESS',
}


def system_error(number, text=None):
    """The exception for an errno of this machine."""
    return error(number, text or os.strerror(number))


def not_implemented(name):
    return SocketApiNotImplementedError(errno.EOPNOTSUPP, '%s is not available in App Engine' % name)


def local_errno(linux_number):
    return getattr(errno, _LINUX_NAMES.get(linux_number, ''), linux_number)


def of_service(code, detail):
    """The exception for an error of the service remote_socket."""
    match = _DETAIL.search(detail)
    if code == _SYSTEM_ERROR and match:
        number = local_errno(int(match.group(1)))
        return system_error(number, match.group(2))
    if code == _GAI_ERROR and match:
        return gaierror(int(match.group(1)), match.group(2))
    number = {_PERMISSION_DENIED: errno.EACCES, _INVALID_REQUEST: errno.EINVAL, _SOCKET_CLOSED: errno.EPIPE}.get(code)
    return system_error(number or errno.EIO, _with_reason(number, detail))


def of_call(code, detail):
    """The exception for a call that the service never saw."""
    number = {_SECURITY_VIOLATION: errno.EACCES, _FEATURE_DISABLED: errno.EACCES, _OVER_QUOTA: errno.ENOBUFS}.get(code)
    return system_error(number or errno.EIO, _with_reason(number, detail))


def _with_reason(number, detail):
    if not number:
        return detail
    return '%s: %s' % (os.strerror(number), detail) if detail else os.strerror(number)
