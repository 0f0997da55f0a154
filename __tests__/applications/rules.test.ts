import { describe } from "vitest";
import { existing } from "../support/environments/environment-files";
import { check, onto } from "../support/environments/rule-cases";

const application = (more: string, name = "shop") => `{ name: ${name}, path: applications/${name}, ${more} }`;
const applications = (...each: readonly string[]) => `applications: [${each.join(", ")}]`;

describe("applications", () => {
  check(
    onto(existing, {
      "of the same name": [
        applications(application("namespace: a"), application("namespace: b")),
        'applications[1].name: each application has a name of its own, got "shop"',
        applications(application("namespace: a"), application("namespace: b", "books")),
      ],
      "named like a release of the mesh": [
        applications(application("namespace: a", "istiod")),
        'applications[0].name: a name that no Helm release of the mesh itself has, got "istiod"',
        applications(application("namespace: a", "istiods")),
      ],
      "in the control plane's namespace": [
        applications(application("namespace: istio-system")),
        "applications[0].namespace: a namespace for applications; it is the control plane's",
        applications(application("namespace: shop")),
      ],
      "outside of the project": [
        applications(application("namespace: shop").replace("applications/shop", "applications/../../shop")),
        "applications[0].path: a folder inside this project, such as applications/bookinfo",
        applications(application("namespace: shop").replace("applications/shop", "applications/a/shop")),
      ],
      "with a file outside of their folder": [
        applications(application("namespace: shop, files: [../a.yaml]")),
        "applications[0].files[0]: a YAML file below the application's path",
        applications(application("namespace: shop, files: [more/a.yaml]")),
      ],
      "without sidecars in a namespace whose pods get one": [
        `  namespaces: [{ name: shop }]\n${applications(application("namespace: shop, injection: none"))}`,
        'applications[0].injection: namespace or manual: mesh.namespaces lists shop, whose pods all get a sidecar, got "none"',
        `  namespaces: [{ name: shop }]\n${applications(application("namespace: shop"))}`,
      ],
      "that share a namespace and do not agree on sidecars": [
        applications(application("namespace: shop"), application("namespace: shop, injection: none", "b")),
        "applications[1].injection: one way for all of namespace shop; application shop has namespace",
        applications(application("namespace: shop"), application("namespace: shop", "b")),
      ],
    }),
  );
});

describe("checks", () => {
  const checks = (request: string, gateways = "{ name: ingress, exposure: { kind: clusterip } }") =>
    `gateways: [${gateways}]\nchecks: [{ name: a, request: { ${request} }, expect: { status: 200 } }]`;
  const egress = "{ name: egress, direction: egress, exposure: { kind: clusterip } }";
  check(
    onto(existing, {
      "by a gateway that is not there": [
        checks("gateway: ingres"),
        'checks[0].request.gateway: an ingress gateway: ingress, got "ingres"; write ingress',
        checks("gateway: ingress"),
      ],
      "by an egress gateway": [
        checks("gateway: egress", `{ name: ingress, exposure: { kind: clusterip } }, ${egress}`),
        'got "egress", an egress gateway; write ingress',
        checks("gateway: ingress", `{ name: ingress, exposure: { kind: clusterip } }, ${egress}`),
      ],
      "by a port that the gateway does not have": [
        checks("scheme: https"),
        "checks[0].request.scheme: http: gateway ingress has no tls, and no port for HTTPS",
        checks("scheme: http"),
      ],
      "from outside, without a gateway": [
        checks("path: /", egress),
        "checks[0].request: an ingress gateway, by which requests from outside come in",
        checks('from: shop/cart, to: "http://orders.shop/"', egress),
      ],
    }),
  );
});
