"""google.appengine.api.runtime: the shutdown notification of an instance."""
from appcfg_launcher.lifecycle import is_shutting_down, set_shutdown_hook

__all__ = ['is_shutting_down', 'set_shutdown_hook']
