"""Puts the launcher together: settings, environment, the application's imports, then the server."""
import atexit
import os
import sys
import time
import traceback

from . import context, local_names, output, own_sdk, request_environ, scripts, sdk_fallback, settings, url_fetch_http
from .application import FirstGeneration, SecondGeneration
from .server import Server, port_problem, write_error
from appcfg_sockets import install as sockets


def run():
    """Ends with code 0 after SIGTERM, and 1 with the traceback on stderr when the application can't be imported."""
    launch = settings.read()
    output.install(launch.is_first_generation)
    if launch.root not in sys.path:
        sys.path.insert(0, launch.root)
    # Behind the application's own files, which win.
    at = sys.path.index(launch.root) + 1
    sys.path[at:at] = launch.library_paths
    try:
        application = _first(launch) if launch.is_first_generation else _second(launch)
        output.flush()
    except scripts.StartError as problem:
        _die(str(problem))
    except BaseException:
        _die(_application_traceback(*sys.exc_info()))
    try:
        server = Server(launch.port, application)
    except (OSError, IOError) as error:
        _die('port %d: %s' % (launch.port, port_problem(error) or error))
    server.serve()
    _exit()


def _first(launch):
    if hasattr(time, 'tzset'):
        time.tzset()
    sockets.install(launch.libraries)
    sdk_fallback.install()
    request_environ.install()
    context.inherit_in_threads()
    local_names.install()
    url_fetch_http.install()
    if os.path.isfile(os.path.join(launch.root, 'appengine_config.py')):
        scripts.import_or_explain('appengine_config', launch.libraries)
    found = scripts.Scripts(launch)
    found.load_all()
    own_sdk.register()
    return FirstGeneration(launch, found)


def _second(launch):
    sdk_fallback.install()
    local_names.install()
    script = launch.handlers[0]['script']
    return SecondGeneration(launch, scripts.load_wsgi(script).application)


def _application_traceback(kind, error, trace):
    """Without the launcher's and importlib's own frames, so that the first line is the application's."""
    if not hasattr(traceback, 'TracebackException'):
        lines = traceback.format_list(_own_frames(traceback.extract_tb(trace)))
        lines += traceback.format_exception_only(kind, error)
        return 'Traceback (most recent call last):\n' + ''.join(lines).rstrip()
    report = traceback.TracebackException(kind, error, trace)
    part = report
    while part is not None:
        part.stack[:] = _own_frames(part.stack)
        part = part.__cause__ or part.__context__
    return ''.join(report.format()).rstrip()


def _own_frames(frames):
    here = os.path.dirname(os.path.abspath(__file__))
    return [frame for frame in frames
            if not os.path.abspath(frame[0]).startswith(here) and 'importlib' not in frame[0]]


def _die(text):
    output.flush()
    write_error(text)
    os._exit(1)


def _exit():
    output.flush()
    # Threads of the application that are not daemons must not hold the process: SIGTERM was its end.
    try:
        getattr(atexit, '_run_exitfuncs')()
    finally:
        output.flush()
        os._exit(0)
