import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { kubernetesObject, parseJson } from "../../../rehearsal/api/objects";
import { Watch } from "../../../rehearsal/api/watch";
import { FakeApi } from "../../support/kubernetes/fake-api";

const path = "/api/v1/things";

function thing(name: string, uid = `uid of ${name}`) {
  return { metadata: { name, namespace: "n", uid, resourceVersion: "1" } };
}

describe("a watch", () => {
  let api: FakeApi;
  let stopping: AbortController;
  let seen: string[];
  let problems: string[];
  let ended: Promise<void>;
  let onThing: (name: string) => void;

  beforeEach(() => {
    api = new FakeApi();
    stopping = new AbortController();
    seen = [];
    problems = [];
    onThing = () => undefined;
    const watch = new Watch({
      api,
      path,
      read: kubernetesObject,
      onChange: ({ metadata: { name, uid } }, change) => {
        seen.push(`${name} ${change}${uid === `uid of ${name}` ? "" : ` (${uid})`}`);
        onThing(name);
      },
      onProblem: (message) => problems.push(message),
      pauseMilliseconds: 0,
    });
    api.lists.set(path, [thing("listed")]);
    ended = watch.run(stopping.signal);
  });

  afterEach(async () => {
    stopping.abort();
    await ended;
  });

  test("tells what was there, what comes, what changes and what goes", async () => {
    await api.tell(path, "ADDED", thing("new"));
    await api.tell(path, "MODIFIED", thing("new"));
    await api.tell(path, "BOOKMARK", {});
    await api.tell(path, "DELETED", thing("new"));
    expect(seen).toEqual(["listed present", "new present", "new present", "new gone"]);
    expect(problems).toEqual([]);
  });

  test("begins again with a list after an error or a line that is no event, and finds what has gone", async () => {
    await api.tell(path, "ADDED", thing("short-lived"));
    await api.tell(path, "ERROR", { code: 410 });
    await api.send(path, '{"type": "ADD');
    await api.tell(path, "ADDED", thing("late"));
    expect(seen).toEqual([
      "listed present",
      "short-lived present",
      "short-lived gone",
      "listed present",
      "listed present",
      "late present",
    ]);
  });

  test("tells of an object that it cannot read, and goes on", async () => {
    await api.tell(path, "ADDED", { metadata: { ...thing("odd").metadata, finalizers: "none" } });
    await api.tell(path, "ADDED", { metadata: "none" });
    await api.tell(path, "ADDED", thing("new"));
    expect(problems).toHaveLength(2);
    expect(problems[0]).toMatch(/^\/api\/v1\/things: an object cannot be read \(metadata\.finalizers: /);
    expect(seen).toEqual(["listed present", "new present"]);
  });

  test("tells of an object that is handled badly, and goes on", async () => {
    onThing = (name) => {
      if (name === "odd") throw new Error("too odd");
    };
    await api.tell(path, "ADDED", thing("odd"));
    await api.tell(path, "ADDED", thing("new"));
    expect(problems).toEqual(["/api/v1/things: n/odd: too odd"]);
    expect(seen).toEqual(["listed present", "odd present", "new present"]);
  });

  test("tells first that an object has gone when another one of its name is there", async () => {
    await api.tell(path, "ADDED", thing("listed", "another"));
    expect(seen).toEqual(["listed present", "listed gone", "listed present (another)"]);
  });
});

test("a field that is null counts as absent, wherever it stands", () => {
  const json = '{"endpoints": null, "ports": [null, {"name": null, "port": 80}], "zero": 0, "empty": ""}';
  expect(parseJson(json)).toEqual({ ports: [{ port: 80 }], zero: 0, empty: "" });
});

test.each([".", "..", "a/b", "%2e%2e", ""])("a name such as '%s' would lead out of its folder", (name) => {
  expect(kubernetesObject.safeParse(thing(name)).success).toBe(false);
  expect(kubernetesObject.safeParse(thing("system:node.1")).success).toBe(true);
});
