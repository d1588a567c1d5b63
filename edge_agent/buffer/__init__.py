"""The buffer room: one durable transaction a group, from deliveries to batches that wait for the centre's ack."""
