import { describe } from "vitest";
import { existing } from "../support/environments/environment-files";
import { check, gateway, gateways, nodePort, onto } from "../support/environments/rule-cases";

describe("gateways", () => {
  const ports = (...each: string[]) => gateways(gateway(nodePort, `ports: [${each.join(", ")}]`));
  const ca = "certManager: { issuers: [{ kind: self-signed-ca, name: ca }] }";
  const tls = "tls: { issuer: ca, hosts: [shop.example.com] }";
  check(
    onto(existing, {
      "of the same name": [
        gateways(gateway("{ kind: clusterip }"), gateway("{ kind: clusterip }")),
        'gateways[1].name: each gateway has a name of its own, got "ingress"',
        gateways(gateway("{ kind: clusterip }"), gateway("{ kind: clusterip }", "", "second")),
      ],
      "named like the control plane's namespace": [
        gateways(gateway("{ kind: clusterip }", "", "system")),
        "istio-system is the control plane's namespace",
        gateways(gateway("{ kind: clusterip }", "", "systems")),
      ],
      "with a port listed that every gateway has": [
        ports("{ kind: http, name: web, port: 80 }"),
        "ports[0].port: a port stands once in a gateway; every gateway serves plain HTTP on it, got 80",
        ports("{ kind: http, name: web, port: 8080 }"),
      ],
      "with a target for an autoscaler that is not there": [
        gateways(gateway("{ kind: clusterip }", "targetCpuPercent: 65, replicas: { min: 2, max: 2 }")),
        "gateways[0].targetCpuPercent: an autoscaler aims at it, and this gateway always has 2 pods, got 65; set replicas to { min: 2, max: 3 } or more",
        gateways(gateway("{ kind: clusterip }", "targetCpuPercent: 65, replicas: { min: 2, max: 3 }")),
      ],
      "with proxy settings that take the drain away": [
        gateways(
          gateway(
            "{ kind: clusterip }",
            'values: { podAnnotations: { proxy.istio.io/config: "concurrency: 2" } }',
          ),
        ),
        'values.podAnnotations["proxy.istio.io/config"]: it replaces the project\'s own',
        gateways(
          gateway(
            "{ kind: clusterip }",
            'values: { podAnnotations: { proxy.istio.io/config: "{ concurrency: 2, terminationDrainDuration: 60s }" } }',
          ),
        ),
      ],
      "with Envoy's own port": [
        ports("{ kind: tcp, name: status, port: 15021 }"),
        "Envoy and the Istio agent listen on it",
        ports("{ kind: tcp, name: status, port: 15022 }"),
      ],
      "with a port twice": [
        ports("{ kind: tcp, name: a, port: 9000 }", "{ kind: tcp, name: b, port: 9000 }"),
        "ports[1].port: a port stands once in a gateway; port a has it, got 9000",
        ports("{ kind: tcp, name: a, port: 9000 }", "{ kind: tcp, name: b, port: 9001 }"),
      ],
      "with a port's name twice": [
        ports("{ kind: tcp, name: a, port: 9000 }", "{ kind: tcp, name: a, port: 9001 }"),
        "ports[1].name: a port's name stands once in a gateway",
        ports("{ kind: tcp, name: a, port: 9000 }", "{ kind: tcp, name: b, port: 9001 }"),
      ],
      "with a port named like one of their own": [
        ports("{ kind: tcp, name: http2, port: 9000 }"),
        "http2, https, status-port, plaintext are its own",
        ports("{ kind: tcp, name: http3, port: 9000 }"),
      ],
      "with two port names that become one in the Service": [
        ports("{ kind: http, name: web, port: 9000 }", "{ kind: http, name: http-web, port: 9001 }"),
        "ports[1].name: a port's name stands once in a gateway",
        ports("{ kind: http, name: web, port: 9000 }", "{ kind: tcp, name: tcp-web, port: 9001 }"),
      ],
      "with https but no certificate": [
        ports("{ kind: https, name: admin, port: 8443 }"),
        'this gateway has no tls, got "https"; add tls',
        `${gateways(gateway(nodePort, `${tls}, ports: [{ kind: https, name: admin, port: 8443 }]`))}\n${ca}`,
      ],
      "with 443 listed beside tls": [
        `${gateways(gateway(nodePort, `${tls}, ports: [{ kind: passthrough, name: pass, port: 443 }]`))}\n${ca}`,
        "this gateway serves HTTPS on it, got 443",
        ports("{ kind: passthrough, name: pass, port: 443 }"),
      ],
      "with a node port on another exposure": [
        gateways(
          gateway("{ kind: clusterip }", "ports: [{ kind: tcp, name: a, port: 9000, nodePort: 30500 }]"),
        ),
        "only exposure nodeport has node ports, and this one is clusterip, got 30500",
        ports("{ kind: tcp, name: a, port: 9000, nodePort: 30500 }"),
      ],
      "that share the default node port": [
        gateways(gateway(nodePort), gateway(nodePort, "", "second")),
        "gateways[1].exposure.httpNodePort: a node port is used once in a cluster, and gateway ingress has it, got 30010; set httpNodePort to 30011",
        gateways(gateway(nodePort), gateway("{ kind: nodeport, httpNodePort: 30011 }", "", "second")),
      ],
      "that share two default node ports, each with a remedy of its own": [
        `${gateways(gateway(nodePort, tls), gateway(nodePort, tls, "second"))}\n${ca}`,
        "got 30011; set httpsNodePort to 30013",
        `${gateways(gateway(nodePort, tls), gateway("{ kind: nodeport, httpNodePort: 30012, httpsNodePort: 30013 }", tls, "second"))}\n${ca}`,
      ],
      "whose node port is the last one, with a remedy from the first on": [
        gateways(
          gateway("{ kind: nodeport, httpNodePort: 32767 }"),
          gateway("{ kind: nodeport, httpNodePort: 32767 }", "", "second"),
        ),
        "set httpNodePort to 30000",
        gateways(
          gateway("{ kind: nodeport, httpNodePort: 32767 }"),
          gateway("{ kind: nodeport, httpNodePort: 30000 }", "", "second"),
        ),
      ],
      "of which one lists the other's node port": [
        gateways(
          gateway("{ kind: nodeport, statusNodePort: 30012 }"),
          gateway(
            "{ kind: nodeport, httpNodePort: 30020 }",
            "ports: [{ kind: tcp, name: a, port: 9000, nodePort: 30012 }]",
            "second",
          ),
        ),
        "gateways[1].ports[0].nodePort: a node port is used once",
        gateways(
          gateway(nodePort),
          gateway(
            "{ kind: nodeport, httpNodePort: 30020 }",
            "ports: [{ kind: tcp, name: a, port: 9000, nodePort: 30012 }]",
            "second",
          ),
        ),
      ],
      "of which an egress takes the ingress's HTTPS node port": [
        `${gateways(gateway(nodePort, tls), gateway("{ kind: nodeport, httpNodePort: 30020 }", "direction: egress", "egress"))}\n${ca}`,
        "gateways[1].exposure.httpsNodePort: a node port is used once",
        gateways(
          gateway(nodePort),
          gateway("{ kind: nodeport, httpNodePort: 30020 }", "direction: egress", "egress"),
        ),
      ],
    }),
  );
});

describe("namespaces for applications", () => {
  const namespaces = (...names: string[]) =>
    `  namespaces: [${names.map((name) => `{ name: ${name} }`).join(", ")}]`;
  check(
    onto(existing, {
      "are never Kubernetes' own": [namespaces("kube-system"), "Kubernetes makes it", namespaces("shop")],
      "are never another system's": [namespaces("cert-manager"), "it is cert-manager's", namespaces("certs")],
      "never have a platform's prefix": [
        namespaces("kube-flannel"),
        "its prefix is the platform's",
        namespaces("kubex"),
      ],
      "stand once": [
        namespaces("shop", "shop"),
        "namespaces[1].name: each namespace stands once",
        namespaces("shop", "web"),
      ],
      "admit the sidecar's init container where there is no CNI agent": [
        "  cni: { enabled: false }\n  namespaces: [{ name: shop, podSecurity: restricted }]",
        "namespaces[0].podSecurity: without mesh.cni every pod needs NET_ADMIN",
        "  cni: { enabled: true }\n  namespaces: [{ name: shop, podSecurity: restricted }]",
      ],
      "are never a gateway's": [
        `${namespaces("istio-ingress")}\n${gateways(gateway("{ kind: clusterip }"))}`,
        "it is gateway ingress's",
        `${namespaces("istio-ingress")}\n${gateways(gateway("{ kind: clusterip }", "", "edge"))}`,
      ],
    }),
  );
});
