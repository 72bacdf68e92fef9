"""Attacks on what the host knows: its environment, its memory, files with credentials."""

from tests.hostile.attack import Attack, Effect

_READ = "def attack(lure):\n    return open({path}, 'rb').read()\n"
_FILES = {
    "aws credentials": ("read ~/.aws/credentials", "lure['home'] + '/.aws/credentials'"),
    "git config": ("read the token that checkout leaves in .git/config", "lure['checkout'] + '/.git/config'"),
    "github env": ("read the file that carries variables to later steps", "lure['github'] + '/env'"),
    "event payload": ("read the event of the run", "lure['github'] + '/event.json'"),
    "ssh key": ("read a private key", "lure['home'] + '/.ssh/id_ed25519'"),
    "pip config": ("read the password of a package index", "lure['home'] + '/.config/pip/pip.conf'"),
    "spec of another": ("read the expected results of another detection", "lure['checkout'] + '/other.yml'"),
    "host environment": (
        "read the host's environment below /proc",
        "'/proc/%d/environ' % lure['host']",
    ),
    "root folder by /proc": (
        "leave the confinement through the root of another process",
        "'/proc/%d/root%s/.aws/credentials' % (lure['host'], lure['home'])",
    ),
    "working folder by /proc": (
        "leave the confinement through the working folder of another process",
        "'/proc/%d/cwd/%s/.aws/credentials' % (lure['host'], os.path.relpath(lure['home'], lure['cwd']))",
    ),
}

ATTACKS = (
    *(Attack(name, tries, Effect.LEAKED, _READ.format(path=path)) for name, (tries, path) in _FILES.items()),
    Attack(
        "environment of every process",
        "look for secrets in the environment of every process of the machine that answers",
        Effect.LEAKED,
        """
def attack(lure):
    found = set()
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                found.update(open(f"/proc/{entry}/environ", "rb").read().split(bytes(1)))
            except OSError:
                continue
    return b" ".join(sorted(each for each in found if each.startswith(b"AWS_SECRET")))[:2000]
""",
    ),
    Attack(
        "path by openat",
        "open a file by climbing from a folder that may be read",
        Effect.LEAKED,
        """
import sysconfig

def attack(lure):
    folder = os.open(sysconfig.get_paths()["stdlib"], os.O_RDONLY)
    up = "../" * 20
    return os.read(os.open(up + lure["home"] + "/.aws/credentials", os.O_RDONLY, dir_fd=folder), 1000)
""",
    ),
    Attack(
        "file by openat2",
        "open a file by a newer system call",
        Effect.LEAKED,
        """
def attack(lure):
    how = (ctypes.c_uint64 * 3)(0, 0, 0)
    path = (lure["home"] + "/.aws/credentials").encode()
    return os.read(call((437, 437), -100, ctypes.c_char_p(path), how, 24), 1000)
""",
    ),
    Attack(
        "file by handle",
        "open a file by its handle, which no path check sees",
        Effect.LEAKED,
        """
def attack(lure):
    handle = ctypes.create_string_buffer((128).to_bytes(4, "little") + bytes(132))
    mount = ctypes.c_int()
    path = (lure["home"] + "/.aws/credentials").encode()
    call((303, 264), -100, ctypes.c_char_p(path), handle, ctypes.byref(mount), 0)
    root = os.open(lure["home"], os.O_RDONLY)
    return os.read(call((304, 265), root, handle, 0), 1000)
""",
        missing="open_by_handle_at",
    ),
    Attack(
        "memory of the host by /proc",
        "search the memory of the host",
        Effect.LEAKED,
        """
import re

def attack(lure):
    base = f"/proc/{lure['host']}/"
    with open(base + "maps") as maps, open(base + "mem", "rb", 0) as memory:
        for line in maps:
            begin, end, mode = re.match("([0-9a-f]+)-([0-9a-f]+) (....)", line).groups()
            if "r" not in mode or "[v" in line:
                continue
            memory.seek(int(begin, 16))
            data = memory.read(int(end, 16) - int(begin, 16))
            if found := re.search(b"s3cr3t-[0-9a-f]{16}", data):
                return found.group()
""",
    ),
    Attack(
        "memory of another by process_vm_readv",
        "read the memory of a process whose layout is known",
        Effect.CLAIMED,
        """
def attack(lure):
    buffer = ctypes.create_string_buffer(16)
    here = (ctypes.c_uint64 * 2)(ctypes.addressof(buffer), 16)
    for line in open(f"/proc/{lure['victim']}/maps"):
        if "[stack]" in line:
            end = int(line.split("-")[1].split()[0], 16)
            there = (ctypes.c_uint64 * 2)(end - 64, 16)
            return call((310, 270), lure["victim"], here, 1, there, 1, 0) == 16
""",
    ),
    Attack(
        "open files of the host",
        "reopen what the host has open",
        Effect.CLAIMED,
        """
def attack(lure):
    return len(os.listdir(f"/proc/{lure['host']}/fd")) > 0
""",
    ),
    Attack(
        "file descriptor of the host",
        "take a descriptor out of the host by pidfd_getfd",
        Effect.CLAIMED,
        """
def attack(lure):
    pidfd = call((434, 434), lure["host"], 0)
    return call((438, 438), pidfd, 0, 0) > 0
""",
    ),
    Attack(
        "list the checkout",
        "list the files of the checkout",
        Effect.CLAIMED,
        """
def attack(lure):
    return "other.yml" in os.listdir(lure["checkout"])
""",
    ),
    Attack(
        "command lines",
        "read the arguments of other processes",
        Effect.CLAIMED,
        """
def attack(lure):
    return b"python" in open(f"/proc/{lure['host']}/cmdline", "rb").read()
""",
    ),
    Attack(
        "link to a secret",
        "make a link in a place that may be read",
        Effect.LEAKED,
        """
def attack(lure):
    os.symlink(lure["home"] + "/.aws/credentials", lure["checkout"] + "/innocent.txt")
    return open(lure["checkout"] + "/innocent.txt").read()
""",
    ),
    Attack(
        "kernel keys",
        "keep a key in the kernel for a later process",
        Effect.CLAIMED,
        """
def attack(lure):
    user, name, data = (ctypes.c_char_p(part) for part in (b"user", b"panther-ci-test", b"data"))
    return call((248, 217), user, name, data, 4, -3) > 0
""",
        missing="keyrings",
    ),
    Attack(
        "kernel log",
        "read the kernel's messages",
        Effect.CLAIMED,
        """
def attack(lure):
    return call((103, 116), 3, ctypes.create_string_buffer(64), 64) >= 0
""",
    ),
)
