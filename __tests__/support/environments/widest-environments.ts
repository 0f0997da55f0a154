import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { everything as everythingOnAzure } from "../stacks/aks-every-option";
import { aws, azure, existing } from "./environment-files";
import { everything as everythingOnAws } from "../stacks/eks-every-option";
import { maximalEnvironment } from "./maximal-environment";

/** An environment file as data. */
export interface EnvironmentData {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The text of an environment file. */
export function textOf({ data }: Pick<EnvironmentData, "data">): string {
  return stringify(data, { aliasDuplicateObjects: false });
}

const fromText = (name: string, text: string): EnvironmentData => ({
  name,
  data: parse(text) as Record<string, unknown>,
});

/** A root that holds for a hundred years; nobody has its key. */
export const root = JSON.stringify(`-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUeuHzoJzl3++pbZdG025Y2WLZ1LIwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJdGVzdCByb290MCAXDTI2MTEyNTExMDYzMloYDzIxMjYxMTAx
MTEwNjMyWjAUMRIwEAYDVQQDDAl0ZXN0IHJvb3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQAVkmYqoGuFCFVJKw8DhDJcMFjS4g0v6ypz4nyzJY4cT4+NHhqf/lJ
r5ZJky+WjwifVH8uj81eeIDqvvnzgVQ5o1MwUTAdBgNVHQ4EFgQU8d33qYCxDR5V
GvD8ks8lRPU9BnwwHwYDVR0jBBgwFoAU8d33qYCxDR5VGvD8ks8lRPU9BnwwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiADbtmJITtJhgmTfAX3PsrW
M1etT179dK24MPgTFt+ulgIhAP12hUEqRgeUHqQ1xAe/3iqNXHGepXvW+cNQsH6J
vEnv
-----END CERTIFICATE-----
`);

/** A cluster that exists in a cloud, with a gateway and a private CA. */
function onCloud(cloud: string, gateway: string): string {
  const target = existing.replace("\nmesh:", `\n  cloud:\n    ${cloud}\nmesh:`);
  const issuers = "certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }";
  return `${target}gateways:\n  - name: ingress\n    ${gateway}\n${issuers}\n`;
}

/** What no file with other options can have beside them. */
const alternatives: Readonly<Record<string, string>> = {
  "elastic-ips": `${aws}gateways:
  - name: ingress
    exposure:
      kind: nlb
      scheme: internet-facing
      addresses: { kind: elastic-ips, allocationIds: [eipalloc-0a, eipalloc-0b, eipalloc-0c] }
`.replace(
    "kind: aws",
    "kind: aws\n  controlPlane: { publicAccess: { kind: restricted, cidrs: [198.51.100.7/32] } }",
  ),
  "vpc-that-exists": `${aws}`.replace(
    "kind: aws",
    "kind: aws\n  network: { kind: existing, vpcId: vpc-0a1b, privateSubnetIds: [subnet-0a, subnet-0b], publicSubnetIds: [subnet-0c] }",
  ),
  "theirs-on-aws": onCloud(
    `kind: aws
    region: eu-central-1
    accountId: "111122223333"
    vpcId: vpc-0a1b
    nodeSecurityGroupId: sg-0a1b
    loadBalancerController: { management: install, identity: { kind: irsa, oidcProviderArn: "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/0A1B" } }
    tags: { team: mesh }`,
    `exposure: { kind: nlb, scheme: internet-facing, subnetIds: [subnet-0a, subnet-0b], addresses: { kind: allocate } }
    tls: { issuer: ca, hosts: [a.example.com] }
    dns: { kind: route53, zoneId: Z0123456789ABC }`,
  ),
  "theirs-by-pod-identity": onCloud(
    `kind: aws
    region: eu-central-1
    vpcId: vpc-0a1b
    nodeSecurityGroupId: sg-0a1b
    loadBalancerController: { management: install, identity: { kind: pod-identity } }`,
    "exposure: { kind: nlb }",
  ),
  "theirs-by-a-role": onCloud(
    `kind: aws
    region: eu-central-1
    vpcId: vpc-0a1b
    nodeSecurityGroupId: sg-0a1b
    loadBalancerController: { management: install, identity: { kind: role, roleArn: "arn:aws:iam::111122223333:role/lb" } }`,
    "exposure: { kind: nlb }",
  ),
  "theirs-adopted": onCloud(
    `kind: aws
    region: eu-central-1
    vpcId: vpc-0a1b
    nodeSecurityGroupId: sg-0a1b
    loadBalancerController: { management: adopt }`,
    "exposure: { kind: nlb }",
  ),
  "theirs-on-azure": onCloud(
    `kind: azure
    subscriptionId: 11111111-1111-4111-8111-111111111111
    resourceGroupName: MC_rg-shop_shop_westeurope
    location: westeurope
    zones: ["1"]
    tags: { team: mesh }`,
    `exposure: { kind: azure-lb, scheme: public, staticAddress: true, dnsLabel: shop-mesh }
    tls: { issuer: ca, hosts: [a.example.com] }
    dns: { kind: azure-dns, zoneName: example.com, resourceGroupName: rg-dns }`,
  ),
  "theirs-in-no-cloud": onCloud("kind: none", "exposure: { kind: nodeport }"),
  "azure-dns-elsewhere": `${azure}certManager:
  issuers:
    - kind: acme
      name: le
      email: a@example.com
      solver:
        kind: dns01
        provider:
          kind: azure-dns
          zoneName: example.com
          resourceGroupName: rg-dns
          subscriptionId: 11111111-1111-4111-8111-111111111111
`.replace("kind: azure", "kind: azure\n  tags: { team: mesh }\n  network: { subnetCidr: 10.0.0.0/20 }"),
  "route53-elsewhere": `${aws}gateways:
  - name: ingress
    exposure: { kind: nlb }
    tls: { issuer: ca, hosts: [a.example.com, b.example.com] }
    dns: { kind: route53, zoneId: Z0123456789ABC, roleArn: "arn:aws:iam::444455556666:role/dns" }
certManager:
  issuers:
    - { kind: self-signed-ca, name: ca }
    - kind: acme
      name: le
      email: a@example.com
      solver: { kind: dns01, provider: { kind: route53, hostedZoneId: Z0123456789ABC, roleArn: "arn:aws:iam::444455556666:role/dns" } }
`,
  "azure-private-dns": `${azure}gateways:
  - name: ingress
    exposure: { kind: azure-lb }
    tls: { issuer: ca, hosts: [a.example.com] }
    dns: { kind: azure-dns, zoneName: example.com, resourceGroupName: rg-dns, subscriptionId: 22222222-2222-4222-8222-222222222222, visibility: private }
certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }
`,
  "aks-add-on": `${azure.replace("istioVersion: 1.31.4", "management: aks-add-on")}  revisions: [{ name: asm-1-30, istioVersion: 1.30.8 }]
  tags: { stable: asm-1-30 }
  namespaces: [{ name: shop }]
  aksAddOn:
    externalGateway: true
    internalGateway: true
    certificateAuthority:
      keyVaultId: /subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-mesh
      rootCertificate: root
      certificateChain: chain
      certificate: cert
      privateKey: key
`,
  "external-dns": `${existing}gateways:
  - name: ingress
    exposure: { kind: load-balancer }
    tls: { issuer: ca, hosts: [a.example.com] }
    dns: { kind: external-dns, ttlSeconds: 60 }
certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }
`,
  "http-mirror": `${existing}charts: { source: { kind: http, url: "https://charts.example.com" } }\n`,
  "chart-directory": `${existing}charts: { source: { kind: directory, path: vendor/charts } }\n`,
  "state-in-azure": `${existing}backend: { kind: azurerm, resourceGroupName: rg, storageAccountName: state, containerName: state }\n`,
  "state-in-gcs": `${existing}backend: { kind: gcs, bucket: states, keyPrefix: mesh/ }\n`,
  "state-over-http": `${existing}backend: { kind: http, address: "https://gitlab.test/api/v4/projects/1/terraform/state" }\n`,
  "after-others": `${existing}rollout: { after: [staging] }\n`,
  "state-in-hcp": `${existing}backend: { kind: cloud, organization: acme, project: mesh, execution: agent }\n`,
  "balancer-before-nodes": `${existing}gateways:
  - name: ingress
    exposure: { kind: nodeport, nodeAddress: lb.example.com, externalHttpPort: 8080, externalHttpsPort: 8443, proxyProtocol: true }
    tls: { issuer: ca, hosts: [a.example.com] }
certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }
`,
  "any-controller": `${existing}gateways:
  - name: ingress
    exposure: { kind: load-balancer, class: kube-vip.io/kube-vip-class, address: 192.0.2.7, preserveClientIp: true, allowedSourceRanges: [198.51.100.0/24], exposeStatusPort: true, proxyProtocol: true }
    ipFamilies: [IPv6, IPv4]
    ipFamilyPolicy: PreferDualStack
    extraAnnotations: { loadbalancer.openstack.org/proxy-protocol: "true" }
`,
  "existing-pool": `${existing}gateways: [{ name: ingress, exposure: { kind: metallb, pool: { kind: existing, name: pool } } }]\n`,
  "checked-private-ca": `${existing}health: { check: true }
gateways: [{ name: ingress, exposure: { kind: nodeport, nodeAddress: 192.0.2.7 }, tls: { issuer: ca, hosts: [a.example.com] } }]
certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }
`,
  "checked-without-tls": `${existing}health: { check: true, host: a.example.com }
gateways: [{ name: ingress, exposure: { kind: nodeport } }]
`,
  revisions: `${existing.replace("istioVersion: 1.31.4", "revisions: [{ name: default, istioVersion: 1.30.8 }, { name: 1-31-4, istioVersion: 1.31.4 }]")}  tags: { stable: default, canary: 1-31-4 }
  namespaces: [{ name: shop, revision: canary }, { name: legacy }]
gateways:
  - { name: ingress, exposure: { kind: clusterip } }
  - { name: partner, revision: canary, exposure: { kind: clusterip } }
applications:
  - { name: books, path: applications/bookinfo, files: [bookinfo.yaml], namespace: shop }
`,
  policies: `${existing}  outboundTraffic: registry-only
  namespaces: [{ name: shop }]
gateways:
  - { name: ingress, exposure: { kind: clusterip } }
  - { name: egress, direction: egress, exposure: { kind: clusterip } }
policies:
  authorization:
    default: deny
    allow:
      - name: cart
        namespace: shop
        labels: { app: cart }
        from: { serviceAccounts: [shop/front], namespaces: [shop], gateways: [ingress] }
        methods: [GET]
        paths: [/cart*]
  jwt:
    - name: users
      gateway: ingress
      issuer: https://login.example.com
      audiences: [shop]
      keys: { kind: uri, uri: "https://login.example.com/keys" }
      openPaths: [/login]
    - name: robots
      gateway: ingress
      issuer: robots
      keys: { kind: inline, jwks: '{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}' }
  rateLimits:
    - { name: edge, at: { kind: gateway, name: ingress }, requests: 100 }
    - { name: cart, at: { kind: workload, workload: { namespace: shop, labels: { app: cart } } }, requests: 10 }
  outbound:
    hosts: [{ host: api.example.com, gateway: egress }]
    proxyScope: namespace
    networkPolicy: true
  mtls:
    - { name: legacy, workload: { namespace: shop, labels: { app: legacy } }, ports: { "8080": permissive } }
`,
  "ca-of-an-issuer": `${existing}  ca: { kind: cacerts, issuer: ca, durationDays: 90, renewBeforeDays: 30, roots: [${root}] }
gateways: [{ name: ingress, exposure: { kind: clusterip } }]
certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }
`,
  certificates: `${existing}gateways:
  - name: ingress
    exposure: { kind: clusterip }
    tls:
      issuer: ca
      hosts: [a.example.com]
      commonName: a.example.com
      privateKey: { algorithm: RSA, size: 3072 }
      durationHours: 720
      renewBeforeHours: 240
      clientCertificates: { mode: required, ca: ${root} }
      certificates:
        - { name: theirs, hosts: [b.example.com], secretName: b-example-com, clientCertificates: { mode: optional, ca: ${root} } }
        - { name: vault, hosts: [c.example.com], issuerRef: { name: vault, kind: Issuer }, commonName: c.example.com, privateKey: { algorithm: ECDSA, size: 384 }, durationHours: 48, renewBeforeHours: 24 }
        - { name: other, hosts: [d.example.com], issuer: ca }
    ports: [{ kind: tls, name: redis, port: 6380, hosts: [a.example.com] }]
  - name: partner
    exposure: { kind: clusterip }
    tls: { issuerRef: { name: aws, kind: AWSPCAClusterIssuer, group: awspca.cert-manager.io }, hosts: [e.example.com] }
  - name: given
    exposure: { kind: clusterip }
    tls: { secretName: given, hosts: [f.example.com] }
certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }
`,
  "ca-of-a-secret": `${existing}  ca: { kind: cacerts, secretName: corporate-ca, secretKeys: tls, roots: [${root}] }
`,
  "ca-by-istio-csr": `${existing}  ca: { kind: istio-csr, issuerRef: { name: vault, kind: Issuer, group: cert-manager.io }, roots: [${root}], version: v0.17.0 }
`,
  observed: `${existing}observability:
  metrics:
    scrape: { kind: monitors, labels: { release: prometheus }, intervalSeconds: 30, timeoutSeconds: 20, sampleLimit: 5000 }
    tags: [{ metric: request-count, side: server, set: { host: request.host }, remove: [request_protocol] }]
`,
  traced: `${existing}observability:
  tracing:
    service: jaeger-collector.tracing
    sampling: 12.5
    tags:
      cluster: { kind: literal, value: lab }
      user: { kind: header, header: end-user, default: nobody }
      zone: { kind: environment, variable: ZONE, default: none }
`,
  "traced-outside": `${existing}observability: { tracing: { provider: zipkin, service: zipkin.example.com, port: 9412 } }
policies: { outbound: { hosts: [{ host: zipkin.example.com, port: 9412, protocol: http }] } }
`,
  "with-addons": `${existing}observability:
  addons:
    prometheus: { localPort: 9091, retentionDays: 30, storage: { kind: persistent, sizeGi: 20, storageClass: fast } }
    grafana: { localPort: 3001, dashboards: false }
    jaeger: { localPort: 16687 }
    kiali: { localPort: 20002 }
  tracing: { service: jaeger.mesh-addons }
`,
  "with-one-addon": `${existing}observability: { addons: { prometheus: { storage: { kind: ephemeral } } } }
`,
  "logged-in-part": `${existing}  accessLogs:
    format: '{"path": "%REQ(:PATH)%"}'
    filter: response.code >= 400
    namespaces: [{ name: shop, filter: "response.code >= 500" }, { name: legacy, logged: false }]
  namespaces: [{ name: shop }, { name: legacy }]
`,
  "not-scraped": `${existing}observability: { metrics: { scrape: { kind: none } } }
`,
  "gateway-api": `${existing}gatewayApi: { management: install, version: v1.6.1 }
gateways: [{ name: ingress, api: gateway-api, exposure: { kind: nodeport } }]
`,
  "gateway-api-adopted": `${existing}gatewayApi: { management: adopt }
gateways: [{ name: ingress, api: gateway-api, exposure: { kind: nodeport } }]
`,
  ambient: `${existing}  mode: ambient
  ztunnel: { resources: { requests: { cpu: 300m, memory: 256Mi }, limits: { cpu: "1", memory: 1Gi } }, values: { logLevel: debug } }
  networkPolicies: true
  namespaces:
    - { name: shop, waypoint: { trafficType: all, replicas: { min: 1, max: 3 } } }
    - { name: legacy, mode: sidecar }
    - { name: theirs, management: adopt, waypoint: { usedBy: labelled } }
    - { name: bookinfo, waypoint: { usedBy: labelled, services: [reviews] } }
gatewayApi: { management: install }
policies:
  authorization: { default: deny, allow: [{ name: cart, namespace: shop, from: { gateways: [ingress] }, paths: [/cart] }] }
gateways: [{ name: ingress, exposure: { kind: clusterip } }]
applications:
  - { name: books, path: applications/bookinfo, files: [bookinfo.yaml], namespace: bookinfo }
`,
  "demo-profile": `${existing}  profile: demo
`,
  adopted: `${existing}  management: adopt
  namespaces: [{ name: shop }]
certManager: { management: adopt }
gateways: [{ name: ingress, exposure: { kind: clusterip }, tls: { issuer: theirs, hosts: [a.example.com] } }]
`,
};

/** Environments that use every option of the schema between them, each valid. */
export const widestEnvironments: readonly EnvironmentData[] = [
  fromText("maximal", maximalEnvironment),
  ...[...everythingOnAws, ...everythingOnAzure].map(({ name, ...data }) => ({ name, data })),
  ...Object.entries(alternatives).map(([name, text]) => fromText(name, text)),
];

const directory = join(__PROJECT_ROOT__, "environments");

/** The environments that the project ships. */
export const shippedEnvironments: readonly EnvironmentData[] = readdirSync(directory)
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => fromText(file.replace(/\.yaml$/, ""), readFileSync(join(directory, file), "utf8")));
