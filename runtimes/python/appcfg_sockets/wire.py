"""Protocol buffers, as much of them as the sockets service needs."""
import struct


def integer(number, value):
    """A varint field; negative numbers take ten bytes."""
    return _varint(number << 3) + _varint(value & 0xffffffffffffffff)


def data(number, value):
    """A field of bytes, text or an encoded message."""
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def double(number, value):
    return _varint(number << 3 | 1) + struct.pack('<d', value)


def parse(message):
    """Field number -> its values in order: int, bytes, or the 8 or 4 bytes of fixed ones."""
    fields = {}
    message = bytearray(message)
    at = 0
    while at < len(message):
        key, at = _read_varint(message, at)
        kind = key & 7
        if kind == 0:
            value, at = _read_varint(message, at)
            if value >= 1 << 63:
                value -= 1 << 64
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
            value, at = bytes(message[at:at + size]), at + size
        elif kind == 2:
            size, at = _read_varint(message, at)
            value, at = bytes(message[at:at + size]), at + size
        else:
            raise ValueError('unexpected wire type %d' % kind)
        fields.setdefault(key >> 3, []).append(value)
    return fields


def first(fields, number, default=None):
    values = fields.get(number)
    return values[0] if values else default


def _varint(value):
    result = bytearray()
    while value > 0x7f:
        result.append(value & 0x7f | 0x80)
        value >>= 7
    result.append(value)
    return bytes(result)


def _read_varint(message, at):
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7f) << shift
        if byte < 0x80:
            return value, at
        shift += 7
