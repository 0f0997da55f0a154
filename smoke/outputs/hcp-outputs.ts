import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { InputError } from "./input-error";
import { isObject, sensitiveOutput } from "./output-values";

const defaultHost = "app.terraform.io";

/** A workspace of HCP Terraform or Terraform Enterprise. */
export interface HcpWorkspace {
  readonly host: string;
  readonly organization: string;
  readonly workspace: string;
}

/** Reads `[host/]organization/workspace`; TF_CLOUD_HOSTNAME names the host where the text does not. */
export function parseHcpWorkspace(text: string, environment: NodeJS.ProcessEnv): HcpWorkspace {
  const parts = text.split("/");
  const [workspace, organization, host = environment["TF_CLOUD_HOSTNAME"] || defaultHost] =
    parts.toReversed();
  if (parts.length > 3 || !organization || !workspace || host === "") {
    throw new InputError(
      `--hcp is "${text}"; <organization>/<workspace> is expected, or <host>/<organization>/<workspace>`,
    );
  }
  return { host, organization, workspace };
}

/**
 * The environment variable in which Terraform's CLI looks for a host's token.
 *
 * @see https://developer.hashicorp.com/terraform/cli/config/config-file#environment-variable-credentials
 */
export function tokenVariables(host: string): readonly string[] {
  const name = host.replace(/:\d+$/, "").replaceAll(".", "_");
  return [`TF_TOKEN_${name}`, `TF_TOKEN_${name.replaceAll("-", "__")}`];
}

/** Files in which `terraform login` keeps tokens. */
function credentialsFiles(environment: NodeJS.ProcessEnv): readonly string[] {
  const appData = environment["APPDATA"];
  const home = environment["HOME"] ?? homedir();
  const folder = appData === undefined ? join(home, ".terraform.d") : join(appData, "terraform.d");
  return [join(folder, "credentials.tfrc.json")];
}

async function readToken(host: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const variables = tokenVariables(host);
  for (const variable of variables) {
    const token = environment[variable];
    if (token !== undefined && token !== "") return token;
  }
  const files = credentialsFiles(environment);
  for (const file of files) {
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text === undefined) continue;
    try {
      const { credentials } = JSON.parse(text) as { credentials?: Record<string, { token?: string }> };
      const token = credentials?.[host]?.token;
      if (token !== undefined && token !== "") return token;
    } catch {
      // Its text holds tokens: not even the parser's message may show a part of it.
      throw new InputError(`${file} is not JSON; run 'terraform login ${host}' again`);
    }
  }
  throw new InputError(
    `there is no token for ${host}: set ${variables[0]}, or run 'terraform login ${host}' (looked into ${files.join(", ")})`,
  );
}

interface HcpApi {
  readonly workspace: HcpWorkspace;
  readonly token: string;
  readonly send: typeof fetch;
}

async function getJson({ workspace, token, send }: HcpApi, path: string): Promise<Record<string, unknown>> {
  const { host } = workspace;
  const headers = { authorization: `Bearer ${token}`, accept: "application/vnd.api+json" };
  let response: Response;
  try {
    response = await send(`https://${host}/api/v2/${path}`, { headers, signal: AbortSignal.timeout(20_000) });
  } catch (error) {
    const cause = (error as Error).cause ?? error;
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new InputError(
      `${host} cannot be reached: ${code ?? message}; check the host's name and the network`,
    );
  }
  const shown = `${workspace.organization}/${workspace.workspace} on ${host}`;
  switch (response.status) {
    case 200:
      break;
    case 401:
      throw new InputError(`${host} does not accept the token; run 'terraform login ${host}' again`);
    case 403:
    case 404:
      throw new InputError(
        `${host} answers ${response.status} for ${shown}: it has no such workspace, or no state yet, or the token may not read its outputs`,
      );
    case 429:
    case 503:
      throw new InputError(
        `${host} answers ${response.status} for ${shown}: its outputs are still being processed; try again`,
      );
    default:
      throw new InputError(`${host} answers ${response.status} for ${shown}`);
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (isObject(body)) return body;
  throw new InputError(`${host} answers with something that is not JSON; check the host's name`);
}

/** The outputs of a workspace's current state, in the form of `terraform output -json`. */
async function readOutputs(api: HcpApi): Promise<Record<string, unknown>> {
  const { organization, workspace } = api.workspace;
  const found = await getJson(
    api,
    `organizations/${encodeURIComponent(organization)}/workspaces/${encodeURIComponent(workspace)}`,
  );
  const { id } = found["data"] as { id: string };
  const outputs: Record<string, unknown> = {};
  for (let page: number | null = 1; page !== null;) {
    const path = `workspaces/${encodeURIComponent(id)}/current-state-version-outputs?page%5Bnumber%5D=${page}&page%5Bsize%5D=100`;
    const body = await getJson(api, path);
    for (const { attributes } of body["data"] as { attributes: HcpOutput }[]) {
      if (attributes.sensitive && attributes.name === "healthz_url") {
        throw sensitiveOutput(attributes.name, `HCP workspace ${organization}/${workspace}`);
      }
      outputs[attributes.name] = { value: attributes.value, sensitive: attributes.sensitive };
    }
    const meta = body["meta"] as { pagination?: { "next-page"?: number | null } } | undefined;
    page = meta?.pagination?.["next-page"] ?? null;
  }
  return outputs;
}

interface HcpOutput {
  readonly name: string;
  readonly sensitive: boolean;
  readonly value: unknown;
}

/**
 * Reads the outputs of a workspace from HCP Terraform or Terraform Enterprise. The token is never printed.
 *
 * @param text - `[host/]organization/workspace`
 * @throws InputError when the workspace, its state or the token is missing.
 * @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/state-version-outputs
 */
export async function readHcpOutputs(
  text: string,
  environment: NodeJS.ProcessEnv,
  send: typeof fetch = fetch,
): Promise<unknown> {
  const workspace = parseHcpWorkspace(text, environment);
  return readOutputs({ workspace, token: await readToken(workspace.host, environment), send });
}
