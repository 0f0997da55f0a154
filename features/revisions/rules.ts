import { compareVersions, minorOf } from "../../config/compatibility/version";
import type { Environment } from "../../config/environment";
import { findRevision, revisionAtEnd, revisionsOf, stableTag } from "../../config/mesh/revisions";
import { nearestName } from "../../config/reading/nearest-name";
import { oneOf, quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";

type Mesh = Environment["mesh"];

/** A mesh says what runs in one of two ways. */
export const versionOrRevisions = rule(["mesh"], ({ mesh }): Finding[] => {
  const { istioVersion, revisions, tags, management } = mesh;
  if (istioVersion === undefined && revisions === undefined) {
    const accepted = "an Istio release such as 1.31.4";
    return [
      {
        path: ["mesh", "istioVersion"],
        found: "nothing",
        accepted,
        advice: "add istioVersion (Istio release)",
      },
    ];
  }
  if (istioVersion !== undefined && revisions !== undefined) {
    const accepted = "istioVersion is short for one revision called default, and revisions stand here";
    const listed = revisions.some(({ name }) => name === "default");
    const advice = listed
      ? "remove istioVersion"
      : `write it as a revision, { name: default, istioVersion: ${istioVersion} }, and remove istioVersion`;
    return [{ path: ["mesh", "istioVersion"], found: quote(istioVersion), accepted, advice }];
  }
  if (revisions !== undefined && management === "adopt") {
    const accepted = "management is adopt: whoever installed the control planes has their revisions and tags";
    const advice = "write istioVersion instead, or set management to install";
    return [{ path: ["mesh", "revisions"], found: quote(revisions), accepted, advice }];
  }
  if (revisions === undefined && tags !== undefined) {
    const accepted = "tags stand for revisions, and there are none";
    const advice = `write revisions: [{ name: default, istioVersion: ${istioVersion ?? ""} }] in place of istioVersion, or remove tags`;
    return [{ path: ["mesh", "tags"], found: quote(tags), accepted, advice }];
  }
  return [];
});

/** Revisions and tags are called by names of their own; a tag stands for a revision, and one of them is stable. */
export const tagsStandForRevisions = rule(["mesh"], ({ mesh }): Finding[] => {
  const { revisions, tags = {} } = mesh;
  if (revisions === undefined) return [];
  const names = revisions.map(({ name }) => name);
  const twice = names.flatMap((name, index): Finding[] =>
    names.indexOf(name) === index
      ? []
      : [
          {
            path: ["mesh", "revisions", index, "name"],
            found: quote(name),
            accepted: "each revision has a name of its own",
            advice: "rename one of the two",
          },
        ],
  );
  const misnamed = revisions.flatMap(({ name, istioVersion }, index): Finding[] =>
    /^\d+-\d+(-\d+)?$/.test(name) && !`${istioVersion.replaceAll(".", "-")}-`.startsWith(`${name}-`)
      ? [
          {
            path: ["mesh", "revisions", index, "name"],
            found: `${quote(name)} with Istio ${istioVersion}`,
            accepted: "a name that is a version is the revision's own",
            advice: `call it ${istioVersion.replaceAll(".", "-")}: a new version is a new revision, added beside the old one`,
          },
        ]
      : [],
  );
  const wrong = Object.entries(tags).flatMap(([tag, revision]): Finding[] => {
    const path = ["mesh", "tags", tag];
    if (names.includes(tag)) {
      const accepted =
        "a tag and a revision do not share a name: Istio could not tell which one a pod follows";
      return [{ path, found: `a revision called ${tag}`, accepted, advice: "rename the tag" }];
    }
    return names.includes(revision) ? [] : [unknownRevision(path, revision, names)];
  });
  const { name: newest } = revisionAtEnd(mesh, "newest");
  const missing: Finding[] = Object.hasOwn(tags, stableTag)
    ? []
    : [
        {
          path: ["mesh", "tags"],
          found: Object.keys(tags).length === 0 ? "nothing" : oneOf(Object.keys(tags)),
          accepted: "with revisions there is a tag stable, which everything follows that names no other",
          advice: `add stable: ${names.length === 1 ? newest : "the revision that carries the mesh today"}`,
        },
      ];
  return [...twice, ...misnamed, ...wrong, ...missing];
});

function unknownRevision(path: Finding["path"], revision: string, names: readonly string[]): Finding {
  const meant = nearestName(revision, names);
  const accepted = `a revision of mesh.revisions: ${oneOf(names)}`;
  const advice =
    meant === undefined
      ? `move the tag to ${oneOf(names)} first, deploy, and then remove ${revision}: until then it stays in the list`
      : `did you mean ${meant}? A revision that was removed stays in the list until nothing follows it`;
  return { path, found: quote(revision), accepted, advice };
}

/** Namespaces and gateways follow what there is. */
export const followedRevisionsExist = rule(["mesh", "gateways"], ({ mesh, gateways }): Finding[] => {
  const followers = [
    ...mesh.namespaces.map(({ revision }, index) => ({ path: ["mesh", "namespaces", index], revision })),
    ...gateways.map(({ revision }, index) => ({ path: ["gateways", index], revision })),
  ];
  return followers.flatMap(({ path, revision }) =>
    revision === undefined ? [] : followedFindings(mesh, [...path, "revision"], revision),
  );
});

function followedFindings(mesh: Mesh, path: Finding["path"], revision: string): Finding[] {
  const { revisions, tags = {}, istioVersion } = mesh;
  if (revisions === undefined) {
    const accepted = "a tag or a revision of mesh.revisions, and the mesh has one control plane without";
    const advice = `remove the key, or write revisions: [{ name: default, istioVersion: ${istioVersion ?? ""} }] and tags: { stable: default } in place of istioVersion`;
    return [{ path, found: quote(revision), accepted, advice }];
  }
  // A tag that stands for nothing is told of itself.
  if (Object.hasOwn(tags, revision) || findRevision(mesh, revision) !== undefined) return [];
  const names = [...Object.keys(tags), ...revisions.map(({ name }) => name)];
  const meant = nearestName(revision, names);
  const accepted = `a tag or a revision: ${oneOf(names)}`;
  const advice =
    meant === undefined
      ? `remove the key, so that it follows ${stableTag}, deploy, and then remove ${revision}: until then it stays in mesh.revisions`
      : `did you mean ${meant}?`;
  return [{ path, found: quote(revision), accepted, advice }];
}

const minorNumber = (version: string) => Number(minorOf(version).split(".")[1]);

/**
 * Control planes that run side by side are as near to each other as Istio supports.
 *
 * @see https://istio.io/latest/docs/setup/upgrade/canary/
 */
export const revisionsAreNear = rule(["mesh"], ({ mesh }): Finding[] => {
  if (revisionsOf(mesh).length < 2) return [];
  const oldest = revisionAtEnd(mesh, "oldest");
  // The node agent serves its own minor version and the next one.
  const most = mesh.cni.enabled ? 1 : 2;
  const between = `${minorOf(oldest.istioVersion).split(".")[0] ?? ""}.${minorNumber(oldest.istioVersion) + most}`;
  return revisionsOf(mesh).flatMap(({ istioVersion }, index): Finding[] => {
    if (compareVersions(minorOf(istioVersion), between) <= 0) return [];
    const accepted = mesh.cni.enabled
      ? `beside Istio ${minorOf(oldest.istioVersion)} at most ${between}: there is one CNI node agent, and it works with its own minor version and the next`
      : `beside Istio ${minorOf(oldest.istioVersion)} at most ${between}: a canary upgrade skips one minor version at most`;
    return [
      {
        path: ["mesh", "revisions", index, "istioVersion"],
        found: quote(istioVersion),
        accepted,
        advice: `add a revision of Istio ${between} first, move everything to it, remove ${oldest.name}, and then add this one`,
      },
    ];
  });
});

/** The rules of `mesh.revisions` and `mesh.tags`. */
export const revisionRules = [
  versionOrRevisions,
  tagsStandForRevisions,
  followedRevisionsExist,
  revisionsAreNear,
];
