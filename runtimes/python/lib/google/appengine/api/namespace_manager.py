"""google.appengine.api.namespace_manager: the namespace that a request works in."""
import re

from appcfg_launcher import context

__all__ = ['BadValueError', 'get_namespace', 'google_apps_namespace', 'set_namespace', 'validate_namespace']

_PATTERN = re.compile(r'^[0-9A-Za-z._-]{0,100}$')


class BadValueError(Exception):
    """The namespace has characters that it may not have."""


def set_namespace(namespace):
    """For the rest of the request; tasks that it adds get it too."""
    if namespace is not None:
        validate_namespace(namespace)
    context.set_namespace(namespace)


def get_namespace():
    return context.namespace()


def google_apps_namespace():
    return context.header('DEFAULT_NAMESPACE') or None


def validate_namespace(value, exception=BadValueError):
    if not _PATTERN.match(value):
        raise exception('value "%s" does not match regex "%s"' % (value, _PATTERN.pattern))
