"""The few names that differ between Python 2 and 3."""
import sys

PY2 = sys.version_info[0] == 2

if PY2:
    from urllib import unquote as _unquote
    text_type = unicode  # noqa: F821

    def decode_path(path):
        """Percent-decodes into the native string that WSGI asks for."""
        return _unquote(path)

    def native(data):
        """Bytes from the wire as a native string."""
        return data

    def header_bytes(value):
        return value.encode('latin-1') if isinstance(value, text_type) else value

    def reraise(exc_info):
        exec('raise exc_info[0], exc_info[1], exc_info[2]')
else:
    from urllib.parse import unquote_to_bytes as _unquote_to_bytes
    text_type = str

    def decode_path(path):
        """Percent-decodes into the native string that WSGI asks for (bytes as latin-1)."""
        return _unquote_to_bytes(path.encode('latin-1')).decode('latin-1')

    def native(data):
        """Bytes from the wire as a native string."""
        return data.decode('latin-1')

    def header_bytes(value):
        return value.encode('latin-1')

    def reraise(exc_info):
        raise exc_info[1].with_traceback(exc_info[2])


def as_text(value):
    """Anything printed, as text that JSON can carry."""
    if isinstance(value, text_type):
        return value
    if isinstance(value, bytes):
        return value.decode('utf-8', 'replace')
    return text_type(value)
