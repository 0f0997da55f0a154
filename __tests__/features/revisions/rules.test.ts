import { describe, expect, test } from "vitest";
import { existing, messagesOf, warningsOf } from "../../support/environments/environment-files";
import { check, gateway, gateways, onto } from "../../support/environments/rule-cases";

const [beforeMesh = ""] = existing.split("  istioVersion");
const older = "{ name: default, istioVersion: 1.30.8 }";
const newer = "{ name: 1-31-4, istioVersion: 1.31.4 }";
const two = `  revisions: [${older}, ${newer}]\n`;
const stable = "  tags: { stable: default }\n";

describe("a mesh says what runs", () => {
  check(
    onto(beforeMesh, {
      "by a version or by revisions": [
        "  size: small",
        "mesh.istioVersion: an Istio release such as 1.31.4, got nothing; add istioVersion",
        "  istioVersion: 1.31.4",
      ],
      "not by both": [
        `  istioVersion: 1.30.8\n  revisions: [${newer}]\n  tags: { stable: 1-31-4 }`,
        "write it as a revision, { name: default, istioVersion: 1.30.8 }, and remove istioVersion",
        `${two}${stable}`,
      ],
      "by revisions where tags stand for some": [
        `  istioVersion: 1.31.4\n${stable}`,
        "mesh.tags: tags stand for revisions, and there are none",
        `  revisions: [{ name: default, istioVersion: 1.31.4 }]\n${stable}`,
      ],
      "by a version where somebody else installed it": [
        `${two}${stable}  management: adopt`,
        "write istioVersion instead",
        "  istioVersion: 1.31.4\n  management: adopt",
      ],
    }),
  );
});

describe("names", () => {
  check(
    onto(beforeMesh, {
      "have no dots": [
        `  revisions: [{ name: 1.31.4, istioVersion: 1.31.4 }]\n  tags: { stable: 1.31.4 }`,
        "mesh.revisions[0].name: lower-case letters, digits and dashes, such as 1-31-4 for Istio 1.31.4; no dots",
        `  revisions: [${newer}]\n  tags: { stable: 1-31-4 }`,
      ],
      "of revisions stand once": [
        `  revisions: [${older}, { name: default, istioVersion: 1.31.4 }]\n${stable}`,
        "mesh.revisions[1].name: each revision has a name of its own",
        `${two}${stable}`,
      ],
      "that are versions are the right ones": [
        `  revisions: [{ name: 1-30-8, istioVersion: 1.31.4 }]\n  tags: { stable: 1-30-8 }`,
        "call it 1-31-4",
        `  revisions: [{ name: 1-31, istioVersion: 1.31.4 }]\n  tags: { stable: 1-31 }`,
      ],
      "are no tag's and a revision's at once": [
        `  revisions: [${older}, { name: stable, istioVersion: 1.31.4 }]\n${stable}`,
        "mesh.tags.stable: a tag and a revision do not share a name",
        `  revisions: [${older}, { name: next, istioVersion: 1.31.4 }]\n${stable}`,
      ],
    }),
  );
});

describe("what follows a revision", () => {
  check(
    onto(beforeMesh, {
      "has a tag stable": [
        `${two}  tags: { canary: 1-31-4 }`,
        "add stable: the revision that carries the mesh today",
        `${two}  tags: { canary: 1-31-4, stable: default }`,
      ],
      "goes before the revision that it follows": [
        `  revisions: [${newer}]\n  tags: { stable: default }`,
        'mesh.tags.stable: a revision of mesh.revisions: 1-31-4, got "default"; move the tag to 1-31-4 first, deploy, and then remove default',
        `  revisions: [${newer}]\n  tags: { stable: 1-31-4 }`,
      ],
      "as a namespace goes before it, too": [
        `  revisions: [${newer}]\n  tags: { stable: 1-31-4 }\n  namespaces: [{ name: shop, revision: default }]`,
        'mesh.namespaces[0].revision: a tag or a revision: stable or 1-31-4, got "default"; remove the key, so that it follows stable, deploy, and then remove default',
        `${two}  tags: { stable: 1-31-4 }\n  namespaces: [{ name: shop, revision: default }]`,
      ],
      "as a gateway goes before it, too": [
        `  revisions: [${newer}]\n  tags: { stable: 1-31-4 }\n${gateways(gateway("{ kind: clusterip }", "revision: default"))}`,
        "gateways[0].revision: a tag or a revision: stable or 1-31-4",
        `${two}${stable}${gateways(gateway("{ kind: clusterip }", "revision: default"))}`,
      ],
      "is not written where there is one control plane": [
        "  istioVersion: 1.31.4\n  namespaces: [{ name: shop, revision: canary }]",
        "mesh.namespaces[0].revision: a tag or a revision of mesh.revisions, and the mesh has one control plane without",
        `${two}  tags: { stable: default, canary: 1-31-4 }\n  namespaces: [{ name: shop, revision: canary }]`,
      ],
    }),
  );
});

describe("versions side by side", () => {
  const apart = (oldest: string, most: string) =>
    `  revisions: [{ name: old, istioVersion: ${oldest} }, { name: new, istioVersion: ${most} }]\n  tags: { stable: old }\n`;
  check(
    onto(beforeMesh, {
      "are next to each other, as the node agent needs it": [
        apart("1.29.6", "1.31.4"),
        'mesh.revisions[1].istioVersion: beside Istio 1.29 at most 1.30: there is one CNI node agent, and it works with its own minor version and the next, got "1.31.4"; add a revision of Istio 1.30 first, move everything to it, remove old, and then add this one',
        apart("1.30.8", "1.31.4"),
      ],
    }),
  );

  const withoutCni = (text: string) =>
    `${beforeMesh.replace('"1.35"', '"1.34"')}${text}  cni: { enabled: false }\n`;

  test("skip one minor version at most without the node agent", () => {
    expect(messagesOf(withoutCni(apart("1.28.10", "1.31.4")))).toMatch(
      /a canary upgrade skips one minor version at most/,
    );
    expect(messagesOf(withoutCni(apart("1.28.10", "1.30.8")))).toBe("");
  });

  test("are all judged against the cluster", () => {
    const onOlder = (version: string) =>
      `${beforeMesh.replace('"1.35"', version)}${apart("1.29.6", "1.30.8")}`;
    expect(messagesOf(onOlder('"1.36"'))).toMatch(/Istio 1\.29 supports Kubernetes 1\.31–1\.35/);
    expect(messagesOf(onOlder('"1.35"'))).toBe("");
  });

  test("are warned of only where no newer one stands beside them", () => {
    const alone = `${beforeMesh}  revisions: [${older}]\n${stable}`;
    expect(warningsOf(alone)).toMatch(
      /mesh\.revisions\[0\]\.istioVersion: warning: support of Istio 1\.30 ends/,
    );
    expect(warningsOf(`${beforeMesh}${two}${stable}`)).toBe("");
  });
});
