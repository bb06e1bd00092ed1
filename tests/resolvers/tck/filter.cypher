// on neo4j
CALL () {
  MATCH (n0:Dataset)
  WHERE ((n0.stage IS NULL) OR (n0.numberOfImages IN $p0)) AND NOT coalesce((n0.wavelength > $p1), false) AND n0.kind = $p2
  RETURN count(n0) AS t2
}
RETURN {t: t2} AS r0;
// parameters {"p0": [1, 2], "p1": 1.0, "p2": "raw"}

// on embedded
CALL () {
  MATCH (n0:Dataset)
  WHERE ((n0.stage IS NULL) OR (n0.numberOfImages IN $p0)) AND NOT coalesce((n0.wavelength > $p1), false) AND n0.kind = $p2
  RETURN count(n0) AS t2
}
RETURN {t: t2} AS r0;
// parameters {"p0": [1, 2], "p1": 1.0, "p2": "raw"}
