import { z } from "zod";
import { systemClock, type Clock } from "../clock";
import { printable } from "../printable";
import { pauseMs } from "../wait";
import {
  passing,
  requestTimeoutMs,
  retryAfterMs,
  type Send,
  systemSend,
  textOf,
  unreachable,
} from "./hcp-connection";
import { comparableHost, readToken } from "./hcp-token";
import { InputError, OutputsPending } from "./input-error";
import { isOfContract, sensitiveOutput } from "./output-values";

const defaultHost = "app.terraform.io";

/** A workspace of HCP Terraform or Terraform Enterprise. */
export interface HcpWorkspace {
  /** With its port where that is another one than 443. */
  readonly host: string;
  readonly organization: string;
  readonly workspace: string;
}

/** Reads `[host[:port]/]organization/workspace`; TF_CLOUD_HOSTNAME names the host where the text does not. */
export function parseHcpWorkspace(text: string, environment: NodeJS.ProcessEnv): HcpWorkspace {
  const parts = text.split("/");
  const [workspace, organization, named = environment["TF_CLOUD_HOSTNAME"] || defaultHost] =
    parts.toReversed();
  const host = comparableHost(named);
  const fits = (name: string | undefined) => name !== undefined && /^[\w-]+$/.test(name);
  if (parts.length > 3 || !fits(organization) || !fits(workspace) || host === undefined) {
    throw new InputError(
      `--hcp is ${JSON.stringify(text)}; <organization>/<workspace> is expected, or <host>/<organization>/<workspace>`,
    );
  }
  return { host, organization: organization ?? "", workspace: workspace ?? "" };
}

/** How long to go on asking while outputs are on their way. */
export interface Patience {
  /** 0 asks once. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called with what is waited for. */
  readonly onWaiting: (why: string) => void;
}

const impatient: Patience = {
  timeoutMs: 0,
  clock: systemClock,
  signal: new AbortController().signal,
  onWaiting: () => undefined,
};

interface HcpApi {
  readonly workspace: HcpWorkspace;
  readonly token: string;
  readonly send: Send;
  readonly patience: Patience;
  /** On the patience's clock. */
  readonly deadlineMs: number;
}

async function getJson<Schema extends z.ZodType>(
  api: HcpApi,
  path: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const { workspace, token, send, patience, deadlineMs } = api;
  const { clock, signal, onWaiting } = patience;
  const { host } = workspace;
  const shown = `${workspace.organization}/${workspace.workspace} on ${host}`;
  const headers = { authorization: `Bearer ${token}`, accept: "application/vnd.api+json" };
  for (let attempt = 1; ; attempt++) {
    let status: number;
    let text: string;
    let retryAfter: string | null;
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]);
      const response = await send(`https://${host}/api/v2/${path}`, { headers, signal: limit });
      status = response.status;
      retryAfter = response.headers.get("retry-after");
      text = await textOf(response.body);
    } catch (error) {
      if (signal.aborted) throw new OutputsPending(`interrupted while ${host} was asked for ${shown}`);
      throw new InputError(unreachable(host, error));
    }
    if (status === 200) return readAnswer(text, host, shown, schema);
    if (!passing.includes(status)) throw new InputError(refusal(status, host, shown));
    const why = `${host} answers ${status} for ${shown}: ${status === 429 ? "it is asked too often" : "its outputs are still being processed"}`;
    const leftMs = deadlineMs - clock.now();
    if (leftMs <= 0 || signal.aborted)
      throw new OutputsPending(`${why}; try again, or give a longer --timeout`);
    onWaiting(why);
    const pause = Math.max(pauseMs(attempt, 0.5), retryAfterMs(retryAfter, clock.date()));
    await clock.sleep(Math.min(pause, leftMs), signal);
  }
}

function refusal(status: number, host: string, shown: string): string {
  switch (status) {
    case 401:
      return `${host} does not accept the token; run 'terraform login ${host}' again`;
    case 403:
    case 404:
      return `${host} answers ${status} for ${shown}: it has no such workspace, or no state yet, or the token may not read its outputs`;
    default:
      return `${host} answers ${status} for ${shown}`;
  }
}

function readAnswer<Schema extends z.ZodType>(
  text: string,
  host: string,
  shown: string,
  schema: Schema,
): z.output<Schema> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new InputError(`${host} answers with something that is not JSON; check the host's name`);
  }
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const told = z.object({ errors: z.array(z.object({ title: z.string() })).min(1) }).safeParse(body);
  const found = told.success
    ? `it says ${printable(told.data.errors.map(({ title }) => title).join(", "), 300)}`
    : `it sent ${printable(text, 100)}`;
  throw new InputError(
    `${host} answers 200 for ${shown}, but not as the API of HCP Terraform does: ${found}; check the host's name`,
  );
}

const workspaceAnswer = z.object({ data: z.object({ id: z.string().regex(/^[\w-]+$/) }) });

const outputsAnswer = z.object({
  data: z.array(
    z.object({
      attributes: z.object({ name: z.string(), sensitive: z.boolean().default(false), value: z.unknown() }),
    }),
  ),
  meta: z.object({ pagination: z.object({ "next-page": z.int().nullish() }).optional() }).optional(),
});

/** The outputs of a workspace's current state, in the form of `terraform output -json`. */
async function readOutputs(api: HcpApi): Promise<Record<string, unknown>> {
  const { organization, workspace } = api.workspace;
  const { data: found } = await getJson(
    api,
    `organizations/${organization}/workspaces/${workspace}`,
    workspaceAnswer,
  );
  const outputs: Record<string, unknown> = {};
  for (let page: number | undefined = 1; page !== undefined;) {
    const path: string = `workspaces/${found.id}/current-state-version-outputs?page%5Bnumber%5D=${page}&page%5Bsize%5D=100`;
    const { data, meta }: z.output<typeof outputsAnswer> = await getJson(api, path, outputsAnswer);
    for (const { attributes } of data) {
      const { name, sensitive, value } = attributes;
      if (sensitive && isOfContract(name))
        throw sensitiveOutput(name, `HCP workspace ${organization}/${workspace}`);
      outputs[name] = { value, sensitive };
    }
    const next: number | null | undefined = meta?.pagination?.["next-page"];
    // A server that leads back would be read for ever.
    page = next != null && next > page ? next : undefined;
  }
  return outputs;
}

export interface HcpOptions {
  /** @default ask once */
  readonly patience?: Patience;
  /** @default fetch, through the machine's proxy, trusting what Terraform trusts */
  readonly send?: Send;
}

/**
 * Reads the outputs of a workspace from HCP Terraform or Terraform Enterprise. The token is never printed.
 *
 * @param text - `[host/]organization/workspace`
 * @throws InputError when the workspace, its state or the token is missing, or the server is no HCP Terraform.
 * @throws OutputsPending when the server was not ready in time.
 * @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/state-version-outputs
 */
export async function readHcpOutputs(
  text: string,
  environment: NodeJS.ProcessEnv,
  { patience = impatient, send }: HcpOptions = {},
): Promise<unknown> {
  const workspace = parseHcpWorkspace(text, environment);
  const token = await readToken(workspace.host, environment);
  const deadlineMs = patience.clock.now() + patience.timeoutMs;
  return readOutputs({
    workspace,
    token,
    send: send ?? (await systemSend(environment)),
    patience,
    deadlineMs,
  });
}
