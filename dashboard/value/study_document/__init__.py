"""The operator's study by Article 27(2) as a tagged PDF, in the reader's language: made from the answer of the api."""
