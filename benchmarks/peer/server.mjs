// @neo4j/graphql over the graph that beamgraph made, labels and edge types as they stand.
import http from "node:http";
import neo4j from "neo4j-driver";
import { createYoga } from "graphql-yoga";
import { Neo4jGraphQL } from "@neo4j/graphql";

const UPSTREAM = "DERIVED_FROM|GENERATED_BY|USED|INFORMED_BY|OF_SAMPLE|PART_OF";
const typeDefs = `
  type Sample @node {
    id: ID!
    name: String
    datasets: [Dataset!]! @relationship(type: "OF_SAMPLE", direction: IN)
  }
  type Dataset @node {
    id: ID!
    name: String
    kind: String
    startTime: String
    wavelength: Float
    samples: [Sample!]! @relationship(type: "OF_SAMPLE", direction: OUT)
    upstream: [Dataset!]! @cypher(
      statement: "MATCH (this)-[:${UPSTREAM}*1..20]->(a:Dataset) RETURN DISTINCT a"
      columnName: "a"
    )
  }
`;
const { BOLT, BUSER, BPASS, PORT, PREFIX } = process.env;
const driver = neo4j.driver(BOLT, neo4j.auth.basic(BUSER, BPASS));
const schema = await new Neo4jGraphQL({ typeDefs, driver }).getSchema();
const context = () => ({
  executionContext: driver,
  // The embedded engine refuses the prefix `CYPHER 5`.
  cypherQueryOptions: PREFIX === "no" ? { addVersionPrefix: false } : {},
  sessionConfig: { database: "neo4j" },
});
const yoga = createYoga({ schema, logging: false, graphqlEndpoint: "/graphql", context });
http.createServer(yoga).listen(Number(PORT), "127.0.0.1", () => console.log("up"));
