import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A certificate and its key, both PEM, as node:tls takes them. */
export interface Credentials {
  readonly cert: string;
  readonly key: string;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const dayMs = 24 * 60 * 60 * 1000;

const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);

async function pemOfKey(key: webcrypto.CryptoKey): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}

export interface LeafOptions {
  readonly name?: string;
  /** Subject as X.509 writes it. @default CN=<name> */
  readonly subject?: string;
  /** Names beside `name`. */
  readonly moreNames?: readonly string[];
  readonly fromDays?: number;
  readonly toDays?: number;
}

/** A CA that lives as long as a test file. */
export async function newAuthority(commonName: string) {
  const keys = await newKeys();
  const ca = await X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: `CN=${commonName}`,
    notBefore: new Date(Date.now() - 400 * dayMs),
    notAfter: new Date(Date.now() + 400 * dayMs),
    keys,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  return authorityOf(commonName, keys.privateKey, ca.toString("pem"));
}

function authorityOf(commonName: string, signingKey: webcrypto.CryptoKey, pem: string) {
  const issuer = `CN=${commonName}`;

  /** A certificate for a name, valid between two days counted from now. */
  async function issue(options: LeafOptions = {}) {
    const { name: host = "gateway.test", subject = `CN=${host}`, moreNames = [] } = options;
    const { fromDays = -1, toDays = 90 } = options;
    const keys = await newKeys();
    const leaf = await X509CertificateGenerator.create({
      serialNumber: "02",
      subject,
      issuer,
      notBefore: new Date(Date.now() + fromDays * dayMs),
      notAfter: new Date(Date.now() + toDays * dayMs),
      signingKey,
      publicKey: keys.publicKey,
      signingAlgorithm: algorithm,
      extensions: [
        new SubjectAlternativeNameExtension([host, ...moreNames].map((value) => ({ type: "dns", value }))),
      ],
    });
    return { cert: leaf.toString("pem"), key: await pemOfKey(keys.privateKey) } satisfies Credentials;
  }

  /** A CA that this one vouches for. */
  async function intermediate(name: string, toDays = 200) {
    const keys = await newKeys();
    const ca = await X509CertificateGenerator.create({
      serialNumber: "04",
      subject: `CN=${name}`,
      issuer,
      notBefore: new Date(Date.now() - 400 * dayMs),
      notAfter: new Date(Date.now() + toDays * dayMs),
      signingKey,
      publicKey: keys.publicKey,
      signingAlgorithm: algorithm,
      extensions: [new BasicConstraintsExtension(true, undefined, true)],
    });
    return authorityOf(name, keys.privateKey, ca.toString("pem"));
  }

  return { pem, issue, intermediate };
}

/** A certificate that nobody but itself vouches for. */
export async function selfSigned(host = "gateway.test"): Promise<Credentials> {
  const keys = await newKeys();
  const cert = await X509CertificateGenerator.createSelfSigned({
    serialNumber: "03",
    name: `CN=${host}`,
    notBefore: new Date(Date.now() - dayMs),
    notAfter: new Date(Date.now() + 90 * dayMs),
    keys,
    signingAlgorithm: algorithm,
    extensions: [new SubjectAlternativeNameExtension([{ type: "dns", value: host }])],
  });
  return { cert: cert.toString("pem"), key: await pemOfKey(keys.privateKey) };
}
