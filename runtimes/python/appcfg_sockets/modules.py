"""The standard modules _socket, socket and select, remade on top of the platform's sockets."""
import importlib
import sys
import types

from . import handles, names, native, pickling, problems, select_module, socket_type

# Pure functions of the machine's own module.
_PURE = ('inet_aton', 'inet_ntoa', 'inet_pton', 'inet_ntop', 'htons', 'htonl', 'ntohs', 'ntohl', 'has_ipv6', 'CAPI')
# What App Engine does not have: a name that is absent can be looked for.
_ABSENT = ('socketpair', 'fromfd', 'fromshare', 'send_fds', 'recv_fds', 'create_server', 'has_dualstack_ipv6', 'ssl')
_NATIVE_NAMES = ('_socket', 'socket', 'select', 'selectors')
_OURS = ('appcfg_launcher', 'appcfg_sockets', '__main__')


def low_level():
    """The module _socket."""
    made = types.ModuleType('_socket')
    for name in dir(native._socket):
        if name.isupper() and isinstance(getattr(native._socket, name), int):
            setattr(made, name, getattr(native._socket, name))
    for name in _PURE:
        setattr(made, name, getattr(native._socket, name))
    for name in ('error', 'gaierror', 'herror', 'timeout', 'SocketApiNotImplementedError'):
        setattr(made, name, getattr(problems, name))
    for name in ('gethostname', 'gethostbyaddr', 'gethostbyname', 'gethostbyname_ex', 'getaddrinfo', 'getnameinfo',
                 'getservbyname', 'getservbyport', 'getprotobyname'):
        setattr(made, name, getattr(names, name))
    made.socket = made.SocketType = socket_type.Socket
    made.getdefaulttimeout, made.setdefaulttimeout = socket_type.getdefaulttimeout, socket_type.setdefaulttimeout
    if sys.version_info[0] > 2:
        made.dup, made.close = handles.dup, handles.close_number
    return made


def install():
    """From here on these modules are ours, whoever imports them or has done so."""
    before = dict((name, sys.modules.pop(name, None)) for name in _NATIVE_NAMES)
    sys.modules['_socket'] = low_level()
    sys.modules['select'] = select_module.make()
    made = importlib.import_module('socket')
    for name in _ABSENT:
        if name in made.__dict__:
            delattr(made, name)
            if name in made.__all__:
                made.__all__.remove(name)
    made.SocketApiNotImplementedError = problems.SocketApiNotImplementedError
    pickling.adopt(made.socket)
    if hasattr(made.socket, '_sendfile_use_send'):
        # The other way writes to the file number.
        made.socket._sendfile_use_sendfile = made.socket._sendfile_use_send
    replace([(module, sys.modules.get(name)) for name, module in before.items()])


def replace(pairs):
    """In modules that were imported before: the old modules and what was taken from them, by the new ones."""
    new_by_old = {}
    for old, new in pairs:
        if old is None or new is None or old is new:
            continue
        new_by_old[id(old)] = new
        for name, value in vars(old).items():
            is_own = getattr(value, '__module__', None) in (old.__name__, '_' + old.__name__)
            if callable(value) and is_own and getattr(new, name, value) is not value:
                new_by_old[id(value)] = getattr(new, name)
    done = set(id(module) for pair in pairs for module in pair if module is not None)
    for name, module in list(sys.modules.items()):
        if not isinstance(module, types.ModuleType) or name.split('.')[0] in _OURS or id(module) in done:
            continue
        for attribute, value in list(vars(module).items()):
            if id(value) in new_by_old:
                setattr(module, attribute, new_by_old[id(value)])
