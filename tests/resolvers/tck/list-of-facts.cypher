// on neo4j
CALL () {
  MATCH (n0:Dataset)
  WHERE n0.id > '' AND n0.stage = $p1
  WITH n0 ORDER BY n0.id LIMIT $p0
  RETURN collect({k: n0.id, n0: {id: n0.id, f1: [v2 IN [CASE WHEN 'overall' IN n0.statistics_shells THEN {shell: 'overall', rMerge: n0.overall_rMerge, ccHalf: n0.overall_ccHalf} END, CASE WHEN 'inner' IN n0.statistics_shells THEN {shell: 'inner', rMerge: n0.inner_rMerge, ccHalf: n0.inner_ccHalf} END, CASE WHEN 'outer' IN n0.statistics_shells THEN {shell: 'outer', rMerge: n0.outer_rMerge, ccHalf: n0.outer_ccHalf} END] WHERE v2 IS NOT NULL]}}) AS c3
}
RETURN {i: c3, s: $p0} AS r0;
// parameters {"p0": 21, "p1": "scaling"}

// on embedded
// first the ids of a page, as $k0
MATCH (n0:Dataset)
WHERE n0.id > '' AND CASE WHEN n0.stage = $p1 THEN true ELSE false END
RETURN n0.id AS id ORDER BY n0.id LIMIT $p0;
CALL () {
  UNWIND $k0 AS i4
  MATCH (n0:Dataset {id: i4})
  RETURN collect({k: n0.id, n0: {id: n0.id, f1: [v2 IN [CASE WHEN 'overall' IN n0.statistics_shells THEN {shell: 'overall', rMerge: n0.overall_rMerge, ccHalf: n0.overall_ccHalf} END, CASE WHEN 'inner' IN n0.statistics_shells THEN {shell: 'inner', rMerge: n0.inner_rMerge, ccHalf: n0.inner_ccHalf} END, CASE WHEN 'outer' IN n0.statistics_shells THEN {shell: 'outer', rMerge: n0.outer_rMerge, ccHalf: n0.outer_ccHalf} END] WHERE v2 IS NOT NULL]}}) AS c3
}
RETURN {i: c3, s: $p0} AS r0;
// parameters {"p0": 21, "p1": "scaling"}
