"""Offers our small google.appengine package to applications that bring no SDK of their own."""
import os
import sys

from .compat import PY2

_LIBRARY = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'lib')
_NAMES = ('google', 'google.appengine') if PY2 else ('google.appengine',)


def install():
    """Last on every list: whatever the application has itself is found first, at any time."""
    if PY2:
        # Python 2 asks meta_path before sys.path, so the finder looks for the application's own package itself.
        sys.meta_path.append(_Finder2())
    else:
        # No __init__.py in our `google`, so that it joins the application's namespace package of that name.
        sys.path.append(_LIBRARY)
        sys.meta_path.append(_Finder3())


def is_ours(package):
    return any(path.startswith(_LIBRARY + os.sep) for path in package.__path__)


class _Finder2(object):
    def find_module(self, name, path=None):
        if name not in _NAMES:
            return None
        import imp
        try:
            file = imp.find_module(name.rpartition('.')[2], path)[0]
            if file:
                file.close()
            return None
        except ImportError:
            return self

    def load_module(self, name):
        import imp
        folder = os.path.join(_LIBRARY, *name.split('.'))
        if os.path.isfile(os.path.join(folder, '__init__.py')):
            return imp.load_module(name, None, folder, ('', '', imp.PKG_DIRECTORY))
        module = sys.modules.setdefault(name, imp.new_module(name))
        module.__path__ = [folder]
        module.__loader__ = self
        return module


class _Finder3(object):
    """Serves `google.appengine` when `google` is an ordinary package of the application's."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name not in _NAMES:
            return None
        from importlib.machinery import PathFinder
        return PathFinder.find_spec(name, [os.path.join(_LIBRARY, 'google')])
