import { expect, test } from "vitest";
import { misread, spoil } from "../support/environments/hostile-texts";
import { isInstalled } from "../support/terraform/terraform-program";
import { widestEnvironments } from "../support/environments/widest-environments";

const withoutTerraform = isInstalled("terraform") ? undefined : "terraform is not on the PATH";

// Short ones, because many texts may not be long.
test.skipIf(withoutTerraform).each<[string, (word: string) => string]>([
  ["a template", (word) => `\${${word}}`],
  ["a directive", (word) => `%{${word}}`],
  ["what is escaped already", (word) => `$\${${word}} %%{`],
  ["tokens of cdktf", (word) => `\${TfToken[${word}]}#{TfToken[a]}&{TfToken[a]}`],
  ["the end of a text and another one", (word) => `" + "${word}`],
  ["backslashes", (word) => `\\${word}\\n\\`],
  ["lines", (word) => `\n${word}\n`],
  ["YAML", (word) => `- ${word}: {#`],
])(
  `a text like %s is refused, or reaches Terraform as it stands in the file ${withoutTerraform ?? ""}`,
  { timeout: 600_000 },
  (_, hostile) => {
    const spoilt = spoil(widestEnvironments, hostile);
    expect(spoilt.flatMap(({ probes }) => probes).length).toBeGreaterThan(10);
    expect(misread(spoilt)).toEqual([]);
  },
);
