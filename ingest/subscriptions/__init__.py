"""Mail to the public: who asked for it is told of each change of the public state, and of published answers.

    SubscriptionMailer  a thread: asks to confirm, tells news, forgets who did not confirm
    public_now          what the public may know of each facility, by the rule of its page
    templates           the mails in words

What is said is made when it is sent, so a mail that waited for its server never says an old "no warning". How far
somebody was told moves on in the transaction in which the mail goes out: nothing is lost, and nothing is told again.
"""

from ingest.subscriptions.mailer import SubscriptionMailer
from ingest.subscriptions.outgoing import Outgoing, outgoing

__all__ = ["Outgoing", "SubscriptionMailer", "outgoing"]
