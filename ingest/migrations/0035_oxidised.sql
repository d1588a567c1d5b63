-- How deep a hole is oxidised below its collar, as its log says; samples from before, and logs that are silent, have none.
ALTER TABLE sample ADD COLUMN oxidised_m double precision CHECK (oxidised_m >= 0);
