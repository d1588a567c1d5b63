"""The pages for people who live downstream: no login, no script needed, no word of the trade."""
