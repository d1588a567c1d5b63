"""The front door: the `tailwatch` command, and the runner that the demo and the end-to-end tests share."""
