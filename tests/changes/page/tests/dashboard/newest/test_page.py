"""The page of the newest readings, over the whole app and a real database."""

import re
from pathlib import Path

from fastapi.testclient import TestClient

from api.settings import Settings
from tailwatch.api import build
from tests.api import site
from tests.servers import TestDatabase


def test_the_oldest_of_the_newest_readings_is_first(database: TestDatabase, tmp_path: Path) -> None:
    """The level was read in May, the barometer three days ago, the battery just now; its own tab is open, and what the
    page names is served."""
    site.build(database.conninfo())
    secret = tmp_path / "database_url"
    secret.write_text(database.conninfo("tailwatch_api"))
    secret.chmod(0o600)
    with TestClient(build(Settings(database_url_file=secret)), base_url="http://localhost") as client:
        answer = client.get("/f/vale/newest")
        files = re.findall(r'(?:href|src)="(/static/[^"]+/newest\.\w+)"', answer.text)
        served = [client.get(file).status_code for file in files]

    assert answer.status_code == 200 and "The newest reading of each datastream" in answer.text
    assert re.findall(r"<li>(\S+) <time", answer.text) == ["n07:vw1.level", "n01:baro.pressure", "n07:battery.voltage"]
    assert 'href="/f/vale/newest" aria-current="page">Newest</a>' in answer.text
    assert served == [200, 200]
