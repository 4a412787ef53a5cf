"""The number of the current thread."""
try:
    from thread import get_ident
except ImportError:
    from threading import get_ident

__all__ = ['get_ident']
