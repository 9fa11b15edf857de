// Writes src/generated/ with graphql-codegen's client preset: `make clients`. The command line of graphql-codegen does the
// same, and brings two hundred packages more.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { codegen } from "@graphql-codegen/core";
import { preset } from "@graphql-codegen/client-preset";
import { buildASTSchema, parse } from "graphql";

const read = (file) => readFileSync(new URL(file, import.meta.url), "utf8");
const schema = parse(read("../../../schema.graphql"));
const rawSDL = read("../../operations.graphql");
const target = new URL("../src/generated/", import.meta.url);
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
  writeFileSync(new URL("graphql.ts", target), shakeable);
}
