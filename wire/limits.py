"""Every bound of the wire in one place: what is longer, deeper or more is refused before it costs anything."""

from wire.names import MAX_ID as MAX_ID  # which a node ships, without the other bounds

MAX_PACK_BYTES = 8192
MAX_PACK_RECORDS = 256
MAX_BATCH_BYTES = 256 * 1024  # before compression
MAX_BATCH_RECORDS = 5000
BATCH_HEAD_BYTES = 512  # of MAX_BATCH_BYTES, for the head that is put on at sending
MAX_ACK_BYTES = 128
MAX_DEPTH = 4  # SenML needs two levels
MAX_UNACKED = 64  # packs (node) or batches (agent) that are sent and not yet acknowledged
MAX_TOPIC_BYTES = 96  # of a topic in a frame
MAX_FRAME_BYTES = 8400  # of a frame on a serial line: a pack, its topic, CRC and COBS
MAX_NAME = 4 * MAX_ID + 3  # facility:node:instrument.quantity
MAX_TEXT = 200  # characters of a fault text
MAX_SEQ = 2**31 - 1
MAX_COUNT = 2**53 - 1  # of counters; every JSON reader keeps them exact up to here
MAX_SEQUENCE_RANGES = 512  # gaps and voids that one sequence state remembers one by one
MAX_JUMP = 10_000_000  # missing seqs in a row that a sender may hold or have held; more is a jump of its counter
MAX_CHAIN = 10_000  # batches of an epoch whose numbers the centre keeps to compare with
MAX_QUARANTINE_BYTES = 131072  # raw bytes that travel with what was refused: half of what a batch takes

MIN_ABSOLUTE_TIME_S = 2**28  # RFC 8428 section 4.5.3: smaller is relative to "now"
MAX_ABSOLUTE_TIME_S = 2**32 - 1  # the year 2106; larger is a clock in milliseconds
MAX_CLOCK_ERROR_S = 300  # what two clocks may differ; a time further ahead of its receiver's clock is not believed
MAX_OFFSET_S = 86400  # of `t` from `bt`: 32-bit floats keep it to 8 ms

RESEND_NODE_S = 3600
RESEND_AGENT_S = 60
MAX_BACKOFF = 16  # times resend_after_s
