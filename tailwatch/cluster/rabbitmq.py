"""One RabbitMQ of a cluster, with Erlang's name server, as children of ours: in one folder, on one address, by TLS.

Everything that listens (MQTT, AMQP, between brokers) does so on the machine's own address. `epmd` would be started by
Erlang as a daemon that stays behind; here it is a part of its own, which ends with the others.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from msgspec.structs import replace

from tailwatch import ports, tools
from tailwatch.cluster.file import BrokerTable, Machine
from tailwatch.process import Command
from tailwatch.secrets import write_private
from tailwatch.servers.broker import MAX_PACKET_BYTES
from tailwatch.servers.server import Server, require_reachable
from tailwatch.system_users import give, user_when_root

USER: Final = "rabbitmq"
PLUGINS: Final = "[rabbitmq_mqtt,rabbitmq_consistent_hash_exchange].\n"
FEATURES: Final = "rabbitmq_4.0.0,message_containers_deaths_v2,quorum_queue_non_voters,khepri_db"
"""What a broker begins with: all that RabbitMQ 4.0 calls stable, and Khepri, which keeps users and queues as the
quorum queues keep messages. Mnesia, 4.0's own choice, is not whole again after a second fault during the first."""
ADVANCED: Final = "[{rabbit,[{khepri_leader_wait_retry_timeout,300000}]}].\n"
"""A broker that begins waits for the larger part of the others for so long [ms], before it ends and begins anew."""
DEFINITIONS, CONFIGURATION_FILE, DISTRIBUTION = "definitions.json", "rabbitmq.conf", "distribution.config"
ADVANCED_FILE: Final = "advanced.config"
COOKIE: Final = ".erlang.cookie"
WATCH: Final = "watch.erl"
STOP_WITHIN_S: Final = 30.0
TICK_S: Final = 10
"""A broker that says nothing to the others for about so long counts as gone: RabbitMQ's own 60 s are long for agents
that wait. A machine that is busier than that is one that is gone, too."""
REACHED_WITHIN_S: Final = 60
"""How long `rabbitmqctl` tries to reach its broker; Erlang's own 7 s are too short on a busy machine."""
CONFIGURATION: Final = """\
listeners.tcp = none
listeners.ssl.1 = {address}:{amqp_port}
mqtt.listeners.tcp = none
mqtt.listeners.ssl.1 = {address}:{mqtt_port}
ssl_options.cacertfile = {folder}/ca.crt
ssl_options.certfile = {folder}/tls.crt
ssl_options.keyfile = {folder}/tls.key
ssl_options.verify = verify_none
ssl_options.fail_if_no_peer_cert = false
ssl_options.versions.1 = tlsv1.3
ssl_options.versions.2 = tlsv1.2
mqtt.allow_anonymous = false
mqtt.exchange = amq.topic
mqtt.prefetch = 256
mqtt.max_session_expiry_interval_seconds = 0
mqtt.retained_message_store = rabbit_mqtt_retained_msg_store_noop
mqtt.max_packet_size_authenticated = {max_packet_bytes}
definitions.import_backend = local_filesystem
definitions.local.path = {folder}/definitions.json
definitions.skip_if_unchanged = true
cluster_name = tailwatch
cluster_formation.peer_discovery_backend = classic_config
{peers}
cluster_formation.discovery_retry_limit = 120
cluster_formation.discovery_retry_interval = 1000
quorum_queue.continuous_membership_reconciliation.enabled = true
quorum_queue.continuous_membership_reconciliation.target_group_size = {members}
quorum_queue.continuous_membership_reconciliation.interval = 10000
quorum_queue.continuous_membership_reconciliation.trigger_interval = 2000
queue_leader_locator = balanced
net_ticktime = {tick_s}
heartbeat = {tick_s}
disk_free_limit.absolute = 1GB
log.file = false
log.console = true
log.console.level = warning
"""
"""Nothing is kept for an agent that is away, and nothing is retained: of both RabbitMQ would keep a share on one
machine, and an agent that comes back is told all that counts in the answer to its hello. A broker that the others went
on without ends itself (WATCH), which cuts its clients: these go to another. Queues that were made while the first
broker was alone (definitions are imported by the first) get their other members within seconds of these coming up."""


WATCH_FILE: Final = Path(__file__).with_name(WATCH)


class Peer(NamedTuple):
    """Another broker, or this one."""

    address: str

    @property
    def node(self) -> str:
        """Its name among the brokers."""
        return f"tailwatch@{self.address}"


class Credentials(NamedTuple):
    """What the brokers know each other and their clients by: files of the cluster's folder."""

    certificate: Path
    key: Path
    authority: Path
    cookie: Path
    definitions: Path


class RabbitMQ(Server):
    """The broker of one machine, in `folder`."""

    def __init__(self, folder: Path, machine: Machine, peers: Sequence[Peer], table: BrokerTable) -> None:
        super().__init__(folder, table.mqtt_port)
        self.machine, self.peers, self.table = machine, peers, table
        self.user = user_when_root(USER)

    def prepare(self, credentials: Credentials) -> None:
        """Write all that it reads; what it has stored before stays."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        require_reachable(self.folder, self.user)
        files = {
            "tls.crt": credentials.certificate.read_text(),
            "tls.key": credentials.key.read_text(),
            "ca.crt": credentials.authority.read_text(),
            COOKIE: credentials.cookie.read_text(),
            DEFINITIONS: credentials.definitions.read_text(),
            "enabled_plugins": PLUGINS,
            CONFIGURATION_FILE: self.configuration(),
            ADVANCED_FILE: ADVANCED,
            DISTRIBUTION: self._distribution(),
            WATCH: watch([one.node for one in self.peers]),
        }
        for name, text in files.items():
            write_private(self.folder / name, text)
            give(self.folder / name, self.user)
        give(self.folder, self.user)

    def configuration(self) -> str:
        """Return rabbitmq.conf."""
        lines = (f"cluster_formation.classic_config.nodes.{at} = {one.node}" for at, one in enumerate(self.peers, 1))
        return CONFIGURATION.format(
            address=self.machine.address,
            amqp_port=self.table.amqp_port,
            mqtt_port=self.table.mqtt_port,
            folder=self.folder,
            max_packet_bytes=MAX_PACKET_BYTES,
            peers="\n".join(lines),
            members=len(self.peers),
            tick_s=TICK_S,
        )

    def _distribution(self) -> str:
        """How the brokers speak to each other: each shows its certificate (Erlang/OTP, ssl_distribution)."""
        options = (
            f'{{cacertfile,"{self.folder}/ca.crt"}},{{certfile,"{self.folder}/tls.crt"}},'
            f'{{keyfile,"{self.folder}/tls.key"}},{{verify,verify_peer}}'
        )
        return f"[{{server,[{options},{{fail_if_no_peer_cert,true}}]}},{{client,[{options}]}}].\n"

    @property
    def environment(self) -> Mapping[str, str]:
        """Return what makes RabbitMQ's scripts look nowhere but in the folder."""
        by_tls = f"-proto_dist inet_tls -ssl_dist_optfile {self.folder / DISTRIBUTION}"
        address = self.machine.address.replace(".", ",")
        return {
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "RABBITMQ_NODENAME": Peer(self.machine.address).node,
            "RABBITMQ_USE_LONGNAME": "true",
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_FEATURE_FLAGS": FEATURES,
            "RABBITMQ_CONFIG_FILE": str(self.folder / CONFIGURATION_FILE),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / ADVANCED_FILE),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.folder / "generated"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_DIST_PORT": str(self.table.distribution_port),
            "ERL_EPMD_PORT": str(self.table.epmd_port),
            "ERL_CRASH_DUMP_BYTES": "0",
            # The script then becomes the broker, instead of a shell that waits for it.
            "RUNNING_UNDER_SYSTEMD": "true",
            # No core turns in circles while it waits for work.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"+sbwt none +sbwtdcpu none +sbwtdio none "
            f"-kernel inet_dist_use_interface {{{address}}} {by_tls}",
            "RABBITMQ_CTL_ERL_ARGS": f"{by_tls} -kernel net_setuptime {REACHED_WITHIN_S}",
        }

    def command(self) -> Command:
        broker = self._command(f"broker-{self.machine.name}", "rabbitmq-server")
        # Before all that the script says: it listens before the broker meets the others.
        watch = {"ERL_AFLAGS": f"-eval 'file:eval(\"{self.folder / WATCH}\")'"}
        return replace(broker, env=broker.env | watch)

    def control(self, *words: str) -> Command:
        """Return RabbitMQ's own `rabbitmqctl` with these words, for this broker."""
        return self._command("rabbitmqctl", "rabbitmqctl", *words)

    def _command(self, name: str, program: str, *words: str) -> Command:
        return Command(
            name,
            (tools.find(program), *words),
            cwd=self.folder,
            env=dict(self.environment),
            user=self.user,
            stop_within_s=STOP_WITHIN_S,
        )

    def is_ready(self) -> bool:
        """Say whether it listens: it does so when it has joined the others."""
        doors = (self.table.mqtt_port, self.table.amqp_port)
        return all(ports.is_listening(port, self.machine.address) for port in doors)


def watch(nodes: Sequence[str]) -> str:
    """Return what ends one of these brokers that the others went on without, as Erlang reads it."""
    return WATCH_FILE.read_text().replace("{peers}", ",".join(f"'{one}'" for one in nodes))


def name_server(addresses: Sequence[str], port: int) -> Command:
    """Return Erlang's name server for the brokers of this machine."""
    words = (tools.find("epmd"), "-address", ",".join(addresses), "-port", str(port))
    return Command("epmd", words, cwd=Path("/"), user=user_when_root(USER))
