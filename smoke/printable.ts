/** Longer texts say nothing more; a hostile server could send megabytes. */
const longest = 2000;

// Controls of both sets, what turns the direction of writing round, what has no width, and lone surrogates.
const unprintable =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/**
 * Text from elsewhere as it may reach a terminal, a log or a report: on one line, without escape sequences, and
 * shortened. What is not printable is shown as `\u001b`.
 */
export function printable(text: string, limit = longest): string {
  // Cut first: a text of megabytes is not searched to its end.
  const cut = text.length > limit ? `${text.slice(0, limit)}… (${text.length} characters)` : text;
  return cut.replaceAll(/[ \t\r\n]+/g, " ").replaceAll(unprintable, escaped);
}
