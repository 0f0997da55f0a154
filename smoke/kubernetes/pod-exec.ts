import type { KubeConfig, V1Status } from "@kubernetes/client-node";
import { Writable } from "node:stream";

/** A command in a container of a pod. */
export interface ExecRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export type ExecResult =
  | { readonly kind: "ended"; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  /** It was not run, or not to its end. */
  | { readonly kind: "failed"; readonly why: string };

export type PodExec = (request: ExecRequest) => Promise<ExecResult>;

/** What a command may print; more is not kept. */
const outputLimitBytes = 64 * 1024 * 1024;

class Collected extends Writable {
  private readonly chunks: Buffer[] = [];
  private length = 0;

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.length += chunk.length;
    if (this.length <= outputLimitBytes) this.chunks.push(chunk);
    done();
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString("utf8");
  }
}

/** The exit code in the status that ends an exec; undefined where the command was not run. */
function exitCodeOf({ status, reason, details }: V1Status): number | undefined {
  if (status === "Success") return 0;
  const cause = details?.causes?.find((one) => one.reason === "ExitCode");
  return reason === "NonZeroExitCode" && cause?.message !== undefined ? Number(cause.message) : undefined;
}

/** A message that quotes the whole command as a query says no more with it. */
const withoutCommand = (message: string) => message.replaceAll(/\?command=[^"\s]*/g, "");

/** Runs commands through the API server. */
export async function podExec(config: KubeConfig): Promise<PodExec> {
  const { Exec } = await import("@kubernetes/client-node");
  const exec = new Exec(config);
  return ({ namespace, pod, container, command, timeoutMs, signal }) =>
    new Promise((resolve) => {
      const stdout = new Collected();
      const stderr = new Collected();
      let close: () => void = () => undefined;
      const end = (result: ExecResult) => {
        clearTimeout(timer);
        signal.removeEventListener("abort", interrupt);
        close();
        resolve(result);
      };
      const interrupt = () => {
        end({ kind: "failed", why: "interrupted" });
      };
      const timer = setTimeout(() => {
        end({ kind: "failed", why: `not ended in ${timeoutMs} ms` });
      }, timeoutMs);
      signal.addEventListener("abort", interrupt);
      const onStatus = (status: V1Status) => {
        const exitCode = exitCodeOf(status);
        if (exitCode === undefined)
          end({ kind: "failed", why: withoutCommand(status.message ?? "no reason given") });
        else end({ kind: "ended", exitCode, stdout: stdout.text, stderr: stderr.text });
      };
      exec
        .exec(namespace, pod, container, [...command], stdout, stderr, null, false, onStatus)
        .then((socket) => {
          close = () => {
            socket.close();
          };
          socket.onclose = () => {
            end({ kind: "failed", why: "the API server ended the connection" });
          };
        })
        // The library rejects with an event of the socket.
        .catch((error: unknown) => {
          const { message = "the API server refused the connection" } = error as { message?: string };
          end({ kind: "failed", why: message });
        });
    });
}
