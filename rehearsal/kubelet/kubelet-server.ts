import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";

import { kubeletPort, type Pki } from "../control-plane/kwokctl-configuration";

export interface KubeletServerOptions {
  readonly program: string;
  readonly nodeAddresses: readonly string[];
  readonly pki: Pki;
  /** Holds a folder for each pod, with its containers' logs and process ids. */
  readonly podFolder: string;
  readonly log: string;
  readonly onProblem: (message: string) => void;
}

/** Starts what answers the API server on the nodes' addresses: logs, exec and port-forward. */
export function startKubeletServer(options: KubeletServerOptions): { close(): void } {
  const { program, nodeAddresses, pki, podFolder, onProblem } = options;
  const listen = nodeAddresses.map((address) => `${address}:${kubeletPort.toString()}`);
  const log = openSync(options.log, "a");
  const args = [
    ...["--listen", listen.join(","), "--pods", podFolder],
    ...["--cert", pki.certificate, "--key", pki.key, "--client-ca", pki.ca],
  ];
  const child = spawn(program, args, { stdio: ["ignore", log, log] });
  closeSync(log);
  let closing = false;
  child.once("error", ({ message }) => {
    onProblem(`logs and exec of pods are not served: ${message}`);
  });
  child.once("exit", (code, signal) => {
    const how = String(code ?? signal);
    if (!closing) onProblem(`logs and exec of pods are not served any more (${how}); see ${options.log}`);
  });
  return {
    close: () => {
      closing = true;
      child.kill();
    },
  };
}
