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

const SILENCE = 30_000; // ms: the server sends a ping every 12 s
const WHY = {
  1006: "The server cannot be reached, or it refused the connection.",
  1012: "The server has stopped. Run it again to listen to the next one.",
  1013: "The server had a fault, or is asked too much. Wait a moment, and run it again.",
  4403: "The access token under Headers is bad or has expired. Log in, and put the new one there.",
};

// A connection for one subscription, with what is put under Headers. It ends with one line and is not made again by
// itself: GraphiQL would show nothing meanwhile, and then a stack.
const socketWith = (headers) => ({
  subscribe(payload, sink) {
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/graphql`, "graphql-transport-ws");
    const send = (message) => socket.send(JSON.stringify(message));
    let over = false;
    let watchdog;
    const end = (errors) => {
      if (over) return;
      over = true;
      clearTimeout(watchdog);
      socket.close();
      if (errors) sink.error(errors);
      else sink.complete();
    };
    const heard = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => end([{ message: "The server is silent. Run it again." }]), SILENCE);
    };
    heard();
    socket.onopen = () => send({ type: "connection_init", payload: headers });
    socket.onmessage = ({ data }) => {
      heard();
      const message = JSON.parse(data);
      if (message.type === "connection_ack") send({ id: "1", type: "subscribe", payload });
      else if (message.type === "ping") send({ type: "pong" });
      else if (over) return;
      else if (message.type === "next") sink.next(message.payload);
      else if (message.type === "error") end(message.payload);
      else if (message.type === "complete") end();
    };
    socket.onclose = ({ code, reason }) => {
      end([{ message: WHY[code] ?? `The connection was closed: ${code} ${reason}` }]);
    };
    return () => end();
  },
});

const page = document.getElementById("graphiql");
const { note } = page.dataset;

// Where the editor's workers are: at addresses of this server, which its policy allows.
globalThis.MonacoEnvironment = {
  getWorker: (_, label) => new Worker(page.dataset[label] ?? page.dataset.editor),
};

ReactDOM.createRoot(page).render(
  React.createElement(GraphiQL, {
    // What is put under Headers goes into the socket's connection_init, too.
    fetcher: (operation, options) =>
      GraphiQL.createFetcher({ url: "/graphql", wsClient: socketWith(options?.headers) })(operation, options),
    defaultQuery: note ? `# ${note}\n\n${defaultQuery}` : defaultQuery,
    defaultEditorToolsVisibility: "headers",
  }),
);
