// on neo4j
CALL () {
  MATCH (n0:Investigation)
  WHERE n0.id > ''
  WITH n0 ORDER BY n0.id LIMIT $p0
  CALL (n0) {
    MATCH (n0)<-[e3:MEMBER_OF]-(n2:Person)
    WHERE n2.id > ''
    WITH n2, e3 ORDER BY n2.id LIMIT $p1
    RETURN collect({k: n2.id, n0: {name: n2.name}, e: {basis: e3.basis, by: e3.by, role: e3.role, rule: e3.rule}}) AS c4
  }
  RETURN collect({k: n0.id, n0: {f0: {i: c4, s: $p1}}}) AS c5
}
RETURN {i: c5, s: $p0} AS r0;
// parameters {"p0": 21, "p1": 21}

// on embedded
// first the ids of a page, as $k0
MATCH (n0:Investigation)
WHERE n0.id > ''
RETURN n0.id AS id ORDER BY n0.id LIMIT $p0;
CALL () {
  UNWIND $k0 AS i6
  MATCH (n0:Investigation {id: i6})
  CALL (n0) {
    MATCH (n0)<-[e3:MEMBER_OF]-(n2:Person)
    WHERE n2.id > ''
    WITH n2, e3 ORDER BY n2.id LIMIT $p1
    RETURN collect({k: n2.id, n0: {name: n2.name}, e: {basis: e3.basis, by: e3.by, role: e3.role, rule: e3.rule}}) AS c4
  }
  RETURN collect({k: n0.id, n0: {f0: {i: c4, s: $p1}}}) AS c5
}
RETURN {i: c5, s: $p0} AS r0;
// parameters {"p0": 21, "p1": 21}
