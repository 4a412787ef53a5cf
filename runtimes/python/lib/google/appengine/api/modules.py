"""google.appengine.api.modules: which module, version and instance this code runs in."""
import os

__all__ = ['get_current_module_name', 'get_current_version_name', 'get_current_instance_id']


def get_current_module_name():
    return os.environ.get('GAE_SERVICE') or os.environ['CURRENT_MODULE_ID']


def get_current_version_name():
    """The major version, without the deployment's number; None when there is none."""
    name = os.environ.get('GAE_VERSION') or os.environ['CURRENT_VERSION_ID'].split('.')[0]
    return None if name == 'None' else name


def get_current_instance_id():
    """None where the instance has no id."""
    return os.environ.get('GAE_INSTANCE') or os.environ.get('INSTANCE_ID')
