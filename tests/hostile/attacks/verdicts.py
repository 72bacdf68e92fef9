"""Attacks on the judge: a bad detection that passes, or another detection that gets a wrong verdict."""

from tests.hostile.attack import Attack, Control, Effect

_TRUE = "\ndef rule(event):\n    {deed}\n    return True\n"
_FORGING = {
    "patched builtins": (
        "change what everybody calls",
        "import builtins\n"
        "for name in ('isinstance', 'bool', 'len', 'repr', 'type', 'callable', 'str'):\n"
        "    setattr(builtins, name, lambda *a, **k: True)\n",
        "pass",
    ),
    "patched dict of builtins": (
        "replace the equality that verdicts are compared by",
        "import builtins\nbuiltins.__dict__['print'] = lambda *a, **k: None\n",
        "pass",
    ),
    "patched import": (
        "answer the imports of the next detection",
        "import builtins, types\nfake = types.SimpleNamespace(search=lambda *a: None, loads=lambda *a: {})\n"
        "kept = builtins.__import__\n"
        "builtins.__import__ = lambda name, *a, **k: fake if name in ('re', 'json') else kept(name, *a, **k)\n",
        "pass",
    ),
    "poisoned modules": (
        "replace modules of the standard library",
        "import sys, types\nsys.modules['re'] = sys.modules['json'] = types.SimpleNamespace(search=lambda *a: None)\n",
        "pass",
    ),
    "patched functions": (
        "patch functions of the standard library",
        "import re, json\nre.search = lambda *a, **k: None\njson.loads = lambda *a, **k: {}\n"
        "json.dumps = lambda *a, **k: '{}'\n",
        "pass",
    ),
    "poisoned finder": (
        "import modules for the next detection",
        "import sys, types\nfrom importlib.machinery import ModuleSpec\n"
        "class Finder:\n    def find_spec(self, name, path=None, target=None):\n"
        "        return ModuleSpec(name, self) if name in ('re', 'json') else None\n"
        "    def create_module(self, spec): return None\n"
        "    def exec_module(self, module): module.search = lambda *a: None\n"
        "sys.meta_path.insert(0, Finder())\nsys.modules.pop('re', None)\n",
        "pass",
    ),
    "rewritten code": (
        "replace the code of a function that others hold already",
        "import re\ndef nothing(*a, **k): return None\nre.search.__code__ = nothing.__code__\n"
        "re.search.__defaults__ = None\n",
        "pass",
    ),
    "tracing": (
        "change every call that follows by a trace function",
        "import sys\ndef trace(frame, kind, argument):\n"
        "    if frame.f_code.co_name == 'rule' and kind == 'call': raise KeyError('traced')\n"
        "    return trace\n",
        "sys.settrace(trace)",
    ),
    "recursion limit": (
        "leave no room for the next call",
        "import sys\n",
        "sys.setrecursionlimit(4 + len(__import__('inspect').stack(0)))",
    ),
    "swapped truth": (
        "write the value of False over that of True in memory",
        "import ctypes\n",
        "ctypes.memmove(id(True) + 24, ctypes.string_at(id(False) + 24, 8), 8);"
        " ctypes.memmove(id(True) + 16, ctypes.string_at(id(False) + 16, 8), 8)",
    ),
    "frames of the engine": (
        "walk up the frames and change what the callers know",
        "import sys\n",
        "frame = sys._getframe(1)\n    while frame:\n"
        "        for value in list(frame.f_locals.values()):\n"
        "            if isinstance(value, list):\n                value.clear()\n"
        "            if isinstance(value, dict) and '__builtins__' not in value:\n                value.clear()\n"
        "        frame = frame.f_back",
    ),
    "objects of the engine": (
        "find the expected results among all objects and change them",
        "import gc\n",
        "for thing in gc.get_objects():\n"
        "        if isinstance(thing, dict) and 'expected' in thing:\n            thing['expected'] = False\n"
        "        if type(thing).__name__ == 'Case':\n            object.__setattr__(thing, 'expected', False)",
    ),
    "engine in modules": (
        "patch the functions of the engine that loaded it",
        "import sys\n",
        "for module in list(sys.modules.values()):\n"
        "        for name in ('judge', 'observe', 'encode', 'send', 'raised', 'returned'):\n"
        "            if hasattr(module, name) and module.__name__ != __name__:\n"
        "                setattr(module, name, lambda *a, **k: True)",
    ),
    "changed event": (
        "change the event for the cases that follow",
        "import gc\n",
        "for thing in gc.get_objects():\n"
        "        if isinstance(thing, dict) and isinstance(thing.get('event'), dict):\n"
        "            thing['event']['user'] = 'changed'",
    ),
    "signal handler": (
        "take over what a deadline does",
        "import signal\n",
        "signal.signal(signal.SIGALRM, lambda *a: 1 / 0); signal.setitimer(signal.ITIMER_REAL, .0001, .0001)",
    ),
    "exit with success": ("end the run with exit code 0", "import os\n", "os._exit(0)"),
    "exit at import": ("end the run while it is loaded", "import os\nos._exit(0)\n", "pass"),
    "import that exits": ("import what ends the interpreter", "import unittest.__main__\n", "pass"),
    "import that is never run": (
        "name such an import, for whoever imports beforehand what bodies name",
        "def never():\n    import idlelib.idle, unittest.__main__\nimport os\n",
        "os._exit(1)",
    ),
    "exit by system": ("leave by SystemExit", "", "raise SystemExit(0)"),
    "interrupt": ("leave as a user would", "", "raise KeyboardInterrupt"),
    "crash": ("crash the interpreter", "import ctypes\n", "ctypes.string_at(0)"),
    "abort": ("abort", "import os\n", "os.abort()"),
    "fatal error": ("end Python from inside", "import ctypes\n", "ctypes.pythonapi.Py_Exit(0)"),
    "deep recursion in C": (
        "overflow the stack where Python doesn't count",
        "deep = iter([1])\nfor _ in range(10**6):\n    deep = filter(None, deep)\n",
        "next(deep)",
    ),
    "closed standard output": ("close what the results are printed to", "import os\n", "os.close(1)"),
    "replaced standard output": (
        "print results of its own instead of all that follow",
        "import sys, io\n",
        "sys.stdout.flush(); sys.stdout = io.StringIO()",
    ),
    "closed descriptors": ("close every descriptor", "import os\n", "os.closerange(0, 256)"),
    "killed by itself": ("die by a signal", "import os, signal\n", "os.kill(os.getpid(), signal.SIGKILL)"),
}
_PLEASER = "class Pleaser:\n    __eq__ = lambda self, other: True\n    __bool__ = lambda self: True\n"
_ACCEPTED = {
    "equal to everything": (
        "return an object that equals what is expected",
        _PLEASER + "def rule(event):\n    return Pleaser()\n",
    ),
    "one": ("return 1, which equals True", "def rule(event):\n    return 1\n"),
    "one as a float": ("return 1.0, which equals True", "def rule(event):\n    return 1.0\n"),
    "lying class": (
        "return an object that claims to be of another class",
        _PLEASER + "    __class__ = property(lambda self: bool)\ndef rule(event):\n    return Pleaser()\n",
    ),
    "pretended type": (
        "return an object of a class with the name of another",
        "class bool(int):\n    __repr__ = lambda self: 'True'\ndef rule(event):\n    return bool(1)\n",
    ),
    "lying metaclass": (
        "return an object whose class lies about its name",
        "class Meta(type):\n    __name__ = property(lambda self: 'bool')\n"
        "    __eq__ = lambda self, other: True\n    __hash__ = lambda self: 1\n"
        "class A(metaclass=Meta):\n    __repr__ = lambda self: 'True'\n    __eq__ = lambda self, other: True\n"
        "def rule(event):\n    return A()\n",
    ),
    "changed between the cases": (
        "return True only until somebody looks twice",
        "class Flip:\n    n = 0\n    def __eq__(self, other):\n        return True\ndef rule(event):\n    return Flip()\n",
    ),
    "number that is a flag": (
        "return an enumeration's member that equals True",
        "import enum\nclass F(enum.IntEnum):\n    T = 1\ndef rule(event):\n    return F.T\n",
    ),
}

ATTACKS = (
    *(
        Attack(name, tries, Effect.FORGED, head + _TRUE.format(deed=deed), Control.NAIVE)
        for name, (tries, head, deed) in _FORGING.items()
    ),
    *(Attack(name, tries, Effect.ACCEPTED, text, Control.NAIVE) for name, (tries, text) in _ACCEPTED.items()),
)
