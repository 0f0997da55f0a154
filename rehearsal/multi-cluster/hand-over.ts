import { setTimeout as delay } from "node:timers/promises";

import { CommandError, run } from "../namespace/run-command";

/** Where a Secret of namespace cert-manager is. */
export interface SecretPlace {
  /** Arguments of kubectl that choose the cluster, such as `--context shop-west`. */
  readonly cluster: readonly string[];
  /** As messages call it. */
  readonly member: string;
  readonly secret: string;
}

export interface HandOverOptions {
  readonly kubectl: string;
  readonly from: SecretPlace;
  readonly to: SecretPlace;
  /** How long to wait for the Secret, and for the namespace that it goes to. */
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal;
}

const namespace = "cert-manager";
const checkMilliseconds = 500;

/** An intermediate that is not there in time, or a cluster that it does not reach. */
export class NotHandedOver extends Error {}

/**
 * Copies the Secret with an intermediate from the member whose issuer signed it to the member that signs with it. The
 * key passes through this process alone: it is in no file, plan or state.
 *
 * @throws NotHandedOver with what is missing, when time has run out
 */
export async function handOver(options: HandOverOptions): Promise<void> {
  const { kubectl, from, to, timeoutSeconds, signal } = options;
  const deadline = Date.now() + timeoutSeconds * 1000;
  const data = await until(deadline, signal, async () => {
    const text = await run(kubectl, [
      ...from.cluster,
      ...["get", "secret", from.secret, "--namespace", namespace, "--output", "jsonpath={.data}"],
    ]);
    const read = JSON.parse(text) as Readonly<Record<string, string>>;
    const missing = ["tls.crt", "tls.key", "ca.crt"].filter((key) => (read[key] ?? "") === "");
    if (missing.length > 0) throw new Error(`it has no ${missing.join(", ")}`);
    return read;
  }).catch((cause: unknown) => {
    throw new NotHandedOver(
      `Secret ${namespace}/${from.secret} of ${from.member} cannot be read: ${wordsOf(cause)}. See that kubectl reaches that cluster, and apply its mesh first.`,
      { cause },
    );
  });
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    type: "kubernetes.io/tls",
    metadata: {
      name: to.secret,
      namespace,
      labels: { "app.kubernetes.io/managed-by": "istio-cdktf", "istio-cdktf.dev/mesh-ca": "root" },
    },
    data: { "tls.crt": data["tls.crt"], "tls.key": data["tls.key"], "ca.crt": data["ca.crt"] },
  };
  // On the server's side nothing of the key is kept in an annotation.
  const apply = [
    "apply",
    "--server-side",
    "--force-conflicts",
    "--field-manager=istio-cdktf",
    "--filename=-",
  ];
  await until(deadline, signal, async () => {
    await run(kubectl, [...to.cluster, ...apply], { input: JSON.stringify(secret) });
  }).catch((cause: unknown) => {
    throw new NotHandedOver(
      `Secret ${namespace}/${to.secret} cannot be written in ${to.member}: ${wordsOf(cause)}. Apply the mesh of ${to.member} beside this command: it makes the namespace, and waits for the Secret.`,
      { cause },
    );
  });
}

/** Repeats what fails until it succeeds or time has run out. */
async function until<T>(
  deadline: number,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() >= deadline || signal?.aborted === true) throw error;
      await delay(checkMilliseconds, undefined, signal === undefined ? {} : { signal });
    }
  }
}

function wordsOf(cause: unknown): string {
  if (cause instanceof CommandError) return cause.stderr.trim().split("\n").at(-1) ?? cause.message;
  return cause instanceof Error ? cause.message : String(cause);
}
