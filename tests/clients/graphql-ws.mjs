import WebSocket from "ws";
import { converse } from "./conversation.mjs";
import { openSocket } from "./socket.mjs";

const client = openSocket(WebSocket);
converse((operation, sink) => client.subscribe(operation, sink));
