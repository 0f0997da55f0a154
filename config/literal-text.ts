/**
 * A noncharacter, which no environment file may hold: the sign before it stands for itself.
 *
 * It follows the sign, so that YAML and JSON still see the beginning of a text that they may have to quote.
 */
const mark = "\uFDD0";

declare const literal: unique symbol;

/** Something of an environment file whose texts are ready for cdktf; {@link asLiteral} makes it. */
export type Literal<T> = T & { readonly [literal]: true };

/** Texts that cdktf 0.21 takes for a map that is known only later. */
const mapTokens = ["String Map Token Value", "Any Map Token Value"];

/**
 * What would begin a template of Terraform (`${`, `%{`) or a token of cdktf (`${`, `#{`, `&{`), and what would end a
 * text inside one of Terraform's expressions.
 */
const signs = /[$%#&](?=\{)|["\\]/g;

/** Signs of numbers in a row; cdktf 0.21 looks for its own numbers among them, in a time that grows by the square. */
const longNumber = /[-|+.\d]{200}/g;

function marked(text: string): string {
  if (mapTokens.includes(text)) return `${text}${mark}`;
  return text.replaceAll(signs, `$&${mark}`).replaceAll(longNumber, `$&${mark}`);
}

/**
 * Marks what Terraform or cdktf would read something into, in every text and every key.
 *
 * It is done once, before anything is made of an environment, so that no feature can forget it. {@link terraformJson}
 * turns the marks into Terraform's escapes, which differ from place to place.
 *
 * @see https://developer.hashicorp.com/terraform/language/expressions/strings
 */
export function asLiteral<T extends object>(value: T): Literal<T> {
  return mapTexts(value, marked) as Literal<T>;
}

/** A text as the file has it: for what is no part of Terraform's JSON, such as a path that this machine reads. */
export function plainText(text: string): string {
  return text.replaceAll(mark, "");
}

/** Terraform's JSON, with every marked sign escaped as its place needs. */
export function terraformJson<T>(json: T): T {
  return mapTexts(json, (text) => (mayNeedEscapes(text) ? escaped(text) : text)) as T;
}

// cdktf escapes the ends of lines in values, and not in keys.
function mayNeedEscapes(text: string): boolean {
  return text.includes(mark) || (text.includes("\n") && text.includes("${"));
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [change(key), mapTexts(inner, change)]),
  );
}

/** Where a sign stands: in an expression, in braces there, or in a quoted text there; in none of them at the top. */
type Place = "expression" | "braces" | "quotes";

/** Walks through a template of Terraform, which cdktf has filled with expressions. */
function escaped(template: string): string {
  const places: Place[] = [];
  let result = "";
  for (let index = 0; index < template.length; index++) {
    const place = places.at(-1);
    const inText = place === undefined || place === "quotes";
    const sign = template.charAt(index);
    const pair = template.slice(index, index + 2);
    if (pair.endsWith(mark)) {
      result += escapeOf(sign, template.charAt(index + 2), place);
      index++;
    } else if (inText && /^(?:\$\$\{|%%\{)/.test(template.slice(index, index + 3))) {
      // An escape already: what follows is no expression.
      result += pair;
      index++;
    } else if (place === "quotes" && sign === "\\") {
      result += pair;
      index++;
    } else if (place === "quotes" && sign === "\n") {
      result += "\\n";
    } else if (inText && (pair === "${" || pair === "%{")) {
      places.push("expression");
      result += pair;
      index++;
    } else if (sign !== mark) {
      const next = placeAfter(sign, place);
      if (next === "outside") places.pop();
      else if (next !== undefined) places.push(next);
      result += sign;
    }
  }
  return result;
}

/** What an unmarked sign opens, or that it closes the place it stands in. */
function placeAfter(sign: string, place: Place | undefined): Place | "outside" | undefined {
  switch (place) {
    case undefined:
      return undefined;
    case "quotes":
      return sign === '"' ? "outside" : undefined;
    case "expression":
    case "braces":
      if (sign === '"') return "quotes";
      if (sign === "{") return "braces";
      return sign === "}" ? "outside" : undefined;
  }
}

function escapeOf(sign: string, next: string, place: Place | undefined): string {
  switch (sign) {
    case "$":
    case "%":
      return next === "{" ? sign + sign : sign;
    case '"':
    case "\\":
      return place === undefined ? sign : `\\${sign}`;
    default:
      return sign;
  }
}
