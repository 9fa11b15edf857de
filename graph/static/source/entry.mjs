// What ide.js uses, as globals: GraphiQL 5 is published as modules only.
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import "graphiql/style.css";
import * as React from "react";
import { createRoot } from "react-dom/client";

Object.assign(globalThis, {
  GraphiQL: Object.assign(GraphiQL, { createFetcher: createGraphiQLFetcher }),
  React,
  ReactDOM: { createRoot },
});
