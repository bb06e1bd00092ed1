// on neo4j
CALL () {
  MATCH (n0:Sample)
  WHERE n0.id > '' AND EXISTS { MATCH (n0)<-[:OF_SAMPLE]-(f2:Dataset) WHERE f2.kind = $p1 } AND NOT EXISTS { MATCH (n0)<-[:OF_SAMPLE]-(f3:Dataset) WHERE EXISTS { MATCH (f3)<-[:USED]-(f4:Processing) } } AND NOT EXISTS { MATCH (n0)<-[:OF_SAMPLE]-(f5:Dataset) WHERE NOT coalesce((EXISTS { MATCH (f5)-[:COLLECTED_IN]->(f6:Investigation) WHERE f6.name STARTS WITH $p2 }), false) }
  WITH n0 ORDER BY n0.id LIMIT $p0
  RETURN collect({k: n0.id, n0: {name: n0.name}}) AS c7
}
RETURN {i: c7, s: $p0} AS r0;
// parameters {"p0": 21, "p1": "raw", "p2": "cm"}

// on embedded
// first the ids of a page, as $k0
MATCH (n0:Sample)
WHERE n0.id > '' AND CASE WHEN EXISTS { MATCH (n0)<-[:OF_SAMPLE]-(f2:Dataset) WHERE f2.kind = $p1 } AND NOT EXISTS { MATCH (n0)<-[:OF_SAMPLE]-(f3:Dataset) WHERE EXISTS { MATCH (f3)<-[:USED]-(f4:Processing) } } AND NOT EXISTS { MATCH (n0)<-[:OF_SAMPLE]-(f5:Dataset) WHERE NOT coalesce((EXISTS { MATCH (f5)-[:COLLECTED_IN]->(f6:Investigation) WHERE f6.name STARTS WITH $p2 }), false) } THEN true ELSE false END
RETURN n0.id AS id ORDER BY n0.id LIMIT $p0;
CALL () {
  UNWIND $k0 AS i8
  MATCH (n0:Sample {id: i8})
  RETURN collect({k: n0.id, n0: {name: n0.name}}) AS c7
}
RETURN {i: c7, s: $p0} AS r0;
// parameters {"p0": 21, "p1": "raw", "p2": "cm"}
