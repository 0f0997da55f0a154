import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { schemaFileName, schemaText } from "./json-schema";

const file = join(__PROJECT_ROOT__, schemaFileName);
writeFileSync(file, schemaText());
process.stdout.write(`wrote ${schemaFileName}\n`);
