"""google.appengine.api.runtime: the shutdown notification of an instance, and what it uses."""
from appcfg_launcher.lifecycle import is_shutting_down, set_shutdown_hook
from appcfg_launcher.protobuf import Message
from google.appengine.api import apiproxy_rpc

__all__ = ['cpu_usage', 'is_shutting_down', 'memory_usage', 'set_shutdown_hook']

_STAT = Message((1, 'current', 'double'), (2, 'total', 'double'), (3, 'average1m', 'double'),
                (4, 'average10m', 'double'), (5, 'rate1m', 'double'), (6, 'rate10m', 'double'))
_STATS = Message((1, 'cpu', _STAT), (2, 'memory', _STAT))


class _Value(float):
    """A number that can be called, as the first SDKs had it: usage.total() and usage.total are the same."""

    def __call__(self):
        return float(self)


class SystemStat(object):
    """current, average1m, average10m (memory, in MB); total, rate1m, rate10m (processor, in megacycles)."""

    def __init__(self, values):
        for name in ('current', 'total', 'average1m', 'average10m', 'rate1m', 'rate10m'):
            setattr(self, name, _Value(values.get(name, 0.0)))


def cpu_usage():
    return SystemStat(_stats().get('cpu', {}))


def memory_usage():
    return SystemStat(_stats().get('memory', {}))


def _stats():
    return _STATS.decode(apiproxy_rpc.call('system', 'GetSystemStats', b''))
