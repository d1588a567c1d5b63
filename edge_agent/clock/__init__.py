"""The gateway's clock: its time of day, and the centre and senders that speak for or against it."""
