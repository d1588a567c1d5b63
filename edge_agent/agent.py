"""The agent joined together, in the order of the data: site broker and files -> store -> acks -> uplink.

paho's threads fill bounded queues; everything else happens in the one thread that calls `run`. Nothing comes in before
the centre has said what time it is, or has not answered for a while: later nobody could tell what a wrong clock dated.

Memory stays below 60 MB (docs/bench), three quarters of it Python and libraries. So the library of a receiver is
imported when the settings name it, and what grows is bounded: two groups of packs (`inbox.FROM_BROKER`), the rows of
one group (`inbox.MAX_GROUP`), the windows (`windows.TOTAL_ROWS`), SQLite's pages (`sqlite_file.CACHE_KIB`).
"""

import threading
import time
from typing import Final

from edge_agent.alarm.alarm import Switch
from edge_agent.alarm.releases import Releases
from edge_agent.buffer.delivery_tracking import newest_acks
from edge_agent.buffer.refusal import Refusal
from edge_agent.buffer.store import AgentStore
from edge_agent.clock.gateway_clock import ClockVerdict, GatewayClock
from edge_agent.config import site
from edge_agent.config.approvals import Approvals
from edge_agent.config.configuration import FacilityInForce
from edge_agent.config.node_config import NodeConfigs
from edge_agent.config.node_status import NodeStatuses
from edge_agent.config.requests import CLOCK_IS_RIGHT, RESEND, is_asked
from edge_agent.config.settings import Settings
from edge_agent.forward.budget import Budget
from edge_agent.forward.one_run import Run
from edge_agent.forward.uplink import Uplink
from edge_agent.outputs import CENTRE_SILENT, CLOCK_WRONG, Condition, open_output
from edge_agent.receive.acks import NodeAcks
from edge_agent.receive.csv_file import TimeBounds
from edge_agent.receive.delivery_queue import FROM_BROKER
from edge_agent.receive.receiver_context import ReceiverContext, open_receiver
from edge_agent.receive.receivers import Receiver, TellsAcks
from edge_agent.receive.receivers.mqtt_nodes import MqttNodes
from edge_agent.receive.time_replies import reply_to
from edge_agent.report import status
from edge_agent.report.throughput import Throughput
from edge_agent.values import Delivery, PackDelivery
from runtime.log import Log
from runtime.mqtt import Link, Message, Terms
from runtime.settings import Endpoint
from wire import topics
from wire.protocol import PROTOCOL

IDLE_S: Final = 0.1
RETRY_S: Final = 1.0
MS_PER_S: Final = 1000
TERMS: Final = Terms(FROM_BROKER)


class EdgeAgent:
    """One running edge agent. `stop`, when set by anybody, ends it; what `gateway` knows outlives the agent."""

    def __init__(
        self,
        settings: Settings,
        log: Log,
        stop: threading.Event | None = None,
        gateway: GatewayClock | None = None,
        *,
        protocol: int = PROTOCOL,
        run: Run | None = None,
    ) -> None:
        """`protocol` is what it speaks, and the newest that it understands of nodes: that of this release.

        run: which run of the agent this is; None for that of the process.
        """
        self._stop = stop or threading.Event()
        self.is_outdated = False  # the centre has sent another facility: what follows is another agent
        self._settings, self._log = settings, log
        self._gateway = gateway = gateway or GatewayClock()
        self._told = ClockVerdict()
        self._protocol = protocol
        self._store = store = AgentStore(settings, gateway, log, newest_protocol=protocol)
        self._facility, nodes = store.facility, store.facility.agents[settings.agent].nodes
        self._configuration = FacilityInForce(settings, self._facility, log)
        self._approvals = Approvals(settings, log)
        self._releases = Releases(settings.state_dir, log)
        self._budget = Budget(settings.max_uplink_bytes_per_day, store.buffer, gateway.now_ms)
        self._flow = Throughput(gateway.now_ms(), time.monotonic())
        self._words = NodeStatuses(gateway.now_ms, lambda: self._uplink.tell_change())
        self._uplink = Uplink(settings, store, log, self._budget, self._describe, protocol=protocol, run=run)
        self._uplink.subscribe(topics.agent_config(self._facility.id, settings.agent), self._configuration.heard)
        self._uplink.subscribe(topics.agent_approvals(self._facility.id, settings.agent), self._approvals.heard)
        self._state_files = status.StateFiles(settings.state_dir, self._describe, self._facility.id, settings.agent)
        _, client_id, _ = topics.client_ids_of_agent(self._facility.id, settings.agent)
        self._site = Link("site", settings.site_broker, client_id, log, terms=TERMS)
        self._other_links: list[Link] = []
        self._context = place = self._place(nodes)
        self._packs = MqttNodes(self._site, self._facility.id, nodes, place.gather_s, gateway.now_ms)
        self._acks = NodeAcks(self._facility.id, self._site.publish, lambda: newest_acks(store.buffer))
        self._configs = NodeConfigs(self._facility, settings.agent, self._site.publish, log, self._words)
        self._listen(nodes)
        self._changes = 0
        self._site_told: tuple[bool, str] = (False, "")
        self._refusal_told: Refusal | None = None
        self._switches = [Switch(one, open_output(one, place)) for one in settings.outputs]
        self._receivers: list[Receiver] = []

    def run(self) -> None:
        """Work until `stop` is called or another facility is in force; what is not stored was not acknowledged."""
        others: list[Delivery] = []
        try:
            self._uplink.start()
            self._wait_for_time()
            self._receivers += [
                open_receiver(one, self._context) for one in site.receivers(self._settings, self._facility)
            ]
            for link in (self._site, *self._other_links):
                link.start()
            while not self._is_over:
                self._tell()
                self._take_configuration()
                if not self._store.has_room():
                    self._stop.wait(IDLE_S)
                    continue
                packs = self._packs.take(0.0 if others else IDLE_S)
                others = [delivery for receiver in self._receivers for delivery in receiver.take(0.0)]
                self._take_in([*packs, *others])
        finally:
            self._close()

    @property
    def gives_way(self) -> bool:
        """Whether another agent of this name began before this one, which must end."""
        return self._uplink.gives_way

    @property
    def _is_over(self) -> bool:
        return self._stop.is_set() or self.is_outdated or self.gives_way

    def stop(self) -> None:
        """End `run` soon; may be called from a signal or another thread."""
        self._stop.set()

    def _wait_for_time(self) -> None:
        """Until the centre has said what time it is, or nobody has for as long as the settings say."""
        until_s = time.monotonic() + self._settings.wait_for_time_s
        while not (self._gateway.is_checked or self._is_over) and time.monotonic() < until_s:
            self._tell()
            self._take_configuration()
            self._stop.wait(IDLE_S)

    def _take_in(self, deliveries: list[Delivery]) -> None:
        if not deliveries:
            return
        acks = self._store.take_in(deliveries, self._pause)
        self._acks.tell(acks)
        self._flow.count(deliveries)
        self._words.sends(one.node for one in deliveries if isinstance(one, PackDelivery))
        for receiver in self._receivers:
            if isinstance(receiver, TellsAcks):
                receiver.tell(acks)

    def _place(self, nodes: tuple[str, ...]) -> ReceiverContext:
        gateway = self._gateway
        return ReceiverContext(
            facility=self._facility.id,
            nodes=nodes,
            units=self._facility.units,
            bounds=TimeBounds(self._store.earliest_ms, gateway.latest_ms),
            gather_s=self._settings.group_commit_ms / MS_PER_S,
            link=self._link,
            position_of=self._store.buffer.position,
            now_ms=gateway.now_ms,
            is_time_known=lambda: not gateway.verdict().is_lost,
            reply_time=lambda node, request: reply_to(node, request, gateway),
            log=self._log,
        )

    def _link(self, endpoint: Endpoint | None) -> Link:
        """The site's broker, or a connection of its own to another one."""
        if endpoint is None:
            return self._site
        name = f"{self._facility.id}-{self._settings.agent}-{endpoint.host}-{len(self._other_links)}"
        link = Link(endpoint.host, endpoint, name, self._log, terms=TERMS)
        self._other_links.append(link)
        return link

    def _pause(self) -> bool:
        """Between two attempts to store: acks may make room meanwhile."""
        self._look_at_buffer()
        self._uplink.pump()
        self._state_files.refresh()
        return not self._stop.wait(RETRY_S)

    def _take_configuration(self) -> None:
        for sent in (self._configuration, self._approvals):
            if sent.waits:
                self.is_outdated |= sent.take()
                self._uplink.tell_soon()

    def _obey(self) -> None:
        """Do what a person at the gateway has asked for."""
        folder = self._settings.state_dir
        if is_asked(folder, RESEND):
            self._uplink.send_again()
        if is_asked(folder, CLOCK_IS_RIGHT):
            self._gateway.set_by_person()
            self._log("WARNING", "clock-compared", by="a person at the gateway", now_ms=self._gateway.own_ms)
        self._releases.carry_out(self._store.release)

    def _look_at_clock(self) -> None:
        """Say once when the clock is known to be wrong, or right again; the centre hears of it at once."""
        verdict, told = self._gateway.verdict(), self._told
        self._told = verdict
        if verdict.state == "wrong" and (told.state, told.by) != (verdict.state, verdict.by):
            ahead_s = None if verdict.ahead_ms is None else round(verdict.ahead_ms / MS_PER_S)
            self._log("ERROR", "clock-wrong", by=verdict.by, ahead_s=ahead_s, next=verdict.next)
            self._uplink.tell_soon()
        elif told.state == "wrong" and verdict.state != "wrong":
            self._log("INFO", "clock-right-again", by=verdict.by or "what is stored")
            self._uplink.tell_soon()

    def _look_at_buffer(self) -> None:
        """The centre hears at once that the buffer takes nothing in, and why; and that it takes in again."""
        if self._store.refusal != self._refusal_told:
            self._refusal_told = self._store.refusal
            self._uplink.tell_soon()

    def _look_at_site(self) -> None:
        """The centre hears of it soon when the site's link is lost, is back, or is refused a topic."""
        standing = self._site.standing
        if (standing.is_up, standing.trouble) != self._site_told:
            self._site_told = (standing.is_up, standing.trouble)
            self._uplink.tell_change()

    def _conditions(self) -> frozenset[Condition]:
        """What of the gateway itself may switch an output on."""
        found = {CENTRE_SILENT: self._uplink.contact.is_silent, CLOCK_WRONG: self._told.state == "wrong"}
        return frozenset(name for name, is_so in found.items() if is_so)

    def _sound(self) -> None:
        """Show the alarm as it stands: from the disk, after a restart too; the centre hears of a change at once."""
        self._store.settle_late()
        if self._store.alarm.changes != self._changes:
            self._changes = self._store.alarm.changes
            self._uplink.tell_soon()
        for switch in self._switches:
            switch.output.show(self._store.alarm.is_on(switch.settings, self._gateway.now_ms(), self._conditions()))

    def _describe(self) -> bytes:
        links = {"site": self._site.standing, "uplink": self._uplink.standing}
        counts, refused = self._flow.counts(time.monotonic()), self._configuration.refused
        spent, unwell, contact = self._budget.spent(), self._words.unwell(), self._uplink.contact
        reply = self._uplink.hello.reply
        centre = status.CentreSaid(
            contact.is_silent,
            contact.answered_ms,
            contact.after_s,
            understands=None if reply is None else (reply.oldest, reply.newest),
            release="" if reply is None else reply.release,
            holds=self._uplink.held,
        )
        now = status.Now(
            links,
            counts,
            refused,
            spent,
            unwell,
            clock=self._gateway.verdict(),
            centre=centre,
            protocol=self._protocol,
            held_back=self._store.held.notes(),
            refusal=self._store.refusal,
        )
        return status.document(self._facility, self._store.buffer, self._gateway.instant().own_ms, now)

    def _tell(self) -> None:
        """Send what waits to the centre, and to the nodes, once a session, what they must know."""
        self._obey()
        self._look_at_clock()
        self._look_at_site()
        self._look_at_buffer()
        self._uplink.pump()
        self._state_files.refresh()
        self._sound()
        if self._site.is_ready:
            self._acks.after_connect(self._site.sessions)
            self._configs.after_connect(self._site.sessions)

    def _listen(self, nodes: tuple[str, ...]) -> None:
        facility = self._facility.id
        for node in nodes:
            self._site.subscribe(topics.time(facility, node), 0, self._reply_time, is_needed=False)
            for topic in (topics.birth(facility, node), topics.state(facility, node)):
                self._site.subscribe(topic, 1, self._hear_node)
            self._site.subscribe(topics.reply(facility, node, "config"), 1, self._hear_node)

    def _reply_time(self, message: Message) -> None:
        """In paho's thread: an answer that waits for a commit would be a wrong time."""
        node = topics.parse(message.topic).node or ""
        self._words.asks_time(node)
        reply = reply_to(node, message.payload, self._gateway)
        if reply is not None:
            self._site.publish(message.topic + "/reply", reply, 0, False)

    def _hear_node(self, message: Message) -> None:
        self._configs.heard(message.topic, message.payload)
        message.acknowledge()

    def _close(self) -> None:
        self._packs.close()
        for receiver in self._receivers:
            receiver.close()
        for switch in self._switches:
            switch.output.close()
        for link in (self._site, *self._other_links):
            link.close()
        self._uplink.close()
        self._store.close()
