"use strict";
// One tab for each example document; everything comes from this host.
(async () => {
  const root = document.getElementById("graphiql");
  if (!window.GraphiQL) {
    root.textContent = "GraphiQL's files did not arrive: load this page again.";
    return;
  }
  const examples = await (await fetch("/examples")).json();
  const fetcher = GraphiQL.createFetcher({ url: "/graphql" });
  ReactDOM.createRoot(root).render(
    React.createElement(GraphiQL, {
      fetcher,
      shouldPersistHeaders: false,
      defaultEditorToolsVisibility: false,
      defaultTabs: examples.map((example) => ({ query: example.query })),
    }),
  );
})();
