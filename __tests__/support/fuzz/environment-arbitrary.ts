import fc from "fast-check";
import { stringify } from "yaml";
import { environmentJsonSchema, type JsonSchema } from "../../../config/schema/json-schema";
import { root } from "../environments/widest-environments";
import { anyText, schemaArbitrary, type Overrides } from "./schema-arbitrary";

const hosts = ["a.x.test", "a-b.x.test", "a.b.x.test", "*.x.test", "any.x.test", "x.test"];
const issuers = [
  { kind: "self-signed-ca", name: "ca" },
  { kind: "ca", name: "own", secretName: "corporate" },
  {
    kind: "acme",
    name: "le",
    email: "a@example.com",
    solver: { kind: "dns01", provider: { kind: "cloudflare", apiTokenSecret: { name: "cf", key: "token" } } },
  },
  { kind: "acme", name: "le-http", email: "a@example.com", solver: { kind: "http01" } },
];

const values = (known: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 2, arbitrary: fc.record(known, { requiredKeys: [] }) },
    { weight: 1, arbitrary: fc.dictionary(anyText, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 1 }) },
  );
const texts = fc.dictionary(anyText, anyText, { maxKeys: 2 });

const replicas = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 5 }))
  .map(([min, more]) => ({
    min,
    max: min + more,
  }));
const resources = fc.constantFrom(
  { requests: { cpu: "100m", memory: "128Mi" } },
  { requests: { cpu: "0.5" }, limits: { cpu: "1", memory: "1Gi" } },
  {},
);

const issuerName = fc.constantFrom("ca", "own", "le", "le-http");
const pem = fc.constant(JSON.parse(root) as string);

/** Where a certificate comes from: one of these. */
const certificateSource = fc.oneof(
  { weight: 4, arbitrary: fc.record({ issuer: issuerName }) },
  { weight: 1, arbitrary: fc.record({ secretName: fc.constantFrom("given", "constructor") }) },
  {
    weight: 1,
    arbitrary: fc.record({
      issuerRef: fc.constant({ name: "vault", kind: "Issuer", group: "cert-manager.io" }),
    }),
  },
);

const tls = fc
  .tuple(
    certificateSource,
    fc.record(
      {
        hosts: fc.shuffledSubarray(hosts, { minLength: 1, maxLength: 4 }),
        minimumVersion: fc.constantFrom("1.2", "1.3"),
        commonName: anyText,
        clientCertificates: fc.record({ mode: fc.constantFrom("required", "optional"), ca: pem }),
      },
      { requiredKeys: ["hosts"] },
    ),
  )
  .map(([source, rest]) => ({ ...source, ...rest }));

const gatewayName = fc.constantFrom(
  "ingress",
  "ingress-nlb",
  "ingress-dns",
  "constructor",
  "in",
  "in-outputs-address",
);
const namespaceName = fc.constantFrom("shop", "constructor", "to-string");

/** What belongs together across keys, which the schema does not say. */
const common: Overrides = {
  "target.connection.host": fc.constant("https://10.0.0.1:6443"),
  "target.kubernetesVersion": fc.constantFrom("1.35", "1.35", "1.34", "1.36", "1.33"),
  // Of AKS' add-on nearly nothing goes with the rest.
  "mesh.management": fc.constantFrom("install", "install", "adopt"),
  "mesh.aksAddOn": fc.constant(undefined),
  "mesh.istioVersion": fc.constantFrom("1.31.4", "1.31.4", "1.30.5"),
  "mesh.revisions": fc.constantFrom(
    [{ name: "default", istioVersion: "1.31.4" }],
    [
      { name: "constructor", istioVersion: "1.30.8" },
      { name: "1-31-4", istioVersion: "1.31.4" },
    ],
  ),
  "mesh.ca": fc.oneof(
    fc.constant({ kind: "istio" }),
    fc.record({ kind: fc.constant("cacerts"), issuer: fc.constantFrom("ca", "own") }),
    fc.record({ kind: fc.constant("cacerts"), secretName: anyText, roots: fc.tuple(pem) }),
  ),
  "mesh.istiod.replicas": replicas,
  "mesh.istiod.resources": resources,
  "mesh.proxyResources": resources,
  "mesh.istiod.values": values({
    env: texts,
    meshConfig: fc.record({ defaultConfig: fc.record({ proxyMetadata: texts }) }),
    podAnnotations: texts,
  }),
  "mesh.cni.values": values({ excludeNamespaces: fc.array(anyText, { maxLength: 2 }) }),
  "mesh.baseValues": values({ base: fc.record({ excludedCRDs: fc.array(anyText, { maxLength: 2 }) }) }),
  "certManager.version": fc.constantFrom("v1.21.2", "v1.20.3"),
  "certManager.issuers": fc.shuffledSubarray(issuers, { minLength: 2 }),
  "certManager.values": values({ extraArgs: fc.array(anyText, { maxLength: 2 }), podLabels: texts }),
  "gatewayApi.version": fc.constantFrom("v1.6.0", "v1.6.1", "v1.7.0"),
  "gateways.[].name": gatewayName,
  "policies.authorization.allow.[].from.gateways.[]": gatewayName,
  "policies.authorization.allow.[].namespace": namespaceName,
  "policies.jwt.[].gateway": gatewayName,
  "policies.rateLimits.[].at.name": gatewayName,
  "policies.rateLimits.[].at.workload.namespace": namespaceName,
  "policies.mtls.[].workload.namespace": namespaceName,
  "policies.outbound.hosts.[].gateway": gatewayName,
  "policies.outbound.hosts.[].host": fc.constantFrom("api.example.com", "*.example.com"),
  "observability.tracing.service": fc.constantFrom("jaeger.tracing", "jaeger.shop", "api.example.com"),
  "mesh.accessLogs.namespaces.[].name": namespaceName,
  "mesh.namespaces.[].name": namespaceName,
  "applications.[].name": fc.constantFrom("books", "constructor", "issuers"),
  "applications.[].path": fc.constant("applications/bookinfo"),
  "applications.[].files": fc.constantFrom(["bookinfo.yaml"], ["bookinfo.yaml", "gateway.yaml"]),
  "applications.[].namespace": namespaceName,
  "gateways.[].replicas": replicas,
  "gateways.[].resources": resources,
  "gateways.[].revision": fc.constantFrom("stable", "1-31-4"),
  "mesh.namespaces.[].revision": fc.constantFrom("stable", "1-31-4"),
  "gateways.[].values": values({
    labels: texts,
    podAnnotations: texts,
    service: fc.record({ annotations: texts }),
  }),
  "gateways.[].tls": tls,
  "gateways.[].dns.zoneName": fc.constant("x.test"),
  "gateways.[].ports.[].hosts": fc.shuffledSubarray(hosts, { minLength: 1, maxLength: 2 }),
  "gateways.[].ports.[].port": fc.integer({ min: 1024, max: 14_000 }),
  "gateways.[].ports.[].nodePort": fc.integer({ min: 31_000, max: 32_767 }),
  "gateways.[].exposure.httpNodePort": fc.integer({ min: 30_000, max: 30_300 }),
  "gateways.[].exposure.httpsNodePort": fc.integer({ min: 30_301, max: 30_600 }),
  "gateways.[].exposure.statusNodePort": fc.integer({ min: 30_601, max: 30_900 }),
  "gateways.[].exposure.pool.addresses": fc.constantFrom(
    ["192.0.2.0/28"],
    ["192.0.2.1-192.0.2.9", "198.51.100.7"],
  ),
  "gateways.[].exposure.address": fc.constant("192.0.2.3"),
  "health.host": fc.constantFrom("a.x.test", "x.test"),
};

const ofExisting: Overrides = {
  ...common,
  // The exposures below want no cloud.
  "target.cloud": fc.constant({ kind: "none" }),
};

const onAws = { kind: "aws", region: "eu-central-1", vpcId: "vpc-0a", nodeSecurityGroupId: "sg-0a" };
const identity = fc.constantFrom(
  { kind: "pod-identity" },
  { kind: "role", roleArn: "arn:aws:iam::111122223333:role/a.b" },
  { kind: "irsa", oidcProviderArn: "arn:aws:iam::111122223333:oidc-provider/kops.example.com" },
);

const ofExistingOnAws: Overrides = {
  ...common,
  "target.clusterName": fc.constantFrom("shop", "constructor"),
  "target.cloud": fc.oneof(
    fc.constant(onAws),
    identity.map((each) => ({
      ...onAws,
      loadBalancerController: { management: "install", identity: each },
    })),
  ),
  "gateways.[].exposure.addresses": fc.constant({ kind: "assigned" }),
};

const ofExistingOnAzure: Overrides = {
  ...common,
  "target.cloud": fc.constant({
    kind: "azure",
    subscriptionId: "11111111-1111-4111-8111-111111111111",
    resourceGroupName: "rg-shop",
    location: "westeurope",
  }),
};

const ofAws: Overrides = {
  ...common,
  "target.network": fc.constantFrom({}, { zones: 2 }, { nat: "single", flowLogs: false }),
  "target.nodeGroups": fc
    .record({ labels: texts, role: fc.constantFrom("default", "role", "worker-policy") })
    .map(({ labels, role }) => [{ name: role, instanceTypes: ["m7i.2xlarge"], labels }]),
  "target.controlPlane.serviceCidr": fc.constant("172.20.0.0/16"),
  "target.controlPlane.accessEntries.[].principalArn": fc
    .constantFrom("a.b", "a-b", "a/b", "a-b-policy", "a.b-policy")
    .map((role) => `arn:aws:iam::111122223333:role/${role}`),
  "target.controlPlane.creatorIsAdmin": fc.constant(true),
  "target.region": fc.constantFrom("eu-central-1", "us-gov-west-1"),
  "gateways.[].exposure.addresses": fc.constantFrom({ kind: "assigned" }, { kind: "allocate" }),
  "gateways.[].exposure.scheme": fc.constantFrom("internal", "internet-facing"),
};

const ofAzure: Overrides = {
  ...common,
  "target.network": fc.constantFrom({}, { dataPlane: { kind: "cilium", observability: true } }),
  "target.systemNodePool": fc.constantFrom({}, { osDisk: { kind: "managed" } }),
  "target.userNodePools": fc.record({ labels: texts }).map(({ labels }) => [{ name: "user", labels }]),
  "target.adminObjectIds.[]": fc.uuid(),
  "gateways.[].exposure.privateAddress": fc.constant("10.0.15.250"),
};

/** The schema for one kind of target, with the exposures, DNS and backends that it may have, most of the time. */
function narrowed(kind: string, exposures: readonly string[], dns: readonly string[]): JsonSchema {
  const narrow = (schema: JsonSchema, kinds: readonly string[]): JsonSchema => ({
    ...schema,
    oneOf: (schema.oneOf ?? schema.anyOf ?? []).filter(({ properties }) =>
      kinds.includes(String(properties?.["kind"]?.const)),
    ),
  });
  const file = environmentJsonSchema();
  const { target = {}, gateways = {}, ...rest } = file.properties ?? {};
  const { exposure = {}, dns: records = {}, ...gateway } = gateways.items?.properties ?? {};
  const properties = {
    ...gateway,
    exposure: narrow(exposure, exposures),
    ...(dns.length === 0 ? {} : { dns: narrow(records, dns) }),
  };
  return {
    ...file,
    properties: {
      target: narrow(target, [kind]),
      gateways: { ...gateways, items: { ...gateways.items, properties } },
      ...rest,
    },
  };
}

/** One way to say the versions of a mesh: a release, or revisions, of which one is stable. */
function withVersions(data: unknown): unknown {
  const { mesh, ...rest } = data as { readonly mesh?: Readonly<Record<string, unknown>> };
  if (mesh === undefined) return data;
  const { istioVersion = "1.31.4", revisions, ...others } = mesh;
  const [first] = (revisions ?? []) as readonly { readonly name: string }[];
  const versions =
    first === undefined ? { istioVersion, tags: undefined } : { revisions, tags: { stable: first.name } };
  return { ...rest, mesh: { ...others, ...versions } };
}

/** Environments of the schema, of every kind of target, most of them valid but for a rule or two. */
export const environmentText: fc.Arbitrary<string> = fc
  .oneof(
    schemaArbitrary(
      narrowed("existing", ["nodeport", "metallb", "load-balancer", "clusterip"], []),
      ofExisting,
    ),
    schemaArbitrary(
      narrowed("existing", ["nlb", "load-balancer", "nodeport"], ["route53", "external-dns"]),
      ofExistingOnAws,
    ),
    schemaArbitrary(
      narrowed("existing", ["azure-lb", "load-balancer"], ["azure-dns", "external-dns"]),
      ofExistingOnAzure,
    ),
    schemaArbitrary(narrowed("aws", ["nlb", "nodeport", "clusterip"], ["route53", "external-dns"]), ofAws),
    schemaArbitrary(
      narrowed("azure", ["azure-lb", "nodeport", "clusterip"], ["azure-dns", "external-dns"]),
      ofAzure,
    ),
  )
  .map((data) => stringify(withVersions(data), { aliasDuplicateObjects: false }));
