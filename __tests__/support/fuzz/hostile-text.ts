/** A word that stands in generated texts only: what is made of it shows whether a text was read as a template. */
export const canary = "canary";

/** Texts that Terraform, cdktf, HCL, YAML, JSON or JavaScript read something into. */
export const hostileTexts = [
  `\${${canary}.x}`,
  `%{ if ${canary} }x%{ endif }`,
  `$\${${canary}} %%{ ${canary} }`,
  `$$\${${canary}}`,
  `"\${${canary}("/etc/hostname")}"`,
  `\${TfToken[${canary}.3]} #{TfToken[TOKEN.3]} &{TfToken[TOKEN.3]}`,
  "String Map Token Value",
  "Any Map Token Value",
  "#{TfToken[TOKEN.1]}",
  "&{TfToken[TOKEN.1]}",
  'a" + "b',
  "a\\",
  '\\n\\"',
  "a\nb",
  "- a: {b}",
  "#c",
  "'",
  "<<EOT",
  "*/",
  "constructor",
  "toString",
  "__proto__",
  "resolve",
  "tags",
  "-1.8881545897087505e+289",
];

/** Whether a text of Terraform's JSON has a template that was a text of a file. */
export function hasUnescapedTemplate(json: string): boolean {
  // In JSON a quote stands behind a backslash, so that a text may begin with one.
  return new RegExp(`(?<!\\$)\\$\\{["\\\\]*${canary}|(?<!%)%\\{ *(?:if )?${canary}`).test(json);
}
