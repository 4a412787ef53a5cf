"""The protocol buffer wire format, as much of it as App Engine's APIs use: proto2, groups included.

A message is declared by its fields, and its values are dicts: absent fields are missing, repeated ones always lists.
"""
import struct

from .compat import PY2, text_type

_VARINT, _FIXED64, _BYTES, _START, _END, _FIXED32 = range(6)
_WIRE_TYPES = {'int': _VARINT, 'bool': _VARINT, 'fixed64': _FIXED64, 'double': _FIXED64, 'string': _BYTES,
               'bytes': _BYTES, 'fixed32': _FIXED32}
_MASK = (1 << 64) - 1


class DecodeError(ValueError):
    """Bytes that are no such message."""


class Field(object):
    """kind: a key of _WIRE_TYPES, a Message, or a Group."""

    def __init__(self, number, name, kind, repeated=False):
        self.number = number
        self.name = name
        self.kind = kind
        self.repeated = repeated


class Message(object):
    def __init__(self, *fields):
        self._fields = [Field(*field) for field in fields]
        self._by_number = dict((field.number, field) for field in self._fields)

    def encode(self, values):
        parts = []
        for field in self._fields:
            value = values.get(field.name)
            if value is None:
                continue
            for item in value if field.repeated else (value,):
                _encode_field(parts, field, item)
        return b''.join(parts)

    def decode(self, data):
        values, end = self._decode(bytes(data), 0, None)
        if end != len(data):
            raise DecodeError('a group ends that did not begin')
        return values

    def _decode(self, data, at, group):
        values = dict((field.name, []) for field in self._fields if field.repeated)
        while at < len(data):
            tag, at = _read_varint(data, at)
            number, wire_type = tag >> 3, tag & 7
            if wire_type == _END:
                if number != group:
                    raise DecodeError('a group ends that did not begin')
                return values, at
            field = self._by_number.get(number)
            if field is None or wire_type != _wire_type(field.kind):
                at = _skip(data, at, wire_type, number)
                continue
            value, at = _decode_value(data, at, field)
            if field.repeated:
                values[field.name].append(value)
            else:
                values[field.name] = value
        if group is not None:
            raise DecodeError('a group does not end')
        return values, at


class Group(Message):
    """A message between two tags of its own instead of behind a length."""


def _wire_type(kind):
    if isinstance(kind, Group):
        return _START
    return _BYTES if isinstance(kind, Message) else _WIRE_TYPES[kind]


def _encode_field(parts, field, value):
    kind, number = field.kind, field.number
    parts.append(_varint(number << 3 | _wire_type(kind)))
    if isinstance(kind, Group):
        parts.append(kind.encode(value))
        parts.append(_varint(number << 3 | _END))
    elif isinstance(kind, Message):
        _append_bytes(parts, kind.encode(value))
    elif kind == 'string':
        _append_bytes(parts, value.encode('utf-8') if isinstance(value, text_type) else value)
    elif kind == 'bytes':
        _append_bytes(parts, bytes(value))
    elif kind in ('int', 'bool'):
        parts.append(_varint(int(value) & _MASK))
    else:
        parts.append(struct.pack({'double': '<d', 'fixed64': '<Q', 'fixed32': '<I'}[kind], value))


def _append_bytes(parts, data):
    parts.append(_varint(len(data)))
    parts.append(data)


def _decode_value(data, at, field):
    kind = field.kind
    if isinstance(kind, Group):
        return kind._decode(data, at, field.number)
    wire_type = _wire_type(kind)
    if wire_type == _BYTES:
        piece, at = _read_bytes(data, at)
        if isinstance(kind, Message):
            return kind.decode(piece), at
        return (_text(piece) if kind == 'string' else piece), at
    if wire_type == _VARINT:
        value, at = _read_varint(data, at)
        if kind == 'bool':
            return bool(value), at
        return (value - (1 << 64) if value >> 63 else value), at
    size = 8 if wire_type == _FIXED64 else 4
    if at + size > len(data):
        raise DecodeError('the message is cut off')
    form = {'double': '<d', 'fixed64': '<Q', 'fixed32': '<I'}[kind]
    return struct.unpack(form, data[at:at + size])[0], at + size


def _text(piece):
    """A native string where that loses nothing."""
    if PY2:
        try:
            return str(piece.decode('ascii'))
        except UnicodeDecodeError:
            pass
    return piece.decode('utf-8', 'replace')


def _varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _read_varint(data, at):
    result = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise DecodeError('the message is cut off')
        byte = ord(data[at]) if PY2 else data[at]
        at += 1
        result |= (byte & 127) << shift
        if byte < 128:
            return result & _MASK, at
        shift += 7


def _read_bytes(data, at):
    length, at = _read_varint(data, at)
    if at + length > len(data):
        raise DecodeError('the message is cut off')
    return data[at:at + length], at + length


def _skip(data, at, wire_type, number):
    if wire_type == _VARINT:
        return _read_varint(data, at)[1]
    if wire_type == _BYTES:
        return _read_bytes(data, at)[1]
    if wire_type == _START:
        return Message()._decode(data, at, number)[1]
    if wire_type not in (_FIXED32, _FIXED64):
        raise DecodeError('wire type %d is unknown' % wire_type)
    return at + (8 if wire_type == _FIXED64 else 4)
