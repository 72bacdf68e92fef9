"""What an attack may go for: files with a secret, a checkout, files of a workflow, listeners on loopback."""

import os
import shutil
import socket
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

_FILES = (
    "home/.aws/credentials",
    "home/.ssh/id_ed25519",
    "home/.ssh/authorized_keys",
    "home/.config/pip/pip.conf",
    "checkout/.git/config",
    "checkout/.git/hooks/sample",
    "checkout/other.yml",
    "checkout/other.py",
    "github/env",
    "github/output",
    "github/path",
    "github/summary",
    "github/event.json",
    "packages/shared.py",
)


class Lure:
    """One attack's own surroundings, open to every user: nothing but the confinement protects them."""

    def __init__(self, folder: Path, secret: str, user: int | None) -> None:
        self.folder = folder
        self.secret = secret
        self.shm = Path("/dev/shm") / f"{folder.parent.name}-{folder.name}"
        self._sockets: dict[str, socket.socket] = {}
        self._build(user)
        self._listen(user)
        self._before = self._look()

    def script(self, cwd: Path) -> dict[str, Any]:
        """What the body is told: everything that it needs to find its targets."""
        ports = {
            name: server.getsockname()[1]
            for name, server in self._sockets.items()
            if server.family != socket.AF_UNIX
        }
        return {
            **{name: str(self.folder / name) for name in ("home", "checkout", "github", "packages")},
            "docker": str(self.folder / "docker.sock"),
            "datagram": str(self.folder / "datagram.sock"),
            "abstract": self.shm.name,
            "shm": str(self.shm),
            "cwd": str(cwd),
            "claim": f"CLAIM-{self.folder.name}-DONE",
            "tcp6": 0,
            **ports,
        }

    def changed(self) -> bool:
        """Whether any file is no longer as it was."""
        return self._look() != self._before

    def received(self) -> bool:
        """Whether any listener was reached."""
        return True in [_reached(server) for server in self._sockets.values()]

    def close(self) -> None:
        """Takes everything away again."""
        for server in self._sockets.values():
            server.close()
        with suppress(FileNotFoundError):
            self.shm.unlink()
        shutil.rmtree(self.folder)

    def _build(self, user: int | None) -> None:
        for name in _FILES:
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"AWS_SECRET_ACCESS_KEY={self.secret}\n")
        (self.folder / "checkout/empty").mkdir()
        for place, folders, files in os.walk(self.folder):
            for name in (".", *folders, *files):
                path = Path(place, name)
                path.chmod(0o777 if path.is_dir() else 0o666)
                if user is not None:
                    os.chown(path, user, user)

    def _listen(self, user: int | None) -> None:
        for name, family, kind, address in (
            ("tcp", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            ("tcp6", socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0)),
            ("udp", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            ("docker", socket.AF_UNIX, socket.SOCK_STREAM, str(self.folder / "docker.sock")),
            ("datagram", socket.AF_UNIX, socket.SOCK_DGRAM, str(self.folder / "datagram.sock")),
            ("abstract", socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.shm.name}"),
        ):
            server = socket.socket(family, kind)
            try:
                server.bind(address)
            except OSError:  # no IPv6 here
                server.close()
                continue
            server.setblocking(False)
            if kind == socket.SOCK_STREAM:
                server.listen()
            if type(address) is str and not address.startswith("\0"):
                Path(address).chmod(0o777)
            self._sockets[name] = server

    def _look(self) -> dict[str, Any]:
        seen: dict[str, Any] = {"shm": self.shm.exists()}
        for place, folders, files in os.walk(self.folder):
            for name in (*folders, *files):
                path = Path(place, name)
                facts = path.lstat()
                seen[str(path)] = (
                    facts.st_mode,
                    facts.st_uid,
                    facts.st_size,
                    facts.st_mtime_ns if stat.S_ISREG(facts.st_mode) else 0,
                    path.read_bytes() if stat.S_ISREG(facts.st_mode) else b"",
                    os.listxattr(path, follow_symlinks=False),
                )
        return seen


def _reached(server: socket.socket) -> bool:
    try:
        if server.type == socket.SOCK_DGRAM:
            return bool(server.recv(100))
        server.accept()[0].close()
    except BlockingIOError:
        return False
    return True
