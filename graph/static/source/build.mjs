// Bundles GraphiQL into the directory above: one script, one style sheet, a script for each of the editor's workers, and
// the licences of all that is in them. `make ide` runs it, after `npm ci`.
import { build } from "esbuild";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const { metafile } = await build({
  bundle: true,
  define: { "process.env.NODE_ENV": '"production"' },
  entryPoints: {
    "graphiql.min": "entry.mjs",
    "editor.worker.min": "node_modules/monaco-editor/esm/vs/editor/editor.worker.js",
    "graphql.worker.min": "node_modules/monaco-graphql/esm/graphql.worker.js",
    "json.worker.min": "node_modules/monaco-editor/esm/vs/language/json/json.worker.js",
  },
  format: "iife",
  legalComments: "none", // LICENSES.txt has them all
  loader: { ".ttf": "dataurl" },
  logLevel: "warning",
  metafile: true,
  minify: true,
  outdir: "..",
  plugins: [
    {
      // Fonts of the system show: half a megabyte less. The editor's own font has its icons.
      name: "no fonts for text",
      setup({ onLoad }) {
        onLoad({ filter: /graphiql\/dist\/style\.css$/ }, ({ path }) => ({
          contents: readFileSync(path, "utf8").replace(/@font-face\s*\{[^}]*\}/g, ""),
          loader: "css",
        }));
      },
    },
  ],
  target: "es2022",
});

// ---------------------------------------------------------------- licences

const packages = new Set();
for (const input of Object.keys(metafile.inputs)) {
  const found = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (found) packages.add(found[1]);
}
const texts = new Map();
for (const name of [...packages].sort()) {
  const directory = `node_modules/${name}/`;
  const { version, license } = JSON.parse(readFileSync(`${directory}package.json`));
  const files = readdirSync(directory).filter((file) => /^(licen[cs]e|notice|thirdpartynotices)/i.test(file));
  const found = files.map((file) => readFileSync(directory + file, "utf8").trim()).join("\n\n");
  const text = found || `${license}, as its package.json says.`;
  texts.set(text, [...(texts.get(text) ?? []), `${name} ${version} (${license})`]);
}
const head = `Third-party software in this directory
======================================

These packages of the npm registry are bundled into graphiql.min.js, graphiql.min.css and the *.worker.min.js
by source/build.mjs. The @font-face rules of GraphiQL are left out. ide.js and ide.css are Seatlock's own.
`;
const parts = [...texts].map(([text, names]) => `${"-".repeat(80)}\n${names.join("\n")}\n\n${text}\n`);
writeFileSync("../LICENSES.txt", [head, ...parts].join("\n").replaceAll("\r\n", "\n").replace(/[ \t]+$/gm, ""));
