import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { referenceFileName, referenceText } from "../../config/schema/configuration-reference";
import { schemaFileName, schemaText } from "../../config/schema/json-schema";
import { messagesOf } from "../support/environments/environment-files";

const directory = join(__PROJECT_ROOT__, "environments");
const files = readdirSync(directory).filter((file) => file.endsWith(".yaml"));

test("the environments for clusters that exist are shipped", () => {
  expect(files).toEqual(expect.arrayContaining(["kvm-lab.yaml", "local.yaml"]));
});

test.each(files)("%s is valid, and editors find its schema", (file) => {
  const text = readFileSync(join(directory, file), "utf8");
  expect(messagesOf(text, `environments/${file}`)).toBe("");
  expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=environment.schema.json");
});

test("the schema that editors load is the one that validates (npm run schema writes it)", () => {
  expect(readFileSync(join(__PROJECT_ROOT__, schemaFileName), "utf8")).toBe(schemaText());
});

test("the reference describes the schema that validates (npm run schema writes it)", () => {
  const written = readFileSync(join(__PROJECT_ROOT__, referenceFileName), "utf8");
  expect(written).toBe(referenceText());
  expect(written).toContain(
    '| `mesh.mtls` | strict or permissive | `"strict"` | Whether workloads refuse plaintext. |',
  );
  expect(written).toContain("### gateways[].exposure, kind: nodeport");
});
