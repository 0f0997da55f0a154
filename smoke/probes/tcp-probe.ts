import { connect } from "node:net";

export interface TcpTarget {
  readonly address: string;
  readonly port: number;
  readonly timeoutMs: number;
}

/** What a connection attempt came to. */
export type TcpObservation =
  | { readonly kind: "connected" }
  | { readonly kind: "refused" | "timed-out" | "unreachable" | "failed"; readonly detail: string };

const unreachableCodes = ["EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "EHOSTDOWN", "ENETDOWN", "EINVAL"];

/** Sorts the operating system's error codes of a connection. */
export function observeConnectError(error: NodeJS.ErrnoException): TcpObservation {
  const detail = error.code ?? error.message;
  if (error.code === "ECONNREFUSED") return { kind: "refused", detail };
  if (error.code === "ETIMEDOUT") return { kind: "timed-out", detail };
  if (unreachableCodes.includes(error.code ?? "")) return { kind: "unreachable", detail };
  return { kind: "failed", detail };
}

/** Opens one TCP connection and closes it again. */
export function connectTcp({ address, port, timeoutMs }: TcpTarget): Promise<TcpObservation> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const end = (observation: TcpObservation) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(observation);
    };
    const timer = setTimeout(() => {
      end({ kind: "timed-out", detail: `no answer in ${timeoutMs} ms` });
    }, timeoutMs);
    socket.once("connect", () => {
      end({ kind: "connected" });
    });
    socket.once("error", (error) => {
      end(observeConnectError(error));
    });
  });
}
