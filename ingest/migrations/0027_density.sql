-- What a sample tells of the mass that it stands for: when it was taken, how dense it is, how much water is in it.
-- Samples from before have none of it; a study then takes the density that its author answers for.
ALTER TABLE sample
    ADD COLUMN sampled date,
    ADD COLUMN bulk_t_m3 double precision CHECK (bulk_t_m3 > 0),
    ADD COLUMN water_share double precision CHECK (water_share >= 0);
