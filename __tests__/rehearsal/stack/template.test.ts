import { describe, expect, test } from "vitest";
import {
  fillTemplate,
  isLiteral,
  parseTemplate,
  escapeTemplate,
  mapExpression,
  mapTemplate,
} from "../../../rehearsal/stack/template";

describe("a template", () => {
  test("is cut into text and expressions", () => {
    expect(parseTemplate("vpcId: ${data.a.b.id}\nname: x")).toEqual([
      { kind: "literal", text: "vpcId: " },
      { kind: "expression", text: "data.a.b.id" },
      { kind: "literal", text: "\nname: x" },
    ]);
  });

  test("keeps what is escaped as text", () => {
    expect(parseTemplate("$${HOME} and %%{if}")).toEqual([{ kind: "literal", text: "${HOME} and %{if}" }]);
    expect(isLiteral("$${HOME}")).toBe(true);
    expect(isLiteral("${HOME}")).toBe(false);
  });

  test("ends an expression at its own brace, not at one of a for, a string or an inner template", () => {
    const expression = '{ for k, v in a.b: k => "}${c.d}" }';
    expect(parseTemplate(`\${${expression}}!`)).toEqual([
      { kind: "expression", text: expression },
      { kind: "literal", text: "!" },
    ]);
  });

  test("is filled expression by expression", () => {
    expect(fillTemplate("a: ${b.c}, $${d}", (expression) => `<${expression}>`)).toBe("a: <b.c>, ${d}");
  });

  test.each([
    ["${a.b", "'${' without its '}': ${a.b"],
    ['${"a}', 'a string without its closing quotation mark: "a}'],
    ["%{ if a }", "'%{' directives are not supported: %{ if a }"],
  ])("that is broken, %s, is refused", (template, message) => {
    expect(() => parseTemplate(template)).toThrow(message);
  });
});

describe("an expression", () => {
  const expression = 'replace(a.b, "/^(.*:.*)$/", "x.y-${c.d}-$${e.f}")';

  test("is rewritten where it is code, in the strings' own expressions, too", () => {
    const code = (text: string) => text.toUpperCase();
    expect(mapExpression(expression, { code, quoted: (text) => text })).toBe(
      'REPLACE(A.B, "/^(.*:.*)$/", "x.y-${C.D}-$${e.f}")',
    );
  });

  test("is rewritten where it is text", () => {
    const quoted = (text: string) => text.replaceAll(/[a-z]/g, "_");
    expect(mapExpression(expression, { code: (text) => text, quoted })).toBe(
      'replace(a.b, "/^(.*:.*)$/", "_._-${c.d}-$${_._}")',
    );
  });
});

test("a template's expressions are rewritten, its text stays escaped", () => {
  expect(mapTemplate("$${a} ${b.c} %%{d}", (text) => `f(${text})`)).toBe("$${a} ${f(b.c)} %%{d}");
});

test("escaped text reads as it was", () => {
  const text = "echo ${HOME} %{x} $$ $";
  expect(parseTemplate(escapeTemplate(text))).toEqual([{ kind: "literal", text }]);
});
