import type { Readable } from "node:stream";

/** What the API server answered. */
export type ApiAnswer =
  | { readonly kind: "ok"; readonly body: unknown; readonly date: Date }
  /** An error status with the message of the API's Status object; proxied: with the text of a pod behind it. */
  | {
      readonly kind: "error";
      readonly status: number;
      readonly message: string;
      readonly isProxied?: boolean;
    }
  | { readonly kind: "unreachable"; readonly detail: string };

export interface ApiRequest {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** @default application/json */
  readonly accept?: string;
}

/** The Kubernetes API as far as the smoke test needs it. */
export interface KubernetesApi {
  /** Address of the API server, for the report. */
  readonly server: string;
  request(request: ApiRequest): Promise<ApiAnswer>;
}

/** Reads a whole stream, up to a limit. */
export async function readText(stream: Readable, limitBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limitBytes) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}
