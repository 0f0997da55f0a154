import { setTimeout as delay } from "node:timers/promises";
import { connect } from "node:tls";

import type { ApiClient } from "../api/client";
import { StepFailure, type StepOutcome } from "../steps";

/** A workload of the mesh as other networks reach it. */
export interface ReachedWorkload {
  /** Of the east-west gateway. */
  readonly host: string;
  readonly port: number;
  /** Names the workload's port: `outbound_.8080_._.greeting.greeting.svc.cluster.local`. */
  readonly serverName: string;
  readonly trustDomain: string;
}

export interface ForeignRootOptions {
  /** Of the cluster whose issuer is the mesh's root. */
  readonly api: ApiClient;
  /** The issuer that is the root of the mesh, and one that is not. */
  readonly issuers: { readonly own: string; readonly foreign: string };
  readonly workload: ReachedWorkload;
}

interface ClientCertificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

const namespace = "cert-manager";
const certificates = `/apis/cert-manager.io/v1/namespaces/${namespace}/certificates`;
const waitMilliseconds = 30_000;
const checkMilliseconds = 250;

/**
 * Asks a workload through the east-west gateway, as a client whose certificate leads to the mesh's root, and as one of
 * the same name whose certificate does not.
 *
 * @throws StepFailure where the first is refused or the second is answered
 */
export async function requireMeshRoot({ api, issuers, workload }: ForeignRootOptions): Promise<StepOutcome> {
  const own = await issue(api, "rehearsal-own-client", issuers.own, workload.trustDomain);
  const answered = await ask(workload, own);
  if (!answered.startsWith("HTTP/1.1 200")) {
    throw new StepFailure(`a client of the mesh's root was not answered: ${answered}`);
  }
  const foreign = await issue(api, "rehearsal-foreign-client", issuers.foreign, workload.trustDomain);
  const refused = await ask(workload, foreign);
  if (refused.startsWith("HTTP/"))
    throw new StepFailure(`a client of a foreign root was answered: ${refused}`);
  return { detail: `200 for a client of the mesh's root; of another: ${refused}` };
}

async function issue(
  api: ApiClient,
  name: string,
  issuer: string,
  trustDomain: string,
): Promise<ClientCertificate> {
  await api.create(certificates, {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name, namespace },
    spec: {
      secretName: name,
      uris: [`spiffe://${trustDomain}/ns/greeting/sa/caller`],
      usages: ["client auth", "digital signature"],
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
      issuerRef: { name: issuer, kind: "ClusterIssuer", group: "cert-manager.io" },
    },
  });
  const path = `/api/v1/namespaces/${namespace}/secrets/${name}`;
  const deadline = Date.now() + waitMilliseconds;
  for (;;) {
    const secret = await api.find<{ readonly data?: Readonly<Record<string, string>> }>(path);
    const { "tls.crt": cert = "", "tls.key": key = "" } = secret?.data ?? {};
    if (cert !== "") {
      await api.delete(`${certificates}/${name}`);
      await api.delete(path);
      return { cert: Buffer.from(cert, "base64"), key: Buffer.from(key, "base64") };
    }
    if (Date.now() > deadline) throw new StepFailure(`Certificate ${namespace}/${name} was not issued`);
    await delay(checkMilliseconds);
  }
}

/** The first line of the answer, or how the connection ended without one. */
function ask({ host, port, serverName }: ReachedWorkload, { cert, key }: ClientCertificate): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port,
      cert,
      key,
      servername: serverName,
      // As Envoy names what it speaks inside the mesh.
      ALPNProtocols: ["istio"],
      // What is asked is whether the workload takes the client.
      rejectUnauthorized: false,
    });
    socket.setTimeout(5000, () => socket.destroy(new Error("no answer")));
    socket.on("secureConnect", () => {
      socket.write("GET / HTTP/1.1\r\nhost: greeting\r\nconnection: close\r\n\r\n");
    });
    socket.on("data", (data: Buffer) => {
      resolve(data.toString().split("\r\n")[0] ?? "");
      socket.destroy();
    });
    socket.on("error", ({ message }) => {
      resolve(message.split("\n")[0] ?? message);
    });
    socket.on("close", () => {
      resolve("connection closed without an answer");
    });
  });
}
