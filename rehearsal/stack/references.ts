import { mapExpression, parseTemplate } from "./template";

/** Names of one dotted chain: `data.aws_eks_cluster.cluster.vpc_config[0]` begins with three of them. */
const chain = /(?<![\w.-])[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)+/g;

/**
 * The addresses that an expression names: `data.<type>.<name>`, `local.<name>`, `<type>.<name>` and the like.
 *
 * A chain that begins with a loop's variable or with `self` looks the same; ask whether the address exists.
 */
export function addressesIn(expression: string): readonly string[] {
  const found = new Set<string>();
  const code = (text: string) => {
    for (const reference of text.match(chain) ?? []) found.add(addressOf(reference));
    return text;
  };
  mapExpression(expression, { code, quoted: (text) => text });
  return [...found];
}

/**
 * Puts something else in place of addresses in an expression; what follows an address, such as `.id`, stays.
 *
 * @param replace gives the code for an address, or undefined to leave it
 */
export function replaceAddresses(
  expression: string,
  replace: (address: string) => string | undefined,
): string {
  const replaced = (reference: string) => {
    const address = addressOf(reference);
    return (replace(address) ?? address) + reference.slice(address.length);
  };
  const code = (text: string) => text.replaceAll(chain, replaced);
  return mapExpression(expression, { code, quoted: (text) => text });
}

/** An address with the attributes and indices behind it: `data.aws_eks_cluster.cluster.vpc_config[0].vpc_id`. */
const trail = /(?<![\w.-])[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)+(?:\[\d+\]|\.[A-Za-z_][\w-]*)*/g;

/**
 * Puts something else in place of whole references in an expression, attributes and indices included.
 *
 * @param replace gives the code for a reference, or undefined to leave it
 */
export function replaceReferences(
  expression: string,
  replace: (address: string, reference: string) => string | undefined,
): string {
  const code = (text: string) =>
    text.replaceAll(trail, (reference) => replace(addressOf(reference), reference) ?? reference);
  return mapExpression(expression, { code, quoted: (text) => text });
}

/** Whether an expression is one reference and nothing else. */
export function isReference(expression: string): boolean {
  const [whole] = expression.match(trail) ?? [];
  return whole === expression;
}

/** The part of a chain that names a block. */
export function addressOf(reference: string): string {
  const parts = reference.split(".");
  const qualified = parts[0] === "data" || parts[0] === "ephemeral";
  return parts.slice(0, qualified ? 3 : 2).join(".");
}

/** Calls `visit` with each string inside a JSON value, keys of objects among them. */
export function visitStrings(value: unknown, visit: (text: string) => void): void {
  if (typeof value === "string") visit(value);
  else if (Array.isArray(value)) for (const item of value) visitStrings(item, visit);
  else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      visit(key);
      visitStrings(item, visit);
    }
  }
}

/** All expressions in the templates of a JSON value. */
export function expressionsIn(value: unknown): readonly string[] {
  const expressions: string[] = [];
  visitStrings(value, (text) => {
    for (const part of parseTemplate(text)) if (part.kind === "expression") expressions.push(part.text);
  });
  return expressions;
}

/** All addresses that the templates of a JSON value name. */
export function addressesInValue(value: unknown): readonly string[] {
  return [...new Set(expressionsIn(value).flatMap(addressesIn))];
}
