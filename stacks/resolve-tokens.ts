import { DefaultTokenResolver, StringConcat, Tokenization } from "cdktf";
import type { IConstruct } from "constructs";

const resolver = new DefaultTokenResolver(new StringConcat());

/** Whether a text has one of cdktf's tokens, or a number that is one: they are far below all others (-1e+289). */
function mayHoldToken(text: string): boolean {
  return text.includes("TfToken[") || /e\+\d{3}/.test(text);
}

/** What cdktf itself has to resolve: a token, what holds one in a key or in a list, and what is no plain value. */
function needsCdktf(value: unknown): boolean {
  if (typeof value === "string") return mayHoldToken(value);
  if (typeof value === "number") return value < -1e280;
  if (typeof value !== "object" || value === null) return typeof value === "function";
  if (Array.isArray(value)) return value.some((item) => typeof item !== "object" && needsCdktf(item));
  return (
    Object.getPrototypeOf(value) !== Object.prototype ||
    Tokenization.isResolvable(value) ||
    Object.keys(value).some(mayHoldToken)
  );
}

/**
 * Replaces cdktf's tokens by Terraform's expressions, as cdktf's own `resolve` does.
 *
 * cdktf makes a context, a path and four regular expressions for every value, which is most of a synthesis. Few values
 * hold a token, and the others stay as they are.
 */
export function resolveTokens(value: unknown, scope: IConstruct): unknown {
  if (needsCdktf(value)) return Tokenization.resolve(value, { scope, resolver, preparing: false });
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    return value.map((item) => resolveTokens(item, scope)).filter((item) => item !== undefined);
  }
  const resolved: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const result = resolveTokens(inner, scope);
    if (result !== undefined) resolved[key] = result;
  }
  return resolved;
}
