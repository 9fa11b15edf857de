// Writes what is generated of operations with graphql-codegen's client preset: `make clients`. It is given a file of
// operations and the directory that is to have it. The command line of graphql-codegen does the same, and brings two
// hundred packages more.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codegen } from "@graphql-codegen/core";
import { preset } from "@graphql-codegen/client-preset";
import { buildASTSchema, parse } from "graphql";

const [operations, target] = process.argv.slice(2);
const schema = parse(readFileSync(new URL("../../../schema.graphql", import.meta.url), "utf8"));
const rawSDL = readFileSync(operations, "utf8");
const sections = await preset.buildGeneratesSection({
  baseOutputDir: "generated/",
  schema,
  schemaAst: buildASTSchema(schema),
  documents: [{ location: "operations.graphql", rawSDL, document: parse(rawSDL) }],
  config: {
    documentMode: "string",
    onlyOperationTypes: true,
    scalars: { DateTime: "string", Decimal: "string", JSON: "unknown" },
    strictScalars: true,
    enumsAsTypes: true,
    futureProofEnums: true,
    useTypeImports: true,
  },
  presetConfig: { fragmentMasking: false, gqlTagName: "graphql" },
  plugins: [],
  pluginMap: {},
});
rmSync(target, { recursive: true, force: true });
for (const section of sections) {
  if (!section.filename.endsWith("graphql.ts")) continue; // the others look documents up by their text
  mkdirSync(target, { recursive: true });
  const code = await codegen({ ...section, documents: section.documents ?? [] });
  // So that bundlers leave out the documents that a page does not use.
  const shakeable = code.replaceAll("= new TypedDocumentString(", "= /*#__PURE__*/ new TypedDocumentString(");
  writeFileSync(join(target, "graphql.ts"), shakeable);
}
