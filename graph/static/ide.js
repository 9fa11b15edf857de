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

# Press Stop to end it.
subscription Watch($eventId: ID!) {
  seatAvailability(eventId: $eventId) {
    version
    availableSeats
    lockedSeats
    bookedSeats
    changedSeats {
      label
      status
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
    // What is put under Headers goes into the socket's connection_init, too.
    fetcher: GraphiQL.createFetcher({
      url: "/graphql",
      subscriptionUrl: `${location.origin.replace(/^http/, "ws")}/graphql`,
    }),
    defaultQuery,
    defaultEditorToolsVisibility: "headers",
  }),
);
