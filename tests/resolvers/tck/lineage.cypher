// on neo4j
CALL () {
  OPTIONAL MATCH (a11:Dataset {id: $p0})
  OPTIONAL MATCH (q13:SourceRecord {id: $p1})-[:DESCRIBES]->(b12:Dataset)
  WITH coalesce(a11, b12) AS s0 ORDER BY s0.id LIMIT 1
  WITH s0 WHERE s0 IS NOT NULL
  CALL (s0) {
    MATCH w3 = (s0)-[:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN*1..20]->(m1)
    WITH m1, min(length(w3)) AS d2 WHERE d2 <= 20
    RETURN m1, d2
    UNION RETURN s0 AS m1, 0 AS d2
  }
  WITH m1, min(d2) AS d2 ORDER BY d2 LIMIT 5001
  CALL (m1, d2) {
    WITH m1 AS a, d2 AS at WHERE at < 20
    MATCH (a)-[e10:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN]->(x9)
    RETURN collect({type: type(e10), from: a.id, to: x9.id, basis: e10.basis, rule: e10.rule, by: e10.by}) AS g7
  }
  CALL (m1) {
    RETURN EXISTS { MATCH (m1)-[:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN]->(x9) } AS h8
  }
  CALL (m1) {
    WITH m1 AS n4 WHERE n4:Dataset
    RETURN collect({id: n4.id, name: n4.name, kind: n4.kind}) AS o5
  }
  RETURN collect({id: m1.id, l: labels(m1)[0], d: d2, e: g7, m: h8, n0: {l: labels(m1)[0], Dataset: o5, b: {id: m1.id, name: m1.name}}}) AS r6
}
RETURN r6 AS r0;
// parameters {"p0": "dataset:s:T:1", "p1": "s:T:1"}

// on embedded
// a walk, as $w0
OPTIONAL MATCH (a4:Dataset {id: $p0})
OPTIONAL MATCH (q6:SourceRecord {id: $p1})-[:DESCRIBES]->(b5:Dataset)
WITH coalesce(a4, b5) AS s1 ORDER BY s1.id LIMIT 1
WITH s1 WHERE s1 IS NOT NULL
RETURN s1.id AS id, labels(s1)[0] AS label;
// a level, from Sample
UNWIND $ids AS id MATCH (a:Sample {id: id})
MATCH (a)-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN]->(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: a.id, to: b.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from Dataset
UNWIND $ids AS id MATCH (a:Dataset {id: id})
MATCH (a)-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN]->(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: a.id, to: b.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from Structure
UNWIND $ids AS id MATCH (a:Structure {id: id})
MATCH (a)-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN]->(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: a.id, to: b.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from Processing
UNWIND $ids AS id MATCH (a:Processing {id: id})
MATCH (a)-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN]->(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: a.id, to: b.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from File
UNWIND $ids AS id MATCH (a:File {id: id})
MATCH (a)-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN]->(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: a.id, to: b.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from DataPublication
UNWIND $ids AS id MATCH (a:DataPublication {id: id})
MATCH (a)-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN]->(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: a.id, to: b.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from Investigation
UNWIND $ids AS id MATCH (a:Investigation {id: id})
MATCH (a)-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN]->(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: a.id, to: b.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
// a level, from Publication
UNWIND $ids AS id MATCH (a:Publication {id: id})
MATCH (a)-[e:DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|ATTACHED_TO|CONTAINS|CITES|CONTAINED_IN]->(b)
RETURN a.id AS a, b.id AS id, labels(b)[0] AS label, {type: type(e), from: a.id, to: b.id, basis: e.basis, rule: e.rule, by: e.by} AS edge LIMIT 50001;
CALL () {
  UNWIND $w0.Sample AS i3
  MATCH (m2:Sample {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id, name: m2.name}}) AS r7
}
CALL () {
  UNWIND $w0.Dataset AS i3
  MATCH (m2:Dataset {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id, name: m2.name, kind: m2.kind}}) AS r8
}
CALL () {
  UNWIND $w0.Structure AS i3
  MATCH (m2:Structure {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id, name: m2.name}}) AS r9
}
CALL () {
  UNWIND $w0.Processing AS i3
  MATCH (m2:Processing {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id, name: m2.name}}) AS r10
}
CALL () {
  UNWIND $w0.File AS i3
  MATCH (m2:File {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id, name: m2.name}}) AS r11
}
CALL () {
  UNWIND $w0.DataPublication AS i3
  MATCH (m2:DataPublication {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id, name: m2.name}}) AS r12
}
CALL () {
  UNWIND $w0.Investigation AS i3
  MATCH (m2:Investigation {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id, name: m2.name}}) AS r13
}
CALL () {
  UNWIND $w0.Publication AS i3
  MATCH (m2:Publication {id: i3})
  RETURN collect({id: m2.id, n0: {id: m2.id, name: m2.name}}) AS r14
}
RETURN {w: $w0.walk, Sample: r7, Dataset: r8, Structure: r9, Processing: r10, File: r11, DataPublication: r12, Investigation: r13, Publication: r14} AS r0;
// parameters {"p0": "dataset:s:T:1", "p1": "s:T:1"}
