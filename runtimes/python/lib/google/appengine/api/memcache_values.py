"""Values of memcache as bytes and flags, so that every SDK and language reads what another one wrote."""
import pickle

MAX_VALUE_SIZE = 1000000

TYPE_BYTES, TYPE_UNICODE, TYPE_PICKLED, TYPE_INT, TYPE_LONG, TYPE_BOOL = range(6)
_TYPE_MASK = 7

try:
    _text, _long = unicode, long
except NameError:
    _text, _long = str, None


def encode_value(value):
    """(bytes, flags); ValueError for what is too large."""
    data, flags = _encode(value)
    if len(data) > MAX_VALUE_SIZE:
        raise ValueError('Values may not be more than %d bytes in length; received %d bytes'
                         % (MAX_VALUE_SIZE, len(data)))
    return data, flags


def decode_value(data, flags):
    kind = flags & _TYPE_MASK
    if kind == TYPE_BYTES:
        return data
    if kind == TYPE_UNICODE:
        return data.decode('utf-8')
    if kind == TYPE_PICKLED:
        return pickle.loads(data)
    if kind == TYPE_BOOL:
        return bool(int(data))
    if kind == TYPE_INT:
        return int(data)
    if kind == TYPE_LONG:
        return (_long or int)(data)
    raise ValueError('the type of a stored value is unknown: %d' % kind)


def _encode(value):
    if isinstance(value, bytes):
        return value, TYPE_BYTES
    if isinstance(value, _text):
        return value.encode('utf-8'), TYPE_UNICODE
    if isinstance(value, bool):
        return str(int(value)).encode('ascii'), TYPE_BOOL
    if isinstance(value, int):
        return str(value).encode('ascii'), TYPE_INT
    if _long is not None and isinstance(value, _long):
        return str(value).encode('ascii'), TYPE_LONG
    return pickle.dumps(value, 2), TYPE_PICKLED
