"""The assessment of each facility, made after each commit and each minute, and stored for whoever reads it.

Assessor    a work of the job scheduler: judges what was touched, and what is a minute old
inputs      what it is made from, read from the database
uncertainties  how far the newest readings err
"""

from ingest.assessment.assessor import Assessor

__all__ = ["Assessor"]
