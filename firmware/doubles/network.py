"""Double of `network`: the VM's host is always connected, so nothing of it is needed on the unix board."""

STA_IF = 0


class WLAN:
    """A radio that is up at once."""

    def __init__(self, interface: int) -> None:
        self._is_active = False

    def active(self, is_active: bool) -> None:
        self._is_active = is_active

    def connect(self, name: str, password: str) -> None:
        self._is_active = True

    def isconnected(self) -> bool:
        return self._is_active
