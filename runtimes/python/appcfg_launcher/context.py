"""Which request a thread works on: its environment, its id in the log, its ticket for the platform's APIs."""
import threading

_local = threading.local()


def environ():
    """The request's own os.environ, or None outside of requests."""
    return getattr(_local, 'environ', None)


def request_id():
    return getattr(_local, 'request_id', None)


def ticket():
    return getattr(_local, 'ticket', None)


def begin(request_id_, environ_=None, ticket_=None):
    _local.request_id = request_id_
    _local.environ = environ_
    _local.ticket = ticket_


def end():
    begin(None)


def inherit_in_threads():
    """Makes threads that a request starts see that request's environment, as App Engine's first generation did."""
    try:
        import thread as low_level
    except ImportError:
        import _thread as low_level
    for module, name in ((low_level, 'start_new_thread'), (low_level, 'start_new'),
                         (threading, '_start_new_thread'), (threading, '_start_joinable_thread')):
        original = getattr(module, name, None)
        if original is not None:
            setattr(module, name, _inheriting(original))


def _inheriting(start):
    def start_thread(function, *args, **kwargs):
        inherited_id, inherited_environ, inherited_ticket = request_id(), environ(), ticket()
        if inherited_id is None and inherited_environ is None:
            return start(function, *args, **kwargs)
        copied = None if inherited_environ is None else dict(inherited_environ)

        def run(*run_args, **run_kwargs):
            begin(inherited_id, copied, inherited_ticket)
            try:
                return function(*run_args, **run_kwargs)
            finally:
                end()
        return start(run, *args, **kwargs)
    return start_thread
