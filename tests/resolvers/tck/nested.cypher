// on neo4j
CALL () {
  MATCH (n0:Sample)
  WHERE n0.id > ''
  WITH n0 ORDER BY n0.id LIMIT $p0
  CALL (n0) {
    MATCH (n0)<-[e3:OF_SAMPLE]-(n2:Dataset)
    WHERE n2.by_startTime < '~'
    WITH n2, e3 ORDER BY n2.by_startTime DESC LIMIT $p1
    RETURN collect({k: n2.by_startTime, n0: {id: n2.id, numberOfImages: n2.numberOfImages}}) AS c4
  }
  CALL (n0) {
    MATCH (n0)<-[e3:OF_SAMPLE]-(n2:Dataset)
    RETURN count(n2) AS t5
  }
  RETURN collect({k: n0.id, n0: {name: n0.name, f1: {i: c4, s: $p1, t: t5}}}) AS c6
}
RETURN {i: c6, s: $p0} AS r0;
// parameters {"p0": 21, "p1": 6}

// on embedded
// first the ids of a page, as $k0
MATCH (n0:Sample)
WHERE n0.id > ''
RETURN n0.id AS id ORDER BY n0.id LIMIT $p0;
CALL () {
  UNWIND $k0 AS i7
  MATCH (n0:Sample {id: i7})
  CALL (n0) {
    MATCH (n0)<-[e3:OF_SAMPLE]-(n2:Dataset)
    WHERE n2.by_startTime < '~'
    WITH n2, e3 ORDER BY n2.by_startTime DESC LIMIT $p1
    RETURN collect({k: n2.by_startTime, n0: {id: n2.id, numberOfImages: n2.numberOfImages}}) AS c4
  }
  CALL (n0) {
    MATCH (n0)<-[e3:OF_SAMPLE]-(n2:Dataset)
    RETURN count(n2) AS t5
  }
  RETURN collect({k: n0.id, n0: {name: n0.name, f1: {i: c4, s: $p1, t: t5}}}) AS c6
}
RETURN {i: c6, s: $p0} AS r0;
// parameters {"p0": 21, "p1": 6}
