"""google.appengine.api.app_identity: who this application is."""
import os
import time

from appcfg_launcher import context
from appcfg_launcher.protobuf import Message
from google.appengine.api import apiproxy_rpc
from google.appengine.runtime import apiproxy_errors

__all__ = ['Error', 'BackendDeadlineExceeded', 'BlobSizeTooLarge', 'InternalError', 'InvalidScope', 'NotAllowed',
           'OperationNotImplemented', 'PublicCertificate', 'get_access_token', 'get_access_token_uncached',
           'get_application_id', 'get_default_gcs_bucket_name', 'get_default_version_hostname',
           'get_public_certificates', 'get_service_account_name', 'sign_blob']


class Error(Exception):
    """Base of the errors of this API."""


class BackendDeadlineExceeded(Error):
    """The service took too long."""


class BlobSizeTooLarge(Error):
    """Only 8 KiB can be signed."""


class InternalError(Error):
    """The service failed."""


class InvalidScope(Error):
    """A scope is unknown."""


class NotAllowed(Error):
    """The application may not do this."""


class OperationNotImplemented(Error):
    """The platform can't do this."""


_ERRORS = {9: InvalidScope, 1000: BlobSizeTooLarge, 1001: BackendDeadlineExceeded, 1002: InternalError,
           1003: InternalError, 1005: NotAllowed, 1006: OperationNotImplemented}

_BYTES = Message((1, 'bytes_to_sign', 'bytes'))
_SIGNED = Message((1, 'key_name', 'string'), (2, 'signature_bytes', 'bytes'))
_CERTIFICATE = Message((1, 'key_name', 'string'), (2, 'x509_certificate_pem', 'string'))
_CERTIFICATES = Message((1, 'certificates', _CERTIFICATE, True))
_NAME = Message((1, 'name', 'string'))
_SCOPES = Message((1, 'scope', 'string', True), (2, 'service_account_id', 'int'))
_TOKEN = Message((1, 'access_token', 'string'), (2, 'expiration_time', 'int'))

# A token that is about to expire is asked for anew.
_TOKEN_MARGIN_SECONDS = 300
_tokens = {}


class PublicCertificate(object):
    def __init__(self, key_name, x509_certificate_pem):
        self.key_name = key_name
        self.x509_certificate_pem = x509_certificate_pem


def get_application_id():
    """Without the partition: `s~app` is `app`."""
    full = os.environ.get('APPLICATION_ID') or os.environ.get('GAE_APPLICATION') or ''
    return full.partition('~')[2] or full


def get_default_version_hostname():
    return context.variable('DEFAULT_VERSION_HOSTNAME') or None


def sign_blob(bytes_to_sign, deadline=None):
    """(key name, signature): RSA over SHA-256, by the application's own key."""
    if not isinstance(bytes_to_sign, bytes):
        raise TypeError('bytes_to_sign must be str: %s' % type(bytes_to_sign))
    signed = _call('SignForApp', _BYTES.encode({'bytes_to_sign': bytes_to_sign}), _SIGNED, deadline)
    return signed['key_name'], signed['signature_bytes']


def get_public_certificates(deadline=None):
    found = _call('GetPublicCertificatesForApp', b'', _CERTIFICATES, deadline)['certificates']
    return [PublicCertificate(one['key_name'], one['x509_certificate_pem']) for one in found]


def get_service_account_name(deadline=None):
    return _call('GetServiceAccountName', b'', _NAME, deadline).get('name')


def get_default_gcs_bucket_name(deadline=None):
    return _call('GetDefaultGcsBucketName', b'', _NAME, deadline).get('name') or None


def get_access_token_uncached(scopes, service_account_id=None):
    """(token, when it expires in seconds since the epoch)."""
    listed = [scopes] if not isinstance(scopes, (list, tuple)) else list(scopes)
    request = _SCOPES.encode({'scope': listed, 'service_account_id': service_account_id})
    token = _call('GetAccessToken', request, _TOKEN, None)
    return token['access_token'], token['expiration_time']


def get_access_token(scopes, service_account_id=None):
    key = (tuple(scopes) if isinstance(scopes, (list, tuple)) else scopes, service_account_id)
    known = _tokens.get(key)
    if known is None or known[1] - _TOKEN_MARGIN_SECONDS < time.time():
        known = _tokens[key] = get_access_token_uncached(scopes, service_account_id)
    return known


def _call(method, request, response, deadline):
    try:
        return response.decode(apiproxy_rpc.call('app_identity_service', method, request, deadline))
    except apiproxy_errors.ApplicationError as error:
        raise _ERRORS.get(error.application_error, Error)(error.error_detail)
