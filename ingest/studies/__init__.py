"""Studies: runs one from the samples as they stand and stores it with the hashes of what it was made from.

make(connection, facility, inputs, author, tell) -> version of the study
write(connection, facility, folder)              -> names of the files of the newest study: tables and Article 27 record
"""

from ingest.studies.study_files import NoStudy, write
from ingest.studies.study_run import make

__all__ = ["NoStudy", "make", "write"]
