"""What all machines of a cluster share: one folder, made on one of them by `tailwatch cluster prepare` and copied.

It holds the authority's certificate (never its key), certificate and key of each machine, the cookie by which the
brokers know each other, the brokers' definitions (digests of passwords), and the password of ingest. Whoever has it is
a machine of the cluster.
"""

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tailings.facility import Facility
from tailwatch.cluster import definitions
from tailwatch.cluster.database import Secrets
from tailwatch.cluster.etcd import OF_AUTHORITY
from tailwatch.cluster.file import ClusterFile, Machine
from tailwatch.cluster.rabbitmq import Credentials
from tailwatch.pki import Authority
from tailwatch.secrets import made_once, write_private
from wire import topics

FOLDER: Final = "cluster"
COOKIE, DEFINITIONS, PASSWORD, AUTHORITY = "cookie", "definitions.json", "ingest.password", "ca.crt"


class NotPrepared(Exception):
    """The shared folder is not here, or not whole; the sentence says what makes it."""


class Shared:
    """The shared folder under a state folder."""

    def __init__(self, state: Path) -> None:
        self.folder = state / FOLDER

    @property
    def authority(self) -> Path:
        return self.folder / AUTHORITY

    @property
    def password(self) -> str:
        """The password of ingest at the brokers."""
        return self._file(PASSWORD).read_text().strip()

    def credentials(self, machine: Machine) -> Credentials:
        """What the broker of a machine needs; raise NotPrepared."""
        return Credentials(
            self._file(f"{machine.name}.crt"),
            self._file(f"{machine.name}.key"),
            self._file(AUTHORITY),
            self._file(COOKIE),
            self._file(DEFINITIONS),
        )

    def _file(self, name: str) -> Path:
        file = self.folder / name
        if not file.exists():
            raise NotPrepared(
                f"{file} is not there: on one machine `tailwatch cluster prepare` makes {self.folder}; copy it to each"
            )
        return file


def prepare(state: Path, file: ClusterFile, facilities: Iterable[Facility]) -> Shared:
    """Make the shared folder, or bring it up to date: passwords, cookie and certificates that are there stay.

    The users are ingest and, of each agent, those of its connections to the centre. A Tailwatch may run on this state
    folder meanwhile; it reads what is new when it begins anew. Raises NoAuthority.
    """
    shared = Shared(state)
    shared.folder.mkdir(mode=0o700, exist_ok=True)
    _certificates(shared, Authority(state / "pki"), file)
    made_once(shared.folder / COOKIE)
    Secrets(shared.folder).make()
    rights = [topics.centre_rights(), *(one for facility in facilities for one in rights_of(facility))]
    users = {one.user: made_once(state / "secrets" / "mqtt" / one.user) for one in rights}
    write_private(shared.folder / PASSWORD, users[topics.CENTRE_USER])
    table = file.broker
    text = definitions.encode(
        users, rights, queues=table.queues, members=len(file.of_role("broker")), max_queue_mb=table.max_queue_mb
    )
    write_private(shared.folder / DEFINITIONS, text)
    return shared


def rights_of(facility: Facility) -> list[topics.Rights]:
    """Return the rights of a facility's agents towards the centre; their nodes are at brokers of their own."""
    found = []
    for agent in facility.agents:
        uplink, _, history = topics.agent_rights(facility.id, agent, [])
        found += [uplink, history]
    return found


def _certificates(shared: Shared, authority: Authority, file: ClusterFile) -> None:
    now = datetime.now(UTC)
    if not authority.certificate_file.exists():
        authority.make("the cluster", now)
    issued = {one.name: one.hosts for one in authority.issued()}
    for machine in file.machines:
        name = OF_AUTHORITY.format(machine.name)
        if issued.get(name) != (machine.address,):
            authority.issue(name, [machine.address], now)
        certificate = authority.folder / f"{name}.crt"
        shutil.copyfile(certificate, shared.folder / f"{machine.name}.crt")
        write_private(shared.folder / f"{machine.name}.key", certificate.with_suffix(".key").read_text())
    shutil.copyfile(authority.certificate_file, shared.authority)
