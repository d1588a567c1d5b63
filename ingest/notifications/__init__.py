"""Notifications: who is told of an alarm, by which way, and again until it arrived.

    Notifier    a thread: makes what is due and sends what waits, in order for each recipient
    by_apprise  the way to send
    by_pager    the way of a drill, which leads to nobody outside
    url_policy  which addresses may be used: known services, and no host inside the network
    recipients  who is told, written by commands
    test_alarms what shows that an alarm would arrive
    rotas       who is on duty in turn, written by commands

A notification is a row before it is sent, so nothing is lost while a channel is down; each attempt is a row too. What
is sent late says by how much.
"""

from ingest.notifications import composition, phrases, recipients, rotas, test_alarms, url_policy
from ingest.notifications.dispatch import GIVE_UP, Send, by_apprise, by_pager, pause
from ingest.notifications.notifier import Notifier
from ingest.notifications.url_policy import BadAddress

__all__ = [
    "GIVE_UP",
    "BadAddress",
    "Notifier",
    "Send",
    "by_apprise",
    "by_pager",
    "composition",
    "pause",
    "phrases",
    "recipients",
    "rotas",
    "test_alarms",
    "url_policy",
]
