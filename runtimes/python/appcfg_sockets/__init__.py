"""Sockets of App Engine's first generation: the standard modules, over sockets that the platform holds."""
