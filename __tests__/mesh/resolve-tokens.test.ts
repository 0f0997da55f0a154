import {
  App,
  DefaultTokenResolver,
  Fn,
  Lazy,
  StringConcat,
  TerraformStack,
  TerraformVariable,
  Token,
  Tokenization,
} from "cdktf";
import { expect, test } from "vitest";
import { resolveTokens } from "../../stacks/resolve-tokens";

const stack = new TerraformStack(new App({ stackTraces: false }), "stack");
const variable = new TerraformVariable(stack, "size", { type: "number" });

const values: Readonly<Record<string, unknown>> = {
  "what has no token": { text: "a", list: [1, null, false, { deep: "x\ny" }], none: null },
  "what is undefined": { gone: undefined, list: ["a", undefined, "b"], kept: {} },
  "a token as a text": { value: variable.stringValue },
  "a token in a text": { value: `size ${variable.stringValue} of {it}` },
  "a token as a number": { value: variable.numberValue, plain: -5e9 },
  "a number's token in a text": { value: `n=${String(variable.numberValue)}` },
  "a token as a list": { value: variable.listValue },
  "a list that has a token": { value: ["a", variable.stringValue, { b: variable.stringValue }] },
  "a token as a map": { value: Token.asStringMap(variable.value) },
  "a token as a key": { [variable.stringValue]: "value" },
  "a lazy value": { value: Lazy.anyValue({ produce: () => ({ a: variable.stringValue, b: undefined }) }) },
  "a function": { value: Fn.join(",", ["a", variable.stringValue]), any: Fn.lookup({ a: "b" }, "a", "") },
  "an expression that is written out": { value: "${var.size} and $${literal}" },
};

function asCdktf(value: unknown): unknown {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return Tokenization.resolve(value, { scope: stack, resolver, preparing: false });
}

test.each(Object.keys(values))("resolves %s as cdktf does", (name) => {
  expect(resolveTokens(values[name], stack)).toStrictEqual(asCdktf(values[name]));
});

test("no token of these is left as cdktf keeps it", () => {
  expect(JSON.stringify(values)).toContain("TfToken[");
  expect(JSON.stringify(resolveTokens(values, stack))).not.toMatch(/TfToken\[|e\+289/);
});
