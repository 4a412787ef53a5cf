"""Acts when the application imports certain standard modules: makes them fit, or says why they are not there."""
import importlib
import sys

PY2 = sys.version_info[0] == 2


class Watcher(object):
    """`patches`: module name -> function that gets the module after its import. `refused`: name -> why."""

    def __init__(self, patches, refused):
        self._patches, self._refused = patches, refused
        self._busy = set()

    def install(self):
        sys.meta_path.insert(0, self)

    def _patches_now(self, name):
        return name in self._patches and name not in self._busy

    def _refuse(self, name):
        if name in self._refused:
            raise ImportError(self._refused[name])

    # Python 2

    def find_module(self, name, path=None):
        return self if PY2 and (name in self._refused or self._patches_now(name)) else None

    def load_module(self, name):
        # Said here, because Python 2 takes what a finder raises for "not found".
        self._refuse(name)
        self._busy.add(name)
        try:
            __import__(name)
        finally:
            self._busy.discard(name)
        self._patches[name](sys.modules[name])
        return sys.modules[name]

    # Python 3

    def find_spec(self, name, path=None, target=None):
        self._refuse(name)
        if not self._patches_now(name):
            return None
        self._busy.add(name)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self._busy.discard(name)
        if spec is not None and spec.loader is not None:
            spec.loader = _Patching(spec.loader, self._patches[name])
        return spec


class _Patching(object):
    def __init__(self, loader, patch):
        self._loader, self._patch = loader, patch

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        self._loader.exec_module(module)
        self._patch(module)

    def __getattr__(self, name):
        return getattr(self._loader, name)


if not PY2:
    import importlib.util
