"""The room of the rules of the equipment: each file is a rule, and each rule has its words."""

from pathlib import Path

import pytest

import texts
from ingest.alarms import equipment_rules

FILES = sorted(path.stem for path in Path(equipment_rules.__file__).parent.glob("[a-z]*.py"))
LANGUAGES = sorted(path.parent.name for path in texts.FOLDER.glob("*/frame.toml"))
SEVERAL = {
    "sensors": {"silent-node", "barometer", "stale", "never-read", "missing", "rejected"},
    "sight": {"sight-lost", "sight-not-proved"},
}


def test_each_file_is_a_rule() -> None:
    """The name of a file is that of its rule, but of the files that have several."""
    wanted = [SEVERAL.get(file, {file.replace("_", "-")}) for file in FILES]

    assert set(equipment_rules.names()) == set().union(*wanted)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_rule_has_a_word_for_the_list_of_alarms(language: str) -> None:
    """In each language, and no rule that is none has one."""
    assert set(texts.load(language)["alarms"]["rules"]) == set(equipment_rules.names())
