"""Studies: runs one from the samples as they stand and stores it with the hashes of what it was made from.

make(connection, facility, inputs, author, tell) -> version of the study
result_of(inputs, samples, today)                -> the study itself, without a database
write(connection, facility, folder)              -> names of the files of the newest study: tables and Article 27 record
write_realisations(connection, facility, form, path)   its realisations as one file
"""

from ingest.studies.study_files import NoStudy, write, write_realisations
from ingest.studies.study_run import make, result_of

__all__ = ["NoStudy", "make", "result_of", "write", "write_realisations"]
