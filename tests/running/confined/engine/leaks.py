"""What a body may leave behind in its process, and how another one sees it there.

Each row is code to run, and an expression that is false in a fresh process and true after that code. In it
`m` imports a module by name, and `fails` tells whether a call raises.
"""

PROLOGUE = """
import importlib
def m(name):
    return importlib.import_module(name)
def fails(call):
    try:
        call()
        return False
    except Exception:
        return True
"""

CONTAINERS = {
    "a list": (
        "import urllib.parse\nurllib.parse.uses_netloc.append('x')",
        "'x' in m('urllib.parse').uses_netloc",
    ),
    "a dictionary": (
        "import mimetypes\nmimetypes.types_map['.x'] = 'x/y'",
        "'.x' in m('mimetypes').types_map",
    ),
    "a dictionary of texts": (
        "import json.encoder\njson.encoder.ESCAPE_DCT['x'] = 'y'",
        "'x' in m('json.encoder').ESCAPE_DCT",
    ),
    "a set": (
        "import hashlib\nhashlib.algorithms_guaranteed.clear()",
        "not m('hashlib').algorithms_guaranteed",
    ),
    "another key for a value": (
        "from http.cookies import Morsel\nMorsel._reserved['x'] = Morsel._reserved.popitem()[1]",
        "'x' in m('http.cookies').Morsel._reserved",
    ),
    "a list in a class": (
        "import ipaddress\nipaddress.IPv4Address._constants._private_networks.clear()",
        "not m('ipaddress').ip_address('10.0.0.1').is_private",
    ),
    "a map of an enumeration": (
        "import http\nhttp.HTTPStatus._member_map_['X'] = http.HTTPStatus.OK",
        "'X' in m('http').HTTPStatus.__members__",
    ),
    "the environment": ("import os\nos.environ['X'] = '1'", "'X' in m('os').environ"),
    "the path": ("import sys\nsys.path.append('/x')", "'/x' in m('sys').path"),
    "a finder": ("import sys\nsys.meta_path.append(print)", "print in m('sys').meta_path"),
    "a hook of the path": ("import sys\nsys.path_hooks.append(print)", "print in m('sys').path_hooks"),
    "an argument": ("import sys\nsys.argv.append('x')", "'x' in m('sys').argv"),
    "a cache": (
        "import re\nre._cache[str, 'a', 0] = re.compile('b')",
        "bool(m('re').match('a', 'b'))",
    ),
    "a source line": (
        "import linecache\nlinecache.cache['x'] = (1, None, ['x'], 'x')",
        "m('linecache').getline('x', 1) == 'x'",
    ),
}

ATTRIBUTES = {
    "a function of a library": ("import json\njson.loads = None", "m('json').loads is None"),
    "a builtin": ("import builtins\nbuiltins.hex = None", "hex is None"),
    "a name by text": (
        "import json, operator\noperator.methodcaller('__setattr__', 'x', 1)(json)",
        "hasattr(m('json'), 'x')",
    ),
    "a class of a library": (
        "import json\njson.JSONEncoder.default = None",
        "m('json').JSONEncoder.default is None",
    ),
    "a class by its type": (
        "import email.message\ngetattr(type, '__set' + 'attr__')(email.message.Message, 'x', 1)",
        "hasattr(m('email.message').Message, 'x')",
    ),
    "a class by its dictionary": (
        "import email.message, gc\ngc.get_referents(email.message.Message.__dict__)[0]['x'] = 1",
        "'x' in vars(m('email.message').Message)",
    ),
    "the class of a module": (
        "import json, types\nclass X(types.ModuleType):\n    x = 1\njson.__class__ = X",
        "hasattr(m('json'), 'x')",
    ),
    "the class of events": (
        "def rule(event):\n    type(event).x = 1\n    return True",
        "hasattr(event, 'x')",
    ),
    "the code of a function": (
        "import fnmatch\nfnmatch.fnmatch.__code__ = (lambda name, pat: True).__code__",
        "m('fnmatch').fnmatch('a', 'b')",
    ),
    "a default of a function": (
        "import json\njson.dumps.__kwdefaults__['sort_keys'] = True",
        "m('json').dumps({'b': 1, 'a': 2}).startswith('{\"a')",
    ),
    "other defaults of a function": (
        "import textwrap\ntextwrap.shorten.__defaults__ = (1,)",
        "m('textwrap').shorten.__defaults__ == (1,)",
    ),
    "the name of a function": (
        "import functools, json\nfunctools.update_wrapper(json.loads, lambda: 1)",
        "m('json').loads.__name__ == '<lambda>'",
    ),
    "a variable of a closure": (
        "import pkgutil\npkgutil.iter_importer_modules.__closure__[0].cell_contents = 'x'",
        "m('pkgutil').iter_importer_modules.__closure__[0].cell_contents == 'x'",
    ),
    "an object of a library": (
        "import json\njson._default_encoder.sort_keys = True",
        "m('json').dumps({'b': 1, 'a': 2}).startswith('{\"a')",
    ),
    "a slot": (
        "import ipaddress\nipaddress.IPv4Address._constants._linklocal_network.network_address._ip = 0",
        "m('ipaddress').IPv4Address._constants._linklocal_network.network_address._ip == 0",
    ),
    "a member of an enumeration": (
        "import http\nhttp.HTTPStatus.OK.__dict__['phrase'] = 'x'",
        "m('http').HTTPStatus.OK.phrase == 'x'",
    ),
    "a patch": (
        "from unittest import mock\nmock.patch('json.JSONEncoder.item_separator', 'x').start()",
        "m('json').JSONEncoder.item_separator == 'x'",
    ),
    "a frame": (
        "import sys\nsys._getframe(2).f_globals['x'] = 1",
        "'x' in m('sys')._getframe(2).f_globals or any('x' in vars(m('sys').modules[name])"
        " for name in list(m('sys').modules) if name.startswith('panther_ci'))",
    ),
    "the last breath of an object": (
        "import json\nclass X:\n    def __del__(self):\n        json.x = 1\nx = X()\nx.x = x",
        "m('gc').collect() >= 0 and hasattr(m('json'), 'x')",
    ),
}

REGISTERS = {
    "a first weekday": ("import calendar\ncalendar.setfirstweekday(6)", "m('calendar').firstweekday() == 6"),
    "a dialect": ("import csv\ncsv.register_dialect('x', delimiter='|')", "'x' in m('csv').list_dialects()"),
    "a logger's level": (
        "import logging\nlogging.getLogger('x').setLevel(50)",
        "m('logging').getLogger('x').level",
    ),
    "a logger's handler": ("import logging\nlogging.basicConfig()", "bool(m('logging').root.handlers)"),
    "a logger's filter": (
        "import logging\nlogging.getLogger('x.y').addFilter(print)",
        "bool(m('logging').getLogger('x.y').filters)",
    ),
    "a level": ("import logging\nlogging.addLevelName(50, 'X')", "m('logging').getLevelName(50) == 'X'"),
    "silence": ("import logging\nlogging.disable(50)", "m('logging').root.manager.disable == 50"),
    "an abstract class": (
        "import collections.abc\ncollections.abc.Mapping.register(str)",
        "isinstance('', m('collections.abc').Mapping)",
    ),
    "a handler of errors": (
        "import codecs\ncodecs.register_error('x', lambda error: ('', error.end))",
        "not fails(lambda: m('codecs').lookup_error('x'))",
    ),
    "a codec": (
        "import codecs\ncodecs.register(lambda name: codecs.lookup('utf-8') if name == 'x' else None)",
        "not fails(lambda: m('codecs').lookup('x'))",
    ),
    "a dispatch": (
        "import pkgutil\npkgutil.iter_importer_modules.register(int, lambda *a: 1)",
        "int in m('pkgutil').iter_importer_modules.registry",
    ),
    "a reduction": (
        "import copyreg\ncopyreg.pickle(complex, lambda c: (complex, (9, 9)))",
        "m('copyreg').dispatch_table[complex](1)[1] == (9, 9)",
    ),
    "a namespace": (
        "import xml.etree.ElementTree as tree\ntree.register_namespace('x', 'urn:x')",
        "'urn:x' in m('xml.etree.ElementTree')._namespace_map",
    ),
    "a filter of warnings": (
        "import warnings\nwarnings.simplefilter('error')",
        "m('warnings').filters[0][0] == 'error'",
    ),
    "a module": ("import sys, types\nsys.modules['x'] = types.ModuleType('x')", "not fails(lambda: m('x'))"),
    "no module": ("import json, sys\ndel sys.modules['json']", "'json' not in m('sys').modules"),
}

INTERPRETER = {
    "a limit of recursion": ("import sys\nsys.setrecursionlimit(150)", "m('sys').getrecursionlimit() == 150"),
    "a limit of digits": (
        "import sys\nsys.set_int_max_str_digits(0)",
        "m('sys').get_int_max_str_digits() == 0",
    ),
    "a limit of fields": ("import csv\ncsv.field_size_limit(3)", "m('csv').field_size_limit() == 3"),
    "an interval": ("import sys\nsys.setswitchinterval(1)", "m('sys').getswitchinterval() == 1"),
    "a trace": ("import sys\nsys.settrace(lambda *a: None)", "m('sys').gettrace() is not None"),
    "a profile": ("import sys\nsys.setprofile(lambda *a: None)", "m('sys').getprofile() is not None"),
    "a hook": ("import sys\nsys.excepthook = print", "m('sys').excepthook is print"),
    "a hook of generators": (
        "import sys\nsys.set_asyncgen_hooks(firstiter=print)",
        "m('sys').get_asyncgen_hooks().firstiter is print",
    ),
    "a hook of threads": (
        "import threading\nthreading.excepthook = print",
        "m('threading').excepthook is print",
    ),
    "a depth": (
        "import sys\nsys.set_coroutine_origin_tracking_depth(3)",
        "m('sys').get_coroutine_origin_tracking_depth() == 3",
    ),
    "a seed": ("import random\nrandom.seed(1)", "m('random').random() == m('random').Random(1).random()"),
    "a signal": (
        "import signal\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)",
        "m('signal').getsignal(m('signal').SIGUSR1) == m('signal').SIG_IGN",
    ),
    "a blocked signal": (
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])",
        "bool(m('signal').pthread_sigmask(m('signal').SIG_BLOCK, []))",
    ),
    "a locale": ("import locale\nlocale.setlocale(locale.LC_ALL, 'C')", "m('locale').setlocale(6) == 'C'"),
    "a time zone": (
        "import os, time\nos.environ['TZ'] = 'EST5'\ntime.tzset()\ndel os.environ['TZ']",
        "m('time').tzname[0] == 'EST'",
    ),
    "a variable of C": (
        "import os\nos.putenv('X', '1')",
        "m('ctypes').CDLL(None).getenv(b'X') != 0",
    ),
    "a variable of C by C": (
        "import ctypes, time\nctypes.CDLL(None).setenv(b'TZ', b'EST5', 1)\ntime.tzset()",
        "m('time').tzname[0] == 'EST'",
    ),
    "a call at collections": ("import gc\ngc.callbacks.append(lambda *a: None)", "bool(m('gc').callbacks)"),
    "a threshold": ("import gc\ngc.set_threshold(9, 9, 9)", "m('gc').get_threshold() == (9, 9, 9)"),
    "no collector": ("import gc\ngc.disable()", "not m('gc').isenabled()"),
    "a precision": ("import decimal\ndecimal.getcontext().prec = 3", "m('decimal').getcontext().prec == 3"),
    "a default precision": (
        "import decimal\ndecimal.DefaultContext.prec = 3",
        "m('decimal').Context().prec == 3",
    ),
    "a precision of BasicContext": (
        "import decimal\ndecimal.BasicContext.prec = 3",
        "m('decimal').BasicContext.prec == 3",
    ),
    "a precision of ExtendedContext": (
        "import decimal\ndecimal.ExtendedContext.prec = 3",
        "m('decimal').ExtendedContext.prec == 3",
    ),
    "a variable of the context": (
        "import contextvars\ncontextvars.ContextVar('x').set(1)",
        "any(each.name == 'x' for each in m('contextvars').copy_context())",
    ),
    "a time-out": ("import socket\nsocket.setdefaulttimeout(3)", "m('socket').getdefaulttimeout() == 3"),
    "a size of stacks": (
        "import threading\nthreading.stack_size(1 << 20)",
        "m('threading').stack_size() != 0",
    ),
    "something to do at the end": (
        "import atexit, json\natexit.register(lambda json=json: setattr(json, 'x', 1))",
        "m('atexit')._run_exitfuncs() is None and hasattr(m('json'), 'x')",
    ),
    "a trace of memory": ("import tracemalloc\ntracemalloc.start()", "m('tracemalloc').is_tracing()"),
    "a handler of faults": (
        "import faulthandler\nfaulthandler.enable(file=1)",
        "m('faulthandler').is_enabled()",
    ),
    "open files": (
        "import os\ntry:\n    while True:\n        os.open(os.devnull, 0)\nexcept OSError:\n    pass",
        "fails(lambda: m('os').close(m('os').open(m('os').devnull, 0)))",
    ),
    "a closed stream": ("import sys\nsys.stdin.close()", "m('sys').stdin.closed"),
}

LEAKS = {**CONTAINERS, **ATTRIBUTES, **REGISTERS, **INTERPRETER}
