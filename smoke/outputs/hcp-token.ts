import { domainToASCII } from "node:url";
import { configurationFiles, credentialsIn } from "./cli-configuration";
import { InputError } from "./input-error";

/** A host as Terraform compares it: in lower case, in ASCII, and without the port that https has anyway. */
export function comparableHost(host: string): string | undefined {
  const [, name = "", port] = /^([^\s:/?#@[\]\\]+)(?::(\d{1,5}))?$/.exec(host) ?? [];
  const ascii = domainToASCII(name.toLowerCase());
  if (!/^[a-z0-9.-]{1,253}$/.test(ascii) || Number(port ?? 443) > 65535) return undefined;
  return port === undefined || port === "443" ? ascii : `${ascii}:${Number(port)}`;
}

const prefix = "TF_TOKEN_";

/** The variable for a host, as a shell can set it; a shell cannot set one with a port, `env` can. */
export function tokenVariable(host: string): string {
  return prefix + host.replaceAll("-", "__").replaceAll(".", "_");
}

function fromVariables(host: string, environment: NodeJS.ProcessEnv): string | undefined {
  for (const [name, token] of Object.entries(environment)) {
    if (!name.startsWith(prefix) || !token) continue;
    const written = name.slice(prefix.length).replaceAll("__", "-").replaceAll("_", ".");
    if (comparableHost(written) === host) return token;
  }
  return undefined;
}

/**
 * Finds the token for a host where Terraform finds it: variables first, then the CLI's configuration.
 *
 * @param host as {@link comparableHost} returns it
 * @throws InputError when there is none
 * @see https://developer.hashicorp.com/terraform/cli/config/config-file#credentials
 */
export async function readToken(host: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const fromVariable = fromVariables(host, environment);
  if (fromVariable !== undefined) return fromVariable;
  const files = await configurationFiles(environment);
  let token: string | undefined;
  for (const file of files) {
    const fitting = (await credentialsIn(file)).filter(([written]) => comparableHost(written) === host);
    token = fitting.at(-1)?.[1] ?? token;
  }
  if (token !== undefined && token !== "") return token;
  throw new InputError(
    `there is no token for ${host}: set ${tokenVariable(host)}, or run 'terraform login ${host}' (looked into ${files.join(", ")}; a credentials_helper is not asked)`,
  );
}
