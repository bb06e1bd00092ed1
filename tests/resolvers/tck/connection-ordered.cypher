// on neo4j
CALL () {
  MATCH (n0:Dataset)
  WHERE n0.by_startTime < '~'
  WITH n0 ORDER BY n0.by_startTime DESC LIMIT $p0
  RETURN collect({k: n0.by_startTime, n0: {id: n0.id, startTime: n0.startTime}}) AS c2
}
RETURN {i: c2, s: $p0} AS r0;
// parameters {"p0": 21}

// on embedded
// first the ids of a page, as $k0
MATCH (n0:Dataset)
WHERE n0.by_startTime < '~'
RETURN n0.id AS id ORDER BY n0.by_startTime DESC LIMIT $p0;
CALL () {
  UNWIND $k0 AS i3
  MATCH (n0:Dataset {id: i3})
  RETURN collect({k: n0.by_startTime, n0: {id: n0.id, startTime: n0.startTime}}) AS c2
}
RETURN {i: c2, s: $p0} AS r0;
// parameters {"p0": 21}
