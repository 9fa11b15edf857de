"use strict";

const defaultQuery = `# Anybody may look at events. For the rest, log in,
# and put the access token under Headers:
# { "Authorization": "Bearer ..." }

query Events {
  events(first: 10) {
    nodes {
      id
      name
      startsAt
      availableSeats
    }
  }
}

mutation LogIn($input: LoginInput!) {
  login(input: $input) {
    __typename
    ... on LoginSuccess {
      accessToken
      expiresAt
    }
    ... on Error {
      code
      message
    }
  }
}
`;

ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: "/graphql" }),
    defaultQuery,
    defaultEditorToolsVisibility: "headers",
  }),
);
