import { beforeAll, describe, expect, test } from "vitest";
import { namesOf } from "../../smoke/kubernetes/certificate-names";
import { decideCertificates } from "../../smoke/kubernetes/certificates";
import { decideMeshRoots } from "../../smoke/kubernetes/mesh-ca";
import { readProxyTrust, rootOf, summarize, type SeenProxy } from "../../smoke/trust/proxy-trust";
import { newAuthority } from "../support/smoke/certificate-authority";

type Authority = Awaited<ReturnType<typeof newAuthority>>;
let former: Authority;
let next: Authority;
let signer: Authority;
let leaf: string;
const now = new Date();
beforeAll(async () => {
  [former, next] = await Promise.all([newAuthority("former"), newAuthority("next")]);
  signer = await former.intermediate("istiod-ca");
  ({ cert: leaf } = await signer.issue({ name: "workload.test" }));
});

describe("roots that namespaces are told to trust", () => {
  const given = (pem: string) =>
    [
      { namespace: "istio-system", roots: { kind: "seen", value: { data: { "root-cert.pem": pem } } } },
    ] as const;

  test("are those that were declared, in whatever order", () => {
    const verdict = decideMeshRoots(former.pem + next.pem, given(`${next.pem}\n${former.pem}`));
    expect(verdict).toMatchObject({ status: "passed" });
  });

  test("of a CA that istiod made by itself are named, with those that were meant", async () => {
    const own = await newAuthority("cluster.local");
    expect(decideMeshRoots(former.pem, given(own.pem))).toMatchObject({
      status: "failed",
      fault: "mesh-root-differs",
      got: expect.stringMatching(/told to trust CN=cluster.local \(.*\); meant is CN=former/) as string,
    });
  });

  test("are missed where one of two has not arrived", () => {
    const verdict = decideMeshRoots(former.pem + next.pem, given(former.pem));
    expect(verdict).toMatchObject({ fault: "mesh-root-differs" });
  });

  test("are missed where there are none, and not judged where they may not be read", () => {
    const absent = [{ namespace: "shop", roots: { kind: "absent" } }] as const;
    expect(decideMeshRoots(former.pem, absent)).toMatchObject({ fault: "mesh-root-missing" });
    const unknown = [{ namespace: "shop", roots: { kind: "unknown", why: "forbidden" } }] as const;
    expect(decideMeshRoots(former.pem, unknown)).toMatchObject({ status: "skipped" });
  });
});

describe("a certificate of cert-manager", () => {
  const day = 24 * 60 * 60 * 1000;
  const inDays = (days: number) => new Date(now.getTime() + days * day).toISOString();
  const verdictOf = (status: object, spec = {}) => {
    const certificate = { metadata: { name: "mesh-ca", namespace: "istio-system" }, spec, status };
    const none = { kind: "seen", value: [] } as const;
    const observation = {
      ...{ namespace: "istio-system", issuers: none, clusterIssuers: none, orders: none, challenges: none },
      certificates: { kind: "seen", value: [certificate] } as const,
    };
    return decideCertificates(observation, now)[0]?.[1];
  };
  const ready = { conditions: [{ type: "Ready", status: "True" }] };

  test("says how long it holds", () => {
    const verdict = verdictOf({ ...ready, notAfter: inDays(40.5), renewalTime: inDays(10) });
    expect(verdict).toMatchObject({ status: "passed", got: "Ready, 40 days left" });
    expect(verdict).not.toHaveProperty("warning");
  });

  test("whose renewal is overdue is noted, with what the issuer said", () => {
    const conditions = [
      ...ready.conditions,
      { type: "Issuing", status: "False", reason: "Failed", message: "denied" },
    ];
    expect(verdictOf({ conditions, notAfter: inDays(20.5), renewalTime: inDays(-1) })).toMatchObject({
      status: "passed",
      warning: expect.stringContaining("its last renewal failed: denied") as string,
    });
  });

  test("whose renewal a policy refused is noted, by whatever name, and not one that was issued", () => {
    const after = (reason: string) => {
      const conditions = [...ready.conditions, { type: "Issuing", status: "False", reason, message: "no" }];
      return verdictOf({ conditions, notAfter: inDays(20.5), renewalTime: inDays(10) });
    };
    expect(after("policy.example.com")).toMatchObject({ warning: "its last renewal failed: no" });
    expect(after("Issued")).not.toHaveProperty("warning");
  });

  test("whose renewal is late is noted, and one whose issuer has gone", () => {
    const late = { ...ready, notAfter: inDays(20.5), renewalTime: inDays(-1) };
    expect(verdictOf(late)).toMatchObject({
      warning: expect.stringContaining("it should have been renewed on") as string,
    });
    const held = { ...ready, notAfter: inDays(40.5), renewalTime: inDays(10) };
    expect(verdictOf(held, { issuerRef: { name: "gone", kind: "ClusterIssuer" } })).toMatchObject({
      status: "passed",
      warning: "it cannot be renewed: there is no ClusterIssuer gone",
    });
    const pca = { name: "pca", kind: "AWSPCAClusterIssuer", group: "awspca.cert-manager.io" };
    expect(verdictOf(held, { issuerRef: pca })).not.toHaveProperty("warning");
  });

  test("that has expired is a fault, whatever cert-manager still says of it", () => {
    expect(verdictOf({ ...ready, notAfter: inDays(-1) })).toMatchObject({ fault: "certificate-expired" });
  });
});

describe("proxies", () => {
  const base64 = (pem: string) => Buffer.from(pem).toString("base64");
  const dump = (roots: string, chain: string) =>
    JSON.stringify({
      configs: [
        {
          name: "default",
          secret: { tls_certificate: { certificate_chain: { inline_bytes: base64(chain) } } },
        },
        { name: "ROOTCA", secret: { validation_context: { trusted_ca: { inline_bytes: base64(roots) } } } },
      ],
    });
  const proxy = (pod: string, roots: string, chain = leaf + signer.pem): SeenProxy => {
    const trust = readProxyTrust(dump(roots, chain));
    return trust === undefined ? { pod } : { pod, trust };
  };
  const fingerprint = (pem: string) => namesOf(pem)[0]?.fingerprint;

  test("stand below the root that signed them, though istiod sends every root behind the chain", () => {
    const chain = namesOf(leaf + signer.pem + former.pem + next.pem);
    expect(rootOf(chain, namesOf(next.pem + former.pem))?.subject).toBe("CN=former");
    expect(rootOf(namesOf(leaf + signer.pem), namesOf(next.pem))).toBeUndefined();
  });

  test("together trust what each of them trusts", () => {
    const both = [proxy("a", former.pem + next.pem), proxy("b", former.pem)];
    const { trusted, signing, problems } = summarize(both, namesOf(former.pem + next.pem), now);
    expect(trusted).toEqual([fingerprint(former.pem)]);
    expect(signing).toEqual([fingerprint(former.pem)]);
    expect(problems).toEqual([expect.stringContaining("b does not trust CN=next")]);
  });

  test("that are ready have no problems", () => {
    const all = [proxy("a", former.pem + next.pem), proxy("b", next.pem + former.pem)];
    expect(summarize(all, namesOf(former.pem + next.pem), now).problems).toEqual([]);
  });

  test("with a certificate below a root that goes are named", () => {
    const { problems } = summarize([proxy("a", former.pem + next.pem)], namesOf(next.pem), now);
    expect(problems).toEqual(["a has a certificate below CN=former, which is not declared"]);
  });

  test("below an intermediate that expired are named", async () => {
    const expired = await former.intermediate("old-intermediate", -1);
    const { cert } = await expired.issue();
    const { problems } = summarize([proxy("a", former.pem, cert + expired.pem)], namesOf(former.pem), now);
    expect(problems.join()).toMatch(/a shows CN=old-intermediate, which expired on/);
  });

  test("that cannot be asked leave nothing known of all", () => {
    const seen = [proxy("a", former.pem), { pod: "b", why: "forbidden" }];
    expect(summarize(seen, namesOf(former.pem), now).problems).toEqual(["b could not be asked: forbidden"]);
    expect(readProxyTrust("upstream connect error")).toBeUndefined();
  });
});
