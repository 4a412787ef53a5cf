"""What the platform tells the launcher: one JSON object in APPCFG_LAUNCH, or the path of a file that holds it."""
import json
import os


class Settings(object):
    """generation: 1 or 2; root: the application's folder; handlers: script handlers in order, with url and script;
    libraries: names that app.yaml asked for; library_paths: where the platform has them."""

    def __init__(self, data):
        self.generation = data['generation']
        self.root = os.getcwd()
        self.is_threadsafe = data.get('threadsafe', True)
        self.handlers = data.get('handlers', [])
        self.libraries = data.get('libraries', [])
        self.library_paths = data.get('library_paths', [])
        self.port = int(os.environ['PORT'])

    @property
    def is_first_generation(self):
        return self.generation == 1


def read():
    text = os.environ.pop('APPCFG_LAUNCH')
    if not text.startswith('{'):
        with open(text) as file:
            text = file.read()
    data = json.loads(text)
    return Settings(_native(data))


def _native(value):
    """Python 2's json gives unicode, where paths, regular expressions and module names want str."""
    if isinstance(value, dict):
        return dict((_native(key), _native(item)) for key, item in value.items())
    if isinstance(value, list):
        return [_native(item) for item in value]
    if str is bytes and not isinstance(value, (str, bool, int, float, type(None))):
        return value.encode('utf-8')
    return value
