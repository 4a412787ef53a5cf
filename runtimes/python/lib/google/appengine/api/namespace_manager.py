"""google.appengine.api.namespace_manager: the namespace that a request works in."""
import os
import re

__all__ = ['BadValueError', 'get_namespace', 'google_apps_namespace', 'set_namespace', 'validate_namespace']

_VARIABLE = 'HTTP_X_APPENGINE_CURRENT_NAMESPACE'
_PATTERN = re.compile(r'^[0-9A-Za-z._-]{0,100}$')


class BadValueError(Exception):
    """The namespace has characters that it may not have."""


def set_namespace(namespace):
    """For the rest of the request; tasks that it adds get it too."""
    if namespace is None:
        os.environ.pop(_VARIABLE, None)
        return
    validate_namespace(namespace)
    os.environ[_VARIABLE] = namespace


def get_namespace():
    return os.environ.get(_VARIABLE, '')


def google_apps_namespace():
    return os.environ.get('HTTP_X_APPENGINE_DEFAULT_NAMESPACE')


def validate_namespace(value, exception=BadValueError):
    if not _PATTERN.match(value):
        raise exception('value "%s" does not match regex "%s"' % (value, _PATTERN.pattern))
