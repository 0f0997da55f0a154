import fc from "fast-check";
import { expect, test } from "vitest";
import { printable } from "../../smoke/printable";
import { found, passed, skipped } from "../../smoke/verdict";

test("escape sequences, controls, turned text and lone surrogates are shown, not obeyed", () => {
  expect(printable("\u001b[31mred\u0007")).toBe("\\u001b[31mred\\u0007");
  expect(printable("\u009b2J")).toBe("\\u009b2J");
  expect(printable("user\u202egnp.exe")).toBe("user\\u202egnp.exe");
  expect(printable("zero\u200bwidth \ud800")).toBe("zero\\u200bwidth \\ud800");
  expect(printable("one\r\ntwo\u2028three")).toBe("one two\\u2028three");
});

test("text in any script stays as it is", () => {
  const text = "Grüße, 你好, привет, 🚀, مرحبا";
  expect(printable(text)).toBe(text);
});

test("a text of megabytes is cut, and its length told", () => {
  expect(printable("x".repeat(5_000_000), 10)).toBe("xxxxxxxxxx… (5000000 characters)");
});

test("whatever a server sends, a verdict is one line without controls", () => {
  const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
  expect(control.test("a\u001b")).toBe(true);
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 50 }), (text) => {
      const said = [
        passed(text, text, text),
        skipped(text),
        found("http-reset", { tried: text, got: text, next: text }),
      ];
      const texts = said
        .flatMap((verdict) => Object.values(verdict))
        .filter((value) => typeof value === "string");
      expect(texts.some((value) => control.test(value))).toBe(false);
    }),
  );
});
