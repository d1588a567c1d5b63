"""The page of the own account: where one is logged in, and the password; for administrators, logins that failed."""
