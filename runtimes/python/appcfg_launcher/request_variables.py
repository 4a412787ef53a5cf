"""The variables of one request, as App Engine's first generation (and plain WSGI in the second) names them."""
import hashlib
import os

from .compat import decode_path


def plain(request, port):
    """What any WSGI server gives: the second generation."""
    path, _, query = request.target.partition('?')
    is_https = (request.header('x-forwarded-proto') or request.header('x-appengine-https')) in ('https', 'on')
    name, host_port = _host(request, is_https)
    variables = {
        'REQUEST_METHOD': request.method, 'SCRIPT_NAME': '', 'PATH_INFO': decode_path(path), 'QUERY_STRING': query,
        'REQUEST_URI': request.target, 'RAW_URI': request.target, 'SERVER_NAME': name, 'SERVER_PORT': host_port,
        'SERVER_PROTOCOL': request.version, 'SERVER_SOFTWARE': 'appcfg', 'REMOTE_ADDR': '127.0.0.1',
    }
    _add_headers(variables, request)
    return variables, 'https' if is_https else 'http'


def first_generation(request, translated):
    """The process's variables and the request's, all of which App Engine showed in os.environ too."""
    path, _, query = request.target.partition('?')
    is_https = request.header('x-appengine-https', request.header('x-forwarded-proto')) in ('on', 'https')
    name, port = _host(request, is_https)
    log_id = request.header('x-appengine-request-log-id')
    variables = {
        'REQUEST_METHOD': request.method, 'SCRIPT_NAME': '', 'PATH_INFO': decode_path(path), 'QUERY_STRING': query,
        'REQUEST_URI': request.target, 'PATH_TRANSLATED': translated, 'SERVER_NAME': name, 'SERVER_PORT': port,
        'SERVER_PROTOCOL': request.version, 'HTTPS': 'on' if is_https else 'off',
        'REMOTE_ADDR': request.header('x-appengine-user-ip', '127.0.0.1'),
        'REQUEST_LOG_ID': log_id,
        'REQUEST_ID_HASH': request.header('x-appengine-request-id-hash') or _short_hash(log_id),
        'CONTENT_TYPE': '', 'CONTENT_LENGTH': '',
    }
    for variable, header in (('DEFAULT_VERSION_HOSTNAME', 'x-appengine-default-version-hostname'),
                             ('DATACENTER', 'x-appengine-datacenter'), ('AUTH_DOMAIN', 'x-appengine-auth-domain')):
        value = request.header(header)
        if value:
            variables[variable] = value
    _add_user(variables, request)
    _add_headers(variables, request)
    return variables


def _add_user(variables, request):
    email = request.header('x-appengine-user-email')
    auth_domain = variables.get('AUTH_DOMAIN', os.environ.get('AUTH_DOMAIN', ''))
    nickname = email[:-len(auth_domain) - 1] if auth_domain and email.endswith('@' + auth_domain) else email
    variables['USER_EMAIL'] = email
    variables['USER_ID'] = request.header('x-appengine-user-id')
    variables['USER_NICKNAME'] = request.header('x-appengine-user-nickname') or nickname
    variables['USER_ORGANIZATION'] = request.header('x-appengine-user-organization')
    variables['USER_IS_ADMIN'] = '1' if request.header('x-appengine-user-is-admin') == '1' else '0'


def _add_headers(variables, request):
    for name, value in request.headers:
        # A_B and A-B would be one variable: only the spelling that the router checks may pass.
        if '_' in name:
            continue
        key = name.upper().replace('-', '_')
        if key == 'CONTENT_TYPE':
            variables[key] = value
        elif key == 'PROXY':
            # HTTP_PROXY would redirect the application's own outgoing requests (httpoxy).
            continue
        elif key not in ('CONTENT_LENGTH', 'TRANSFER_ENCODING', 'CONNECTION', 'EXPECT'):
            key = 'HTTP_' + key
            variables[key] = variables[key] + (';' if key == 'HTTP_COOKIE' else ',') + value if key in variables else value
    if request.content_length is not None:
        variables['CONTENT_LENGTH'] = str(request.content_length)


def _host(request, is_https):
    host = request.header('host', '127.0.0.1')
    name, colon, port = host.rpartition(':')
    if colon and port.isdigit():
        return name, port
    return host, '443' if is_https else '80'


def _short_hash(text):
    return hashlib.sha256(text.encode('latin-1')).hexdigest()[:8].upper()
