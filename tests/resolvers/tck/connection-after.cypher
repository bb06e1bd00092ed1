// on neo4j
CALL () {
  MATCH (n0:Sample)
  WHERE n0.by_name > $p1
  WITH n0 ORDER BY n0.by_name LIMIT $p0
  RETURN collect({k: n0.by_name, n0: {name: n0.name}}) AS c2
}
CALL () {
  RETURN EXISTS { MATCH (n0:Sample) WHERE n0.by_name <= $p1 } AS p3
}
RETURN {i: c2, s: $p0, p: p3} AS r0;
// parameters {"p0": 21, "p1": "0a\u0001|sample:s:T:1"}

// on embedded
// first the ids of a page, as $k0
MATCH (n0:Sample)
WHERE n0.by_name > $p1
RETURN n0.id AS id ORDER BY n0.by_name LIMIT $p0;
CALL () {
  UNWIND $k0 AS i3
  MATCH (n0:Sample {id: i3})
  RETURN collect({k: n0.by_name, n0: {name: n0.name}}) AS c2
}
CALL () {
  RETURN EXISTS { MATCH (n0:Sample) WHERE n0.by_name <= $p1 } AS p4
}
RETURN {i: c2, s: $p0, p: p4} AS r0;
// parameters {"p0": 21, "p1": "0a\u0001|sample:s:T:1"}
