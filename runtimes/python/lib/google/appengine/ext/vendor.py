"""google.appengine.ext.vendor: third-party packages in a folder of the application."""
import os.path
import site
import sys

__all__ = ['add']


def add(path, index=1):
    """Puts `path` on sys.path before the packages of the system, and honours its .pth files."""
    if not os.path.isdir(path):
        raise ValueError('vendor.add: there is no folder %s' % os.path.abspath(path))
    folder = os.path.abspath(path)
    before = list(sys.path)
    site.addsitedir(folder)
    added = [entry for entry in sys.path if entry not in before] or [folder]
    sys.path[:] = before[:index] + added + [entry for entry in before[index:] if entry not in added]
