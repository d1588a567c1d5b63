"""The glossary: what the words on the pages mean."""
