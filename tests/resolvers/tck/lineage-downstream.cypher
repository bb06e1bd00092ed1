// on neo4j
CALL () {
  OPTIONAL MATCH (a9:Sample {id: $p0})
  OPTIONAL MATCH (q11:SourceRecord {id: $p1})-[:DESCRIBES]->(b10:Sample)
  WITH coalesce(a9, b10) AS s0 ORDER BY s0.id LIMIT 1
  WITH s0 WHERE s0 IS NOT NULL
  CALL (s0) {
    MATCH w3 = (s0)<-[:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN|PART_OF|AT_INSTRUMENT|IN_SHIPMENT|IN_DEWAR|IN_CONTAINER|OF_CRYSTAL|OF_MACROMOLECULE|COLLECTED_IN|MADE_OF*1..3]-(m1)
    WITH m1, min(length(w3)) AS d2 WHERE d2 <= 3
    RETURN m1, d2
    UNION RETURN s0 AS m1, 0 AS d2
  }
  WITH m1, min(d2) AS d2 ORDER BY d2 LIMIT 5001
  CALL (m1, d2) {
    WITH m1 AS a, d2 AS at WHERE at < 3
    MATCH (a)<-[e8:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN|PART_OF|AT_INSTRUMENT|IN_SHIPMENT|IN_DEWAR|IN_CONTAINER|OF_CRYSTAL|OF_MACROMOLECULE|COLLECTED_IN|MADE_OF]-(x7)
    RETURN collect({type: type(e8), from: x7.id, to: a.id, basis: e8.basis, rule: e8.rule, by: e8.by}) AS g5
  }
  CALL (m1) {
    RETURN EXISTS { MATCH (m1)<-[:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN|PART_OF|AT_INSTRUMENT|IN_SHIPMENT|IN_DEWAR|IN_CONTAINER|OF_CRYSTAL|OF_MACROMOLECULE|COLLECTED_IN|MADE_OF]-(x7) } AS h6
  }
  RETURN collect({id: m1.id, l: labels(m1)[0], d: d2, e: g5, m: h6, n0: {l: labels(m1)[0], b: {id: m1.id}}}) AS r4
}
RETURN r4 AS r0;
// parameters {"p0": "sample:s:T:1", "p1": "s:T:1"}

// on embedded
// a walk, as $w0
OPTIONAL MATCH (a4:Sample {id: $p0})
OPTIONAL MATCH (q6:SourceRecord {id: $p1})-[:DESCRIBES]->(b5:Sample)
WITH coalesce(a4, b5) AS s1 ORDER BY s1.id LIMIT 1
WITH s1 WHERE s1 IS NOT NULL
RETURN s1.id AS id, labels(s1)[0] AS label;
// a level, from Sample
UNWIND $ids AS id MATCH (a:Sample {id: id})
MATCH (a)<-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN|PART_OF|AT_INSTRUMENT|IN_SHIPMENT|IN_DEWAR|IN_CONTAINER|OF_CRYSTAL|OF_MACROMOLECULE|COLLECTED_IN|MADE_OF]-(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: b.id, to: a.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from Dataset
UNWIND $ids AS id MATCH (a:Dataset {id: id})
MATCH (a)<-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN|PART_OF|AT_INSTRUMENT|IN_SHIPMENT|IN_DEWAR|IN_CONTAINER|OF_CRYSTAL|OF_MACROMOLECULE|COLLECTED_IN|MADE_OF]-(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: b.id, to: a.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from Structure
UNWIND $ids AS id MATCH (a:Structure {id: id})
MATCH (a)<-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN|PART_OF|AT_INSTRUMENT|IN_SHIPMENT|IN_DEWAR|IN_CONTAINER|OF_CRYSTAL|OF_MACROMOLECULE|COLLECTED_IN|MADE_OF]-(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: b.id, to: a.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from Processing
UNWIND $ids AS id MATCH (a:Processing {id: id})
MATCH (a)<-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN|PART_OF|AT_INSTRUMENT|IN_SHIPMENT|IN_DEWAR|IN_CONTAINER|OF_CRYSTAL|OF_MACROMOLECULE|COLLECTED_IN|MADE_OF]-(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: b.id, to: a.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from File
UNWIND $ids AS id MATCH (a:File {id: id})
MATCH (a)<-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN|PART_OF|AT_INSTRUMENT|IN_SHIPMENT|IN_DEWAR|IN_CONTAINER|OF_CRYSTAL|OF_MACROMOLECULE|COLLECTED_IN|MADE_OF]-(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: b.id, to: a.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from DataPublication
UNWIND $ids AS id MATCH (a:DataPublication {id: id})
MATCH (a)<-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN|PART_OF|AT_INSTRUMENT|IN_SHIPMENT|IN_DEWAR|IN_CONTAINER|OF_CRYSTAL|OF_MACROMOLECULE|COLLECTED_IN|MADE_OF]-(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: b.id, to: a.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from Investigation
UNWIND $ids AS id MATCH (a:Investigation {id: id})
MATCH (a)<-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN|PART_OF|AT_INSTRUMENT|IN_SHIPMENT|IN_DEWAR|IN_CONTAINER|OF_CRYSTAL|OF_MACROMOLECULE|COLLECTED_IN|MADE_OF]-(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: b.id, to: a.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from Publication
UNWIND $ids AS id MATCH (a:Publication {id: id})
MATCH (a)<-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN|PART_OF|AT_INSTRUMENT|IN_SHIPMENT|IN_DEWAR|IN_CONTAINER|OF_CRYSTAL|OF_MACROMOLECULE|COLLECTED_IN|MADE_OF]-(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: b.id, to: a.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from Proposal
UNWIND $ids AS id MATCH (a:Proposal {id: id})
MATCH (a)<-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN|PART_OF|AT_INSTRUMENT|IN_SHIPMENT|IN_DEWAR|IN_CONTAINER|OF_CRYSTAL|OF_MACROMOLECULE|COLLECTED_IN|MADE_OF]-(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: b.id, to: a.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from Macromolecule
UNWIND $ids AS id MATCH (a:Macromolecule {id: id})
MATCH (a)<-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN|PART_OF|AT_INSTRUMENT|IN_SHIPMENT|IN_DEWAR|IN_CONTAINER|OF_CRYSTAL|OF_MACROMOLECULE|COLLECTED_IN|MADE_OF]-(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: b.id, to: a.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from Shipment
UNWIND $ids AS id MATCH (a:Shipment {id: id})
MATCH (a)<-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN|PART_OF|AT_INSTRUMENT|IN_SHIPMENT|IN_DEWAR|IN_CONTAINER|OF_CRYSTAL|OF_MACROMOLECULE|COLLECTED_IN|MADE_OF]-(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: b.id, to: a.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from Instrument
UNWIND $ids AS id MATCH (a:Instrument {id: id})
MATCH (a)<-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN|PART_OF|AT_INSTRUMENT|IN_SHIPMENT|IN_DEWAR|IN_CONTAINER|OF_CRYSTAL|OF_MACROMOLECULE|COLLECTED_IN|MADE_OF]-(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: b.id, to: a.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from Dewar
UNWIND $ids AS id MATCH (a:Dewar {id: id})
MATCH (a)<-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN|PART_OF|AT_INSTRUMENT|IN_SHIPMENT|IN_DEWAR|IN_CONTAINER|OF_CRYSTAL|OF_MACROMOLECULE|COLLECTED_IN|MADE_OF]-(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: b.id, to: a.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from Container
UNWIND $ids AS id MATCH (a:Container {id: id})
MATCH (a)<-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN|PART_OF|AT_INSTRUMENT|IN_SHIPMENT|IN_DEWAR|IN_CONTAINER|OF_CRYSTAL|OF_MACROMOLECULE|COLLECTED_IN|MADE_OF]-(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: b.id, to: a.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from Crystal
UNWIND $ids AS id MATCH (a:Crystal {id: id})
MATCH (a)<-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN|PART_OF|AT_INSTRUMENT|IN_SHIPMENT|IN_DEWAR|IN_CONTAINER|OF_CRYSTAL|OF_MACROMOLECULE|COLLECTED_IN|MADE_OF]-(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: b.id, to: a.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from Plan
UNWIND $ids AS id MATCH (a:Plan {id: id})
MATCH (a)<-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN|PART_OF|AT_INSTRUMENT|IN_SHIPMENT|IN_DEWAR|IN_CONTAINER|OF_CRYSTAL|OF_MACROMOLECULE|COLLECTED_IN|MADE_OF]-(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: b.id, to: a.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from Study
UNWIND $ids AS id MATCH (a:Study {id: id})
MATCH (a)<-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN|PART_OF|AT_INSTRUMENT|IN_SHIPMENT|IN_DEWAR|IN_CONTAINER|OF_CRYSTAL|OF_MACROMOLECULE|COLLECTED_IN|MADE_OF]-(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: b.id, to: a.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
CALL () {
  UNWIND $w0.Sample AS i3
  MATCH (m2:Sample {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id}}) AS r7
}
CALL () {
  UNWIND $w0.Dataset AS i3
  MATCH (m2:Dataset {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id}}) AS r8
}
CALL () {
  UNWIND $w0.Structure AS i3
  MATCH (m2:Structure {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id}}) AS r9
}
CALL () {
  UNWIND $w0.Processing AS i3
  MATCH (m2:Processing {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id}}) AS r10
}
CALL () {
  UNWIND $w0.File AS i3
  MATCH (m2:File {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id}}) AS r11
}
CALL () {
  UNWIND $w0.DataPublication AS i3
  MATCH (m2:DataPublication {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id}}) AS r12
}
CALL () {
  UNWIND $w0.Investigation AS i3
  MATCH (m2:Investigation {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id}}) AS r13
}
CALL () {
  UNWIND $w0.Publication AS i3
  MATCH (m2:Publication {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id}}) AS r14
}
CALL () {
  UNWIND $w0.Proposal AS i3
  MATCH (m2:Proposal {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id}}) AS r15
}
CALL () {
  UNWIND $w0.Macromolecule AS i3
  MATCH (m2:Macromolecule {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id}}) AS r16
}
CALL () {
  UNWIND $w0.Shipment AS i3
  MATCH (m2:Shipment {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id}}) AS r17
}
CALL () {
  UNWIND $w0.Instrument AS i3
  MATCH (m2:Instrument {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id}}) AS r18
}
CALL () {
  UNWIND $w0.Dewar AS i3
  MATCH (m2:Dewar {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id}}) AS r19
}
CALL () {
  UNWIND $w0.Container AS i3
  MATCH (m2:Container {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id}}) AS r20
}
CALL () {
  UNWIND $w0.Crystal AS i3
  MATCH (m2:Crystal {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id}}) AS r21
}
CALL () {
  UNWIND $w0.Plan AS i3
  MATCH (m2:Plan {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id}}) AS r22
}
CALL () {
  UNWIND $w0.Study AS i3
  MATCH (m2:Study {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id}}) AS r23
}
RETURN {w: $w0.walk, Sample: r7, Dataset: r8, Structure: r9, Processing: r10, File: r11, DataPublication: r12, Investigation: r13, Publication: r14, Proposal: r15, Macromolecule: r16, Shipment: r17, Instrument: r18, Dewar: r19, Container: r20, Crystal: r21, Plan: r22, Study: r23} AS r0;
// parameters {"p0": "sample:s:T:1", "p1": "s:T:1"}
