"""The machine's own socket and select, for the launcher and for the way to the platform."""
import select
import socket

import _socket

__all__ = ['_socket', 'select', 'socket']
