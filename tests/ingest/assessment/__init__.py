"""The assessment that ingest stores."""
