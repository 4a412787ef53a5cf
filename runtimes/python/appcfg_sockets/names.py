"""Names of hosts and services, as far as App Engine has them."""
import os

from . import addresses, problems
from .native import _socket, socket
from . import socket_type

_SERVICES = {'ftp': 21, 'ftp-data': 20, 'http': 80, 'pop3': 110, 'pop3s': 995, 'smtp': 25, 'telnet': 23, 'www': 80,
             'www-http': 80}
# As App Engine numbers it.
_UNKNOWN_SERVICE = 9
_TCP, _UDP, _RAW = _socket.SOCK_STREAM, _socket.SOCK_DGRAM, _socket.SOCK_RAW


def gethostname():
    """The host that the current request asked for."""
    host = os.environ.get('HTTP_HOST') or os.environ.get('DEFAULT_VERSION_HOSTNAME') or 'localhost'
    name, colon, port = host.rpartition(':')
    return name if colon and port.isdigit() else host


def gethostbyaddr(address):
    raise problems.not_implemented('gethostbyaddr')


def getservbyport(port, protocol=None):
    raise problems.not_implemented('getservbyport')


def getprotobyname(name):
    raise problems.not_implemented('getprotobyname')


def getservbyname(name, protocol=None):
    if protocol not in (None, 'tcp', 'udp') or name not in _SERVICES:
        raise problems.gaierror(_UNKNOWN_SERVICE, 'service/proto not found')
    return _SERVICES[name]


def gethostbyname(name):
    return gethostbyname_ex(name)[2][0]


def gethostbyname_ex(name):
    name = addresses.native_text(name)
    literal = addresses.packed(_socket.AF_INET, name) if name else b'\0' * 4
    found = [literal] if literal else [one for _, one in addresses.resolve(socket_type.platform, name, _socket.AF_INET)]
    return name, [], [socket.inet_ntoa(one) for one in found]


def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    host, number = addresses.native_text(host), _port(port, flags)
    if family not in (0, _socket.AF_INET, _socket.AF_INET6):
        raise problems.gaierror(addresses.EAI_FAMILY, 'ai_family not supported')
    if host is None and port is None:
        raise problems.gaierror(addresses.EAI_NONAME, 'Name or service not known')
    found = [(one, packed) for one, packed in _hosts(host, family, flags) if family in (0, one)]
    if not found:
        raise problems.gaierror(addresses.EAI_NONAME, 'Name or service not known')
    canonical = host if flags & _socket.AI_CANONNAME else ''
    result = []
    for one, packed in found:
        text = socket.inet_ntop(one, packed)
        place = (text, number) if one == _socket.AF_INET else (text, number, 0, 0)
        for kind, protocol in _kinds(type, proto):
            result.append((one, kind, protocol, canonical or '', place))
            canonical = ''
    return result


def getnameinfo(address, flags):
    """Numbers only: there is no way back from an address to a name."""
    numeric = _socket.NI_NUMERICHOST | _socket.NI_NUMERICSERV
    if flags & numeric != numeric:
        raise problems.not_implemented('getnameinfo without NI_NUMERICHOST and NI_NUMERICSERV')
    return address[0], str(address[1])


def _hosts(host, family, flags):
    if host is None or host == '':
        any_or_own = ('0.0.0.0', '::') if host == '' or flags & _socket.AI_PASSIVE else ('127.0.0.1', '::1')
        return [(_socket.AF_INET, socket.inet_aton(any_or_own[0])),
                (_socket.AF_INET6, socket.inet_pton(_socket.AF_INET6, any_or_own[1]))]
    for one in (_socket.AF_INET, _socket.AF_INET6):
        literal = addresses.packed(one, host)
        if literal:
            return [(one, literal)]
    if flags & _socket.AI_NUMERICHOST:
        raise problems.gaierror(addresses.EAI_NONAME, 'Name or service not known')
    return addresses.resolve(socket_type.platform, host, family)


def _port(port, flags):
    if port is None or port == '' or port == b'':
        return 0
    if hasattr(port, '__index__'):
        return port
    text = addresses.native_text(port)
    if text.isdigit():
        return int(text)
    if flags & getattr(_socket, 'AI_NUMERICSERV', 0):
        raise problems.gaierror(addresses.EAI_NONAME, 'Name or service not known')
    return getservbyname(text)


def _kinds(kind, proto):
    kinds = [(_TCP, _socket.IPPROTO_TCP), (_UDP, _socket.IPPROTO_UDP), (_RAW, proto or 0)]
    return [(one, protocol) for one, protocol in kinds
            if kind in (0, one) and (proto in (0, protocol) or one == _RAW and kind == _RAW)] or [(kind, proto)]
