"""From facility files to the parts of a running site: broker, database, ingest, api, proof of sight and edge agents.

`tailwatch up`, the demo and the end-to-end tests all run this. Parts start in the order of `parts()`, and end in the
reverse order of their stages: edge agents first (nothing new comes), then ingest and api (what came is committed),
then the broker, the database last. Custody makes any order safe; this one leaves the least to send again.
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

import edge_agent
from tailings.facility import Facility, decoded, lint
from tailings.facility.model import Agent
from tailwatch import facility_file, log_archive, own_settings, provisioning, seals, system_users, toml
from tailwatch.log_archive import ArchiveKeeper, BackupSettings
from tailwatch.pki import Authority, NoAuthority
from tailwatch.ports import LOOPBACK, is_listening
from tailwatch.process import Command
from tailwatch.servers import Broker, database_in
from tailwatch.servers.broker import TlsListener
from tailwatch.servers.database import ADMIN, API, INGEST, NAME, OWNER
from tailwatch.state import StateFolder
from tailwatch.supervise import NotStarted, SitePart
from wire import topics

ROOMS: Final = Path(__file__).parents[1]
"""The folder that holds the programs' packages."""
USUAL_API_PORT: Final = 8000
USUAL_TLS_PORT: Final = 8883
"""MQTT over TLS (IANA, service name secure-mqtt)."""
MIGRATE_WITHIN_S: Final = 300
DATABASE_STAGE, BROKER_STAGE, CENTRE_STAGE, EDGE_STAGE = range(4)


class TwoFacilities(Exception):
    """Two files describe a facility of one id; the operator corrects one."""


class Access(msgspec.Struct, frozen=True):
    """How one MQTT user reaches the broker; `password_file` is private."""

    host: str
    port: int
    user: str
    password_file: Path
    ca_file: Path | None = None
    further_hosts: tuple[str, ...] = ()

    def table(self) -> dict[str, toml.Value]:
        table: dict[str, toml.Value] = {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "password_file": str(self.password_file),
        }
        if self.ca_file is not None:
            table["ca_file"] = str(self.ca_file)
        if self.further_hosts:
            table["further_hosts"] = list(self.further_hosts)
        return table


def read_facilities(files: Iterable[Path]) -> dict[Path, Facility]:
    """Parse the facility files; raise BadFacility (line, key, what to write instead) or TwoFacilities."""
    found: dict[Path, Facility] = {}
    for file in files:
        facility, _ = facility_file.read(file)
        for other, known in found.items():
            if known.id == facility.id and other != file.resolve():
                raise TwoFacilities(
                    f"{other} and {file} both describe the facility {facility.id!r}; give one another id"
                )
        found[file.resolve()] = facility
    return found


def refuse_new(folder: Path, facilities: Mapping[Path, Facility]) -> None:
    """Raise BadFacility where no reading can reach a level of a facility that the centre does not have yet.

    One that it has goes on: an agent keeps the file that the centre sent it, and ingest takes no worse one in.
    """
    for file, facility in facilities.items():
        kept = [folder / "agents" / f"{facility.id}-{agent}" / edge_agent.KEPT_FILE for agent in facility.agents]
        if not any(one.exists() for one in kept):
            lint.refuse(lint.find_errors(facility, decoded(file.read_bytes())), str(file))


def runs_here(agent: Agent) -> bool:
    """Whether `tailwatch up` starts an agent, or a gateway of its own does."""
    return agent.runs == "here"


class Site:
    """One installation: the servers and programs for some facilities, on one state folder."""

    def __init__(self, state: StateFolder, facilities: Mapping[Path, Facility], api_port: int | None = None) -> None:
        self.state = state
        self.facilities = facilities
        self.users = system_users.of_programs()
        self.broker = Broker(state.subfolder("broker"), state.ports.port_of("broker"))
        self.database = database_in(state.subfolder("database", 0o711), state.ports.port_of("database"))
        self.api_port = state.ports.port_of("api", api_port, usual=USUAL_API_PORT)
        here = (
            f"{one.id}-{agent.id}" for one in facilities.values() for agent in one.agents.values() if runs_here(agent)
        )
        self.chosen = own_settings.read(state.folder, list(here))
        self.backup = own_settings.backup_of(self.chosen)
        """The archive of the log, where there is to be one."""
        self.public_names: list[str] = []
        """Names by which the pages are reached through a proxy, beside those of this machine."""

    def open_door(self, address: str) -> int:
        """Let the broker listen on the network too, by TLS with its certificate of `pki`; return the port.

        Call it before `prepare`. Raises NoAuthority while there is no such certificate.
        """
        authority = Authority(self.state.folder / "pki")
        certificate = authority.folder / "broker.crt"
        if not certificate.exists():
            raise NoAuthority(f"{certificate} is not there: make it with `tailwatch pki init --host NAME`")
        port = self.state.ports.port_of("broker-tls", usual=USUAL_TLS_PORT)
        key, file = certificate.with_suffix(".key"), authority.certificate_file
        self.broker.tls = TlsListener(port, certificate, key, file, address)
        return port

    @property
    def api_url(self) -> str:
        return f"http://{LOOPBACK}:{self.api_port}"

    @property
    def summary(self) -> str:
        """What the terminal says of what runs: where the pages are."""
        return self.api_url

    def access(self, user: str, program: str | None = None) -> Access:
        """Return how an MQTT user (`vale/n07`, `vale/_edge/gw1`, `_ingest`) reaches the broker.

        `program` is the system user of who connects so; None is whoever runs this.
        """
        return Access(LOOPBACK, self.broker.port, user, self.state.secret_file(f"mqtt/{user}", program))

    def prepare(self) -> None:
        """Write configuration, users and rights of the servers; make the database cluster at the first time."""
        rights = self.rights()
        self.broker.prepare({one.user: self.state.secret(f"mqtt/{one.user}") for one in rights}, rights)
        self.prepare_database()

    def prepare_database(self) -> None:
        """Make the cluster at the first time, and have its log archived where that is chosen."""
        if self.backup is not None:
            repository = ArchiveKeeper(log_archive.read(self._backup_settings(self.backup))).repository
            repository.prepare()
            self.database.further = repository.parameters(self.database.data)
        self.database.prepare()

    def parts(self) -> list[SitePart]:
        """Return all parts in the order of their start."""
        database = SitePart(
            self.database.command(), DATABASE_STAGE, self.database.is_ready, is_needed=True, prepare=self._fill_database
        )
        broker = SitePart(self.broker.command(), BROKER_STAGE, self.broker.is_ready, is_needed=True)
        return [database, broker, self.ingest(), *self.agents(), self.api(), self.sight(), *self.backups()]

    def backups(self) -> Iterator[SitePart]:
        """Return what keeps the archive of the log, where there is one; it works as who starts it, beside the data."""
        if self.backup is not None:
            settings = self._backup_settings(self.backup)
            yield SitePart(program_command("backup", "tailwatch.log_archive", str(settings)), CENTRE_STAGE)

    def _backup_settings(self, chosen: BackupSettings) -> Path:
        url_file = self.state.write("backup.conninfo", self.database.conninfo(ADMIN))
        values = log_archive.settings_of(chosen, self.state.folder, url_file, self.database.data, self.database.port)
        return self.state.write(log_archive.FILE, toml.encode(values))

    def ingest(self, name: str = "ingest") -> SitePart:
        """Return one ingest; several with names of their own may run side by side."""
        user = self.users.ingest
        settings = self.state.write(f"{name}.toml", toml.encode(self._ingest_settings(name)), user)
        return SitePart(program_command(name, "ingest", str(settings), user=user), CENTRE_STAGE)

    def sight(self) -> SitePart:
        """Return the proof of sight, which gives way to every other program."""
        user = self.users.ingest
        settings = self.state.write("sight.toml", toml.encode(self._ingest_settings("sight")), user)
        return SitePart(program_command("sight", "ingest.sight", str(settings), user=user), CENTRE_STAGE)

    def api(self) -> SitePart:
        """Return the api."""
        user = self.users.api
        settings = self._api_settings(user)
        file = self.state.write("api.toml", toml.encode(settings), user)
        return SitePart(program_command("api", "tailwatch.api", str(file), user=user), CENTRE_STAGE, self.is_api_up)

    def is_api_up(self) -> bool:
        """Say whether the api listens."""
        return is_listening(self.api_port)

    def agents(self) -> Iterator[SitePart]:
        """Return one edge agent per agent of each facility that runs here."""
        program = self.users.edge
        for file, facility in self.facilities.items():
            for agent in (one.id for one in facility.agents.values() if runs_here(one)):
                name = f"{facility.id}-{agent}"
                uplink, site, history = (
                    self.access(user, program).table() for user in topics.users_of_agent(facility.id, agent)
                )
                settings: dict[str, toml.Value] = {
                    "facility_file": self._facility_file(file, program),
                    "agent": agent,
                    "state_dir": str(self.state.working_folder(f"agents/{name}", program)),
                    "site_broker": site,
                    "uplink": uplink,
                    "history": history,
                    **self.chosen.get(name, {}),
                }
                written = self.state.write(f"{name}.toml", toml.encode(settings), program)
                yield SitePart(
                    program_command(name, "edge_agent", str(written), user=program),
                    EDGE_STAGE,
                    ends_for_good=(edge_agent.EXIT_ANOTHER_RUNS,),
                )

    def _facility_file(self, file: Path, program: str | None) -> str:
        """Return where a program reads a facility file: the operator's may be closed to it, so it has its own copy."""
        if program is None:
            return str(file)
        name = f"facilities/{program}/{self.facilities[file].id}.toml"
        return str(self.state.write(name, file.read_text("utf-8"), program))

    def _fill_database(self) -> None:
        """Make roles, database and tables, or bring them to this version."""
        self.database.make_roles()
        self.database.make_database(NAME)
        migrate = program_command("migrate", "ingest", str(self._migration_settings()), "--migrate")
        done = subprocess.run(
            migrate.argv,
            env={**os.environ, **migrate.env},
            capture_output=True,
            text=True,
            timeout=MIGRATE_WITHIN_S,
            check=False,
        )
        if done.returncode != 0:
            why = done.stderr.strip().rpartition("\n")[2]
            raise NotStarted(f"the tables could not be made or brought to this version: {why}")
        if self.backup is None:
            log_archive.give_up(self.database.conninfo(OWNER))

    def _migration_settings(self) -> Path:
        """Return the settings of the ingest that makes the tables, as their owner."""
        values = self._ingest_settings("migrate") | {"owner_url_file": self._database_url_file(OWNER, None)}
        return self.state.write("migrate.toml", toml.encode(values))

    def _api_settings(self, user: str | None) -> dict[str, toml.Value]:
        chosen = self.chosen.get(own_settings.API, {})
        return {
            "database_url_file": self._database_url_file(API, user),
            "host": LOOPBACK,
            "port": self.api_port,
            "state_folder": str(self.state.folder),
            "link_key_file": self._link_key_file(user),
            "seal_file": self._seal_file(user),
            **chosen,
            "public_names": [*self.public_names, *chosen.get("public_names", ())],
        }

    def _ingest_settings(self, client_id: str) -> dict[str, toml.Value]:
        user = self.users.ingest
        return {
            "client_id": client_id,
            "database_url_file": self._database_url_file(INGEST, user),
            "facility_files": [self._facility_file(file, user) for file in self.facilities],
            "broker": self.access(topics.CENTRE_USER, user).table(),
            "pages_url": f"http://{LOOPBACK}:{self.api_port}",
            "link_key_file": self._link_key_file(user),
            **self.chosen.get(own_settings.INGEST, {}),
        }

    def _link_key_file(self, user: str | None) -> str:
        """Return where a program reads the key of links: one key, a copy for each system user."""
        return str(self.state.write(f"links-{user or 'own'}.key", self.state.secret("links"), user))

    def _seal_file(self, user: str | None) -> str:
        """Return where a program reads the seal: made once for the installation, a copy for the system user."""
        made = seals.made_once(self.state.folder / seals.SEAL)
        return str(self.state.write(f"seal-{user or 'own'}.pem", made, user))

    def _database_url_file(self, role: str, user: str | None) -> str:
        return str(self.state.write(f"{role}.conninfo", self.database.conninfo(role), user))

    def rights(self) -> list[topics.Rights]:
        """Return the rights of all users of the broker: each has its own topics."""
        found = [topics.centre_rights()]
        secrets = self.state.subfolder("secrets") / "mqtt"
        for facility in self.facilities.values():
            named = (secrets / facility.id / provisioning.OTHER).glob("*")
            found += provisioning.rights_of(facility, [str(file.relative_to(secrets)) for file in named])
        return found


def program_command(name: str, module: str, *words: str, user: str | None = None) -> Command:
    """Return the command of one of our programs."""
    # -P: a file called ingest.py in the operator's folder must not be taken for ours.
    argv = (sys.executable, "-P", "-m", module, *words)
    env = {"PYTHONPATH": str(ROOMS), "PYTHONUNBUFFERED": "1"}
    if user is None:
        return Command(name, argv, env=env)
    return Command(name, argv, cwd=Path("/"), env=env | {"HOME": system_users.NO_HOME}, user=user)
