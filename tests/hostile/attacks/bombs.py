"""Attacks on what the machine has: processes, memory, disk, the report, and time."""

from tests.hostile.attack import Attack, Control, Effect

_HUNG = {
    "endless loop": ("never return", "def rule(event):\n    while True:\n        pass\n"),
    "endless loop at import": (
        "never finish its import",
        "while True:\n    pass\ndef rule(event):\n    return True\n",
    ),
    "endless loop in C": (
        "never return to the interpreter",
        "def rule(event):\n    return sum(range(10**15)) > 0\n",
    ),
    "catastrophic regex": (
        "backtrack for ever",
        "import re\ndef rule(event):\n    return bool(re.match('(a+)+$', 'a' * 60 + 'b'))\n",
    ),
    "huge power": (
        "compute a number of billions of digits",
        "def rule(event):\n    return (3 ** 10**8) % 2 == 1\n",
    ),
    "sleep": ("sleep", "import time\ndef rule(event):\n    time.sleep(1000)\n    return True\n"),
    "stop itself": (
        "stop, so that nothing is heard of it",
        "import os, signal\ndef rule(event):\n    os.kill(os.getpid(), signal.SIGSTOP)\n    while True: pass\n",
    ),
    "deaf loop": (
        "ignore every signal and never return",
        "import signal\ndef rule(event):\n    for number in range(1, 65):\n        try:\n"
        "            signal.signal(number, signal.SIG_IGN)\n        except (OSError, ValueError):\n"
        "            pass\n    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n    while True:\n        pass\n",
    ),
    "catches everything": (
        "catch whatever would end it",
        "def rule(event):\n    while True:\n        try:\n            while True: pass\n"
        "        except BaseException:\n            pass\n",
    ),
    "endless text": (
        "return an object whose text never ends",
        "class Endless:\n    def __repr__(self):\n        while True: pass\n    __bool__ = __repr__\n"
        "    __eq__ = lambda self, other: self.__repr__()\ndef rule(event):\n    return Endless()\n",
    ),
    "endless title": (
        "never return from a function beside the matcher",
        "def rule(event):\n    return True\ndef title(event):\n    while True: pass\n",
    ),
    "endless exception": (
        "raise what takes for ever to print",
        "class E(Exception):\n    def __str__(self):\n        while True: pass\ndef rule(event):\n    raise E\n",
    ),
    "endless reading": (
        "wait for input that never comes",
        "import os\ndef rule(event):\n    r, w = os.pipe()\n    return bool(os.read(r, 1))\n",
    ),
    "endless clean-up": (
        "never finish being collected",
        "class Never:\n    def __del__(self):\n        while True: pass\n"
        "def rule(event):\n    Never()\n    return True\n",
    ),
    "endless exit": (
        "never finish leaving",
        "import sys\nclass Never:\n    def __del__(self):\n        while True: pass\n"
        "sys.never = Never()\nimport atexit\natexit.register(Never().__del__)\ndef rule(event):\n    return True\n",
    ),
}

ATTACKS = (
    *(Attack(name, tries, Effect.HUNG, text, Control.NAIVE) for name, (tries, text) in _HUNG.items()),
    Attack(
        "fork bomb",
        "start processes without end (the control stops at twenty)",
        Effect.LEFT,
        """
import time

def attack(lure):
    for _ in range(20):
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
    return "started"
""",
    ),
    Attack(
        "thread bomb",
        "start threads without end (the control stops at fifty)",
        Effect.CLAIMED,
        """
import threading, time

def attack(lure):
    for _ in range(50):
        threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
    return threading.active_count() > 50
""",
    ),
    Attack(
        "memory bomb",
        "take memory without end (the control stops at 2 GiB of addresses)",
        Effect.CLAIMED,
        """
import mmap

def attack(lure):
    return len([mmap.mmap(-1, 1 << 28) for _ in range(8)]) == 8
""",
    ),
    Attack(
        "one big object",
        "take memory in one piece (the control takes 2 GiB)",
        Effect.CLAIMED,
        """
def attack(lure):
    return len(bytes(2 << 30)) == 2 << 30
""",
    ),
    Attack(
        "disk bomb",
        "fill the disk (the control stops at 8 MiB)",
        Effect.CHANGED,
        """
def attack(lure):
    with open(lure["checkout"] + "/big", "wb") as file:
        file.write(bytes(8 << 20))
""",
    ),
    Attack(
        "descriptor bomb",
        "open descriptors without end (the control stops at 500)",
        Effect.CLAIMED,
        """
def attack(lure):
    return len([os.pipe() for _ in range(250)]) == 250
""",
    ),
    Attack(
        "print bomb",
        "print without end (the control stops at 20 MB)",
        Effect.FLOODED,
        "def rule(event):\n    for _ in range(200):\n        print('x' * 100_000)\n    return True\n",
        Control.NAIVE,
    ),
    Attack(
        "print bomb on descriptors",
        "write to the descriptors of standard output and error themselves",
        Effect.FLOODED,
        "import os\ndef rule(event):\n    for _ in range(200):\n        os.write(1, b'x' * 100_000)\n"
        "        os.write(2, b'x' * 100_000)\n    return True\n",
        Control.NAIVE,
    ),
    Attack(
        "giant exception",
        "raise an exception whose text is huge",
        Effect.FLOODED,
        "def rule(event):\n    raise ValueError('x' * 20_000_000)\n",
        Control.NAIVE,
    ),
    Attack(
        "giant name",
        "raise an exception whose type's name is huge",
        Effect.FLOODED,
        "def rule(event):\n    raise type('x' * 20_000_000, (Exception,), {})\n",
        Control.NAIVE,
    ),
    Attack(
        "giant value",
        "return something huge",
        Effect.FLOODED,
        "def rule(event):\n    return 'x' * 20_000_000\n",
        Control.NAIVE,
    ),
)
