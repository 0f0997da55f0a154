import { z } from "zod";
import { systemClock, type Clock } from "../clock";
import { printable } from "../printable";
import { pauseMs } from "../wait";
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

/** Sends a GET; the part of fetch that is used. */
export type SendGet = (
  url: string,
  init: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
) => Promise<Pick<Response, "status" | "headers" | "body">>;

/** Fetch through the machine's proxy, with the certificates that Terraform trusts. */
async function systemSend(environment: NodeJS.ProcessEnv): Promise<SendGet> {
  const [{ Agent, EnvHttpProxyAgent, fetch }, { systemTrust }] = await Promise.all([
    import("undici"),
    import("../probes/trust"),
  ]);
  const { certificates } = await systemTrust(environment["SSL_CERT_FILE"]);
  const trusting = certificates === undefined ? {} : { ca: [...certificates] };
  const of = (name: string) => environment[name.toLowerCase()] ?? environment[name] ?? "";
  const dispatcher = new EnvHttpProxyAgent({
    httpsProxy: of("HTTPS_PROXY"),
    httpProxy: of("HTTP_PROXY"),
    noProxy: of("NO_PROXY"),
    connect: trusting,
    requestTls: trusting,
    proxyTls: trusting,
  });
  const direct = new Agent({ connect: trusting });
  // As Terraform does, whatever NO_PROXY says.
  const isLoopback = (url: string) => /^(localhost|127\.|\[::1\])/.test(new URL(url).hostname);
  return async (url, init) => {
    const way = { ...init, dispatcher: isLoopback(url) ? direct : dispatcher };
    const { status, headers, body } = await fetch(url, way);
    return { status, headers, body } as unknown as Awaited<ReturnType<SendGet>>;
  };
}

const answerLimitBytes = 32 * 1024 * 1024;
const requestTimeoutMs = 20_000;

async function textOf(body: ReadableStream<Uint8Array> | null): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > answerLimitBytes) throw new Error(`more than ${answerLimitBytes / 1024 / 1024} MiB came`);
  }
  return Buffer.concat(chunks).toString("utf8");
}

const certificateCodes = /CERT|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)/;

function unreachable(host: string, error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === "TimeoutError") return `${host} does not answer in ${requestTimeoutMs / 1000} s`;
  const { code = message } = (cause ?? error) as NodeJS.ErrnoException;
  const advice = certificateCodes.test(code)
    ? "its certificate is not trusted: name a file with its CA in SSL_CERT_FILE, as Terraform needs it, too"
    : "check the host's name, the network and HTTPS_PROXY";
  return `${host} cannot be reached: ${code}; ${advice}`;
}

interface HcpApi {
  readonly workspace: HcpWorkspace;
  readonly token: string;
  readonly send: SendGet;
  readonly patience: Patience;
  /** On the patience's clock. */
  readonly deadlineMs: number;
}

/** Statuses that pass: asked too often, or the server, or what stands before it, is not ready. */
const passing = [429, 502, 503, 504];

/** Milliseconds that the server asks to wait; 0 where it does not say. */
function retryAfterMs(header: string | null, now: Date): number {
  if (header === null) return 0;
  const seconds = /^\d{1,6}$/.test(header) ? Number(header) : (Date.parse(header) - now.getTime()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : 0;
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
  readonly send?: SendGet;
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
