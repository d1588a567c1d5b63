"""Topics: where each message travels, who may write there, and the broker's rules that say so."""

from collections import namedtuple

from wire import BadPack
from wire.names import is_id

ROOT = "tw/1/"
EDGE = "_edge"
CENTRE_USER = "_ingest"
NODE_WRITES = ("obs", "birth", "state", "time", "cmd/+/reply")
NODE_READS = ("ack", "time/reply", "cmd/+")
AGENT_WRITES = ("batch", "state", "reply", "time", "hello")
AGENT_READS = ("ack", "config", "approvals", "cmd/+", "time/reply", "hello/reply")
AGENT_TO_ITSELF = ("run",)
RETAINED = ("birth", "state", "ack", "cmd/config", "config", "approvals", "run")
HISTORY_WRITES = ("batch", "time", "hello")
HISTORY_READS = ("ack", "time/reply", "hello/reply")
SHARE = "$share/ingest/"
"""Before a filter: each message goes to one of the ingest processes (MQTT 5.0, 4.8.2)."""
COMMANDS = ("config", "interval", "update", "identify", "selftest")


class Topic(namedtuple("Topic", ("facility", "node", "agent", "leaf"))):
    """A topic taken apart: `node` or `agent` is None, `leaf` is what follows, such as `obs` or `cmd/config`."""

    __slots__ = ()
    facility: str
    node: str | None
    agent: str | None
    leaf: str


def _branch(facility: str, node: str) -> str:
    if not is_id(facility):
        raise BadPack("topic", "id", facility)
    if not is_id(node):
        raise BadPack("topic", "id", node)
    return ROOT + facility + "/" + node + "/"


def _agent_branch(facility: str, agent: str) -> str:
    if not is_id(facility):
        raise BadPack("topic", "id", facility)
    if not is_id(agent):
        raise BadPack("topic", "id", agent)
    return ROOT + facility + "/" + EDGE + "/" + agent + "/"


def obs(facility: str, node: str) -> str:
    """Packs of a node, QoS 1."""
    return _branch(facility, node) + "obs"


def birth(facility: str, node: str) -> str:
    """What a node is, QoS 1, retained."""
    return _branch(facility, node) + "birth"


def state(facility: str, node: str) -> str:
    """Online, sleeping until, offline: QoS 1, retained; also the node's will."""
    return _branch(facility, node) + "state"


def ack(facility: str, node: str) -> str:
    """The agent's ack for a node, QoS 1, retained."""
    return _branch(facility, node) + "ack"


def time(facility: str, node: str) -> str:
    """A node asks for the time, QoS 0."""
    return _branch(facility, node) + "time"


def time_reply(facility: str, node: str) -> str:
    """The agent's answer to `time`, QoS 0."""
    return _branch(facility, node) + "time/reply"


def cmd(facility: str, node: str, name: str) -> str:
    """A command to a node, QoS 1; `name` is one of COMMANDS, only `config` is retained."""
    return _branch(facility, node) + "cmd/" + name


def config(facility: str, node: str) -> str:
    """The whole configuration of a node, QoS 1, retained."""
    return cmd(facility, node, "config")


def reply(facility: str, node: str, name: str) -> str:
    """A node's answer to a command, QoS 1."""
    return cmd(facility, node, name) + "/reply"


def batch(facility: str, agent: str) -> str:
    """Batches of an agent, QoS 1, MQTT 5."""
    return _agent_branch(facility, agent) + "batch"


def agent_ack(facility: str, agent: str) -> str:
    """The centre's ack for an agent, QoS 1, retained."""
    return _agent_branch(facility, agent) + "ack"


def agent_state(facility: str, agent: str) -> str:
    """Status, backlog and configuration version of an agent, QoS 1, retained."""
    return _agent_branch(facility, agent) + "state"


def agent_time(facility: str, agent: str) -> str:
    """An agent asks the centre for the time, QoS 0."""
    return _agent_branch(facility, agent) + "time"


def agent_time_reply(facility: str, agent: str) -> str:
    """The centre's answer to an agent's `time`, QoS 0."""
    return _agent_branch(facility, agent) + "time/reply"


def agent_hello(facility: str, agent: str) -> str:
    """What an agent says of itself at each connect, QoS 0."""
    return _agent_branch(facility, agent) + "hello"


def agent_hello_reply(facility: str, agent: str) -> str:
    """The centre's answer to `hello`, QoS 0."""
    return _agent_branch(facility, agent) + "hello/reply"


def agent_run(facility: str, agent: str) -> str:
    """Which run of an agent has connected, for another of the same name: QoS 1, retained."""
    return _agent_branch(facility, agent) + "run"


def agent_config(facility: str, agent: str) -> str:
    """The facility file of an agent, QoS 1, retained."""
    return _agent_branch(facility, agent) + "config"


def agent_approvals(facility: str, agent: str) -> str:
    """Approvals of plans that were given at the centre, QoS 1, retained."""
    return _agent_branch(facility, agent) + "approvals"


def agent_cmd(facility: str, agent: str, name: str) -> str:
    """A command to an agent, QoS 1."""
    return _agent_branch(facility, agent) + "cmd/" + name


def agent_reply(facility: str, agent: str) -> str:
    """An agent's answers to its commands, QoS 1."""
    return _agent_branch(facility, agent) + "reply"


def parse(topic: str) -> Topic:
    """Take a topic apart; raises BadPack("topic", ...) for any that is not in the table of the wire."""
    if not topic.startswith(ROOT):
        raise BadPack("topic", "topic", topic)
    parts = topic[len(ROOT) :].split("/")
    if len(parts) > 3 and parts[1] == EDGE and is_id(parts[0]) and is_id(parts[2]):
        leaf = "/".join(parts[3:])
        if _is_leaf(leaf, AGENT_WRITES + AGENT_READS + AGENT_TO_ITSELF):
            return Topic(parts[0], None, parts[2], leaf)
    elif len(parts) > 2 and is_id(parts[0]) and is_id(parts[1]):
        leaf = "/".join(parts[2:])
        if _is_leaf(leaf, NODE_WRITES + NODE_READS):
            return Topic(parts[0], parts[1], None, leaf)
    raise BadPack("topic", "topic", topic)


def _is_leaf(leaf: str, leaves: tuple[str, ...]) -> bool:
    parts = leaf.split("/")
    if parts[0] == "cmd" and len(parts) > 1 and is_id(parts[1]):
        parts[1] = "+"
    return "+" not in leaf and "/".join(parts) in leaves


def user_of_node(facility: str, node: str) -> str:
    """The MQTT user name of a node."""
    return facility + "/" + node


def user_of_agent(facility: str, agent: str) -> str:
    """The MQTT user name of an edge agent."""
    return facility + "/" + EDGE + "/" + agent


def users_of_agent(facility: str, agent: str) -> tuple[str, str, str]:
    """The MQTT user names of an edge agent, one a connection: towards the centre, at the broker of its nodes (which may
    be the same), and of whoever brings history beside it."""
    return user_of_agent(facility, agent), facility + "/_site/" + agent, facility + "/_history/" + agent


def client_ids_of_agent(facility: str, agent: str) -> tuple[str, str, str]:
    """The client ids of an edge agent's connections, in the order of its users."""
    name = facility + "-" + agent
    return name + "-uplink", name + "-site", name + "-import"


class Rights(namedtuple("Rights", ("user", "client_id", "writes", "reads", "shares"))):
    """What one MQTT user may do: topic filters that it writes, those that it subscribes to and reads, and its shares.

    `client_id`: the only one that it connects with, so that it takes no other's session and has one connection; None
    for a user whose programs choose theirs.
    """

    __slots__ = ()
    user: str
    client_id: str | None
    writes: tuple[str, ...]
    reads: tuple[str, ...]
    shares: tuple[str, ...]


def _below(branch: str, leaves: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([branch + leaf for leaf in leaves])


def _written(branch: str, leaves: tuple[str, ...]) -> tuple[str, ...]:
    """What may be written below a node's branch: each command by its name, so that what is retained is bounded."""
    found = []
    for leaf in leaves:
        found += [leaf.replace("+", name) for name in COMMANDS] if "+" in leaf else [leaf]
    return _below(branch, tuple(found))


def node_rights(facility: str, node: str) -> Rights:
    """The rights of one node: its own branch and nothing else."""
    branch = _branch(facility, node)
    user = user_of_node(facility, node)
    return Rights(user, user, _written(branch, NODE_WRITES), _below(branch, NODE_READS), ())


def agent_rights(facility: str, agent: str, nodes: list[str]) -> list[Rights]:
    """The rights of one agent, a user a connection: towards the centre its own branch, towards its nodes the other
    side of theirs, and for history beside it what a batch needs."""
    own = _agent_branch(facility, agent)
    to_nodes: list[str] = []
    of_nodes: list[str] = []
    for node in nodes:
        branch = _branch(facility, node)
        of_nodes += _below(branch, NODE_WRITES)
        to_nodes += _written(branch, NODE_READS)
    uplink, site, history = users_of_agent(facility, agent)
    ids = client_ids_of_agent(facility, agent)
    return [
        Rights(
            uplink, ids[0], _below(own, AGENT_WRITES + AGENT_TO_ITSELF), _below(own, AGENT_READS + AGENT_TO_ITSELF), ()
        ),
        Rights(site, ids[1], tuple(to_nodes), tuple(of_nodes), ()),
        Rights(history, ids[2], _below(own, HISTORY_WRITES), _below(own, HISTORY_READS), ()),
    ]


def centre_rights() -> Rights:
    """The rights of ingest: the agents' branches of every facility, whole or as its share."""
    branch = ROOT + "+/" + EDGE + "/+/"
    reads = _below(branch, AGENT_WRITES)
    return Rights(CENTRE_USER, None, _below(branch, AGENT_READS), reads, _below(SHARE, reads))
