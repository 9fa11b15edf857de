// The socket of our client, which Apollo and urql speak through as well.
import { openSocket as open } from "./socket.ts";
import { renewed, silence, tell, token, url } from "./conversation.mjs";

/** A client on this implementation of WebSocket; by default the one Node shares with browsers. */
export const openSocket = (webSocketImpl) =>
  open({
    url,
    token: (refused) => (refused && renewed) || token || "",
    silence,
    webSocketImpl,
    lazyCloseTimeout: 10_000, // so that what is asked next goes over the same connection
    on: {
      opened: () => tell("connection", { opened: true }),
      closed: ({ code, reason }) => tell("connection", { closed: code, reason }),
    },
    // Quicker than people need it.
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
  });
