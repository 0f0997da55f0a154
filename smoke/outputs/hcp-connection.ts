/** Sends a request; the part of fetch that is used. */
export type Send = (
  url: string,
  init: {
    readonly method?: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly signal: AbortSignal;
  },
) => Promise<Pick<Response, "status" | "headers" | "body">>;

/** Fetch through the machine's proxy, with the certificates that Terraform trusts. */
export async function systemSend(environment: NodeJS.ProcessEnv): Promise<Send> {
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
    return { status, headers, body } as unknown as Awaited<ReturnType<Send>>;
  };
}

const answerLimitBytes = 32 * 1024 * 1024;
export const requestTimeoutMs = 20_000;

/** The whole of an answer, up to 32 MiB. */
export async function textOf(body: ReadableStream<Uint8Array> | null): Promise<string> {
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

/** Why a host could not be asked, and what to look at. */
export function unreachable(host: string, error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === "TimeoutError") return `${host} does not answer in ${requestTimeoutMs / 1000} s`;
  const { code = message } = (cause ?? error) as NodeJS.ErrnoException;
  const advice = certificateCodes.test(code)
    ? "its certificate is not trusted: name a file with its CA in SSL_CERT_FILE, as Terraform needs it, too"
    : "check the host's name, the network and HTTPS_PROXY";
  return `${host} cannot be reached: ${code}; ${advice}`;
}

/** Statuses that pass: asked too often, or the server, or what stands before it, is not ready. */
export const passing = [429, 502, 503, 504];

/** Milliseconds that the server asks to wait; 0 where it does not say. */
export function retryAfterMs(header: string | null, now: Date): number {
  if (header === null) return 0;
  const seconds = /^\d{1,6}$/.test(header) ? Number(header) : (Date.parse(header) - now.getTime()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : 0;
}
