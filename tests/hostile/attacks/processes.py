"""Attacks on processes: signals and what stands in for them, tracing, limits, new processes, more rights."""

from tests.hostile.attack import Attack, Effect

_HURT = "import signal, fcntl, resource\n\ndef attack(lure):\n    victim = lure['victim']\n    {deed}\n"
_HURTS = {
    "kill": ("end another process", "os.kill(victim, signal.SIGKILL)"),
    "stop": ("stop another process", "os.kill(victim, signal.SIGSTOP)"),
    "kill a group": ("end a group of processes", "os.killpg(victim, signal.SIGKILL)"),
    "kill the host": ("end the run before it judges", "os.kill(lure['host'], signal.SIGKILL)"),
    "interrupt the host": ("end the run as a user would", "os.kill(lure['host'], signal.SIGINT)"),
    "kill the zygote": (
        "end what all bodies are forked from",
        "os.kill(os.getppid(), signal.SIGKILL); signal.pause()",
    ),
    "tgkill": ("end a process by its thread", "call((234, 131), victim, victim, 9)"),
    "queued signal": (
        "end a process by a queued signal",
        "call((129, 138), victim, 9, (ctypes.c_int * 32)(9, 0, -1))",
    ),
    "signal by descriptor": (
        "end a process by its descriptor",
        "call((424, 424), os.pidfd_open(victim), 9, 0, 0)",
    ),
    "signal by fcntl": (
        "have a pipe send a signal to another process",
        "r, w = os.pipe(); fcntl.fcntl(r, 8, victim); fcntl.fcntl(r, 10, 9);"
        " fcntl.fcntl(r, fcntl.F_SETFL, os.O_ASYNC); os.write(w, b'x')",
    ),
    "signal by fcntl on the results": (
        "the same with the pipe that it has, and the host",
        "[(fcntl.fcntl(f, 8, lure['host']), fcntl.fcntl(f, 10, 9), fcntl.fcntl(f, fcntl.F_SETFL,"
        " fcntl.fcntl(f, fcntl.F_GETFL) | os.O_ASYNC)) for f in lure_descriptors()]",
    ),
    "ptrace": ("trace another process", "call((101, 117), 16, victim, 0, 0); os._exit(0)"),
    "ptrace seize": (
        "trace without stopping, then end",
        "call((101, 117), 0x4206, victim, 0, 0x100000); os._exit(0)",
    ),
    "lower limits": (
        "take files from another process",
        "resource.prlimit(victim, resource.RLIMIT_NOFILE, (1, 1))",
    ),
    "priority": ("slow another process down", "os.setpriority(os.PRIO_PROCESS, victim, 19)"),
    "processors": (
        "tie another process to a processor",
        "os.sched_setaffinity(victim, {max(os.sched_getaffinity(0))})",
    ),
    "scheduling": (
        "let another process run only when nothing else does",
        "os.sched_setscheduler(victim, os.SCHED_IDLE, os.sched_param(0))",
    ),
    "write memory": (
        "write into the memory of another process",
        "open(f'/proc/{victim}/mem', 'r+b'); open(f'/proc/{victim}/oom_score_adj', 'w').write('999')",
    ),
}
_CLAIM = "import signal, resource\n\ndef attack(lure):\n    {deed}\n"
_CLAIMS: dict[str, tuple[str, str, str]] = {
    "fork": ("start a process", "pid = os.fork(); pid or os._exit(0); os.waitpid(pid, 0); return True", ""),
    "fork by clone": (
        "start a process by the bare system call",
        "pid = call((56, 220), 17, 0, 0, 0, 0); pid or os._exit(0); return pid > 0",
        "",
    ),
    "fork by clone3": (
        "start a process by the newest call",
        "a = (ctypes.c_uint64 * 11)(0, 0, 0, 0, 17); pid = call((435, 435), a, 88); pid or os._exit(0); return pid > 0",
        "",
    ),
    "vfork": (
        "start a process that borrows the memory",
        "import _posixsubprocess, subprocess; return subprocess.run(['/bin/true'], close_fds=False).returncode == 0",
        "",
    ),
    "spawn": (
        "start a program",
        "return os.waitpid(os.posix_spawn('/bin/true', ['true'], {}), 0)[1] == 0",
        "",
    ),
    "shell": ("run a command", "return os.system('true') == 0", ""),
    "thread": (
        "start a thread",
        "import _thread; lock = _thread.allocate_lock(); lock.acquire(); _thread.start_new_thread(lock.release, ())"
        "; return lock.acquire(timeout=1)",
        "",
    ),
    "become root": ("become another user", "os.setresuid(0, 0, 0); os.setgroups([0]); return True", ""),
    "keep capabilities": (
        "get capabilities back by a user namespace",
        "call((272, 97), 0x10000000); return True",
        "user namespaces",
    ),
    "mount": (
        "mount a file system, seen by how the kernel refuses nonsense",
        "return refusal((165, 40), 0, 0, 0, 0, 0) == 14",
        "",
    ),
    "mount by file": (
        "open a new file system",
        "return call((430, 430), ctypes.c_char_p(b'tmpfs'), 0) > 0",
        "",
    ),
    "namespace of the host": (
        "join the namespaces of the host",
        "return call((308, 268), os.open(f\"/proc/{lure['host']}/ns/net\", 0), 0) == 0",
        "",
    ),
    "bpf": (
        "load a program into the kernel",
        "call((321, 280), 0, (ctypes.c_uint32 * 32)(2, 4, 4, 1), 128); return True",
        "bpf",
    ),
    "perf": (
        "measure other processes",
        "a = (ctypes.c_uint32 * 32)(1, 128); return call((298, 241), a, lure['victim'], -1, -1, 0) > 0",
        "perf events",
    ),
    "userfaultfd": (
        "handle its own page faults, with which races in the kernel are won",
        "return call((323, 282), 0) > 0",
        "userfaultfd",
    ),
    "raise limits": (
        "raise its own limits",
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30,) * 2); return True",
        "",
    ),
    "traceable": ("become traceable for others", "return call((157, 167), 4, 1, 0, 0, 0) == 0", ""),
    "survive the parent": (
        "cancel its death with the parent",
        "return call((157, 167), 1, 0, 0, 0, 0) == 0",
        "",
    ),
    "more filters": (
        "install a filter that lies to the code after it",
        "import struct;"
        " code = ctypes.create_string_buffer(struct.pack('HBBI', 6, 0, 0, 0x7FFF0000));"
        " return call((157, 167), 22, 2, struct.pack('HL', 1, ctypes.addressof(code))) == 0",
        "",
    ),
    "timer": (
        "set a timer that goes on after the case",
        "return signal.setitimer(signal.ITIMER_REAL, 60) is not None",
        "",
    ),
    "duplicate descriptors": (
        "hide the pipe of results elsewhere",
        "return os.dup2(lure_descriptors()[0], 60) == 60",
        "",
    ),
    "lock memory": ("keep memory from being swapped", "call((151, 230), 1); return True", "mlockall"),
    "personality": ("switch off the shuffling of addresses", "return call((135, 92), 0x0040000) >= 0", ""),
    "move pages": (
        "see where others' memory is",
        "return call((279, 239), lure['victim'], 0, 0, 0, 0, 0) == 0",
        "",
    ),
    "compare descriptors": (
        "compare what others have open",
        "return call((312, 272), lure['victim'], os.getpid(), 2, 0, 0) >= 0",
        "kcmp",
    ),
}
_DESCRIPTORS = """
def refusal(*call_and_arguments):
    try:
        call(*call_and_arguments)
    except OSError as error:
        return error.errno

def lure_descriptors():
    import stat
    found = []
    for number in range(3, 64):
        try:
            if stat.S_ISFIFO(os.fstat(number).st_mode):
                found.append(number)
        except OSError:
            continue
    return found
"""

ATTACKS = (
    *(
        Attack(name, tries, Effect.HURT, _DESCRIPTORS + _HURT.format(deed=deed))
        for name, (tries, deed) in _HURTS.items()
    ),
    *(
        Attack(name, tries, Effect.CLAIMED, _DESCRIPTORS + _CLAIM.format(deed=deed), missing=missing)
        for name, (tries, deed, missing) in _CLAIMS.items()
    ),
    Attack(
        "daemon",
        "leave a process behind that acts when the run is over",
        Effect.LEFT,
        """
import time

def attack(lure):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(30)
        os._exit(0)
    return "gone"
""",
    ),
    Attack(
        "program from memory",
        "run a program that no file holds",
        Effect.LEFT,
        """
def attack(lure):
    program = os.memfd_create("evil", 0)
    os.write(program, open("/bin/sleep", "rb").read())
    if os.fork() == 0:
        os.execve(program, ["sleep", "30"], {})
    return "gone"
""",
    ),
)
