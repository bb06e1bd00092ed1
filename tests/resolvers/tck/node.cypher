// on neo4j
CALL () {
  OPTIONAL MATCH (a2:Dataset {id: $p0})
  OPTIONAL MATCH (q4:SourceRecord {id: $p1})-[:DESCRIBES]->(b3:Dataset)
  WITH coalesce(a2, b3) AS n0 ORDER BY n0.id LIMIT 1
  WITH n0 WHERE n0 IS NOT NULL
  RETURN collect({id: n0.id, kind: n0.kind, numberOfImages: n0.numberOfImages}) AS r1
}
RETURN r1 AS r0;
// parameters {"p0": "dataset:ispyb:DataCollectionGroup:988855", "p1": "ispyb:DataCollectionGroup:988855"}

// on embedded
CALL () {
  OPTIONAL MATCH (a2:Dataset {id: $p0})
  OPTIONAL MATCH (q4:SourceRecord {id: $p1})-[:DESCRIBES]->(b3:Dataset)
  WITH coalesce(a2, b3) AS n0 ORDER BY n0.id LIMIT 1
  WITH n0 WHERE n0 IS NOT NULL
  RETURN collect({id: n0.id, kind: n0.kind, numberOfImages: n0.numberOfImages}) AS r1
}
RETURN r1 AS r0;
// parameters {"p0": "dataset:ispyb:DataCollectionGroup:988855", "p1": "ispyb:DataCollectionGroup:988855"}
