"""The questions the api asks the database, one module a noun; each function asks once and returns shapes."""
