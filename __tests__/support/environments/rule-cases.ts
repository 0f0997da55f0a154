import { expect, test } from "vitest";
import { wordingOf } from "./environment-files";

export const nodePort = "{ kind: nodeport }";

/** One mistake, what must be said of it, and the nearest thing to it that is right. */
export interface Case {
  readonly mistake: string;
  readonly wrong: string;
  readonly says: string;
  readonly right: string;
}

/** Cases by the name of the mistake; each part stands after the smallest valid file. */
export function onto(
  base: string,
  cases: Record<string, readonly [wrong: string, says: string, right: string]>,
): Case[] {
  return Object.entries(cases).map(([mistake, [wrong, says, right]]) => ({
    mistake,
    wrong: `${base}${wrong}\n`,
    says,
    right: `${base}${right}\n`,
  }));
}

export function check(cases: Case[]): void {
  test.each(cases)("$mistake", ({ wrong, says, right }) => {
    expect(wordingOf(wrong)).toContain(says);
    expect(wordingOf(right)).toBe("");
  });
}

export const gateway = (exposure: string, more = "", name = "ingress") =>
  `{ name: ${name}, exposure: ${exposure}${more === "" ? "" : `, ${more}`} }`;
export const gateways = (...each: string[]) => `gateways: [${each.join(", ")}]`;
