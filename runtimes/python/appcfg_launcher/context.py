"""Which request a thread works on: its environment, its id in the log, its ticket for the platform's APIs."""
import os
import threading

_local = threading.local()


def environ():
    """The request's own os.environ, or None outside of requests."""
    return getattr(_local, 'environ', None)


def request_id():
    return getattr(_local, 'request_id', None)


def ticket():
    return getattr(_local, 'ticket', None)


def header(name):
    """Of the request, after X-AppEngine-: with underscores, in capitals."""
    key = 'HTTP_X_APPENGINE_' + name
    return (getattr(_local, 'wsgi_environ', None) or {}).get(key) or os.environ.get(key) or ''


def namespace():
    """What was set in this request; else the request's own, which tasks bring along."""
    chosen = getattr(_local, 'namespace', None)
    return header('CURRENT_NAMESPACE') if chosen is None else chosen


def set_namespace(name):
    """Until the request ends; None takes it back."""
    _local.namespace = name


def variable(name):
    """What the platform says about the request (USER_EMAIL ...): an environment variable in the first generation, a
    header in the second. Empty when it says nothing."""
    return os.environ.get(name) or header(name)


def begin(request_id_, environ_=None, ticket_=None, wsgi_environ=None):
    _local.request_id = request_id_
    _local.environ = environ_
    _local.ticket = ticket_
    _local.wsgi_environ = wsgi_environ
    _local.namespace = None


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
        inherited_wsgi, inherited_namespace = getattr(_local, 'wsgi_environ', None), getattr(_local, 'namespace', None)
        if inherited_id is None and inherited_environ is None:
            return start(function, *args, **kwargs)
        copied = None if inherited_environ is None else dict(inherited_environ)

        def run(*run_args, **run_kwargs):
            begin(inherited_id, copied, inherited_ticket, inherited_wsgi)
            set_namespace(inherited_namespace)
            try:
                return function(*run_args, **run_kwargs)
            finally:
                end()
        return start(run, *args, **kwargs)
    return start_thread
