// on neo4j
CALL () {
  UNWIND $p1 AS i0
  CALL (i0) {
    OPTIONAL MATCH (a3:Sample {id: i0.id})
    OPTIONAL MATCH (q5:SourceRecord {id: i0.record})-[:DESCRIBES]->(b4:Sample)
    WITH coalesce(a3, b4) AS n1 ORDER BY n1.id LIMIT 1
    WITH n1 WHERE n1 IS NOT NULL
    RETURN n1
  }
  RETURN collect({at: i0.at, n: {id: n1.id, name: n1.name}}) AS r2
}
CALL () {
  UNWIND $p2 AS i6
  CALL (i6) {
    OPTIONAL MATCH (a9:Dataset {id: i6.id})
    OPTIONAL MATCH (q11:SourceRecord {id: i6.record})-[:DESCRIBES]->(b10:Dataset)
    WITH coalesce(a9, b10) AS n7 ORDER BY n7.id LIMIT 1
    WITH n7 WHERE n7 IS NOT NULL
    RETURN n7
  }
  RETURN collect({at: i6.at, n: {id: n7.id}}) AS r8
}
RETURN {s: $p0, Sample: r2, Dataset: r8} AS r0;
// parameters {"p0": 3, "p1": [{"at": 0, "id": "sample:s:T:1", "record": "s:T:1"}, {"at": 2, "id": "sample:s:T:2", "record": "s:T:2"}], "p2": [{"at": 1, "id": "dataset:s:T:1", "record": "s:T:1"}]}

// on embedded
CALL () {
  UNWIND $p1 AS i0
  CALL (i0) {
    OPTIONAL MATCH (a3:Sample {id: i0.id})
    OPTIONAL MATCH (q5:SourceRecord {id: i0.record})-[:DESCRIBES]->(b4:Sample)
    WITH coalesce(a3, b4) AS n1 ORDER BY n1.id LIMIT 1
    WITH n1 WHERE n1 IS NOT NULL
    RETURN n1
  }
  RETURN collect({at: i0.at, n: {id: n1.id, name: n1.name}}) AS r2
}
CALL () {
  UNWIND $p2 AS i6
  CALL (i6) {
    OPTIONAL MATCH (a9:Dataset {id: i6.id})
    OPTIONAL MATCH (q11:SourceRecord {id: i6.record})-[:DESCRIBES]->(b10:Dataset)
    WITH coalesce(a9, b10) AS n7 ORDER BY n7.id LIMIT 1
    WITH n7 WHERE n7 IS NOT NULL
    RETURN n7
  }
  RETURN collect({at: i6.at, n: {id: n7.id}}) AS r8
}
RETURN {s: $p0, Sample: r2, Dataset: r8} AS r0;
// parameters {"p0": 3, "p1": [{"at": 0, "id": "sample:s:T:1", "record": "s:T:1"}, {"at": 2, "id": "sample:s:T:2", "record": "s:T:2"}], "p2": [{"at": 1, "id": "dataset:s:T:1", "record": "s:T:1"}]}
