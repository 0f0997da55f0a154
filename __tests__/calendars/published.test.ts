import { describe, expect, test } from "vitest";
import { readOn, unansweredOn, withPatches, withPublished } from "../../calendars/matrix";
import {
  aksReleases,
  certManagerReleases,
  dayIn,
  eksReleases,
  istioReleases,
  kubernetesReleases,
  newestPatches,
  UnknownForm,
} from "../../calendars/published";

test.each([
  ["Jul 1, 2026", "2026-07-01"],
  ["April 7, 2026", "2026-04-07"],
  ["Sept 30, 2025", "2025-09-30"],
  ["~Nov 2026 (Expected)", "2026-11-30"],
  ["Feb 2028", "2028-02-29"],
  ["2027-02-28", "2027-02-28"],
  ["Until 1.36 GA", undefined],
  ["", undefined],
])("the day in %s", (text, day) => {
  expect(dayIn(text)).toBe(day);
});

describe("what each source publishes", () => {
  test("Istio, by its status in YAML, without its development line", () => {
    const entry = (version: string, eolDate: string) =>
      `- version: "${version}"\n  supported: "Yes"\n  eolDate: ${eolDate}\n  k8sVersions: ["1.9", "1.10"]\n`;
    expect(
      istioReleases(`# order\n${entry("master", "")}${entry("1.31", '"~Feb 2027 (Expected)"')}`),
    ).toEqual([{ minor: "1.31", supportEnds: "2027-02-28", kubernetes: { oldest: "1.9", newest: "1.10" } }]);
  });

  const certManager = `
| Release  | Release Date | End of Life     | [Kubernetes / OpenShift][s] | [Tested][test] |
|:--------:|:------------:|:---------------:|:---------------------------:|:--------------:|
| [1.21][] | Jun 09, 2026 | Release of 1.23 | 1.33 → 1.36 / 4.20 → 4.21   | 1.33 → 1.36    |
| [1.19][] | Oct 07, 2025 | Release of 1.21 | 1.31 → 1.35 / 4.18 → 4.20   | 1.31 → 1.35    |

## Upcoming releases

| [1.23][] | Mar 01, 2027 | Release of 1.25 | 1.34 → 1.37 | x |
`;
  test("cert-manager, whose support ends with the next but one, when that is there", () => {
    expect(certManagerReleases(certManager)).toEqual([
      { minor: "1.21", supportEnds: null, kubernetes: { oldest: "1.33", newest: "1.36" } },
      { minor: "1.19", supportEnds: "2026-06-09", kubernetes: { oldest: "1.31", newest: "1.35" } },
    ]);
  });

  test("EKS, by five lines of AsciiDoc a version", () => {
    const row = "|`1.34`\n|August 27, 2025\n|October 2, 2025\n|December 2, 2026 \n|December 2, 2027\n";
    expect(eksReleases(`|===\n|Kubernetes version\n\n${row}\n|===\n`)).toEqual([
      { minor: "1.34", supportEnds: "2026-12-02", extendedSupportEnds: "2027-12-02" },
    ]);
  });

  test("AKS, by its calendar of support and that of long-term support", () => {
    const row = "| 1.35 | Dec 2025 | Jan 2026 | Mar 2026 | Mar 2027 |";
    const other = "| 1.36 | Apr 2026 | May 2026 | Jun 2026 | Jun 2027 | Until 1.40 GA |";
    expect(aksReleases(`${row} Until 1.39 GA |\n${other}\n\nLTS\n\n${row} Mar 2028 |\n`)).toEqual([
      { minor: "1.35", supportEnds: "2027-03-31", extendedSupportEnds: "2028-03-31" },
      { minor: "1.36", supportEnds: "2027-06-30" },
    ]);
  });

  test("Kubernetes, by its schedule, where 1.30 is a number", () => {
    const text =
      'schedules:\n- release: "1.30"\n  endOfLifeDate: 2025-07-15\n- release: 1.35\n  endOfLifeDate: 2027-02-28\n';
    expect(kubernetesReleases(text)).toEqual([
      { minor: "1.30", supportEnds: "2025-07-15" },
      { minor: "1.35", supportEnds: "2027-02-28" },
    ]);
  });

  test("patches, by the module proxy's list, without what is not released", () => {
    expect(newestPatches("v1.31.9\nv1.31.10\nv1.32.0-alpha.1\nv1.30.8\n")).toEqual(
      new Map([
        ["1.31", "1.31.10"],
        ["1.30", "1.30.8"],
      ]),
    );
  });

  test.each([
    ["Istio", () => istioReleases("a: page")],
    ["cert-manager", () => certManagerReleases("| no | table |")],
    ["EKS", () => eksReleases("<html>")],
    ["AKS", () => aksReleases("<html>")],
    ["Kubernetes", () => kubernetesReleases("schedules: none")],
    ["patches", () => newestPatches("not found")],
  ])("%s in another form is no calendar without releases", (_, read) => {
    expect(read).toThrow(UnknownForm);
  });
});

describe("the matrix", () => {
  const calendar = {
    source: "https://calendar.test",
    readOn: "2026-01-01",
    unansweredOn: "2026-02-02",
    releases: [
      { minor: "1.10", latest: "1.10.1", supportEnds: null, extendedSupportEnds: null },
      { minor: "1.9", supportEnds: "2026-01-01", extendedSupportEnds: null },
    ],
  };

  test("takes over what changed, and says it", () => {
    const published = [
      { minor: "1.10", supportEnds: "2027-01-01" },
      { minor: "1.9", supportEnds: null },
      { minor: "1.8", supportEnds: "2025-01-01" },
    ];
    const { part, changes, missing } = withPublished(calendar, published, true);
    expect(part.releases).toMatchObject([
      { minor: "1.10", latest: "1.10.1", supportEnds: "2027-01-01" },
      { minor: "1.9", supportEnds: "2026-01-01" },
    ]);
    expect(changes).toEqual(['1.10 supportEnds: null is now "2027-01-01"']);
    expect(missing).toEqual([]);
  });

  test("gets newer releases in front where a source says all of them, and else names them", () => {
    const published = [{ minor: "1.11", supportEnds: "2028-01-01" }];
    expect(withPublished(calendar, published, true).part.releases[0]).toEqual({
      minor: "1.11",
      supportEnds: "2028-01-01",
      extendedSupportEnds: null,
    });
    const named = withPublished(calendar, published, false);
    expect([named.part.releases.length, named.missing]).toEqual([2, ["1.11"]]);
  });

  test("gets newest patches, and names minor versions that it has not", () => {
    const patches = new Map([
      ["1.10", "1.10.4"],
      ["1.11", "1.11.0"],
    ]);
    const { part, missing } = withPatches(calendar, patches);
    expect(part.releases[0]).toMatchObject({ latest: "1.10.4" });
    expect(missing).toEqual(["1.11"]);
  });

  test("says when a source was read, or was asked in vain", () => {
    expect(readOn(calendar, "2026-03-03")).toMatchObject({ readOn: "2026-03-03" });
    expect(readOn(calendar, "2026-03-03")).not.toHaveProperty("unansweredOn");
    expect(unansweredOn(calendar, "2026-03-03")).toMatchObject({
      readOn: "2026-01-01",
      unansweredOn: "2026-03-03",
    });
  });
});
