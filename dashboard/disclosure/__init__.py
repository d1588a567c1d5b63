"""The operator's page of what the public sees: what is opened, and the questions that wait for an answer."""
