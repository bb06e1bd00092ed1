// on neo4j
CALL () {
  MATCH (n0:Dataset)
  WHERE n0.id > ''
  WITH n0 ORDER BY n0.id LIMIT $p0
  CALL (n0) {
    MATCH (n0)-[:COLLECTED_IN]->(n2:Investigation)
    WITH n2 ORDER BY n2.id LIMIT 1
    CALL (n2) {
      MATCH (n2)-[:PART_OF]->(n4:Proposal)
      WITH n4 ORDER BY n4.id LIMIT 1
      RETURN collect({name: n4.name}) AS o5
    }
    RETURN collect({name: n2.name, f1: o5}) AS o3
  }
  RETURN collect({k: n0.id, n0: {id: n0.id, f1: o3}}) AS c6
}
RETURN {i: c6, s: $p0} AS r0;
// parameters {"p0": 21}

// on embedded
// first the ids of a page, as $k0
MATCH (n0:Dataset)
WHERE n0.id > ''
RETURN n0.id AS id ORDER BY n0.id LIMIT $p0;
CALL () {
  UNWIND $k0 AS i7
  MATCH (n0:Dataset {id: i7})
  CALL (n0) {
    MATCH (n0)-[:COLLECTED_IN]->(n2:Investigation)
    WITH n2 ORDER BY n2.id LIMIT 1
    CALL (n2) {
      MATCH (n2)-[:PART_OF]->(n4:Proposal)
      WITH n4 ORDER BY n4.id LIMIT 1
      RETURN collect({name: n4.name}) AS o5
    }
    RETURN collect({name: n2.name, f1: o5}) AS o3
  }
  RETURN collect({k: n0.id, n0: {id: n0.id, f1: o3}}) AS c6
}
RETURN {i: c6, s: $p0} AS r0;
// parameters {"p0": 21}
