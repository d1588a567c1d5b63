-- The clock rule looks twice a minute at what was refused within a day: that must not cost more with each year of refusals.
CREATE INDEX quarantine_open ON quarantine (received_at) WHERE state = 'open';
