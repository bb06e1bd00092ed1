// on neo4j
CALL () {
  MATCH (n0:Dataset)
  WHERE ((n0.stage IS NULL) OR (n0.numberOfImages IN $p1)) AND NOT coalesce((n0.wavelength > $p2), false) AND n0.kind = $p3
  RETURN count(n0) AS t2
}
RETURN {t: t2} AS r0;
// parameters {"p0": 21, "p1": [1, 2], "p2": 1.0, "p3": "raw"}

// on embedded
CALL () {
  MATCH (n0:Dataset)
  WHERE ((n0.stage IS NULL) OR (n0.numberOfImages IN $p1)) AND NOT coalesce((n0.wavelength > $p2), false) AND n0.kind = $p3
  RETURN count(n0) AS t2
}
RETURN {t: t2} AS r0;
// parameters {"p0": 21, "p1": [1, 2], "p2": 1.0, "p3": "raw"}
