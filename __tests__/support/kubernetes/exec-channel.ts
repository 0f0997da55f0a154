import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

/** What a command in a container came to; a text: why it was not run. */
export type Executed =
  { readonly exitCode: number; readonly stdout: string; readonly stderr?: string } | string;

/** A command as the API server is asked for it. */
export interface ExecCall {
  readonly path: string;
  readonly container: string;
  readonly command: readonly string[];
}

const magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** One message of a channel (1 output, 2 errors, 3 the status at the end) in a WebSocket frame. */
function frame(channel: number, text: string): Buffer {
  const payload = Buffer.concat([Buffer.from([channel]), Buffer.from(text)]);
  const { length } = payload;
  const head = Buffer.alloc(10);
  head[0] = 0x82;
  head[1] = 127;
  head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

function statusOf(executed: Executed): object {
  if (typeof executed === "string") return { status: "Failure", reason: "InternalError", message: executed };
  const { exitCode } = executed;
  if (exitCode === 0) return { status: "Success" };
  const causes = [{ reason: "ExitCode", message: `${exitCode}` }];
  return {
    status: "Failure",
    reason: "NonZeroExitCode",
    message: `exit code ${exitCode}`,
    details: { causes },
  };
}

/** Serves `pods/exec` as an API server does, over a WebSocket. */
export function serveExec(
  { url = "", headers }: IncomingMessage,
  socket: Socket,
  execute: (call: ExecCall) => Promise<Executed>,
): void {
  const { pathname, searchParams } = new URL(url, "http://api");
  const key = headers["sec-websocket-key"] ?? "";
  const accept = createHash("sha1")
    .update(key + magic)
    .digest("base64");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\n`,
  );
  const call = {
    path: pathname,
    container: searchParams.get("container") ?? "",
    command: searchParams.getAll("command"),
  };
  void execute(call).then((executed) => {
    if (typeof executed !== "string") {
      socket.write(frame(1, executed.stdout));
      if (executed.stderr !== undefined) socket.write(frame(2, executed.stderr));
    }
    socket.write(frame(3, JSON.stringify(statusOf(executed))));
  });
}
