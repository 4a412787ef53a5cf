"""google.appengine.api.memcache: the cache that all modules of an application share."""
import hashlib
import threading

from google.appengine.api import namespace_manager
from google.appengine.api.memcache_values import MAX_VALUE_SIZE, decode_value, encode_value, TYPE_INT
from google.appengine.api.apiproxy_rpc import call
from google.appengine.runtime import apiproxy_errors
from appcfg_launcher.protobuf import Group, Message

__all__ = ['Client', 'DELETE_ITEM_MISSING', 'DELETE_NETWORK_FAILURE', 'DELETE_SUCCESSFUL', 'MAX_KEY_SIZE',
           'MAX_VALUE_SIZE', 'add', 'add_multi', 'decr', 'delete', 'delete_multi', 'flush_all', 'get', 'get_multi',
           'get_stats', 'incr', 'offset_multi', 'replace', 'replace_multi', 'set', 'set_multi']

MAX_KEY_SIZE = 250
DELETE_NETWORK_FAILURE, DELETE_ITEM_MISSING, DELETE_SUCCESSFUL = range(3)

_SET, _ADD, _REPLACE, _CAS = range(1, 5)
_STORED = 1
_DELETED = 1

_GET = Message((1, 'keys', 'bytes', True), (2, 'namespace', 'string'), (4, 'for_cas', 'bool'))
_FOUND = Message((1, 'items', Group((2, 'key', 'bytes'), (3, 'value', 'bytes'), (4, 'flags', 'fixed32'),
                                    (5, 'cas_id', 'fixed64')), True))
_PUT = Message((1, 'items', Group((2, 'key', 'bytes'), (3, 'value', 'bytes'), (4, 'flags', 'fixed32'),
                                  (5, 'policy', 'int'), (6, 'time', 'fixed32'), (8, 'cas_id', 'fixed64'),
                                  (9, 'for_cas', 'bool')), True), (7, 'namespace', 'string'))
_PUT_STATUS = Message((1, 'status', 'int', True))
_DELETE = Message((1, 'items', Group((2, 'key', 'bytes'), (3, 'seconds', 'fixed32')), True), (4, 'namespace', 'string'))
_INCREMENT = Message((1, 'key', 'bytes'), (2, 'delta', 'int'), (3, 'direction', 'int'), (4, 'namespace', 'string'),
                     (5, 'initial', 'int'), (6, 'flags', 'fixed32'))
_INCREMENTED = Message((1, 'value', 'int'), (2, 'status', 'int'))
_BATCH = Message((1, 'namespace', 'string'), (2, 'items', _INCREMENT, True))
_BATCH_STATUS = Message((1, 'items', _INCREMENTED, True))
_STATS = Message((1, 'stats', Message((1, 'hits', 'int'), (2, 'misses', 'int'), (3, 'byte_hits', 'int'),
                                      (4, 'items', 'int'), (5, 'bytes', 'int'), (6, 'oldest_item_age', 'fixed32'))))
_WRAP = 1 << 64
# Before a function of this module takes the name of one of them.
_CONTAINERS = (list, tuple, set, frozenset)


class Client(object):
    """Remembers what `gets` answered, for `cas`. Not to be shared between threads."""

    def __init__(self, *unused_servers, **unused_options):
        self._cas_ids = {}
        self._lock = threading.Lock()

    def cas_reset(self):
        self._cas_ids.clear()

    def get(self, key, namespace=None, for_cas=False):
        """None for what is not there."""
        return self.get_multi([key], namespace=namespace, for_cas=for_cas).get(_plain(key))

    def gets(self, key, namespace=None, for_cas=True):
        return self.get(key, namespace, for_cas)

    def get_multi(self, keys, key_prefix='', namespace=None, for_cas=False):
        """A dict of those that are there."""
        wanted = dict((_key(key, key_prefix), _plain(key)) for key in keys)
        space = _namespace(namespace)
        request = {'keys': list(wanted), 'namespace': space, 'for_cas': for_cas or None}
        items = _answer('Get', _GET.encode(request), _FOUND, {'items': []})['items']
        if for_cas:
            with self._lock:
                for item in items:
                    self._cas_ids[space, item['key']] = item.get('cas_id', 0)
        return dict((wanted[item['key']], decode_value(item['value'], item.get('flags', 0)))
                    for item in items if item['key'] in wanted)

    def set(self, key, value, time=0, min_compress_len=0, namespace=None):
        return not self._put_multi(_SET, {key: value}, time, '', namespace)

    def add(self, key, value, time=0, min_compress_len=0, namespace=None):
        return not self._put_multi(_ADD, {key: value}, time, '', namespace)

    def replace(self, key, value, time=0, min_compress_len=0, namespace=None):
        return not self._put_multi(_REPLACE, {key: value}, time, '', namespace)

    def cas(self, key, value, time=0, min_compress_len=0, namespace=None):
        """Only if it did not change since `gets`."""
        return not self._put_multi(_CAS, {key: value}, time, '', namespace)

    def set_multi(self, mapping, time=0, key_prefix='', min_compress_len=0, namespace=None):
        """A list of the keys that were not stored."""
        return self._put_multi(_SET, mapping, time, key_prefix, namespace)

    def add_multi(self, mapping, time=0, key_prefix='', min_compress_len=0, namespace=None):
        return self._put_multi(_ADD, mapping, time, key_prefix, namespace)

    def replace_multi(self, mapping, time=0, key_prefix='', min_compress_len=0, namespace=None):
        return self._put_multi(_REPLACE, mapping, time, key_prefix, namespace)

    def cas_multi(self, mapping, time=0, key_prefix='', min_compress_len=0, namespace=None):
        return self._put_multi(_CAS, mapping, time, key_prefix, namespace)

    def delete(self, key, seconds=0, namespace=None):
        """One of the DELETE_ constants. With seconds, `add` fails for as long."""
        status = self._delete([_key(key, '')], seconds, namespace)
        if not status:
            return DELETE_NETWORK_FAILURE
        return DELETE_SUCCESSFUL if status == [_DELETED] else DELETE_ITEM_MISSING

    def delete_multi(self, keys, seconds=0, key_prefix='', namespace=None):
        """Whether the service was reached."""
        listed = [_key(key, key_prefix) for key in keys]
        return not listed or bool(self._delete(listed, seconds, namespace))

    def incr(self, key, delta=1, namespace=None, initial_value=None):
        """The new value; None when there is none. A list of keys gives a dict."""
        return self._offset(key, delta, namespace, initial_value)

    def decr(self, key, delta=1, namespace=None, initial_value=None):
        """As incr; it stops at 0."""
        return self._offset(key, -_positive(delta), namespace, initial_value)

    def offset_multi(self, mapping, key_prefix='', namespace=None, initial_value=None):
        """A dict of new values; None where there is none."""
        keys = list(mapping)
        items = [_increment(_key(key, key_prefix), mapping[key], None, initial_value) for key in keys]
        request = {'namespace': _namespace(namespace), 'items': items}
        answers = _answer('BatchIncrement', _BATCH.encode(request), _BATCH_STATUS, {'items': [{}] * len(keys)})['items']
        return dict((key, _new_value(answer)) for key, answer in zip(keys, answers))

    def flush_all(self):
        return _answer('FlushAll', b'', Message(), None) is not None

    def get_stats(self):
        """A dict; None when the service is not there."""
        answer = _answer('Stats', b'', _STATS, None)
        return None if answer is None else dict({'hits': 0, 'misses': 0, 'byte_hits': 0, 'items': 0, 'bytes': 0,
                                                 'oldest_item_age': 0}, **answer.get('stats', {}))

    def _put_multi(self, policy, mapping, time, prefix, namespace):
        if time < 0:
            raise ValueError('Expiration must not be negative')
        space = _namespace(namespace)
        keys, items = list(mapping), []
        for key in keys:
            value, flags = encode_value(mapping[key])
            item = {'key': _key(key, prefix), 'value': value, 'flags': flags, 'policy': policy, 'time': int(time) or None}
            if policy == _CAS:
                with self._lock:
                    item['cas_id'] = self._cas_ids.pop((space, item['key']), None)
            items.append(item)
        request = _PUT.encode({'items': items, 'namespace': space})
        status = _answer('Set', request, _PUT_STATUS, {'status': []})['status']
        if len(status) != len(keys):
            return keys
        return [key for key, one in zip(keys, status) if one != _STORED]

    @staticmethod
    def _delete(keys, seconds, namespace):
        if seconds < 0:
            raise ValueError('Delete timeout must not be negative')
        items = [{'key': key, 'seconds': int(seconds)} for key in keys]
        request = _DELETE.encode({'items': items, 'namespace': _namespace(namespace)})
        return _answer('Delete', request, _PUT_STATUS, {'status': []})['status']

    def _offset(self, key, delta, namespace, initial_value):
        if isinstance(key, _CONTAINERS):
            return self.offset_multi(dict((one, delta) for one in key), '', namespace, initial_value)
        request = _INCREMENT.encode(_increment(_key(key, ''), delta, _namespace(namespace), initial_value))
        return _new_value(_answer('Increment', request, _INCREMENTED, {}))


def _increment(key, delta, namespace, initial_value):
    if isinstance(delta, bool) or not hasattr(delta, '__index__'):
        raise TypeError('Delta must be an integer')
    item = {'key': key, 'delta': abs(delta), 'direction': 1 if delta >= 0 else 2, 'namespace': namespace}
    if initial_value is not None:
        item.update(initial=_positive(initial_value), flags=TYPE_INT)
    return item


def _positive(number):
    if isinstance(number, bool) or not hasattr(number, '__index__'):
        raise TypeError('Delta must be an integer')
    if number < 0:
        raise ValueError('Delta must not be negative')
    return number


def _new_value(answer):
    value = answer.get('value')
    return value if value is None or value >= 0 else value + _WRAP


def _answer(method, request, response, otherwise):
    """A cache that fails is an empty one."""
    try:
        return response.decode(call('memcache', method, request))
    except apiproxy_errors.Error:
        return otherwise


def _namespace(namespace):
    return namespace_manager.get_namespace() if namespace is None else namespace


def _plain(key):
    """Pairs of a number and a key came from clients of several servers; the number means nothing here."""
    return key[1] if isinstance(key, tuple) else key


def _key(key, prefix):
    if not isinstance(_plain(key), (type(u''), str, bytes)):
        raise TypeError('Key must be a string instance, received %r' % (key,))
    data = _bytes(prefix) + _bytes(_plain(key))
    return data if len(data) <= MAX_KEY_SIZE else hashlib.sha1(data).hexdigest().encode('ascii')


def _bytes(text):
    return text if isinstance(text, bytes) else text.encode('utf-8')


_CLIENT = Client()


def setup_client(client):
    """Makes the functions of this module those of a client."""
    for name in ('add', 'add_multi', 'decr', 'delete', 'delete_multi', 'flush_all', 'get', 'get_multi', 'get_stats',
                 'incr', 'offset_multi', 'replace', 'replace_multi', 'set', 'set_multi'):
        globals()[name] = getattr(client, name)


setup_client(_CLIENT)
