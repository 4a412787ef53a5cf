"""google.appengine.api.modules: which module, version and instance this code runs in, and all the others."""
import logging
import os

from appcfg_launcher import local_names
from appcfg_launcher.protobuf import Message
from google.appengine.api import apiproxy_stub_map
from google.appengine.runtime import apiproxy_errors

__all__ = ['Error', 'InvalidModuleError', 'InvalidVersionError', 'InvalidInstancesError', 'UnexpectedStateError',
           'TransientError', 'get_current_module_name', 'get_current_version_name', 'get_current_instance_id',
           'get_modules', 'get_versions', 'get_default_version', 'get_num_instances', 'set_num_instances',
           'set_num_instances_async', 'start_version', 'start_version_async', 'stop_version', 'stop_version_async',
           'get_hostname']


class Error(Exception):
    """Base of the errors of this API."""


class InvalidModuleError(Error):
    """There is no such module."""


class InvalidVersionError(Error):
    """There is no such version, or its scaling does not allow this."""


class InvalidInstancesError(Error):
    """There is no such instance, or no such number of instances."""


class UnexpectedStateError(Error):
    """A version is started or stopped already."""


class TransientError(Error):
    """Try again."""


_INVALID_MODULE, _INVALID_VERSION, _INVALID_INSTANCES, _TRANSIENT, _UNEXPECTED = range(1, 6)
_ERRORS = {_INVALID_MODULE: InvalidModuleError, _INVALID_VERSION: InvalidVersionError,
           _INVALID_INSTANCES: InvalidInstancesError, _TRANSIENT: TransientError, _UNEXPECTED: UnexpectedStateError}

_EMPTY = Message()
_NAME = Message((1, 'module', 'string'), (2, 'version', 'string'), (3, 'instance', 'string'))
_NUMBER = Message((1, 'module', 'string'), (2, 'version', 'string'), (3, 'instances', 'int'))
_MODULES = Message((1, 'module', 'string', True))
_VERSIONS = Message((1, 'version', 'string', True))
_VERSION = Message((1, 'version', 'string'))
_INSTANCES = Message((1, 'instances', 'int'))
_HOSTNAME = Message((1, 'hostname', 'string'))

try:
    _INTEGERS = (int, long)
    _STRINGS = basestring
except NameError:
    _INTEGERS = (int,)
    _STRINGS = str


def get_current_module_name():
    return os.environ.get('GAE_SERVICE') or os.environ['CURRENT_MODULE_ID']


def get_current_version_name():
    """The major version, without the deployment's number; None when there is none."""
    name = os.environ.get('GAE_VERSION') or os.environ['CURRENT_VERSION_ID'].split('.')[0]
    return None if name == 'None' else name


def get_current_instance_id():
    """None where the instance has no id."""
    return os.environ.get('GAE_INSTANCE') or os.environ.get('INSTANCE_ID')


def get_modules():
    """Names of all modules of the application."""
    return _call('GetModules', b'', _MODULES, ()).get_result()['module']


def get_versions(module=None):
    """Names of all versions of a module, the current one if None."""
    return _call('GetVersions', _named(module), _VERSIONS, (_INVALID_MODULE, _TRANSIENT)).get_result()['version']


def get_default_version(module=None):
    """Name of the version that takes a module's traffic."""
    expected = (_INVALID_MODULE, _INVALID_VERSION)
    return _call('GetDefaultVersion', _named(module), _VERSION, expected).get_result()['version']


def get_num_instances(module=None, version=None):
    """How many instances a version with manual or basic scaling has."""
    request = _named(module, version)
    return _call('GetNumInstances', request, _INSTANCES, (_INVALID_VERSION,)).get_result().get('instances', 0)


def set_num_instances(instances, module=None, version=None):
    """Changes the number of instances of a version with manual scaling; those that run go on."""
    set_num_instances_async(instances, module, version).get_result()


def set_num_instances_async(instances, module=None, version=None):
    if not isinstance(instances, _INTEGERS) or isinstance(instances, bool):
        raise TypeError("'instances' arg must be of type long or int.")
    values = {'instances': instances, 'module': module or None, 'version': version or None}
    return _call('SetNumInstances', _NUMBER.encode(values), _EMPTY, (_INVALID_VERSION, _TRANSIENT), nothing=True)


def start_version(module, version):
    """Starts all instances of a version; one that is started already is no error."""
    start_version_async(module, version).get_result()


def start_version_async(module, version):
    return _state_call('StartModule', module, version, 'started')


def stop_version(module=None, version=None):
    """Stops all instances of a version; one that is stopped already is no error."""
    stop_version_async(module, version).get_result()


def stop_version_async(module=None, version=None):
    return _state_call('StopModule', module, version, 'stopped')


def get_hostname(module=None, version=None, instance=None):
    """The address of a module, a version or an instance.

    Without a version it is the current one's name if the module has it, else the module's default version."""
    for name, value in (('module', module), ('version', version)):
        if value is not None and not isinstance(value, _STRINGS):
            raise TypeError("'%s' arg must be a string." % name)
    if instance is not None and (isinstance(instance, bool) or not isinstance(instance, _INTEGERS + (_STRINGS,))):
        raise TypeError("'instance' arg must be of type basestring, long or int.")
    request = _named(module, version, None if instance is None else str(instance))
    hostname = _call('GetHostname', request, _HOSTNAME, (_INVALID_MODULE, _INVALID_INSTANCES)).get_result()['hostname']
    # The name is one of this machine's, and whoever asks for it is going to connect to it.
    local_names.install()
    return hostname


def _state_call(method, module, version, state):
    expected = (_INVALID_VERSION, _TRANSIENT)
    return _call(method, _named(module, version), _EMPTY, expected, nothing=True, ignored_state=state)


def _named(module=None, version=None, instance=None):
    return _NAME.encode({'module': module or None, 'version': version or None, 'instance': instance})


def _call(method, request, response, expected, nothing=False, ignored_state=None):
    """Errors that are not expected of a function are plain Errors, as documented."""
    def result(rpc):
        try:
            rpc.check_success()
        except apiproxy_errors.ApplicationError as error:
            code = error.application_error
            if code == _UNEXPECTED and ignored_state:
                logging.info('The version is already %s.', ignored_state)
                return None
            if code in expected:
                raise _ERRORS[code](error.error_detail)
            raise Error(error)
        return None if nothing else rpc.response
    rpc = apiproxy_stub_map.UserRPC('modules')
    rpc.make_call(method, request, response, result)
    return rpc
