import { describe, expect, test } from "vitest";
import { aws, azure, existing, messagesOf, warningsOf } from "./environment-files";

const nodePort = "{ kind: nodeport }";

/** One mistake, what must be said of it, and the nearest thing to it that is right. */
interface Case {
  readonly mistake: string;
  readonly wrong: string;
  readonly says: string;
  readonly right: string;
}

/** Parts of a file after the smallest valid one. */
function onto(
  base: string,
  cases: Record<string, readonly [wrong: string, says: string, right: string]>,
): Case[] {
  return Object.entries(cases).map(([mistake, [wrong, says, right]]) => ({
    mistake,
    wrong: `${base}${wrong}\n`,
    says,
    right: `${base}${right}\n`,
  }));
}

function check(cases: Case[]): void {
  test.each(cases)("$mistake", ({ wrong, says, right }) => {
    expect(messagesOf(wrong)).toContain(says);
    expect(messagesOf(right)).toBe("");
  });
}

const gateway = (exposure: string, more = "", name = "ingress") =>
  `{ name: ${name}, exposure: ${exposure}${more === "" ? "" : `, ${more}`} }`;
const gateways = (...each: string[]) => `gateways: [${each.join(", ")}]`;

describe("an exposure that the target cannot give", () => {
  const says = (target: string, offered: string) => `exposure.kind: target ${target} offers ${offered}, got`;
  check([
    ...onto(azure, {
      "nlb on Azure": [
        gateways(gateway("{ kind: nlb }")),
        says("azure", "azure-lb, nodeport or clusterip"),
        gateways(gateway("{ kind: azure-lb }")),
      ],
    }),
    ...onto(aws, {
      "azure-lb on AWS": [
        gateways(gateway("{ kind: azure-lb }")),
        says("aws", "nlb, nodeport or clusterip"),
        gateways(gateway("{ kind: nlb }")),
      ],
    }),
    ...onto(existing, {
      "nlb on a cluster that exists": [
        gateways(gateway("{ kind: nlb }")),
        says("existing", "nodeport, metallb or clusterip"),
        gateways(gateway("{ kind: metallb, pool: { kind: existing } }")),
      ],
    }),
  ]);
});

describe("DNS records", () => {
  const tls = "tls: { issuer: ca, hosts: [shop.example.com] }";
  const ca = "certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }";
  const route53 = "dns: { kind: route53, zoneId: Z0123456789 }";
  const azureDns = "dns: { kind: azure-dns, zoneName: example.com, resourceGroupName: dns }";
  check([
    ...onto(`${aws}${ca}\n`, {
      "in Azure DNS for a gateway on AWS": [
        gateways(gateway("{ kind: nlb }", `${tls}, ${azureDns}`)),
        "dns.kind: target aws has credentials for route53",
        gateways(gateway("{ kind: nlb }", `${tls}, ${route53}`)),
      ],
      "without host names": [
        gateways(gateway("{ kind: nlb }", route53)),
        "gateways[0].dns: records are made for tls.hosts",
        gateways(gateway("{ kind: nlb }", `${tls}, ${route53}`)),
      ],
    }),
    ...onto(`${existing}${ca}\n`, {
      "for a cluster that exists": [
        gateways(gateway(nodePort, `${tls}, ${route53}`)),
        'target existing has credentials for no DNS provider, got "route53"; remove dns',
        gateways(gateway(nodePort, tls)),
      ],
    }),
  ]);
});

describe("gateways", () => {
  const ports = (...each: string[]) => gateways(gateway(nodePort, `ports: [${each.join(", ")}]`));
  const ca = "certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }";
  const tls = "tls: { issuer: ca, hosts: [shop.example.com] }";
  check(
    onto(existing, {
      "of the same name": [
        gateways(gateway("{ kind: clusterip }"), gateway("{ kind: clusterip }")),
        'gateways[1].name: each gateway has a name of its own, got "ingress"',
        gateways(gateway("{ kind: clusterip }"), gateway("{ kind: clusterip }", "", "second")),
      ],
      "named like the control plane's namespace": [
        gateways(gateway("{ kind: clusterip }", "", "system")),
        "istio-system is the control plane's namespace",
        gateways(gateway("{ kind: clusterip }", "", "systems")),
      ],
      "with a port listed that every gateway has": [
        ports("{ kind: http, name: web, port: 80 }"),
        "ports[0].port: a port stands once in a gateway; every gateway serves plain HTTP on it, got 80",
        ports("{ kind: http, name: web, port: 8080 }"),
      ],
      "with Envoy's own port": [
        ports("{ kind: tcp, name: status, port: 15021 }"),
        "Envoy and the Istio agent listen on it",
        ports("{ kind: tcp, name: status, port: 15022 }"),
      ],
      "with a port twice": [
        ports("{ kind: tcp, name: a, port: 9000 }", "{ kind: tcp, name: b, port: 9000 }"),
        "ports[1].port: a port stands once in a gateway; port a has it, got 9000",
        ports("{ kind: tcp, name: a, port: 9000 }", "{ kind: tcp, name: b, port: 9001 }"),
      ],
      "with a port's name twice": [
        ports("{ kind: tcp, name: a, port: 9000 }", "{ kind: tcp, name: a, port: 9001 }"),
        "ports[1].name: a port's name stands once in a gateway",
        ports("{ kind: tcp, name: a, port: 9000 }", "{ kind: tcp, name: b, port: 9001 }"),
      ],
      "with a port named like one of their own": [
        ports("{ kind: tcp, name: http2, port: 9000 }"),
        "http2, https, status-port, plaintext are its own",
        ports("{ kind: tcp, name: http3, port: 9000 }"),
      ],
      "with two port names that become one in the Service": [
        ports("{ kind: http, name: web, port: 9000 }", "{ kind: http, name: http-web, port: 9001 }"),
        "ports[1].name: a port's name stands once in a gateway",
        ports("{ kind: http, name: web, port: 9000 }", "{ kind: tcp, name: tcp-web, port: 9001 }"),
      ],
      "with https but no certificate": [
        ports("{ kind: https, name: admin, port: 8443 }"),
        'this gateway has no tls, got "https"; add tls',
        `${gateways(gateway(nodePort, `${tls}, ports: [{ kind: https, name: admin, port: 8443 }]`))}\n${ca}`,
      ],
      "with 443 listed beside tls": [
        `${gateways(gateway(nodePort, `${tls}, ports: [{ kind: passthrough, name: pass, port: 443 }]`))}\n${ca}`,
        "this gateway serves HTTPS on it, got 443",
        ports("{ kind: passthrough, name: pass, port: 443 }"),
      ],
      "with a node port on another exposure": [
        gateways(
          gateway("{ kind: clusterip }", "ports: [{ kind: tcp, name: a, port: 9000, nodePort: 30500 }]"),
        ),
        "only exposure nodeport has node ports, and this one is clusterip, got 30500",
        ports("{ kind: tcp, name: a, port: 9000, nodePort: 30500 }"),
      ],
      "that share the default node port": [
        gateways(gateway(nodePort), gateway(nodePort, "", "second")),
        "gateways[1].exposure.httpNodePort: a node port is used once in a cluster, and gateway ingress has it, got 30010; set httpNodePort to 30011",
        gateways(gateway(nodePort), gateway("{ kind: nodeport, httpNodePort: 30011 }", "", "second")),
      ],
      "of which one lists the other's node port": [
        gateways(
          gateway("{ kind: nodeport, statusNodePort: 30012 }"),
          gateway(
            "{ kind: nodeport, httpNodePort: 30020 }",
            "ports: [{ kind: tcp, name: a, port: 9000, nodePort: 30012 }]",
            "second",
          ),
        ),
        "gateways[1].ports[0].nodePort: a node port is used once",
        gateways(
          gateway(nodePort),
          gateway(
            "{ kind: nodeport, httpNodePort: 30020 }",
            "ports: [{ kind: tcp, name: a, port: 9000, nodePort: 30012 }]",
            "second",
          ),
        ),
      ],
      "of which an egress takes the ingress's HTTPS node port": [
        `${gateways(gateway(nodePort, tls), gateway("{ kind: nodeport, httpNodePort: 30020 }", "direction: egress", "egress"))}\n${ca}`,
        "gateways[1].exposure.httpsNodePort: a node port is used once",
        gateways(
          gateway(nodePort),
          gateway("{ kind: nodeport, httpNodePort: 30020 }", "direction: egress", "egress"),
        ),
      ],
    }),
  );
});

describe("namespaces for applications", () => {
  const namespaces = (...names: string[]) =>
    `  namespaces: [${names.map((name) => `{ name: ${name} }`).join(", ")}]`;
  check(
    onto(existing, {
      "are never Kubernetes' own": [namespaces("kube-system"), "Kubernetes makes it", namespaces("shop")],
      "are never another system's": [namespaces("cert-manager"), "it is cert-manager's", namespaces("certs")],
      "never have a platform's prefix": [
        namespaces("kube-flannel"),
        "its prefix is the platform's",
        namespaces("kubex"),
      ],
      "stand once": [
        namespaces("shop", "shop"),
        "namespaces[1].name: each namespace stands once",
        namespaces("shop", "web"),
      ],
      "are never a gateway's": [
        `${namespaces("istio-ingress")}\n${gateways(gateway("{ kind: clusterip }"))}`,
        "it is gateway ingress's",
        `${namespaces("istio-ingress")}\n${gateways(gateway("{ kind: clusterip }", "", "edge"))}`,
      ],
    }),
  );
});

describe("certificates", () => {
  const issuer = (name: string, solver = "") =>
    solver === ""
      ? `{ kind: self-signed-ca, name: ${name} }`
      : `{ kind: acme, name: ${name}, email: ops@example.com, solver: ${solver} }`;
  const certManager = (...issuers: string[]) => `certManager: { issuers: [${issuers.join(", ")}] }`;
  const tls = (name: string, ...hosts: string[]) =>
    `tls: { issuer: ${name}, hosts: ["${hosts.join('", "')}"] }`;
  const http01 = "{ kind: http01 }";
  const dns01 = "{ kind: dns01, provider: { kind: cloudflare, apiTokenSecret: { name: cf, key: token } } }";
  const edge = (more: string) => gateways(gateway("{ kind: nlb, scheme: internet-facing }", more));
  const shop = "shop.example.com";

  check(
    onto(aws, {
      "need an issuer that exists": [
        `${edge(tls("lab-ac", shop))}\n${certManager(issuer("lab-ca"))}`,
        'tls.issuer: certManager.issuers has lab-ca, got "lab-ac"; did you mean lab-ca?',
        `${edge(tls("lab-ca", shop))}\n${certManager(issuer("lab-ca"))}`,
      ],
      "need an issuer at all": [
        edge(tls("lab-ca", shop)),
        'an entry of certManager.issuers, which is empty, got "lab-ca"; add it',
        `${edge(tls("lab-ca", shop))}\ncertManager: { management: adopt }`,
      ],
      "need cert-manager": [
        `${edge(tls("lab-ca", shop))}\ncertManager: { management: none }`,
        "gateways[0].tls: a gateway's certificate comes from cert-manager",
        `${edge("")}\ncertManager: { management: none }`,
      ],
      "for wildcards need DNS-01": [
        `${edge(tls("le", "*.example.com"))}\n${certManager(issuer("le", http01))}`,
        "tls.hosts[0]: issuer le proves names by http01, and a wildcard cannot",
        `${edge(tls("le", "*.example.com"))}\n${certManager(issuer("le", dns01))}`,
      ],
      "by HTTP-01 need an ingress gateway": [
        certManager(issuer("le", http01)),
        "port 80 of an ingress gateway, and there is none",
        `${edge("")}\n${certManager(issuer("le", http01))}`,
      ],
      "hold each name once": [
        `${edge(tls("ca", shop, shop))}\n${certManager(issuer("ca"))}`,
        "tls.hosts[1]: each host name stands once",
        `${edge(tls("ca", shop, "www.example.com"))}\n${certManager(issuer("ca"))}`,
      ],
      "hold the health check's name": [
        `${edge(tls("ca", shop))}\n${certManager(issuer("ca"))}\nhealth: { host: health.example.com }`,
        "health.host: the first ingress gateway's certificate is for shop.example.com, got",
        `${edge(tls("ca", shop, "*.example.com"))}\n${certManager(issuer("ca"))}\nhealth: { host: health.example.com }`,
      ],
      "by a wildcard cover one label only": [
        `${edge(tls("ca", "*.example.com"))}\n${certManager(issuer("ca"))}\nhealth: { host: a.b.example.com }`,
        "health.host: the first ingress gateway's certificate is for *.example.com",
        `${edge(tls("ca", "*.example.com"))}\n${certManager(issuer("ca"))}\nhealth: { host: b.example.com }`,
      ],
      "come from issuers of different names": [
        certManager(issuer("ca"), issuer("ca")),
        "certManager.issuers[1].name: each ClusterIssuer stands once, and ca is made above",
        certManager(issuer("ca"), issuer("cb")),
      ],
      "come from issuers beside the private CA's second one": [
        certManager(issuer("ca"), issuer("ca-bootstrap", dns01)),
        "and ca-bootstrap is made above",
        certManager(issuer("ca"), issuer("ca-boot", dns01)),
      ],
      "are not issued without cert-manager": [
        `certManager: { management: none, issuers: [${issuer("ca")}] }`,
        "certManager.issuers: with certManager.management: none",
        `certManager: { management: adopt, issuers: [${issuer("ca")}] }`,
      ],
    }),
  );

  test("by HTTP-01 behind a gateway that the internet does not reach are warned of", () => {
    const text = (exposure: string) =>
      `${aws}${gateways(gateway(exposure))}\n${certManager(issuer("le", http01))}\n`;
    expect(warningsOf(text("{ kind: nlb }"))).toContain("gateway ingress does not answer everybody there");
    expect(warningsOf(text("{ kind: clusterip }"))).toContain("does not answer everybody");
    expect(warningsOf(text("{ kind: nlb, scheme: internet-facing }"))).toBe("");
  });
});

describe("pods", () => {
  check(
    onto(existing, {
      "are at least no more than at most": [
        "  istiod: { replicas: { min: 3, max: 2 } }",
        "mesh.istiod.replicas.min: min is at most max, which is 2, got 3; lower min, or raise max to 3",
        "  istiod: { replicas: { min: 3, max: 3 } }",
      ],
      "of gateways, too": [
        gateways(gateway(nodePort, "replicas: { min: 9, max: 2 }")),
        "gateways[0].replicas.min",
        gateways(gateway(nodePort, "replicas: { min: 2, max: 9 }")),
      ],
      "request no more CPU than their limit": [
        '  istiod: { resources: { requests: { cpu: "2" }, limits: { cpu: 500m } } }',
        "mesh.istiod.resources.requests.cpu: a request is at most its limit, which is 500m",
        '  istiod: { resources: { requests: { cpu: 500m }, limits: { cpu: "0.5" } } }',
      ],
      "request no more memory than their limit": [
        "  proxyResources: { requests: { memory: 1Gi }, limits: { memory: 1000Mi } }",
        "mesh.proxyResources.requests.memory",
        "  proxyResources: { requests: { memory: 1Gi }, limits: { memory: 1024Mi } }",
      ],
    }),
  );
});

describe("where Terraform runs and keeps its state", () => {
  const cloud = (execution: string) =>
    `backend: { kind: cloud, organization: acme, execution: ${execution} }`;
  const host = existing.replace(
    "{ kind: kubeconfig, context: lab }",
    "{ kind: host, host: 'https://10.0.0.1:6443', clusterCaCertificatePath: ca.pem, exec: { command: step } }",
  );
  check([
    ...onto(existing, {
      "hosted runners have no kubeconfig": [
        cloud("remote"),
        "target.connection needs the kubeconfig file ~/.kube/config, which HashiCorp's runners do not have",
        cloud("agent"),
      ],
      "state is not kept where synthesis cleans": [
        "backend: { kind: local, directory: ./cdktf.out/state }",
        "a folder outside cdktf.out",
        "backend: { kind: local, directory: state }",
      ],
      "state is kept inside the project": [
        "backend: { kind: local, directory: ../state }",
        "a folder inside the project",
        "backend: { kind: local, directory: ..state }",
      ],
      "a key in a bucket is relative": [
        "backend: { kind: s3, bucket: state, region: eu-central-1, keyPrefix: /mesh/ }",
        "backend.keyPrefix: a prefix such as mesh/",
        "backend: { kind: s3, bucket: state, region: eu-central-1, keyPrefix: mesh/ }",
      ],
      "a key in a bucket is not too long": [
        `backend: { kind: s3, bucket: state, region: eu-central-1, keyPrefix: ${"k".repeat(1020)} }`,
        "backend.keyPrefix: the state's key may have 1024 characters",
        `backend: { kind: s3, bucket: state, region: eu-central-1, keyPrefix: ${"k".repeat(1000)} }`,
      ],
    }),
    ...onto(host, {
      "hosted runners have no credential program": [
        cloud("remote"),
        "needs the program step and the file ca.pem",
        cloud("local"),
      ],
    }),
  ]);
});

describe("an environment's name leaves room for", () => {
  const named = (length: number, text: string) => messagesOf(text, `environments/${"e".repeat(length)}.yaml`);

  test("the roles of an EKS cluster, and its node groups", () => {
    expect(named(40, aws)).toContain("the load balancer controller's IAM role may have 64 characters");
    expect(named(40, aws)).toContain("shorten it by 1: rename the file");
    expect(named(39, aws)).not.toContain("IAM role");
    expect(named(28, aws)).toBe("");
  });

  test("the DNS prefix of the AKS cluster, the tightest of its names", () => {
    expect(named(70, azure)).toContain("DNS prefix may have 54 characters");
    expect(named(40, azure)).toBe("");
  });

  test("the workspaces of HCP Terraform", () => {
    const text = `${existing}backend: { kind: cloud, organization: acme, execution: agent }\n`;
    expect(named(86, text)).toContain('the HCP Terraform workspace may have 90 characters, got "eee');
    expect(named(86, text)).toContain("shorten it by 1: rename the file");
    expect(named(85, text)).toBe("");
  });
});

describe("what an adopted installation would ignore", () => {
  check(
    onto(existing, {
      "settings of istiod": [
        "  management: adopt\n  istiod: { replicas: { min: 2, max: 2 } }",
        "mesh.istiod.replicas: mesh.management is not install",
        "  management: install\n  istiod: { replicas: { min: 2, max: 2 } }",
      ],
      "values of the CNI agent": [
        "  management: adopt\n  cni: { values: { cniBinDir: /bin } }",
        "mesh.cni.values",
        "  management: adopt",
      ],
      "values of cert-manager": [
        "certManager: { management: adopt, values: { maxConcurrentChallenges: 5 } }",
        "certManager.values: certManager.management is not install",
        "certManager: { values: { maxConcurrentChallenges: 5 } }",
      ],
    }),
  );
});
