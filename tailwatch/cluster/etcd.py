"""One etcd of a cluster: the store in which it stands, by majority, which database is the primary.

It listens on the machine's own address, by TLS with the machine's certificate; only who shows a certificate of the
same authority is answered.
"""

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tailwatch import tools
from tailwatch.cluster.file import ClusterFile, Machine
from tailwatch.process import Command, watched
from tailwatch.secrets import write_private
from tailwatch.servers.server import Server, require_reachable
from tailwatch.system_users import give, user_when_root

USER: Final = "postgres"
"""As Patroni runs: both read the machine's key, and one without the other does nothing."""
OF_AUTHORITY: Final = "cluster-{}"
"""Name of a machine in its certificate, and of that in the folder of the authority."""
HEARTBEAT_MS, ELECTION_MS = 250, 2500
"""Ten times what a busy machine may take for an answer; a new leader is there in about three seconds."""
STANDS_AT_MOST_S: Final = 8
"""So long it may stand still and go on; then no lease of Patroni that was kept before can have expired, see `TTL_S`."""
ANSWERS_WITHIN_S: Final = 5
LETS_IN_WITHIN_S: Final = 60.0


class Keys(NamedTuple):
    """Certificate and key of a machine, and the certificate of their authority."""

    certificate: Path
    key: Path
    authority: Path

    def copied(self, folder: Path, user: str | None) -> "Keys":
        """Return copies that a system user may read, and nobody else."""
        names = ("machine.crt", "machine.key", "ca.crt")
        for source, name in zip(self, names, strict=True):
            write_private(folder / name, source.read_text())
            give(folder / name, user)
        return Keys(*(folder / name for name in names))


class Etcd(Server):
    """The etcd of one machine, in `folder`."""

    def __init__(self, folder: Path, file: ClusterFile, machine: Machine) -> None:
        super().__init__(folder, file.database.etcd_port)
        self.machine, self.file = machine, file
        self.user = user_when_root(USER)
        self.data = folder / "data"

    def prepare(self, keys: Keys) -> None:
        """Write what it reads."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        require_reachable(self.folder, self.user)
        give(self.folder, self.user)
        keys.copied(self.folder, self.user)

    @property
    def endpoints(self) -> list[str]:
        """Return the addresses of all, for who asks them."""
        return [f"{one.address}:{self.port}" for one in self.file.of_role("database")]

    def command(self) -> Command:
        own, table = self.machine.address, self.file.database
        peers = (f"{one.name}=https://{one.address}:{table.etcd_peer_port}" for one in self.file.of_role("database"))
        words = {
            "name": self.machine.name,
            "data-dir": str(self.data),
            "listen-client-urls": f"https://{own}:{table.etcd_port}",
            "advertise-client-urls": f"https://{own}:{table.etcd_port}",
            "listen-peer-urls": f"https://{own}:{table.etcd_peer_port}",
            "initial-advertise-peer-urls": f"https://{own}:{table.etcd_peer_port}",
            "initial-cluster": ",".join(peers),
            "initial-cluster-token": "tailwatch",
            "initial-cluster-state": "new" if self.data.exists() or not self.members() else "existing",
            "heartbeat-interval": str(HEARTBEAT_MS),
            "election-timeout": str(ELECTION_MS),
            "auto-compaction-retention": "1h",
            # The authority says who is a machine; of several addresses that it has, a call may come from another one.
            "experimental-peer-skip-client-san-verification": "true",
            "logger": "zap",
            "log-level": "warn",
        }
        for prefix in ("", "peer-"):
            words |= {
                f"{prefix}cert-file": str(self.folder / "machine.crt"),
                f"{prefix}key-file": str(self.folder / "machine.key"),
                f"{prefix}trusted-ca-file": str(self.folder / "ca.crt"),
                f"{prefix}client-cert-auth": "true",
            }
        argv = (tools.find("etcd"), *(f"--{name}={value}" for name, value in words.items()))
        return watched(Command(f"etcd-{self.machine.name}", argv, cwd=self.folder, user=self.user), STANDS_AT_MOST_S)

    def is_ready(self) -> bool:
        """Say whether the larger part of all answers through this one."""
        return self._ask([self.endpoints_of(self.machine)], "endpoint", "health") is not None

    def endpoints_of(self, machine: Machine) -> str:
        return f"{machine.address}:{self.port}"

    def members(self) -> dict[str, str]:
        """Return the members that the others know, by address between the stores, with their ids; empty without any."""
        said = self._ask(self.endpoints, "member", "list")
        rows = [line.split(", ") for line in (said or "").splitlines()]
        return {row[3].removeprefix("https://"): row[0] for row in rows}

    def replace(self, machine: Machine) -> None:
        """Take a machine that is gone out and let an empty one of the same name in; on a machine that lives.

        Raises StoreRefuses. Right after a machine has died etcd lets nobody in, until those that live have heard each
        other for five seconds: it is asked again meanwhile.
        """
        deadline_s = time.monotonic() + LETS_IN_WITHIN_S
        while True:
            try:
                self._replace_once(machine)
            except StoreRefuses:
                if time.monotonic() > deadline_s:
                    raise
                time.sleep(1.0)
            else:
                return

    def _replace_once(self, machine: Machine) -> None:
        place = f"{machine.address}:{self.file.database.etcd_peer_port}"
        living = [self.endpoints_of(one) for one in self.file.of_role("database") if one.name != machine.name]
        if known := self.members().get(place):
            self._must(living, "member", "remove", known)
        self._must(living, "member", "add", machine.name, f"--peer-urls=https://{place}")

    def _must(self, endpoints: Sequence[str], *words: str) -> None:
        done = self.control(endpoints, *words)
        if done.returncode != 0:
            why = done.stderr.strip().rpartition("\n")[2]
            raise StoreRefuses(
                f"etcd did not do `{' '.join(words)}` ({why}): does the larger part of the machines live?"
            )

    def _ask(self, endpoints: Sequence[str], *words: str) -> str | None:
        done = self.control(endpoints, *words)
        return done.stdout if done.returncode == 0 else None

    def control(self, endpoints: Sequence[str], *words: str) -> subprocess.CompletedProcess[str]:
        """Run etcdctl against these."""
        secret = [f"--cert={self.folder}/machine.crt", f"--key={self.folder}/machine.key"]
        where = [f"--endpoints={','.join(endpoints)}", f"--cacert={self.folder}/ca.crt", *secret]
        limits = [f"--dial-timeout={ANSWERS_WITHIN_S}s", f"--command-timeout={ANSWERS_WITHIN_S}s"]
        return subprocess.run(
            [tools.find("etcdctl"), *where, *limits, *words], capture_output=True, text=True, check=False
        )


class StoreRefuses(Exception):
    """The stores did not do what was asked; the sentence says what to look at."""
