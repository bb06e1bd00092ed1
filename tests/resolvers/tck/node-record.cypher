// on neo4j
CALL () {
  MATCH (n0:SourceRecord {id: $p0})
  CALL (n0) {
    MATCH (n0)-[:DESCRIBES]->(n2)
    CALL (n2) {
      WITH n2 AS n4 WHERE n4:Dataset
      RETURN collect({id: n4.id, name: n4.name, stage: n4.stage}) AS o5
    }
    RETURN collect({id: n2.id, n: {l: labels(n2)[0], Dataset: o5, b: {id: n2.id, name: n2.name}}}) AS o3
  }
  RETURN collect({id: n0.id, row: n0.row, f2: o3}) AS r1
}
RETURN r1 AS r0;
// parameters {"p0": "ispyb:AutoProc:596421", "p1": "AutoProc:596421"}

// on embedded
CALL () {
  MATCH (n0:SourceRecord {id: $p0})
  CALL (n0) {
    MATCH (n0)-[:DESCRIBES]->(n2)
    CALL (n2) {
      WITH n2 AS n4 WHERE n4:Dataset
      RETURN collect({id: n4.id, name: n4.name, stage: n4.stage}) AS o5
    }
    RETURN collect({id: n2.id, n: {l: labels(n2)[0], Dataset: o5, b: {id: n2.id, name: n2.name}}}) AS o3
  }
  RETURN collect({id: n0.id, row: n0.row, f2: o3}) AS r1
}
RETURN r1 AS r0;
// parameters {"p0": "ispyb:AutoProc:596421", "p1": "AutoProc:596421"}
