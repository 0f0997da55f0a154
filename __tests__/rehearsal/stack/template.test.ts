import { describe, expect, test } from "vitest";
import { fillTemplate, isLiteral, parseTemplate, withoutStrings } from "../../../rehearsal/stack/template";

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

test("what quoted strings say is not code, the expressions in them are", () => {
  expect(withoutStrings('replace(a.b, "/^(.*:.*)$/", "x.y-${c.d}")')).toBe('replace(a.b, "", "${c.d}")');
});
