// A client of graphql-js, the oldest ones too: it asks in its own words and reads the answer.
const [, , library, url] = process.argv;
const { buildClientSchema, getIntrospectionQuery, parse, printSchema, validate } = (
  await import(library)
).default;

const options = [
  "descriptions",
  "specifiedByUrl",
  "directiveIsRepeatable",
  "schemaDescription",
  "inputValueDeprecation",
  "oneOf",
].filter((name) => getIntrospectionQuery({ [name]: true }).includes("specifiedByUrl") === false);
// graphql-js 15 calls specifiedByURL by the name of a draft, where it is told to ask for it.
const set = (chosen) => Object.fromEntries(options.map((name) => [name, chosen.includes(name)]));
for (const chosen of [[], options, ...options.map((name) => [name])]) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: getIntrospectionQuery(set(chosen)) }),
  });
  const { data, errors } = await answer.json();
  if (errors) throw new Error(JSON.stringify(errors));
  const schema = buildClientSchema(data);
  printSchema(schema);
  const faults = validate(schema, parse("{ samples(first: 1) { nodes { id name } } }"));
  if (faults.length) throw new Error(String(faults[0]));
}
console.log("read");
