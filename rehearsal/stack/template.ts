/** A piece of a Terraform template: text as it is, or the inside of `${…}`. */
export type TemplatePart =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "expression"; readonly text: string };

/**
 * Splits a string of Terraform's JSON syntax, in which `$${` and `%%{` stand for `${` and `%{`.
 *
 * @throws Error where `${` is not closed, or for a `%{` directive, which cdktf never writes
 */
export function parseTemplate(template: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let literal = "";
  let at = 0;
  while (at < template.length) {
    const ahead = template.slice(at, at + 3);
    if (ahead === "$${" || ahead === "%%{") {
      literal += ahead.slice(1);
      at += 3;
    } else if (ahead.startsWith("%{")) {
      throw new Error(`'%{' directives are not supported: ${excerpt(template, at)}`);
    } else if (ahead.startsWith("${")) {
      const end = endOfExpression(template, at + 2);
      if (literal !== "") parts.push({ kind: "literal", text: literal });
      literal = "";
      parts.push({ kind: "expression", text: template.slice(at + 2, end) });
      at = end + 1;
    } else {
      literal += ahead.charAt(0);
      at += 1;
    }
  }
  if (literal !== "") parts.push({ kind: "literal", text: literal });
  return parts;
}

/** Whether nothing in the template is computed by Terraform. */
export function isLiteral(template: string): boolean {
  return parseTemplate(template).every(({ kind }) => kind === "literal");
}

/** The text of a template, with each expression replaced. */
export function fillTemplate(template: string, replace: (expression: string) => string): string {
  return parseTemplate(template)
    .map(({ kind, text }) => (kind === "literal" ? text : replace(text)))
    .join("");
}

/** What to do with the two kinds of text in an expression. */
export interface ExpressionVisitor {
  /** Code outside quoted strings, and inside the expressions in them. */
  readonly code: (text: string) => string;
  /** What a quoted string says, escaped as it was. */
  readonly quoted: (text: string) => string;
}

/** Rewrites an expression piece by piece: `foo("a.b", "${c.d}")` has the code `foo(`, `, `, `c.d` and `)`. */
export function mapExpression(expression: string, visitor: ExpressionVisitor): string {
  let mapped = "";
  let at = 0;
  while (at < expression.length) {
    const quote = expression.indexOf('"', at);
    const codeEnd = quote === -1 ? expression.length : quote;
    if (codeEnd > at) mapped += visitor.code(expression.slice(at, codeEnd));
    if (quote === -1) break;
    const end = endOfString(expression, quote + 1);
    mapped += `"${mapQuoted(expression.slice(quote + 1, end), visitor)}"`;
    at = end + 1;
  }
  return mapped;
}

/** Rewrites the expressions of a template and leaves its text as it is. */
export function mapTemplate(template: string, map: (expression: string) => string): string {
  return parseTemplate(template)
    .map(({ kind, text }) => (kind === "literal" ? escapeTemplate(text) : `\${${map(text)}}`))
    .join("");
}

/** Text as a template that says the same. */
export function escapeTemplate(text: string): string {
  return text.replaceAll("${", () => "$${").replaceAll("%{", "%%{");
}

function mapQuoted(quoted: string, visitor: ExpressionVisitor): string {
  return parseTemplate(quoted)
    .map(({ kind, text }) =>
      kind === "literal" ? visitor.quoted(escapeTemplate(text)) : `\${${mapExpression(text, visitor)}}`,
    )
    .join("");
}

/** Index of the brace that closes an expression which begins at `start`. */
function endOfExpression(template: string, start: number): number {
  let depth = 0;
  for (let at = start; at < template.length; at += 1) {
    const sign = template.charAt(at);
    if (sign === '"') at = endOfString(template, at + 1);
    else if (sign === "{") depth += 1;
    else if (sign === "}") {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  throw new Error(`'\${' without its '}': ${excerpt(template, start - 2)}`);
}

/** Index of the quotation mark that closes a quoted string which begins at `start`. */
function endOfString(template: string, start: number): number {
  for (let at = start; at < template.length; at += 1) {
    const ahead = template.slice(at, at + 3);
    if (ahead.startsWith("\\")) at += 1;
    else if (ahead === "$${") at += 2;
    else if (ahead.startsWith("${")) at = endOfExpression(template, at + 2);
    else if (ahead.startsWith('"')) return at;
  }
  throw new Error(`a string without its closing quotation mark: ${excerpt(template, start - 1)}`);
}

function excerpt(template: string, at: number): string {
  return template.slice(at, at + 60);
}
