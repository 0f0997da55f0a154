import { awsEnvironment, nlbGateway } from "./eks-stacks";

const tls = { issuer: "acme", hosts: ["shop.example.com", "*.shop.example.com"] };
const dns = { kind: "route53", zoneId: "Z0123456789ABC" };

function acmeThroughRoute53(hostedZone: object) {
  const provider = { kind: "route53", ...hostedZone };
  return { kind: "acme", name: "acme", email: "ops@example.com", solver: { kind: "dns01", provider } };
}

/** Every option at once, in two environments because some exclude each other. */
export const everything = [
  awsEnvironment({
    name: "aws-remote",
    target: {
      accountId: "111122223333",
      network: {
        zones: 2,
        zoneNames: ["eu-central-1a", "eu-central-1b"],
        privateSubnetPrefixLength: 20,
        publicSubnetPrefixLength: 26,
        nat: "single",
      },
      controlPlane: {
        publicAccess: { kind: "open-to-the-internet" },
        accessEntries: [
          { principalArn: "arn:aws:iam::111122223333:role/platform", policy: "cluster-admin" },
          { principalArn: "arn:aws:iam::111122223333:role/shop", policy: "view", namespaces: ["shop"] },
        ],
        creatorIsAdmin: false,
        upgradePolicy: "extended",
        webhookPorts: [8443],
      },
      nodeGroups: [
        {
          name: "system",
          amiType: "BOTTLEROCKET_x86_64",
          instanceTypes: ["m7i.large"],
          desiredNodes: 3,
          releaseVersion: "1.50.0-abc",
        },
        {
          name: "spot",
          capacity: "spot",
          zones: [1],
          labels: { pool: "spot" },
          taints: [{ key: "spot", effect: "NO_SCHEDULE" }],
        },
      ],
      addOns: { vpcCni: "most-recent", coredns: "v1.12.4-eksbuild.1" },
      tags: { team: "platform" },
    },
    gateways: [
      nlbGateway(
        {
          scheme: "internet-facing",
          addresses: { kind: "allocate" },
          accessLogs: { bucket: "example-logs" },
          allowedSourceRanges: ["198.51.100.0/24"],
        },
        { tls, dns },
      ),
    ],
    certManager: { issuers: [acmeThroughRoute53({})] },
    backend: { kind: "cloud", organization: "example", execution: "remote" },
  }),
  awsEnvironment({
    name: "aws-inside",
    target: {
      network: { flowLogs: false },
      nodeAutoscaler: "none",
      controlPlane: {
        kmsKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/1",
        logRetentionDays: 30,
        serviceCidr: "10.100.0.0/16",
      },
    },
    mesh: { istioVersion: "1.31.1", size: "small" },
    gateways: [
      nlbGateway(
        {
          addresses: { kind: "private", addresses: ["10.0.0.9", "10.0.32.9", "10.0.64.9"] },
          preserveClientIp: false,
          proxyProtocol: true,
          subnetIds: ["subnet-0a", "subnet-0b", "subnet-0c"],
          crossZone: false,
          deletionProtection: true,
          replaceExisting: true,
          exposeStatusPort: true,
        },
        { ports: [{ kind: "tcp", name: "mqtt", port: 8883 }] },
      ),
      {
        name: "edge",
        exposure: {
          kind: "nlb",
          tls: {
            certificateArns: ["arn:aws:acm:eu-central-1:111122223333:certificate/0a1b"],
            policy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
            toPods: "plain",
          },
        },
        tls: { hosts: ["edge.example.com"] },
      },
      { name: "inner", exposure: { kind: "clusterip" } },
      { name: "host", exposure: { kind: "nodeport" } },
      { name: "out", direction: "egress", exposure: { kind: "clusterip" } },
    ],
    certManager: { issuers: [acmeThroughRoute53({ hostedZoneId: "Z0123456789ABC" })] },
    backend: { kind: "s3", bucket: "example-state", region: "eu-central-1" },
  }),
];
