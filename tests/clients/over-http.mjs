// Started with {url, documents, token} as its argument, it prints one line of JSON: what graphql-http's audits find, and
// what Apollo and urql, as they come, tell an application of each document: data, and the codes of errors.
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { Client, fetchExchange } from "@urql/core";
import { serverAudits } from "graphql-http";

const { url, documents, token } = JSON.parse(process.argv[2]);
const headers = token ? { authorization: `Bearer ${token}` } : {};

const codesOf = (error) => (error?.errors ?? error?.graphQLErrors ?? []).map(({ extensions }) => extensions.code);

const apollo = new ApolloClient({
  link: ApolloLink.from([new HttpLink({ uri: url, headers })]),
  cache: new InMemoryCache(),
  defaultOptions: { query: { errorPolicy: "all", fetchPolicy: "no-cache" } },
});
const urql = new Client({ url, exchanges: [fetchExchange], fetchOptions: { headers } });
const libraries = {
  apollo: (document) => apollo.query({ query: gql(document) }),
  urql: (document) => urql.query(document, {}).toPromise(),
};

const told = {};
for (const [library, ask] of Object.entries(libraries)) {
  told[library] = [];
  for (const document of documents) {
    const { data, error } = await ask(document);
    told[library].push({ data: data ?? null, codes: codesOf(error) });
  }
}

const audits = {};
for (const audit of serverAudits({ url })) {
  const { status, reason } = await audit.fn();
  audits[audit.id] = { name: audit.name, status, reason: reason ?? null };
}
console.log(JSON.stringify({ audits, told }));
