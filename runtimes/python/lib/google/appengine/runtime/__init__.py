"""google.appengine.runtime: what the runtime raises in requests that take too long."""
from google.appengine.runtime import apiproxy_errors
from appcfg_launcher.deadline import DeadlineExceededError

__all__ = ['DeadlineExceededError', 'apiproxy_errors']
