import { describe, expect, test } from "vitest";
import { chartsOf, fromElsewhere, providersOf } from "../../materials/bill/bill";
import { formatBill } from "../../materials/bill/formats";
import { imagesInManifests } from "../../materials/bill/images-in-manifests";
import { formatImageName, parseImageName } from "../../materials/image-name";
import { copies, mirrorKeys } from "../../materials/mirror/copies";
import type { ReleaseBlock } from "../../rehearsal/stack/block";

const digest = `sha256:${"0a".repeat(32)}`;

describe("an image's name", () => {
  test.each([
    ["istio/pilot:1.31.4", { registry: "docker.io", repository: "istio/pilot", tag: "1.31.4" }],
    ["nginx", { registry: "docker.io", repository: "library/nginx" }],
    ["localhost/a", { registry: "localhost", repository: "a" }],
    ["registry.test:5000/a/b:1", { registry: "registry.test:5000", repository: "a/b", tag: "1" }],
    [`quay.io/a/b:v1@${digest}`, { registry: "quay.io", repository: "a/b", tag: "v1", digest }],
  ])("%s is read as a container runtime reads it", (name, parts) => {
    expect(parseImageName(name)).toEqual(parts);
    expect(parseImageName(formatImageName(parseImageName(name)))).toEqual(parts);
  });
});

describe("the images of manifests", () => {
  const pod = (...images: readonly string[]) =>
    JSON.stringify({
      kind: "Deployment",
      spec: { template: { spec: { containers: images.map((image) => ({ image })) } } },
    });

  test("are those of containers and arguments, each once, and never auto", () => {
    const solver =
      "kind: Deployment\nspec: { args: [--acme-http01-solver-image=quay.io/jetstack/solver:v1] }\n";
    const found = imagesInManifests([
      `${pod("istio/pilot:1", "auto")}\n---\n${solver}`,
      pod("docker.io/istio/pilot:1"),
    ]);
    expect(found).toEqual(["docker.io/istio/pilot:1", "quay.io/jetstack/solver:v1"]);
  });

  test("have the proxy that the injector puts into pods", () => {
    const values = JSON.stringify({
      global: { hub: "docker.io/istio", tag: "1.31.4", variant: "distroless", proxy: { image: "proxyv2" } },
    });
    const injector = (name: string) =>
      JSON.stringify({ kind: "ConfigMap", metadata: { name }, data: { values } });
    expect(imagesInManifests([injector("istio-sidecar-injector-canary")])).toEqual([
      "docker.io/istio/proxyv2:1.31.4-distroless",
    ]);
    expect(imagesInManifests([injector("something")])).toEqual([]);
  });

  test("are not what a definition says of fields that are called image", () => {
    const schema = { kind: "CustomResourceDefinition", spec: { image: "of a field" } };
    expect(imagesInManifests([JSON.stringify(schema)])).toEqual([]);
  });
});

const repository = "oci://charts.test/mesh";
const release = (chart: ReleaseBlock["chart"]) => ({ chart, version: "1.2.3" }) as ReleaseBlock;
const bill = {
  environment: "lab",
  charts: [
    { name: "istiod", version: "1.2.3+a", repository, sha256: "ab".repeat(32) },
    { name: "controller", version: "3.0.0", repository: "https://charts.test" },
    { name: "carried", version: "1.0.0" },
  ],
  images: [{ name: "docker.io/istio/pilot:1.2.3", digest }, { name: "quay.io/jetstack/webhook:v1" }],
  providers: [{ source: "registry.terraform.io/hashicorp/helm", version: "3.1.1" }],
};

describe("a bill of materials", () => {
  test("has each chart of a repository once, and not the project's own", () => {
    const ofRepository = release({ kind: "repository", repository, chart: "gateway" });
    const own = release({ kind: "asset", path: "/s/assets/chart-manifests/0A" });
    const packaged = release({ kind: "asset", path: "/s/assets/chart-base/0A/base-1.2.3.tgz" });
    expect(chartsOf([ofRepository, own, packaged, ofRepository])).toEqual([
      { name: "base", version: "1.2.3" },
      { name: "gateway", version: "1.2.3", repository },
    ]);
  });

  test("has the providers with their full addresses", () => {
    const required = {
      helm: { source: "helm", version: "3.1.1" },
      other: { source: "acme/other", version: "1" },
    };
    expect(providersOf([{ terraform: { required_providers: required } }, {}])).toEqual([
      { source: "registry.terraform.io/acme/other", version: "1" },
      { source: "registry.terraform.io/hashicorp/helm", version: "3.1.1" },
    ]);
  });

  test("says what is not of a registry", () => {
    expect(fromElsewhere(bill, "docker.io")).toEqual([
      "chart istiod 1.2.3+a of oci://charts.test/mesh",
      "chart controller 3.0.0 of https://charts.test",
      "image quay.io/jetstack/webhook:v1",
    ]);
    expect(fromElsewhere({ ...bill, charts: [], images: [{ name: "a.test/x/y:1" }] }, "a.test/x")).toEqual(
      [],
    );
    expect(
      fromElsewhere({ ...bill, charts: [], images: [{ name: "a.test/xy/y:1" }] }, "a.test/x"),
    ).toHaveLength(1);
  });

  const stamp = { time: new Date("2026-11-25T10:00:00.123Z"), id: "5f4c7f2c-0c46-4f5f-9d7c-3a2b1c0d9e8f" };

  test("is read by a person", () => {
    expect(formatBill(bill, "text", stamp)).toContain(`image     docker.io/istio/pilot:1.2.3@${digest}\n`);
    expect(formatBill(bill, "text", stamp)).toMatch(/^lab: 3 charts, 2 images, 1 providers\n/);
    expect(JSON.parse(formatBill(bill, "json", stamp))).toEqual(bill);
  });

  test("is one in SPDX's and CycloneDX's words, with what is known by hash", () => {
    expect(JSON.parse(formatBill(bill, "spdx", stamp))).toMatchObject({
      spdxVersion: "SPDX-2.3",
      creationInfo: { created: "2026-11-25T10:00:00Z" },
      packages: [
        { name: "istiod", checksums: [{ algorithm: "SHA256", checksumValue: "ab".repeat(32) }] },
        { name: "controller" },
        { name: "carried" },
        { name: "docker.io/istio/pilot", versionInfo: "1.2.3" },
        { name: "quay.io/jetstack/webhook" },
        { name: "registry.terraform.io/hashicorp/helm", versionInfo: "3.1.1" },
      ],
    });
    expect(JSON.parse(formatBill(bill, "cyclonedx", stamp))).toMatchObject({
      specVersion: "1.6",
      components: [
        { purl: "pkg:helm/istiod@1.2.3+a?repository_url=oci%3A%2F%2Fcharts.test%2Fmesh" },
        {},
        { purl: "pkg:helm/carried@1.0.0" },
        { type: "container", hashes: [{ alg: "SHA-256", content: "0a".repeat(32) }] },
        { purl: "pkg:oci/webhook?repository_url=quay.io%2Fjetstack%2Fwebhook&tag=v1" },
        { purl: expect.stringContaining("pkg:terraform/hashicorp/helm@3.1.1") as string },
      ],
    });
  });
});

describe("a mirror", () => {
  const commands = (tool: "crane" | "skopeo" | "oras") =>
    copies(bill, "r.test/m", { tool, helm: "helm", scratch: "/s" }).flatMap((copy) =>
      copy.commands.map((command) => command.join(" ")),
    );

  test("gets charts side by side and each image under its own name, by its digest where that is known", () => {
    expect(commands("crane")).toEqual([
      "crane copy charts.test/mesh/istiod:1.2.3_a r.test/m/charts/istiod:1.2.3_a",
      "helm pull controller --repo https://charts.test --version 3.0.0 --destination /s",
      "helm push /s/controller-3.0.0.tgz oci://r.test/m/charts",
      `crane copy docker.io/istio/pilot@${digest} r.test/m/istio/pilot:1.2.3`,
      "crane copy quay.io/jetstack/webhook:v1 r.test/m/jetstack/webhook:v1",
    ]);
  });

  test.each([
    [
      "skopeo",
      "skopeo copy --all docker://quay.io/jetstack/webhook:v1 docker://r.test/m/jetstack/webhook:v1",
    ],
    ["oras", "oras copy --recursive quay.io/jetstack/webhook:v1 r.test/m/jetstack/webhook:v1"],
  ] as const)("is filled by %s, too", (tool, last) => {
    expect(commands(tool).at(-1)).toBe(last);
  });

  test("gets a chart that its project signs once the signature holds, and one of its own name is another", () => {
    const of = (repository: string) =>
      copies(
        { ...bill, images: [], charts: [{ name: "cert-manager", version: "v1.21.2", repository }] },
        "r.test/m",
        {
          tool: "crane",
          helm: "helm",
          scratch: "/s",
        },
      ).flatMap((copy) => copy.commands.map((command) => command.join(" ")));
    const [download, pull, copy] = of("oci://quay.io/jetstack/charts");
    expect(download).toMatch(
      /^curl .* --output \/s\/cert-manager-keyring\.gpg https:\/\/cert-manager\.io\/public-keys\//,
    );
    expect(pull).toBe(
      "helm pull oci://quay.io/jetstack/charts/cert-manager --version v1.21.2 --destination /s --verify --keyring /s/cert-manager-keyring.gpg",
    );
    expect(copy).toBe(
      "crane copy quay.io/jetstack/charts/cert-manager:v1.21.2 r.test/m/charts/cert-manager:v1.21.2",
    );
    expect(of("oci://elsewhere.test/charts")).toHaveLength(1);
  });

  test("is what the keys name that are printed", () => {
    expect(mirrorKeys("r.test/m")).toContain("oci://r.test/m/charts");
  });
});
