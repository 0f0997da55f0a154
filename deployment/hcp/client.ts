import { z } from "zod";
import { systemClock, type Clock } from "../../smoke/clock";
import {
  passing,
  requestTimeoutMs,
  retryAfterMs,
  type Send,
  systemSend,
  textOf,
  unreachable,
} from "../../smoke/outputs/hcp-connection";
import { comparableHost, readToken } from "../../smoke/outputs/hcp-token";
import { InputError } from "../../smoke/outputs/input-error";
import { printable } from "../../smoke/printable";
import { pauseMs } from "../../smoke/wait";

/** The server understood, and will not do it. */
export class HcpRefusal extends Error {}

/** The server was not ready in time. */
export class HcpNotReady extends Error {}

export interface HcpClientOptions {
  /** With its port where that is another one than 443. */
  readonly host: string;
  readonly token: string;
  readonly send: Send;
  /** @default the system's */
  readonly clock?: Clock;
}

/** How long a server that is not ready is asked again. */
const patienceMs = 120_000;

const refusal = z.object({
  errors: z
    .array(z.union([z.string(), z.object({ title: z.string().optional(), detail: z.string().optional() })]))
    .min(1),
});

/**
 * Asks the API of HCP Terraform or Terraform Enterprise. The token is never printed.
 *
 * @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs
 */
export class HcpClient {
  private readonly clock: Clock;

  public constructor(private readonly options: HcpClientOptions) {
    this.clock = options.clock ?? systemClock;
  }

  /**
   * A client with the token that Terraform would use.
   *
   * @throws InputError where there is none
   */
  public static async of(hostname: string, environment: NodeJS.ProcessEnv): Promise<HcpClient> {
    const host = comparableHost(hostname) ?? hostname;
    const token = await readToken(host, environment);
    return new HcpClient({ host, token, send: await systemSend(environment) });
  }

  /** What is at a path; undefined where nothing is, or nothing that the token may see. */
  public async find<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const { status, text } = await this.ask("GET", path);
    return status === 404 ? undefined : this.read(path, text, schema);
  }

  /** @throws HcpRefusal where nothing is at the path */
  public async get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const found = await this.find(path, schema);
    if (found !== undefined) return found;
    throw new HcpRefusal(`${this.options.host} has no ${path}, or the token may not see it`);
  }

  public async write<T>(
    method: "POST" | "PATCH",
    path: string,
    body: object,
    schema: z.ZodType<T>,
  ): Promise<T> {
    const { status, text } = await this.ask(method, path, JSON.stringify(body));
    if (status === 404) {
      throw new HcpRefusal(
        `${this.options.host} answers 404 to ${method} ${path}: there is no such thing, or the token may not change it`,
      );
    }
    return this.read(path, text, schema);
  }

  private async ask(method: string, path: string, body?: string): Promise<{ status: number; text: string }> {
    const { host, token, send } = this.options;
    const { clock } = this;
    const headers = {
      authorization: `Bearer ${token}`,
      accept: "application/vnd.api+json",
      ...(body === undefined ? {} : { "content-type": "application/vnd.api+json" }),
    };
    const deadlineMs = clock.now() + patienceMs;
    for (let attempt = 1; ; attempt++) {
      let status: number;
      let text: string;
      let retryAfter: string | null;
      try {
        const response = await send(`https://${host}/api/v2/${path}`, {
          method,
          headers,
          ...(body === undefined ? {} : { body }),
          signal: AbortSignal.timeout(requestTimeoutMs),
        });
        ({ status } = response);
        retryAfter = response.headers.get("retry-after");
        text = await textOf(response.body);
      } catch (error) {
        throw new InputError(unreachable(host, error));
      }
      if (status < 300 || status === 404) return { status, text };
      // What may have been done already is not asked for twice.
      if (!(status === 429 || (method === "GET" && passing.includes(status)))) {
        throw this.refused(status, method, path, text);
      }
      const leftMs = deadlineMs - clock.now();
      if (leftMs <= 0)
        throw new HcpNotReady(`${host} still answers ${status} to ${method} ${path}; try again`);
      const pause = Math.max(pauseMs(attempt, 0.5), retryAfterMs(retryAfter, clock.date()));
      await clock.sleep(Math.min(pause, leftMs), new AbortController().signal);
    }
  }

  private refused(status: number, method: string, path: string, text: string): Error {
    const { host } = this.options;
    if (status === 401) {
      return new InputError(`${host} does not accept the token; run 'terraform login ${host}' again`);
    }
    const told = refusal.safeParse(parsed(text));
    const words = told.success
      ? told.data.errors.map((each) =>
          typeof each === "string" ? each : (each.detail ?? each.title ?? "no reason"),
        )
      : [text === "" ? "no reason" : text];
    return new HcpRefusal(
      `${host} answers ${status} to ${method} ${path}: ${printable(words.join("; "), 300)}`,
    );
  }

  private read<T>(path: string, text: string, schema: z.ZodType<T>): T {
    const result = schema.safeParse(parsed(text));
    if (result.success) return result.data;
    throw new InputError(
      `${this.options.host} answers ${path}, but not as the API of HCP Terraform does: it sent ${printable(text, 100)}; check backend.hostname`,
    );
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
