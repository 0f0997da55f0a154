import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { InputError } from "./input-error";

/** A host and its token, as a file writes them. */
export type Credential = readonly [host: string, token: string];

const tokenPattern =
  /\s+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|("(?:[^"\\\n]|\\.)*")|([A-Za-z_][\w-]*)|([{}[\]=,])|([^\s"{}[\]=,#]+)/gy;

/** The words of HCL: strings with their quotes, names, punctuation; comments and space are left out. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  tokenPattern.lastIndex = 0;
  for (let match = tokenPattern.exec(text); match !== null; match = tokenPattern.exec(text)) {
    const word = match[1] ?? match[2] ?? match[3] ?? match[4];
    if (word !== undefined) words.push(word);
  }
  return words;
}

function unquoted(word: string | undefined): string | undefined {
  if (word?.startsWith('"') !== true) return undefined;
  try {
    return JSON.parse(word) as string;
  } catch {
    return undefined;
  }
}

/** The blocks `credentials "host" { token = "…" }` of the top level. */
function fromHcl(text: string): Credential[] {
  const words = wordsOf(text);
  const found: Credential[] = [];
  let depth = 0;
  let host: string | undefined;
  for (const [index, word] of words.entries()) {
    if (depth === 0 && word === "credentials") host = unquoted(words[index + 1]);
    if (depth === 1 && host !== undefined && word === "token" && words[index + 1] === "=") {
      const token = unquoted(words[index + 2]);
      if (token !== undefined) found.push([host, token]);
    }
    if (word === "{" || word === "[") depth++;
    if (word === "}" || word === "]") depth--;
    if (depth === 0 && word === "}") host = undefined;
  }
  return found;
}

function fromJson(text: string): Credential[] {
  const { credentials } = JSON.parse(text) as { credentials?: Record<string, { token?: unknown } | null> };
  return Object.entries(credentials ?? {}).flatMap(([host, value]) =>
    typeof value?.token === "string" ? [[host, value.token] as const] : [],
  );
}

/**
 * Files of the CLI's configuration in the order in which they are read; what comes later counts. A file that is named
 * by a variable stands alone.
 *
 * @see https://developer.hashicorp.com/terraform/cli/config/config-file
 */
export async function configurationFiles(environment: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const named = environment["TF_CLI_CONFIG_FILE"] || environment["TERRAFORM_CONFIG"];
  if (named) return [named];
  const appData = environment["APPDATA"];
  const home = environment["HOME"] || homedir();
  const main = appData === undefined ? join(home, ".terraformrc") : join(appData, "terraform.rc");
  const folder = appData === undefined ? join(home, ".terraform.d") : join(appData, "terraform.d");
  const names = await readdir(folder).catch(() => []);
  const more = names.filter((name) => /\.tfrc(\.json)?$/.test(name)).sort();
  return [main, ...more.map((name) => join(folder, name))];
}

/**
 * The credentials of one file, none where there is no such file.
 *
 * @throws InputError for JSON that is none; its text holds tokens, so not even the parser's message shows a part of it.
 */
export async function credentialsIn(file: string): Promise<readonly Credential[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  if (!text.trimStart().startsWith("{")) return fromHcl(text);
  try {
    return fromJson(text);
  } catch {
    throw new InputError(`${file} is not JSON; run 'terraform login' again, which writes it anew`);
  }
}
