"""Past one machine: brokers that do not stop and a database that does not stop, as one file of the operator says."""
