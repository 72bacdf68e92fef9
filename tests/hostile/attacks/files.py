"""Attacks on files: the checkout that will be packed, the files of the workflow, libraries, shared places."""

from tests.hostile.attack import Attack, Effect

_DEED = "def attack(lure):\n    target = lure['checkout'] + '/other.py'\n    {deed}\n    return 'done'\n"
_DEEDS = {
    "overwrite a body": ("change a body after it was judged", "open(target, 'w').write('evil')"),
    "append to a body": ("add to a body", "open(target, 'a').write('evil')"),
    "truncate by open": ("empty a file", "os.open(target, os.O_WRONLY | os.O_TRUNC)"),
    "truncate while reading": (
        "empty a file by a flag that early Landlock lets pass",
        "os.open(target, os.O_RDONLY | os.O_TRUNC)",
    ),
    "truncate by path": ("empty a file without opening it", "os.truncate(target, 0)"),
    "delete a body": ("delete a file", "os.unlink(target)"),
    "rename a body": ("rename a file", "os.rename(target, target + '.gone')"),
    "chmod": ("make a file writable for all", "os.chmod(target, 0o4777)"),
    "chown": ("give a file away", "os.chown(target, 12345, 12345)"),
    "utime": ("change the times of a file, which build tools trust", "os.utime(target, (1, 1))"),
    "extended attribute": ("set an extended attribute", "os.setxattr(target, 'user.evil', b'1')"),
    "symbolic link": ("plant a link", "os.symlink('/etc/passwd', lure['checkout'] + '/link')"),
    "hard link": ("plant a hard link", "os.link(target, lure['checkout'] + '/hard')"),
    "folder": ("make a folder", "os.mkdir(lure['checkout'] + '/new')"),
    "delete a folder": ("delete a folder", "os.rmdir(lure['checkout'] + '/empty')"),
    "named pipe": ("plant a pipe on which a reader hangs", "os.mkfifo(lure['checkout'] + '/pipe')"),
    "write by a shared mapping": (
        "change a file through memory",
        "import mmap; file = os.open(target, os.O_RDWR); mmap.mmap(file, 4)[:] = b'evil'",
    ),
    "grow a file": ("reserve space in a file", "os.posix_fallocate(os.open(target, os.O_RDWR), 0, 1 << 20)"),
    "copy in the kernel": (
        "copy into a file without a write call",
        "os.copy_file_range(os.open(__import__('os').__file__, 0), os.open(target, os.O_RDWR), 100)",
    ),
    "GITHUB_OUTPUT": (
        "forge an output of the step",
        "open(lure['github'] + '/output', 'a').write('verdict=accepted\\n')",
    ),
    "GITHUB_ENV": (
        "run code in a later step",
        "open(lure['github'] + '/env', 'a').write('LD_PRELOAD=/evil.so\\n')",
    ),
    "GITHUB_PATH": (
        "shadow programs of later steps",
        "open(lure['github'] + '/path', 'a').write('/evil\\n')",
    ),
    "GITHUB_STEP_SUMMARY": (
        "write a summary of its own",
        "open(lure['github'] + '/summary', 'a').write('# All good')",
    ),
    "git hook": (
        "plant a hook that a later git runs",
        "open(lure['checkout'] + '/.git/hooks/post-checkout', 'w').write('#!/bin/sh')",
    ),
    "git config entry": (
        "make a later git run a program",
        "open(lure['checkout'] + '/.git/config', 'a').write('[core]\\n\\tfsmonitor = evil\\n')",
    ),
    "ssh authorized keys": (
        "leave a door open",
        "open(lure['home'] + '/.ssh/authorized_keys', 'a').write('evil')",
    ),
    "start-up file of Python": (
        "run code in every later Python",
        "open(lure['packages'] + '/evil.pth', 'w').write('import os')",
    ),
    "library of bodies": (
        "change a package that later bodies import",
        "open(lure['packages'] + '/shared.py', 'a').write('evil = 1')",
    ),
    "unnamed file": (
        "make a file without a name in the checkout and name it later",
        "fd = os.open(lure['checkout'], os.O_TMPFILE | os.O_WRONLY); os.write(fd, b'evil');"
        " link = [ctypes.c_char_p(p.encode()) for p in (f'/proc/self/fd/{fd}', lure['checkout'] + '/named')];"
        " call((265, 37), -100, link[0], -100, link[1], 0x400)",
    ),
}

ATTACKS = (
    *(Attack(name, tries, Effect.CHANGED, _DEED.format(deed=deed)) for name, (tries, deed) in _DEEDS.items()),
    Attack(
        "shared memory file",
        "leave a message for a later process in /dev/shm",
        Effect.CHANGED,
        """
def attack(lure):
    open(lure["shm"], "w").write("evil")
""",
    ),
    Attack(
        "shared memory segment",
        "leave a message for a later process in a System V segment",
        Effect.CLAIMED,
        """
def attack(lure):
    segment = call((29, 194), 0, 4096, 0o1600)
    call((31, 195), segment, 0, ctypes.c_void_p())
    return True
""",
        missing="System V IPC",
    ),
    Attack(
        "message queue",
        "leave a message for a later process in a queue",
        Effect.CLAIMED,
        """
def attack(lure):
    queue = call((68, 186), 0, 0o1600)
    call((71, 187), queue, 0, ctypes.c_void_p())
    return True
""",
        missing="System V IPC",
    ),
    Attack(
        "memory file",
        "hold data outside of what limits count",
        Effect.CLAIMED,
        """
def attack(lure):
    return os.write(os.memfd_create("evil"), bytes(1 << 20)) == 1 << 20
""",
    ),
    Attack(
        "watch files",
        "be told what happens to the checkout",
        Effect.CLAIMED,
        """
def attack(lure):
    watcher = call((294, 26), 0)
    path = ctypes.c_char_p(lure["checkout"].encode())
    return call((254, 27), watcher, path, 0xFFF) > 0
""",
    ),
    Attack(
        "notify by fcntl",
        "be told of changes in a folder by a signal",
        Effect.CLAIMED,
        """
import fcntl, sysconfig

def attack(lure):
    folder = os.open(sysconfig.get_paths()["stdlib"], os.O_RDONLY)
    return fcntl.fcntl(folder, 1026, 2) == 0
""",
    ),
    Attack(
        "lock a library",
        "lock a file that others lock",
        Effect.CLAIMED,
        """
import fcntl

def attack(lure):
    fcntl.flock(os.open(os.__file__, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)
    return True
""",
    ),
    Attack(
        "io_uring",
        "have the kernel open and write on its behalf, past filters of system calls",
        Effect.CLAIMED,
        """
def attack(lure):
    return call((425, 425), 4, (ctypes.c_char * 120)()) >= 0
""",
        missing="io_uring",
    ),
    Attack(
        "chroot",
        "take another root folder",
        Effect.CLAIMED,
        """
def attack(lure):
    os.chroot("/")
    return True
""",
    ),
    Attack(
        "working folder",
        "move into the checkout",
        Effect.CLAIMED,
        """
def attack(lure):
    os.chdir(lure["checkout"])
    return os.getcwd() == lure["checkout"]
""",
    ),
)
