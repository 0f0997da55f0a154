import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { referenceFileName, referenceText } from "./configuration-reference";
import { meshSchemaFileName, meshSchemaText, schemaFileName, schemaText } from "./json-schema";

const usage = `usage: npm run schema

Writes what follows from the schema in config/: ${schemaFileName} and
${meshSchemaFileName} for editors, and ${referenceFileName} for people.

Exit status: 0 written, 2 wrong usage.
`;

const [argument] = process.argv.slice(2);
if (argument === undefined) {
  writeFileSync(join(__PROJECT_ROOT__, schemaFileName), schemaText());
  writeFileSync(join(__PROJECT_ROOT__, meshSchemaFileName), meshSchemaText());
  writeFileSync(join(__PROJECT_ROOT__, referenceFileName), referenceText());
  process.stdout.write(`wrote ${schemaFileName}, ${meshSchemaFileName} and ${referenceFileName}\n`);
} else {
  (argument === "--help" ? process.stdout : process.stderr).write(usage);
  process.exitCode = argument === "--help" ? 0 : 2;
}
