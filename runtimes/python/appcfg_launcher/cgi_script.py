"""Runs a CGI script of the first generation for one request, inside this process, one at a time."""
import io
import runpy
import sys

from . import lifecycle
from .compat import PY2


def run(script, request, response):
    """os.environ is the request's already; stdin and stdout are its body and answer."""
    output = io.BytesIO()
    saved = sys.stdin, sys.stdout, sys.argv
    body = request.body.read()
    if PY2:
        sys.stdin, sys.stdout = io.BytesIO(body), _Output2(output)
    else:
        sys.stdin = io.TextIOWrapper(io.BytesIO(body), encoding='utf-8', errors='surrogateescape')
        sys.stdout = io.TextIOWrapper(output, encoding='utf-8', write_through=True)
    sys.argv = [script.path]
    try:
        with lifecycle.in_application():
            runpy.run_path(script.path, run_name='__main__')
    except SystemExit as end:
        if end.code not in (None, 0):
            raise RuntimeError('%s exited with %r' % (script.name, end.code))
    finally:
        # The wrapper must not close what it wraps when it is collected.
        if not PY2:
            sys.stdout.flush()
            sys.stdout.detach()
        sys.stdin, sys.stdout, sys.argv = saved
    _send(output.getvalue(), response)


def _send(output, response):
    status, headers = '200 OK', []
    rest = output
    while True:
        line, newline, rest = rest.partition(b'\n')
        line = line.rstrip(b'\r')
        if not line:
            break
        name, colon, value = line.decode('latin-1').partition(':')
        if not colon or not newline:
            raise ValueError('the CGI script did not print headers and an empty line: %r' % line[:80])
        if name.lower() == 'status':
            status = value.strip()
        else:
            headers.append((name.strip(), value.strip()))
    if status[3:].strip() == '':
        status = status[:3] + ' Unknown'
    if any(name.lower() == 'location' for name, _ in headers) and status == '200 OK':
        status = '302 Found'
    response.set_head(status, headers)
    response.write(rest, is_whole=True)
    response.finish()


class _Output2(object):
    """Python 2's stdout takes both kinds of string."""

    softspace = 0
    encoding = 'utf-8'

    def __init__(self, output):
        self._output = output

    def write(self, data):
        self._output.write(data if isinstance(data, bytes) else data.encode('utf-8'))

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        pass

    def isatty(self):
        return False
