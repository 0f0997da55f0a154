import { describe, expect, test } from "vitest";
import { renderPage, renderSections } from "../../dashboard/page";
import type { Snapshot } from "../../dashboard/snapshot";
import { found, passed } from "../../smoke/verdict";

const snapshot: Snapshot = {
  environment: "kvm-lab",
  at: new Date("2026-11-25T14:30:00Z"),
  gateways: [
    {
      name: "ingress",
      service: "istio-ingress/istio-ingress",
      address: "192.0.2.7",
      pods: 2,
      ready: 1,
      revisions: ["1-31-4"],
    },
  ],
  revisions: [
    {
      name: "1-31-4",
      istioVersion: "1.31.4",
      istiods: 2,
      ready: 2,
      tags: ["stable"],
      proxies: [{ workload: "shop/cart", count: 3 }],
      behind: 0,
    },
    {
      name: "1-30-8",
      istioVersion: "",
      istiods: 0,
      ready: 0,
      tags: [],
      proxies: [{ workload: "shop/old", count: 1 }],
      behind: 1,
    },
  ],
  certificates: [
    { name: "istio-ingress/tls", hosts: ["a.test"], days: 3 },
    { name: "istio-ingress/new", hosts: ["b.test"], days: undefined, problem: "no issuer" },
  ],
  traffic: {
    source: "Envoy's statistics",
    windowSeconds: 60,
    rows: [
      {
        gateway: "ingress",
        requestsPerSecond: 12.5,
        errorPercent: 2,
        milliseconds: { p50: 3.42, p90: 20.6, p99: 99 },
      },
    ],
  },
};
const text = (more: Partial<Snapshot> = {}) =>
  renderSections({ ...snapshot, ...more })
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll(/\s+/g, " ");

describe("the page", () => {
  test("shows traffic, gateways, revisions with their proxies, and certificates with their days", () => {
    const shown = text();
    expect(shown).toContain("ingress 13 2.00 3.4 21 99");
    expect(shown).toContain("192.0.2.7 1 of 2 1-31-4");
    expect(shown).toContain("1-31-4 1.31.4, tag stable 2 of 2 3 shop/cart × 3");
    expect(shown).toContain("1-30-8 no istiod any more 0 of 0 1 1 to restart shop/old");
    expect(shown).toContain("istio-ingress/tls a.test ready 3");
    expect(shown).toContain("istio-ingress/new b.test not ready no issuer –");
  });

  test("says in words what colours say, and marks few days", () => {
    const html = renderSections(snapshot);
    expect(html).toContain('<span class="status pending">1 of 2</span>');
    expect(html).toContain('<span class="pending">3</span>');
    expect(html.replace('<span class="pending">3</span>', "")).not.toContain('<span class="pending">');
  });

  test("says of a certificate that is over what it is, whatever cert-manager still says", () => {
    const over = { name: "istio-ingress/tls", hosts: ["a.test"], days: -2 };
    expect(text({ certificates: [over] })).toContain("a.test expired -2");
    expect(text({ certificates: [{ ...over, days: 0 }] })).toContain("a.test ready 0");
  });

  test("repeats in every cell what its column is called, for a screen without room for a head line", () => {
    const html = renderSections(snapshot);
    expect(html).toContain('<td data-head="Address">192.0.2.7</td>');
    expect(html.match(/<td /g)?.length).toBe(html.match(/<td data-head="[^"]+"/g)?.length);
  });

  test("says what could not be read, instead of an empty table", () => {
    expect(text({ certificates: { problem: "Certificates cannot be read: forbidden" } })).toContain(
      "Certificates Certificates cannot be read: forbidden",
    );
    expect(text({ certificates: [] })).toContain("Certificates There are none.");
  });

  test("names the fault of the smoke test, and what to do next", () => {
    const layer = {
      layer: "kubernetes",
      verdict: found("certificate-expired", { tried: "read", got: "it expired" }),
      checks: [],
      attempts: [],
    } as const;
    const smoke = {
      source: "outputs",
      url: "https://a.test/healthz",
      startedAt: snapshot.at,
      durationMs: 1,
      outcome: "failed",
      interrupted: false,
      layers: [layer, { layer: "dns", verdict: passed("resolve", "10.0.0.1"), checks: [], attempts: [] }],
    } as const;
    const shown = text({ smoke });
    expect(shown).toContain("Kubernetes failed it expired");
    expect(shown).toContain("DNS passed 10.0.0.1");
    expect(text()).toContain("The first test is under way.");
  });

  test("lets no text of the cluster become a part of it", () => {
    const evil = '"><script>alert(1)</script>';
    const html = renderPage(
      {
        ...snapshot,
        environment: evil,
        gateways: [{ name: evil, service: evil, address: evil, pods: 1, ready: 1, revisions: [evil] }],
        certificates: [{ name: evil, hosts: [evil], days: 1, problem: evil }],
        traffic: { ...snapshot.traffic, problem: evil },
      },
      "n",
    );
    expect(html).not.toContain("<script>alert");
    expect(html.match(/<script /g)).toHaveLength(1);
    expect(html).toContain("&lt;script&gt;alert(1)");
  });

  test("is reached by the keys: every table that scrolls, every section, and a way past the links", () => {
    const html = renderPage(snapshot, "n");
    const targets = [...html.matchAll(/href="#([\w-]+)"/g)].map(([, id]) => id);
    expect(targets).toContain("traffic-title");
    for (const id of targets) expect(html).toContain(`id="${id ?? ""}" tabindex="-1"`);
    expect(html.match(/class="scroll"/g)?.length).toBe(
      html.match(/role="region" aria-label="[^"]+" tabindex="0"/g)?.length,
    );
  });
});
