"""What a facility of this site says beside a row of a register, and who is one facility by the words of people."""

from api.register.matches import compared_values
from tailings.register.likeness import contradictions
from tailings.register.values import Values

ROW: Values = {
    "id": "R1",
    "name": "Vale",
    "region": "Beja",
    "consequence_class": "Very High",
    "consequence_system": "GISTM",
}


def test_a_facility_file_that_says_the_same_as_a_register_contradicts_nothing() -> None:
    """Its class is GISTM's, written very-high; its region is the code that NUTS has of Baixo Alentejo, around Beja."""
    document = {"name": "Vale", "consequence_class": "very-high", "region": "PT184"}
    national = ROW | {"consequence_class": "Alta", "consequence_system": "ANM"}
    lower, elsewhere = document | {"consequence_class": "low"}, document | {"region": "Norte"}

    def columns(row: Values, file: dict[str, str]) -> list[str]:
        return [one.column for one in contradictions(row, compared_values("vale", file))]

    assert [columns(one, document) for one in (ROW, national)] == [[], []]
    assert [columns(ROW, one) for one in (lower, elsewhere)] == [["consequence_class"], ["region"]]
