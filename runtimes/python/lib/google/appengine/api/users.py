"""google.appengine.api.users: who is signed in."""
from appcfg_launcher.context import variable as _variable
from appcfg_launcher.protobuf import Message
from google.appengine.api import apiproxy_rpc
from google.appengine.runtime import apiproxy_errors

__all__ = ['Error', 'UserNotFoundError', 'RedirectTooLongError', 'NotAllowedError', 'User', 'create_login_url',
           'create_logout_url', 'get_current_user', 'is_current_user_admin']


class Error(Exception):
    """Base of the errors of this API."""


class UserNotFoundError(Error):
    """There is no e-mail address to make a user of."""


class RedirectTooLongError(Error):
    """The address to go on to is too long."""


class NotAllowedError(Error):
    """The address to go on to is not allowed."""


_ERRORS = {1: RedirectTooLongError, 2: NotAllowedError}
_DESTINATION = Message((1, 'destination_url', 'string'), (2, 'auth_domain', 'string'), (3, 'federated_identity', 'string'))
_URL = Message((1, 'url', 'string'))


class User(object):
    """Without arguments the user who is signed in."""

    def __init__(self, email=None, _auth_domain=None, _user_id=None):
        if email is None:
            email = _variable('USER_EMAIL')
            _user_id = _user_id or _variable('USER_ID')
        if not email:
            raise UserNotFoundError()
        self.__email = email
        self.__auth_domain = _auth_domain or _variable('AUTH_DOMAIN')
        self.__user_id = _user_id or None

    def nickname(self):
        """The address without the domain that all users of the application share."""
        suffix = '@' + self.__auth_domain
        return self.__email[:-len(suffix)] if self.__auth_domain and self.__email.endswith(suffix) else self.__email

    def email(self):
        return self.__email

    def user_id(self):
        return self.__user_id

    def auth_domain(self):
        return self.__auth_domain

    def __str__(self):
        return str(self.nickname())

    def __repr__(self):
        return "users.User(email='%s',_user_id='%s')" % (self.__email, self.__user_id)

    def __eq__(self, other):
        return isinstance(other, User) and self._key() == other._key()

    def __ne__(self, other):
        return not self == other

    def __lt__(self, other):
        return self._key() < other._key() if isinstance(other, User) else NotImplemented

    def __hash__(self):
        return hash(self._key())

    def _key(self):
        return self.__email, self.__auth_domain


def create_login_url(dest_url=None, _auth_domain=None, federated_identity=None):
    return _url('CreateLoginURL', dest_url)


def create_logout_url(dest_url, _auth_domain=None):
    return _url('CreateLogoutURL', dest_url)


def get_current_user():
    """None when nobody is signed in."""
    return User() if _variable('USER_EMAIL') else None


def is_current_user_admin():
    return _variable('USER_IS_ADMIN') == '1'


def _url(method, destination):
    try:
        request = _DESTINATION.encode({'destination_url': destination or ''})
        return _URL.decode(apiproxy_rpc.call('user', method, request))['url']
    except apiproxy_errors.ApplicationError as error:
        raise _ERRORS.get(error.application_error, Error)(error.error_detail)
