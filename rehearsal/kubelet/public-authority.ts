import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { run } from "../namespace/run-command";

/** Certificate and key, as files. */
export interface ServingFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Where programs in a pod look for the authorities that they trust; curl, Go's and Envoy's among them. */
export const trustedAuthorities = "/etc/ssl/certs/ca-certificates.crt";

/** Where distributions keep them. */
const ofThisMachine = [
  trustedAuthorities,
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/** Signs the certificates of programs that end TLS in a rehearsal, hosts outside of the cluster among them. */
export class PublicAuthority {
  /** @param trusted file of authorities that pods trust: this machine's, and this one */
  private constructor(
    private readonly program: string,
    private readonly folder: string,
    readonly trusted: string,
  ) {}

  static async create(program: string, folder: string): Promise<PublicAuthority> {
    await run(program, ["authority", folder]);
    const trusted = join(folder, "trusted.crt");
    const [known] = ofThisMachine.filter(existsSync);
    writeFileSync(trusted, known === undefined ? "" : readFileSync(known));
    appendFileSync(trusted, `\n${readFileSync(join(folder, "ca.crt"), "utf8")}`);
    return new PublicAuthority(program, folder, trusted);
  }

  /** A certificate for names and addresses. */
  async issue(to: string, names: readonly string[]): Promise<ServingFiles> {
    await run(this.program, ["issue", this.folder, to, ...names]);
    return { certificate: join(to, "tls.crt"), key: join(to, "tls.key") };
  }
}
