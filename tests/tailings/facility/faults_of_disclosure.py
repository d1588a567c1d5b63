"""What a facility discloses, with one fault each, in the test facility's file (which has `public = true`)."""

from typing import Final

from tests.tailings.facility.faults import Fault

PRIVATE: Final = """[facility.disclosure]
opens = ["instruments", "water"]
delay_h = 24
questions = true
contact = { name = "Office", telephone = "+351 266 000 000" }
emergency = { name = "Civil protection", telephone = "112" }
in_an_alarm = { en = "Walk uphill." }

[[facility.disclosure.documents]]
title = "Emergency plan"
address = "https://mine.example/plan.pdf"
day = 2026-03-01

[agents.gw1]"""
OPEN: Final = PRIVATE.replace('opens = ["instruments", "water"]\n', "").replace("delay_h = 24\n", "")
CALLS: Final = 'emergency = { name = "Civil protection", telephone = "112" }'
FAULTS: Final = {
    "disclosure that opens a part of what is public": Fault(
        "[agents.gw1]", PRIVATE.replace("delay_h = 24\n", ""), "opens =", "public = true opens everything at once"
    ),
    "disclosure that delays what is public": Fault(
        "[agents.gw1]", OPEN.replace("questions", "delay_h = 1\nquestions"), "delay_h", "public = true opens everything"
    ),
    "public facility that says not whom to call": Fault(
        "[agents.gw1]", OPEN.replace(CALLS + "\n", ""), "[facility.disclosure]", "must know whom to call"
    ),
    "emergency without a number": Fault(
        "[agents.gw1]", OPEN.replace('telephone = "112"', 'mail = "a@b.example"'), "emergency", "needs a number to call"
    ),
    "number that is none": Fault("[agents.gw1]", OPEN.replace('"112"', '"call us"'), "emergency", "call us"),
    "mail address that is none": Fault(
        "[agents.gw1]", OPEN.replace('telephone = "+351 266 000 000"', 'mail = "a b"'), "contact", "a b"
    ),
    "office that cannot be reached": Fault(
        "[agents.gw1]", OPEN.replace(', telephone = "+351 266 000 000"', ""), "contact", "says no way to reach it"
    ),
    "questions that nobody answers": Fault(
        "[agents.gw1]",
        OPEN.replace('contact = { name = "Office", telephone = "+351 266 000 000" }\n', ""),
        "questions",
        "somebody must answer questions",
    ),
    "words in no language": Fault("[agents.gw1]", OPEN.replace("{ en =", "{ English ="), "in_an_alarm", "no language"),
    "document without an address of the web": Fault(
        "[agents.gw1]", OPEN.replace("https:", "javascript:"), "address", "javascript:"
    ),
    "document that is disclosed before its day": Fault(
        "[agents.gw1]",
        OPEN.replace("day = 2026-03-01", "day = 2026-03-01\ndisclosed_from = 2026-02-01"),
        "disclosed_from",
        "before the day of the document",
    ),
    "document that is held back in a file that everybody reads": Fault(
        "[agents.gw1]",
        OPEN.replace("day = 2026-03-01", "day = 2026-03-01\ndisclosed_from = 2027-02-01"),
        "disclosed_from",
        "lets everybody read this file",
    ),
    "part that there is none of": Fault(
        "[agents.gw1]", PRIVATE.replace('"water"', '"watr"'), "opens", "did you mean 'water'?"
    ),
}
