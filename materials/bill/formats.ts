import { parseImageName } from "../image-name";
import type { BillOfMaterials, ChartMaterial, ImageMaterial, ProviderMaterial } from "./bill";

/** One thing of a bill, named as package managers name it. */
interface Package {
  readonly kind: "chart" | "image" | "provider";
  readonly name: string;
  readonly version: string;
  /** @see https://github.com/package-url/purl-spec */
  readonly purl: string;
  /** Where it is had from. */
  readonly location: string;
  /** SHA-256 in hexadecimal digits. */
  readonly sha256?: string;
}

export const billFormats = ["text", "json", "spdx", "cyclonedx"] as const;
export type BillFormat = (typeof billFormats)[number];

/** What the file of a bill says of itself. */
export interface BillStamp {
  readonly time: Date;
  /** A UUID. */
  readonly id: string;
}

/** A bill of materials in one of the formats that tools read. */
export function formatBill(bill: BillOfMaterials, format: BillFormat, stamp: BillStamp): string {
  switch (format) {
    case "text":
      return billText(bill);
    case "json":
      return `${JSON.stringify(bill, null, 2)}\n`;
    case "spdx":
      return `${JSON.stringify(spdx(bill, stamp), null, 2)}\n`;
    case "cyclonedx":
      return `${JSON.stringify(cycloneDx(bill, stamp), null, 2)}\n`;
  }
}

function billText({ environment, charts, images, providers }: BillOfMaterials): string {
  const lines = [
    `${environment}: ${charts.length.toString()} charts, ${images.length.toString()} images, ${providers.length.toString()} providers`,
    ...charts.map(
      ({ name, version, repository = "beside the stack", sha256 }) =>
        `chart     ${name} ${version}  ${repository}${sha256 === undefined ? "" : `  sha256:${sha256}`}`,
    ),
    ...images.map(({ name, digest }) => `image     ${name}${digest === undefined ? "" : `@${digest}`}`),
    ...providers.map(({ source, version }) => `provider  ${source} ${version}`),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function packagesOf({ charts, images, providers }: BillOfMaterials): readonly Package[] {
  return [...charts.map(chartPackage), ...images.map(imagePackage), ...providers.map(providerPackage)];
}

function chartPackage({ name, version, repository, sha256 }: ChartMaterial): Package {
  const query = repository === undefined ? "" : `?repository_url=${encodeURIComponent(repository)}`;
  return {
    kind: "chart",
    name,
    version,
    purl: `pkg:helm/${name}@${version}${query}`,
    location: repository ?? "NOASSERTION",
    ...(sha256 === undefined ? {} : { sha256 }),
  };
}

function imagePackage({ name, digest }: ImageMaterial): Package {
  const { registry, repository, tag = "latest" } = parseImageName(name);
  const version = digest === undefined ? "" : `@${encodeURIComponent(digest)}`;
  const last = repository.split("/").at(-1) ?? repository;
  const address = encodeURIComponent(`${registry}/${repository}`);
  return {
    kind: "image",
    name: `${registry}/${repository}`,
    version: tag,
    purl: `pkg:oci/${last}${version}?repository_url=${address}&tag=${tag}`,
    location: `${registry}/${repository}:${tag}`,
    ...(digest === undefined ? {} : { sha256: digest.replace(/^sha256:/, "") }),
  };
}

function providerPackage({ source, version }: ProviderMaterial): Package {
  const [host = "", namespace = "", name = ""] = source.split("/");
  return {
    kind: "provider",
    name: source,
    version,
    purl: `pkg:terraform/${namespace}/${name}@${version}?repository_url=${encodeURIComponent(host)}`,
    location: `https://${source}`,
  };
}

/** @see https://spdx.github.io/spdx-spec/v2.3/ */
function spdx(bill: BillOfMaterials, { time, id }: BillStamp): object {
  const packages = packagesOf(bill).map((each, index) => ({
    SPDXID: `SPDXRef-${each.kind}-${index.toString()}`,
    name: each.name,
    versionInfo: each.version,
    downloadLocation: "NOASSERTION",
    filesAnalyzed: false,
    ...(each.sha256 === undefined
      ? {}
      : { checksums: [{ algorithm: "SHA256", checksumValue: each.sha256 }] }),
    externalRefs: [
      { referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: each.purl },
    ],
  }));
  return {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: bill.environment,
    documentNamespace: `urn:uuid:${id}`,
    creationInfo: { created: time.toISOString().replace(/\.\d+Z$/, "Z"), creators: ["Tool: istio-cdktf"] },
    packages,
    relationships: packages.map(({ SPDXID }) => ({
      spdxElementId: "SPDXRef-DOCUMENT",
      relationshipType: "DESCRIBES",
      relatedSpdxElement: SPDXID,
    })),
  };
}

/** @see https://cyclonedx.org/docs/1.6/json/ */
function cycloneDx(bill: BillOfMaterials, { time, id }: BillStamp): object {
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${id}`,
    version: 1,
    metadata: {
      timestamp: time.toISOString(),
      component: { type: "application", name: bill.environment, "bom-ref": "environment" },
    },
    components: packagesOf(bill).map((each, index) => ({
      type: each.kind === "image" ? "container" : "application",
      "bom-ref": `${each.kind}-${index.toString()}`,
      name: each.name,
      version: each.version,
      purl: each.purl,
      ...(each.sha256 === undefined ? {} : { hashes: [{ alg: "SHA-256", content: each.sha256 }] }),
      properties: [{ name: "istio-cdktf:kind", value: each.kind }],
    })),
  };
}
