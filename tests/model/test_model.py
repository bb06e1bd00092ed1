"""The tables of the model hang together."""

from collections import Counter

from graph.model import default_model
from graph.tables import read_table
from migrators.mapping import read_mapping

MODEL = default_model()


def test_every_edge_stands_between_labels_of_the_model() -> None:
    for edge in MODEL.edges:
        assert edge.source in MODEL.labels
        assert edge.target == "*" or edge.target in MODEL.labels


def test_no_field_of_a_label_is_called_twice() -> None:
    for label in MODEL.labels.values():
        names = [item.name for item in label.properties]
        names += [facts.name for facts in label.lists]
        names += [relation.name for relation in MODEL.relations(label.name)]
        assert [name for name, count in Counter(names).items() if count > 1] == [], label.name


def test_a_type_of_edge_carries_lineage_between_all_its_labels_or_none() -> None:
    told: dict[str, set[bool]] = {}
    for edge in MODEL.edges:
        told.setdefault(edge.type, set()).add(edge.lineage)
    assert {kind for kind, both in told.items() if len(both) > 1} == set()


def test_units_are_those_of_the_crosswalk() -> None:
    canonical = {
        row["id"]: row["canonical_unit"] for row in read_table("ontologies", "quantities.tsv")
    }
    for label in MODEL.labels.values():
        members = [member for facts in label.lists for member in facts.members]
        for item in (*label.properties, *members):
            if item.crosswalk and item.type == "float":
                assert item.unit == canonical[item.crosswalk], f"{label.name}.{item.name}"


def test_embargo_licence_members_and_owners_are_in_it() -> None:
    session = MODEL.labels["Investigation"]
    assert session.field("releaseDate").type == "instant"
    assert session.field("licence").type == "string"
    assert MODEL.relation("Investigation", "members").target == "Person"
    assert MODEL.relation("Proposal", "owners").target == "Person"


def test_the_mapping_of_ispyb_fits_the_model() -> None:
    mapping = read_mapping("migrators.ispyb")
    assert {rule.label for rule in mapping.nodes} <= set(MODEL.labels)
