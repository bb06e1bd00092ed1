// on neo4j
CALL () {
  MATCH (n0:Dataset)
  RETURN count(n0) AS t2
}
RETURN {t: t2} AS r0;
// parameters {"p0": 21}

// on embedded
CALL () {
  MATCH (n0:Dataset)
  RETURN count(n0) AS t2
}
RETURN {t: t2} AS r0;
// parameters {"p0": 21}
