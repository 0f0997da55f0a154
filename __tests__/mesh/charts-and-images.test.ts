import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compatibility, newest } from "../../config/compatibility/compatibility";
import { readChartFiles } from "../../synthesis/chart-files";
import { existing } from "../support/environments/environment-files";
import type { MeshJson } from "../support/stacks/mesh-json";
import { anyChartFiles, inTemporaryFolder, synthesizeMesh } from "../support/stacks/synthesize-mesh";

const certManagerVersion = `v${newest(compatibility.certManager)}`;
const gateways = `gateways:
  - name: ingress
    exposure: { kind: metallb, pool: { kind: install, addresses: [192.0.2.0/28] } }
`;

function from(charts: string): MeshJson {
  return synthesizeMesh(`${existing}${gateways}charts: ${charts}\n`);
}

/** Where each release's chart comes from; releases of the project's own objects are left out. */
function origins(mesh: MeshJson): Record<string, string> {
  return Object.fromEntries(
    mesh.releaseNames.flatMap((name) => {
      const { chart, repository, version } = mesh.release(name);
      const own = String(chart).startsWith("assets/chart-manifests/");
      return own ? [] : [[name, `${String(repository)} ${String(chart)} ${String(version)}`]];
    }),
  );
}

describe("charts", () => {
  test("come from each project's own registry", () => {
    expect(origins(from("{ source: { kind: upstream } }"))).toEqual({
      "istio-base": "oci://ghcr.io/istio/release/charts base 1.31.4",
      "istio-cni": "oci://ghcr.io/istio/release/charts cni 1.31.4",
      istiod: "oci://ghcr.io/istio/release/charts istiod 1.31.4",
      "istio-ingress": "oci://ghcr.io/istio/release/charts gateway 1.31.4",
      "cert-manager": `oci://quay.io/jetstack/charts cert-manager ${certManagerVersion}`,
      metallb: "https://metallb.github.io/metallb metallb 0.15.3",
    });
  });

  test.each([
    [
      "an OCI registry",
      "{ source: { kind: oci, registry: oci://mirror.example.com/charts } }",
      "oci://mirror.example.com/charts",
    ],
    [
      "an HTTP repository",
      "{ source: { kind: http, url: https://mirror.example.com } }",
      "https://mirror.example.com",
    ],
  ])("all come from %s where the file names one", (_what, charts, repository) => {
    const found = Object.values(origins(from(charts)));
    expect(found).toHaveLength(6);
    for (const origin of found) expect(origin.split(" ")[0]).toBe(repository);
  });

  test("from a directory are copied beside the stack's JSON, so that runs elsewhere have them", () => {
    const mesh = from("{ source: { kind: directory, path: charts/air-gap } }");
    for (const name of ["istiod", "istio-base", "istio-cni", "istio-ingress", "cert-manager", "metallb"]) {
      const { chart, repository } = mesh.release(name);
      expect(repository).toBeUndefined();
      expect(chart).toMatch(/^assets\/chart-[a-z-]+\/[^/]+\//);
      expect(mesh.files).toContain(chart);
    }
  });

  test("of the project's own objects lie beside the stack's JSON, too, once for all releases", () => {
    const mesh = from("{ source: { kind: upstream } }");
    const own = mesh.releaseNames.filter((name) => "manifests" in mesh.values(name));
    expect(own.length).toBeGreaterThan(2);
    const [chart, ...others] = new Set(own.map((name) => String(mesh.release(name)["chart"])));
    expect(others).toEqual([]);
    expect(mesh.files).toContain(`${chart}/Chart.yaml`);
  });

  test("that a directory does not hold are named, with the command that gets them", () => {
    inTemporaryFolder((root) => {
      // A folder's name is no template, either.
      mkdirSync(join(root, "${air}-gap"));
      const text = `${existing}charts: { source: { kind: directory, path: "\${air}-gap" } }\n`;
      const { packagedChart } = readChartFiles(root);
      const synthesize = () => synthesizeMesh(text, { chartFiles: { ...anyChartFiles, packagedChart } });
      expect(synthesize).toThrow(
        /\$\{air\}-gap does not hold base-1\.31\.4\.tgz; .*helm pull .*base --version 1\.31\.4/,
      );
      for (const chart of [
        "base-1.31.4",
        "istiod-1.31.4",
        "cni-1.31.4",
        `cert-manager-${certManagerVersion}`,
      ]) {
        writeFileSync(join(root, "${air}-gap", `${chart}.tgz`), chart);
      }
      expect(synthesize).not.toThrow();
    });
  });
});

describe("images", () => {
  const mirrored = from("{ images: { registry: registry.example.com/mirror, pullSecrets: [pull] } }");
  const upstream = from("{}");

  test("of Istio come from Docker Hub: the hosts that older charts name go away", () => {
    expect(upstream.values("istiod")["global"].hub).toBe("docker.io/istio");
    expect(upstream.values("istio-cni")["global"].hub).toBe("docker.io/istio");
  });

  test("all come from the mirror where the file names one", () => {
    expect(mirrored.values("istiod")["global"].hub).toBe("registry.example.com/mirror/istio");
    expect(mirrored.values("istio-cni")["global"].hub).toBe("registry.example.com/mirror/istio");
    expect(mirrored.values("cert-manager")["imageRegistry"]).toBe("registry.example.com/mirror");
    expect(mirrored.values("metallb")).toMatchObject({
      controller: { image: { repository: "registry.example.com/mirror/metallb/controller" } },
      speaker: { image: { repository: "registry.example.com/mirror/metallb/speaker" } },
    });
    const { containers } = mirrored.object("healthz", "Deployment", "healthz").spec.template.spec;
    expect(containers[0].image).toMatch(/^registry\.example\.com\/mirror\/stefanprodan\/podinfo:/);
  });

  test("are pulled with the Secrets that the file names", () => {
    const reference = [{ name: "pull" }];
    expect(mirrored.values("istiod")["global"].imagePullSecrets).toEqual(["pull"]);
    expect(mirrored.values("istio-cni")["global"].imagePullSecrets).toEqual(["pull"]);
    expect(mirrored.values("istio-ingress")["imagePullSecrets"]).toEqual(reference);
    expect(mirrored.values("cert-manager")["global"].imagePullSecrets).toEqual(reference);
    expect(mirrored.values("metallb")["imagePullSecrets"]).toEqual(reference);
    const { spec } = mirrored.object("healthz", "Deployment", "healthz").spec.template;
    expect(spec.imagePullSecrets).toEqual(reference);
  });

  test("of MetalLB are two: FRR speaks BGP, which layer 2 does not need", () => {
    expect(upstream.values("metallb")).toMatchObject({ speaker: { frr: { enabled: false } } });
    expect(mirrored.values("metallb")).toMatchObject({ speaker: { frr: { enabled: false } } });
  });

  test("need no Secrets where the file names none", () => {
    const texts = (mesh: MeshJson) => mesh.releaseNames.map((name) => mesh.valuesText(name)).join("\n");
    expect(texts(upstream)).not.toContain("imagePullSecrets");
    expect(texts(mirrored)).toContain("imagePullSecrets");
  });
});

test("every release is installed whole or not at all, at an exact version, in a time of its own", () => {
  const mesh = from("{}");
  for (const name of mesh.releaseNames) {
    const release = mesh.release(name);
    // Definitions are served at once: there is nothing to wait for, and nothing half done.
    const whole = name !== "istio-base";
    expect(release).toMatchObject({ atomic: whole, cleanup_on_fail: true, wait: whole });
    expect(release["version"]).toMatch(/^v?\d+\.\d+\.\d+$/);
    expect(release["timeout"]).toBeGreaterThanOrEqual(300);
  }
});
