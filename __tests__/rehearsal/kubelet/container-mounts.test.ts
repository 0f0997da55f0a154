import { expect, it } from "vitest";

import { type Container } from "../../../rehearsal/api/objects";
import { containerMounts } from "../../../rehearsal/kubelet/container-mounts";
import { type PublicAuthority } from "../../../rehearsal/kubelet/public-authority";
import { type StandIn } from "../../../rehearsal/kubelet/stand-in-program";

const container: Container = {
  name: "shop",
  image: "shop",
  volumeMounts: [{ name: "settings", mountPath: "/etc/shop", subPath: "a" }],
};

const standIn: Extract<StandIn, { kind: "program" }> = {
  kind: "program",
  title: "a program",
  command: ["/app"],
  args: [],
  environment: {},
  mounts: [{ source: "/cache/app", target: "/app" }],
  configuration: [
    { configMap: "istio", key: "mesh", target: "/etc/istio/config/mesh", rewrite: (text) => text },
  ],
};

const issued: (readonly string[])[] = [];
const authority = {
  trusted: "/authority/trusted.crt",
  issue: (to: string, names: readonly string[]) => {
    issued.push(names);
    return Promise.resolve({ certificate: `${to}/tls.crt`, key: `${to}/tls.key` });
  },
} as unknown as PublicAuthority;

it("are the trusted authorities, the volumes, the folder of the configuration and the program", async () => {
  expect(await containerMounts("/pod", container, standIn, authority)).toEqual([
    { source: "/authority/trusted.crt", target: "/etc/ssl/certs/ca-certificates.crt" },
    { source: "/pod/volumes/settings/a", target: "/etc/shop" },
    { source: "/pod/configuration/etc/istio/config", target: "/etc/istio/config" },
    { source: "/cache/app", target: "/app" },
  ]);
  expect(issued).toEqual([]);
});

it("are a new certificate and its key, too, where the program ends TLS", async () => {
  const serving = { names: ["shop.test"], certificate: "/serving.crt", key: "/serving.key" };
  const mounts = await containerMounts("/pod", container, { ...standIn, serving }, authority);
  expect(issued).toEqual([["shop.test"]]);
  expect(mounts.slice(-2)).toEqual([
    { source: "/pod/serving-shop/tls.crt", target: "/serving.crt" },
    { source: "/pod/serving-shop/tls.key", target: "/serving.key" },
  ]);
});
