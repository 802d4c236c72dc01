"""`make faults`: servers and workers are killed, stopped and hung under load; what was acknowledged must be there."""
