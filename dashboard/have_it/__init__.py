"""The page behind the link "I have it" of a notification: one button, without a login."""
