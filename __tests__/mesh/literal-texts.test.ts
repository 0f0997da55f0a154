import { describe, expect, test } from "vitest";
import { environmentJsonSchema, type JsonSchema } from "../../config/schema/json-schema";
import {
  faultsOf,
  misread,
  readByTerraform,
  schemaPath,
  spoil,
  textPaths,
  withDefaults,
} from "../support/environments/hostile-texts";
import { widestEnvironments } from "../support/environments/widest-environments";
import { isInstalled } from "../support/terraform/terraform-program";

const withoutTerraform = isInstalled("terraform") ? undefined : "terraform is not on the PATH";

/** Key paths of the schema's texts, `[]` for any entry and `*` for any key. */
function schemaTexts(schema: JsonSchema, path: readonly string[] = []): string[] {
  const isText = schema.type === "string" && schema.enum === undefined && schema.const === undefined;
  const { properties = {}, items, additionalProperties } = schema;
  return [
    ...(isText ? [path.join(".")] : []),
    ...Object.entries(properties).flatMap(([key, property]) => schemaTexts(property, [...path, key])),
    ...[...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].flatMap((shape) => schemaTexts(shape, path)),
    ...(items === undefined ? [] : schemaTexts(items, [...path, "[]"])),
    ...(typeof additionalProperties === "object" ? schemaTexts(additionalProperties, [...path, "*"]) : []),
  ];
}

function matches(path: string): RegExp {
  const steps = path.split(".").map((step) => (step === "*" ? "[^.]+" : step.replaceAll(/[[\]]/g, "\\$&")));
  return new RegExp(`^${steps.join("\\.")}$`);
}

test("every text of the schema stands in one of the widest environments", () => {
  const written = widestEnvironments.flatMap((file) => textPaths(withDefaults(file)).map(schemaPath));
  const missing = (paths: readonly string[]) =>
    paths.filter((path) => !written.some((each) => matches(path).test(each)));
  expect(missing(schemaTexts(environmentJsonSchema()))).toEqual([]);
  expect(missing(["target.tags.*", "target.tag"])).toEqual(["target.tag"]);
});

describe.skipIf(withoutTerraform)(`a hostile text ${withoutTerraform ?? ""}`, () => {
  const hostile = (word: string) =>
    `"\${TfToken[TOKEN.3]} #{TfToken[TOKEN.3]} ${word} $\${b} %%{ if c } \\n'#: {d}\n\te"`;

  test("is refused, or reaches Terraform as it stands in the file", { timeout: 600_000 }, () => {
    const spoilt = spoil(widestEnvironments, hostile);
    expect(misread(spoilt)).toEqual([]);
    // Free texts, chart values and keys are among them: else nothing would have been tried.
    expect(spoilt.flatMap(({ probes }) => probes.map(({ path }) => path))).toEqual(
      expect.arrayContaining([
        "target.connection.exec.args.[]",
        "mesh.cni.values.logging.level (key)",
        "certManager.values.extraArgs.[]",
      ]),
    );
  });

  test("would be seen, were it not escaped", () => {
    const read = readByTerraform(["${1 + 1} word", "$${1 + 1} word"]);
    const probe = { path: "a", word: "word", text: "${1 + 1} word" };
    expect(faultsOf(probe, read)).toEqual(["a became 2 word"]);
    expect(faultsOf(probe, read.slice(1))).toEqual([]);
    expect(faultsOf(probe, [])).toEqual(["a reaches nothing"]);
  });
});
