"""Forwarding: batches go to the centre within the data budget, and leave the buffer by its ack alone."""
