// on neo4j
CALL () {
  MATCH (n0:Sample)
  WHERE n0.id > ''
  WITH n0 ORDER BY n0.id LIMIT $p0
  CALL (n0) {
    MATCH (n0)<-[e3:OF_SAMPLE]-(n2:Dataset)
    RETURN count(n2) AS t4
  }
  RETURN collect({k: n0.id, n0: {id: n0.id, f1: {t: t4}, name: n0.name, barcode: n0.barcode}}) AS c5
}
RETURN {i: c5, s: $p0} AS r0;
// parameters {"p0": 2, "p1": 21}

// on embedded
// first the ids of a page, as $k0
MATCH (n0:Sample)
WHERE n0.id > ''
RETURN n0.id AS id ORDER BY n0.id LIMIT $p0;
CALL () {
  UNWIND $k0 AS i6
  MATCH (n0:Sample {id: i6})
  CALL (n0) {
    MATCH (n0)<-[e3:OF_SAMPLE]-(n2:Dataset)
    RETURN count(n2) AS t4
  }
  RETURN collect({k: n0.id, n0: {id: n0.id, f1: {t: t4}, name: n0.name, barcode: n0.barcode}}) AS c5
}
RETURN {i: c5, s: $p0} AS r0;
// parameters {"p0": 2, "p1": 21}
