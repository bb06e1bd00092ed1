// on neo4j
CALL () {
  MATCH (n0:SourceRecord {id: $p0})
  CALL (n0) {
    MATCH (n0)-[:DESCRIBES]->(n2)
    RETURN collect({id: n2.id, n: {l: labels(n2)[0], b: {id: n2.id}}}) AS o3
  }
  RETURN collect({f0: {row: n0.row}, f1: {f0: o3}}) AS r1
}
RETURN r1 AS r0;
// parameters {"p0": "ispyb:BLSample:374695"}

// on embedded
CALL () {
  MATCH (n0:SourceRecord {id: $p0})
  CALL (n0) {
    MATCH (n0)-[:DESCRIBES]->(n2)
    RETURN collect({id: n2.id, n: {l: labels(n2)[0], b: {id: n2.id}}}) AS o3
  }
  RETURN collect({f0: {row: n0.row}, f1: {f0: o3}}) AS r1
}
RETURN r1 AS r0;
// parameters {"p0": "ispyb:BLSample:374695"}
