import { describe, expect, test } from "vitest";
import { asLiteral, plainText, terraformJson } from "../../config/literal-text";

/** A text of a file as it stands in Terraform's JSON, put by a stack into `place`. */
function written(text: string, place = (inner: string) => inner): string {
  return terraformJson({ text: place(asLiteral({ text }).text) }).text;
}

const inExpression = (text: string) => `\${format("%s", "${text}")}`;

describe("a text of an environment file", () => {
  test.each([
    ["${x}", "$${x}"],
    ["%{ if x }", "%%{ if x }"],
    ["$${x} %%{y}", "$$${x} %%%{y}"],
    ["$ 5 % {x} #{y} &{z}", "$ 5 % {x} #{y} &{z}"],
    ['"a" \\n', '"a" \\n'],
  ])("%s stands in a template as %s", (text, escaped) => {
    expect(written(text)).toBe(escaped);
  });

  test.each([
    ["${x}", "$${x}"],
    ['") + file("x', '\\") + file(\\"x'],
    ["a\\b\\", "a\\\\b\\\\"],
    ["}", "}"],
    ["a\nb", "a\\nb"],
  ])("%s stands in a text inside an expression as %s", (text, escaped) => {
    expect(written(text, inExpression)).toBe(inExpression(escaped));
  });

  test("is escaped by its own place when others stand before it", () => {
    const place = (text: string) =>
      `\${merge({ "a" = "{" }, { b = "\${c["}"]}\\"" })}${text} $\${d} %%{e} \${f}`;
    expect(written('"${x}', place)).toBe(place('"$${x}'));
  });

  test("is escaped in keys, lists and mappings; numbers and nothing stay", () => {
    const value = { "${a}": ["%{b}", { c: "${d}" }], e: 5, f: null, g: true };
    expect(terraformJson(asLiteral(value))).toEqual({
      "$${a}": ["%%{b}", { c: "$${d}" }],
      e: 5,
      f: null,
      g: true,
    });
  });

  test("is no long row of digits on the way, and is one again afterwards", () => {
    const text = `a${"12|3.4-".repeat(100)}`;
    expect(text).toMatch(/[-|.\d]{500}/);
    expect(asLiteral({ text }).text).not.toMatch(/[-|.\d]{201}/);
    expect(written(text)).toBe(text);
    expect(written(text, inExpression)).toBe(inExpression(text));
  });

  test("is no token of cdktf's any more, and no number of one", () => {
    for (const token of ["${TfToken[TOKEN.1]}", "#{TfToken[TOKEN.1]}", "&{TfToken[TOKEN.1]}"]) {
      expect(token).toContain("{TfToken[");
      expect(asLiteral({ token }).token).not.toMatch(/[$#&]\{TfToken\[/);
    }
  });

  test("is a path again where this machine reads it", () => {
    const path = '/srv/${x}/"a"\\b';
    const { path: marked } = asLiteral({ path });
    expect(marked).not.toBe(path);
    expect(plainText(marked)).toBe(path);
  });
});
