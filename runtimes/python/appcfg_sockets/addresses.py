"""Socket addresses between Python's tuples and the service's messages, and names looked up by the platform."""
import errno

from . import problems, wire
from .native import _socket, socket

FAMILIES = {_socket.AF_INET: 1, _socket.AF_INET6: 2}
EAI_NONAME, EAI_FAMILY = _socket.EAI_NONAME, _socket.EAI_FAMILY


def native_text(host):
    if host is None or isinstance(host, str):
        return host
    if isinstance(host, (bytes, bytearray)):
        return bytes(host).decode('ascii')
    return host.encode('idna')


def packed(family, host):
    """The bytes of a literal address of the family, or None."""
    try:
        return socket.inet_pton(family, host.partition('%')[0])
    except (socket.error, ValueError, UnicodeError):
        return None


def message(family, address, platform, is_remote=True):
    """An AddressPort for a tuple of host and port; names are resolved."""
    if not isinstance(address, tuple) or len(address) < 2:
        raise TypeError('a socket address must be a tuple (host, port), not %s' % type(address).__name__)
    host, port = native_text(address[0]), address[1]
    if isinstance(port, bool) or not hasattr(port, '__index__'):
        raise TypeError('an integer is required')
    if not 0 <= port <= 65535:
        raise OverflowError('port must be 0-65535.')
    literal = _wildcard(family, host) if host in ('', '<broadcast>') else packed(family, host)
    if literal is None:
        literal = resolve(platform, host, family)[0][1]
    # Programs that don't say whom they connect to mean this machine.
    return wire.integer(1, port) + wire.data(2, literal) + (wire.data(3, host.encode('utf-8')) if is_remote and host else b'')


def tuple_of(family, encoded):
    """(host, port), for IPv6 with flow and scope."""
    fields = wire.parse(encoded or b'')
    size = 4 if family == _socket.AF_INET else 16
    address = wire.first(fields, 2, b'\0' * size)
    if len(address) != size:
        address = (b'\0' * 10 + b'\xff\xff' + address)[-size:] if len(address) in (4, 16) else b'\0' * size
    host = socket.inet_ntop(family, address)
    port = wire.first(fields, 1, 0)
    return (host, port) if family == _socket.AF_INET else (host, port, 0, 0)


def resolve(platform, name, family=0):
    """[(family, packed address)] of a name, IPv4 first. Raises gaierror."""
    wanted = [FAMILIES[family]] if family in FAMILIES else []
    request = wire.data(1, name.encode('utf-8')) + b''.join(wire.integer(2, one) for one in wanted)
    answer = platform.call('Resolve', request, 20.0)
    found = [(_socket.AF_INET if len(one) == 4 else _socket.AF_INET6, one) for one in answer.get(2, [])]
    if not found:
        raise problems.gaierror(EAI_NONAME, 'Name or service not known')
    return sorted(found, key=lambda item: item[0] != _socket.AF_INET)


def check_family(family):
    if family not in FAMILIES:
        raise problems.system_error(errno.EAFNOSUPPORT)


def _wildcard(family, host):
    if host == '<broadcast>':
        return b'\xff' * 4
    return b'\0' * (4 if family == _socket.AF_INET else 16)
