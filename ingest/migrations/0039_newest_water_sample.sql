-- Of each water sample its newest revision. Who asks for the samples of a span asks here: in the table, a sample whose time
-- was corrected out of the span would be there as it was before the correction.
CREATE VIEW newest_water_sample AS
SELECT s.* FROM water_sample s WHERE NOT EXISTS (
    SELECT FROM water_sample corrected
    WHERE corrected.facility_id = s.facility_id AND corrected.name = s.name AND corrected.revision > s.revision
);
GRANT SELECT ON newest_water_sample TO tailwatch_ingest, tailwatch_api;
