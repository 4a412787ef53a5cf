"""Which code answers a path: handlers of app.yaml, imported before the first request."""
import importlib
import os
import re
import sys
import traceback

from .compat import PY2

# Import names of the libraries that App Engine's first generation brought and this platform does not.
_IMPORT_NAMES = {
    'clearsilver': ('neo_cgi', 'neo_util'), 'futures': ('concurrent',), 'grpcio': ('grpc',), 'mysqlclient': ('MySQLdb',),
    'PyAMF': ('pyamf',), 'pycrypto': ('Crypto',), 'setuptools': ('setuptools', 'pkg_resources'),
}
_BUNDLED_BY_APP_ENGINE = (
    'clearsilver', 'click', 'crcmod', 'django', 'endpoints', 'enum', 'flask', 'futures', 'grpcio', 'itsdangerous',
    'jinja2', 'lxml', 'markupsafe', 'matplotlib', 'mysqlclient', 'MySQLdb', 'numpy', 'PIL', 'protorpc', 'psycopg2',
    'PyAMF', 'pycrypto', 'pytz', 'setuptools', 'six', 'ujson', 'webapp2', 'webob', 'werkzeug', 'yaml')


_OWN_APIS = ('api.app_identity, api.background_thread, api.logservice, api.memcache, api.modules, api.runtime, '
             'api.taskqueue, api.urlfetch, api.users, ext.deferred, ext.vendor, runtime')


class StartError(Exception):
    """The application can't be served as it is; the message is for its author."""


class WsgiScript(object):
    """`package.module.attribute`: a WSGI application."""

    def __init__(self, name, application, path):
        self.name = name
        self.application = application
        self.path = path


class CgiScript(object):
    """`folder/file.py`: a program run once for each request."""

    def __init__(self, root, name):
        self.name = name
        self.path = os.path.join(root, *name.split('/'))


class Scripts(object):
    """The handlers in order; the first whose url matches the whole path answers."""

    def __init__(self, settings):
        self._settings = settings
        self._loaded = {}
        self._handlers = [(_whole(handler['url']), handler['script']) for handler in settings.handlers]

    def load_all(self):
        """Imports every script whose name is known before a request comes."""
        for pattern, script in self._handlers:
            if '\\' not in script:
                self._load(script)

    def find(self, path):
        for matches, script in self._handlers:
            match = matches(path)
            if match:
                return self._load(match.expand(script) if '\\' in script else script)
        return None

    def _load(self, script):
        loaded = self._loaded.get(script)
        if loaded is None:
            loaded = self._loaded[script] = self._find_script(script)
        return loaded

    def _find_script(self, script):
        if script.endswith('.py') or '/' in script:
            return self._cgi_script(script)
        return load_wsgi(script, self._settings.libraries)

    def _cgi_script(self, script):
        if self._settings.is_threadsafe:
            raise StartError('script: %s is a CGI script, which app.yaml allows only with threadsafe: false; '
                             'write script: module.app for a WSGI application.' % script)
        found = CgiScript(self._settings.root, script)
        inside = os.path.realpath(found.path).startswith(os.path.realpath(self._settings.root) + os.sep)
        if not inside or not os.path.isfile(found.path):
            raise StartError("script: %s names a file that the application doesn't have." % script)
        return found


def load_wsgi(script, libraries=()):
    """Imports `module.attribute` (the module may be dotted)."""
    module_name, dot, attribute = script.rpartition('.')
    if not dot:
        raise StartError('script: %s should be module.attribute, as in main.app.' % script)
    import_or_explain(module_name, libraries)
    module = sys.modules[module_name]
    application = getattr(module, attribute, None)
    if not callable(application):
        raise StartError('script: %s: module %s has no WSGI application named %s.' % (script, module_name, attribute))
    return WsgiScript(script, _with_middleware(application), getattr(module, '__file__', module_name))


def import_or_explain(module_name, libraries=()):
    try:
        return importlib.import_module(module_name)
    except ImportError as error:
        missing = _missing_name(error, sys.exc_info()[2])
        hint = missing and _explain(missing, libraries)
        if hint:
            sys.stderr.write(hint + '\n')
        raise


def _with_middleware(application):
    config = sys.modules.get('appengine_config')
    wrap = getattr(config, 'webapp_add_wsgi_middleware', None)
    return wrap(application) if wrap else application


def _missing_name(error, trace):
    """The dotted name that an import looked for in vain. Old Pythons tell only its last part, so the line is read."""
    match = re.match(r"(?:No module named|cannot import name) '?([\w.]+)", str(error))
    if not match:
        return None
    last = match.group(1)
    if getattr(error, 'name', None):
        return error.name if str(error).startswith('No') else '%s.%s' % (error.name, last)
    line = re.match(r'(?:from\s+([\w.]+)\s+)?import\s+([\w.]+)', traceback.extract_tb(trace)[-1][3] or '')
    name = '.'.join(part for part in line.groups() if part) if line else last
    found = re.match(r'(.*\b)?%s\b' % re.escape(last), name)
    return found.group(0) if found else last


def _explain(missing, libraries):
    if missing.startswith('google.appengine'):
        return ('%s is not part of the google.appengine package that this platform brings (%s); '
                'put an App Engine SDK that has it into the folder of the application.' % (missing, _OWN_APIS))
    top = missing.split('.')[0]
    if top in sys.modules:
        return None
    for library in set(libraries) | set(_BUNDLED_BY_APP_ENGINE):
        if top in _IMPORT_NAMES.get(library, (library,)):
            listed = 'app.yaml lists the library %s' % library if library in libraries else \
                'App Engine brought the library %s' % library
            return ('%s, which this platform does not bring: put it into the folder of the application '
                    '(pip install -t lib %s, and vendor.add("lib") in appengine_config.py), or name a directory that '
                    'has it, an App Engine SDK or one of wheels, to the platform: APPCFG_PYTHON27_LIBRARIES.'
                    % (listed, library))
    return None


def _whole(url):
    """A match function for the whole path."""
    if PY2:
        return re.compile('(?:' + url + r')\Z').match
    return re.compile(url).fullmatch
