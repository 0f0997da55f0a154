import { namesOf, type CertificateName } from "../kubernetes/certificate-names";

/** What one proxy holds: whom it trusts, and by whom it is vouched for. */
export interface ProxyTrust {
  readonly trusted: readonly CertificateName[];
  /** Its own certificate, and what stands between it and the root. */
  readonly chain: readonly CertificateName[];
}

/** Envoy's answer to `config_dump?resource=dynamic_active_secrets`, as far as it is read. */
interface SecretsDump {
  readonly configs?: readonly {
    readonly name?: string;
    readonly secret?: {
      readonly tls_certificate?: { readonly certificate_chain?: { readonly inline_bytes?: string } };
      readonly validation_context?: { readonly trusted_ca?: { readonly inline_bytes?: string } };
    };
  }[];
}

const pemOf = (bytes: string | undefined) => Buffer.from(bytes ?? "", "base64").toString("utf8");

/** Reads Envoy's dump of its secrets; private keys are not in it. */
export function readProxyTrust(text: string): ProxyTrust | undefined {
  let dump: SecretsDump;
  try {
    dump = JSON.parse(text) as SecretsDump;
  } catch {
    return undefined;
  }
  const secretOf = (name: string) => dump.configs?.find((one) => one.name === name)?.secret;
  const trusted = namesOf(pemOf(secretOf("ROOTCA")?.validation_context?.trusted_ca?.inline_bytes));
  const chain = namesOf(pemOf(secretOf("default")?.tls_certificate?.certificate_chain?.inline_bytes));
  return trusted.length === 0 || chain.length === 0 ? undefined : { trusted, chain };
}

const mostSteps = 10;

/**
 * The root below which a chain stands, among those that are known.
 *
 * It goes from one signature to the next: istiod sends the roots that it gives out behind the chain, all of them.
 */
export function rootOf(
  chain: readonly CertificateName[],
  known: readonly CertificateName[],
): CertificateName | undefined {
  const everyone = [...chain, ...known];
  let [current] = chain;
  for (let step = 0; current !== undefined && step < mostSteps; step++) {
    const { fingerprint, certificate } = current;
    const itself = known.find((root) => root.fingerprint === fingerprint);
    if (itself !== undefined) return itself;
    current = everyone.find(
      (one) =>
        one.fingerprint !== fingerprint &&
        certificate.checkIssued(one.certificate) &&
        certificate.verify(one.certificate.publicKey),
    );
  }
  return undefined;
}

/** One proxy as it was seen. */
export interface SeenProxy {
  readonly pod: string;
  /** Undefined where it could not be asked. */
  readonly trust?: ProxyTrust;
  readonly why?: string;
}

/** What all proxies together allow to be done next. */
export interface TrustSummary {
  /** Fingerprints of the roots that every proxy trusts. */
  readonly trusted: readonly string[];
  /** Fingerprints of the roots below which certificates in use stand. */
  readonly signing: readonly string[];
  /** What does not hold, in words, one proxy a line. */
  readonly problems: readonly string[];
}

/** Judges all proxies against the roots that are declared; with none declared, against each other. */
export function summarize(
  proxies: readonly SeenProxy[],
  declared: readonly CertificateName[],
  now: Date,
): TrustSummary {
  const problems: string[] = [];
  const known = new Map(declared.map((root) => [root.fingerprint, root]));
  for (const { trust } of proxies) {
    for (const root of trust?.trusted ?? []) known.set(root.fingerprint, root);
  }
  const signing = new Set<string>();
  let trusted: readonly string[] | undefined;
  for (const { pod, trust, why } of proxies) {
    if (trust === undefined) {
      problems.push(`${pod} could not be asked: ${why ?? "Envoy has no certificate yet"}`);
      continue;
    }
    const own = trust.trusted.map(({ fingerprint }) => fingerprint);
    trusted = (trusted ?? own).filter((fingerprint) => own.includes(fingerprint));
    for (const { subject, fingerprint } of declared) {
      if (!own.includes(fingerprint))
        problems.push(`${pod} does not trust ${subject} (${fingerprint.slice(0, 12)}) yet`);
    }
    for (const { subject, expires } of trust.chain) {
      if (expires < now) problems.push(`${pod} shows ${subject}, which expired on ${expires.toISOString()}`);
    }
    const root = rootOf(trust.chain, [...known.values()]);
    if (root === undefined) {
      problems.push(
        `${pod} has a certificate of ${trust.chain.at(-1)?.issuer ?? ""}, which leads to no known root`,
      );
      continue;
    }
    signing.add(root.fingerprint);
    if (declared.length > 0 && !declared.some(({ fingerprint }) => fingerprint === root.fingerprint))
      problems.push(`${pod} has a certificate below ${root.subject}, which is not declared`);
  }
  return { trusted: trusted ?? [], signing: [...signing], problems };
}
