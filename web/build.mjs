// Bundles the shop and the console into graph/static/shop: a script, a style sheet and the documents it sends each, an
// icon, and the licences of what is in them.
// `make web` runs it with the directory that is to get them, after `npm ci`.
import { build } from "esbuild";
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("./", import.meta.url));
const [target] = process.argv.slice(2);
const { metafile } = await build({
  absWorkingDir: here,
  bundle: true,
  entryPoints: [
    { in: "src/main.tsx", out: "shop" },
    { in: "src/shop.css", out: "shop" },
    { in: "console/main.tsx", out: "console" },
    { in: "console/console.css", out: "console" },
  ],
  format: "esm",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none", // LICENSES.txt has them all
  logLevel: "warning",
  metafile: true,
  minify: true,
  nodePaths: [`${here}node_modules`], // for what clients/typescript imports
  outdir: target,
  preserveSymlinks: true, // so that files have the same places wherever packages are kept
  target: "es2022",
  tsconfigRaw: {}, // the paths of tsconfig.json are for types alone
});
copyFileSync(`${here}icon.svg`, `${target}/icon.svg`);

// A page may send what is in its script, and no more: the bundler leaves out what the page does not use.
const { outputFiles } = await build({
  stdin: {
    contents: `import * as client from "../clients/typescript/src/generated/graphql.ts";
      import * as console from "./console/generated/graphql.ts";
      export const all = [client, console].flatMap((each) => Object.values(each).map(String));`,
    resolveDir: here,
  },
  bundle: true,
  format: "esm",
  logLevel: "warning",
  nodePaths: [`${here}node_modules`],
  tsconfigRaw: {},
  write: false,
});
const { all } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
for (const page of ["shop", "console"]) {
  const script = readFileSync(`${target}/${page}.js`, "utf8");
  const documents = {};
  for (const text of all) {
    const [head, name] = /^\s*(?:query|mutation|subscription) (\w+)/.exec(text) ?? [];
    if (!name || !new RegExp(`${head.trim()}\\b`).test(script)) continue;
    if ((documents[name] ??= text) !== text) throw new Error(`two documents are called ${name}`);
  }
  writeFileSync(`${target}/${page}.json`, `${JSON.stringify(documents, Object.keys(documents).sort(), 1)}\n`);
}

const packages = new Set();
for (const input of Object.keys(metafile.inputs)) {
  const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (found) packages.add(found[1]);
}
const parts = [...packages].sort().map((name) => {
  const directory = `${here}node_modules/${name}/`;
  const { version, license } = JSON.parse(readFileSync(`${directory}package.json`, "utf8"));
  const [file] = existsSync(directory) ? readdirSync(directory).filter((each) => /^licen[cs]e/i.test(each)) : [];
  const text = file ? readFileSync(directory + file, "utf8").trim() : `${license}, as its package.json says.`;
  return `${"-".repeat(80)}\n${name} ${version} (${license})\n\n${text}\n`;
});
const head = `Third-party software in our pages
=================================

These packages of the npm registry are bundled into shop.js and console.js, and the style sheet of uplot into
console.css, by web/build.mjs. The rest is Seatlock's own.
`;
writeFileSync(`${target}/LICENSES.txt`, [head, ...parts].join("\n").replaceAll("\r\n", "\n").replace(/[ \t]+$/gm, ""));
