-- The map that an assay file was read by, as it was given ('': none was needed). Its first map may have been wrong, so
-- the same bytes come in again with another one.

ALTER TABLE assay_file ADD COLUMN map text NOT NULL DEFAULT '' CHECK (length(map) <= 20000);
ALTER TABLE assay_file DROP CONSTRAINT assay_file_facility_id_sha256_key;
CREATE UNIQUE INDEX assay_file_once ON assay_file (facility_id, sha256, md5(map));
