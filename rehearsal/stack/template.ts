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

/**
 * The code of an expression without what its quoted strings say; expressions inside the strings stay.
 *
 * `foo("a.b", "${c.d}")` becomes `foo("", "${c.d}")`.
 */
export function withoutStrings(expression: string): string {
  let code = "";
  let at = 0;
  while (at < expression.length) {
    if (expression.charAt(at) !== '"') {
      code += expression.charAt(at);
      at += 1;
      continue;
    }
    const end = endOfString(expression, at + 1);
    code += `"${partsOfQuoted(expression.slice(at + 1, end))}"`;
    at = end + 1;
  }
  return code;
}

function partsOfQuoted(quoted: string): string {
  return parseTemplate(quoted)
    .map(({ kind, text }) => (kind === "literal" ? "" : `\${${withoutStrings(text)}}`))
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
