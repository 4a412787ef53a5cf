"""The part of google.appengine that this platform brings itself."""
import os
import sys

try:
    import appcfg_launcher
except ImportError:
    # Under another server than ours: last on the path, so that nothing of the application's is hidden.
    _here = os.path.abspath(__file__)
    for _ in range(4):
        _here = os.path.dirname(_here)
    sys.path.append(_here)
    import appcfg_launcher

__all__ = []
assert appcfg_launcher
