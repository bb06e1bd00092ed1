// on neo4j
CALL () {
  MATCH (n0:Sample)
  RETURN count(n0) AS t2
}
CALL () {
  OPTIONAL MATCH (a5:Sample {id: $p1})
  OPTIONAL MATCH (q7:SourceRecord {id: $p2})-[:DESCRIBES]->(b6:Sample)
  WITH coalesce(a5, b6) AS n3 ORDER BY n3.id LIMIT 1
  WITH n3 WHERE n3 IS NOT NULL
  RETURN collect({id: n3.id}) AS r4
}
CALL () {
  MATCH (n8:Dataset)
  WHERE n8.id > ''
  WITH n8 ORDER BY n8.id LIMIT $p3
  RETURN collect({k: n8.id, n0: {id: n8.id}}) AS c10
}
RETURN {t: t2} AS r0, r4 AS r1, {i: c10, s: $p3} AS r2;
// parameters {"p0": 2, "p1": "sample:s:T:1", "p2": "s:T:1", "p3": 2}

// on embedded
// first the ids of a page, as $k0
MATCH (n8:Dataset)
WHERE n8.id > ''
RETURN n8.id AS id ORDER BY n8.id LIMIT $p3;
CALL () {
  MATCH (n0:Sample)
  RETURN count(n0) AS t2
}
CALL () {
  OPTIONAL MATCH (a5:Sample {id: $p1})
  OPTIONAL MATCH (q7:SourceRecord {id: $p2})-[:DESCRIBES]->(b6:Sample)
  WITH coalesce(a5, b6) AS n3 ORDER BY n3.id LIMIT 1
  WITH n3 WHERE n3 IS NOT NULL
  RETURN collect({id: n3.id}) AS r4
}
CALL () {
  UNWIND $k0 AS i11
  MATCH (n8:Dataset {id: i11})
  RETURN collect({k: n8.id, n0: {id: n8.id}}) AS c10
}
RETURN {t: t2} AS r0, r4 AS r1, {i: c10, s: $p3} AS r2;
// parameters {"p0": 2, "p1": "sample:s:T:1", "p2": "s:T:1", "p3": 2}
