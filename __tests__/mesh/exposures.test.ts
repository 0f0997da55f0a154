import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { existing } from "../support/environments/environment-files";
import type { MeshJson } from "../support/stacks/mesh-json";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";
import { evaluate, isInstalled, type Readings } from "../support/terraform/terraform-program";

const withoutTerraform = isInstalled("terraform") ? undefined : "terraform is not on the PATH";

function exposed(exposure: string, more = ""): MeshJson {
  return synthesizeMesh(`${existing}gateways:\n  - name: ingress\n    exposure: ${exposure}\n${more}`);
}

const gatewayTls = "    tls: { issuer: corporate, hosts: [mesh.example.com] }\n";
/** TLS by an issuer that the cluster has. */
const tls = `${gatewayTls}certManager: { management: adopt }\n`;

function service(mesh: MeshJson, name = "istio-ingress") {
  return mesh.values(name)["service"];
}

/** Where port 80 of a gateway with TLS leads. */
function redirectOf(mesh: MeshJson): object {
  const [service] = mesh
    .objectsOfKind("VirtualService")
    .filter(({ metadata }) => metadata.name === "ingress-redirect");
  return (
    (service?.spec as { http: { redirect?: object }[] }).http.flatMap(({ redirect = [] }) => redirect)[0] ??
    {}
  );
}

function nodePorts(mesh: MeshJson): Record<string, number | undefined> {
  const ports = service(mesh).ports as { port: number; nodePort?: number }[];
  return Object.fromEntries(ports.map(({ port, nodePort }) => [port, nodePort]));
}

/** What Terraform writes into the outputs when its data sources have read `readings`. */
function outputs(mesh: MeshJson, readings: Readings): Record<string, string> {
  return evaluate(mesh, mesh.outputs, readings);
}

const serviceWithoutAddress = { status: [{ load_balancer: [{ ingress: [] }] }], spec: [{ port: [] }] };
const nodes = (...addresses: object[]) => ({ nodes: [{ status: [{ addresses }] }] });

describe("a NodePort", () => {
  const mesh = exposed("{ kind: nodeport }");

  test("is 30010 for HTTP, and Kubernetes chooses the one for readiness", () => {
    expect(service(mesh)).toMatchObject({ type: "NodePort" });
    expect(nodePorts(mesh)).toEqual({ 15021: undefined, 80: 30010 });
  });

  test("is 30011 for HTTPS where TLS is on", () => {
    expect(nodePorts(exposed("{ kind: nodeport }", tls))).toEqual({
      15021: undefined,
      80: 30010,
      443: 30011,
    });
  });

  test("is as the file says", () => {
    const chosen = exposed(
      "{ kind: nodeport, httpNodePort: 31080, httpsNodePort: 31443, statusNodePort: 31021 }",
      tls,
    );
    expect(nodePorts(chosen)).toEqual({ 15021: 31021, 80: 31080, 443: 31443 });
    expect(chosen.outputs).toMatchObject({
      gateway_http_port: "31080",
      gateway_https_port: "31443",
      gateway_status_port: "31021",
    });
  });

  test("answers at the address the file gives, without a look at the nodes", () => {
    const given = exposed("{ kind: nodeport, nodeAddress: 192.0.2.7 }");
    expect(given.outputs["gateway_address"]).toBe("192.0.2.7");
    expect(given.json.data).not.toHaveProperty("kubernetes_nodes");
    expect(mesh.json.data).toHaveProperty("kubernetes_nodes");
  });

  test("behind a balancer of the user's is named by the balancer's ports, in outputs and redirect", () => {
    const behind = exposed(
      "{ kind: nodeport, nodeAddress: lb.example.com, externalHttpPort: 80, externalHttpsPort: 443, statusNodePort: 31021 }",
      tls,
    );
    expect(nodePorts(behind)).toEqual({ 15021: 31021, 80: 30010, 443: 30011 });
    expect(behind.outputs).toMatchObject({
      gateway_address: "lb.example.com",
      gateway_http_port: "80",
      gateway_https_port: "443",
      gateway_status_port: "",
    });
    expect(redirectOf(behind)).toEqual({ scheme: "https", redirectCode: 301 });
    expect(JSON.stringify(behind.outputs["healthz_url"])).not.toContain("30011");
  });

  test("behind a balancer with other ports is redirected to that of HTTPS, 443 included", () => {
    const at = (ports: string) =>
      redirectOf(exposed(`{ kind: nodeport, nodeAddress: 192.0.2.9, ${ports} }`, tls));
    expect(at("externalHttpPort: 8080, externalHttpsPort: 8443")).toMatchObject({ port: 8443 });
    expect(at("externalHttpPort: 8080, externalHttpsPort: 443")).toMatchObject({ port: 443 });
    expect(redirectOf(exposed("{ kind: nodeport }", tls))).toMatchObject({ port: 30011 });
  });

  describe.skipIf(withoutTerraform)(`in Terraform's eyes ${withoutTerraform ?? ""}`, () => {
    test("answers at the first node's internal address and at the port that Kubernetes chose", () => {
      const read = outputs(mesh, {
        kubernetes_service_v1: { spec: [{ port: [{ node_port: 30999 }, { node_port: 30010 }] }] },
        kubernetes_nodes: nodes(
          { type: "Hostname", address: "worker-1" },
          { type: "InternalIP", address: "192.0.2.11" },
        ),
      });
      expect(read).toMatchObject({
        gateway_hostname: "",
        gateway_ip: "",
        gateway_address: "192.0.2.11",
        gateway_http_port: "30010",
        gateway_https_port: "",
        gateway_status_port: "30999",
        gateway_service: "istio-ingress/istio-ingress",
        healthz_url: "http://192.0.2.11:30010/healthz",
        healthz_host: "",
      });
    });

    test("on IPv6 nodes stands in brackets in the URL", () => {
      const read = outputs(mesh, {
        kubernetes_service_v1: { spec: [{ port: [{ node_port: 30999 }] }] },
        kubernetes_nodes: nodes({ type: "InternalIP", address: "2001:db8::7" }),
      });
      expect(read["gateway_address"]).toBe("2001:db8::7");
      expect(read["healthz_url"]).toBe("http://[2001:db8::7]:30010/healthz");
    });

    test("in a cluster without nodes leaves address and URL empty", () => {
      const read = outputs(mesh, {
        kubernetes_service_v1: { spec: [{ port: [{ node_port: 30999 }] }] },
        kubernetes_nodes: { nodes: [] },
      });
      expect(read).toMatchObject({ gateway_address: "", healthz_url: "" });
    });
  });
});

describe("MetalLB", () => {
  const installed = exposed(
    "{ kind: metallb, pool: { kind: install, addresses: [192.0.2.0/28, 192.0.2.77] } }",
  );
  const existingPool = exposed("{ kind: metallb, address: 192.0.2.9, pool: { kind: existing, name: edge } }");

  test("is installed with a pool of the given addresses, and the Service takes one of them", () => {
    expect(installed.releaseNames).toEqual(expect.arrayContaining(["metallb", "metallb-pool"]));
    const [pool] = installed.objectsOfKind("IPAddressPool");
    expect(pool?.spec).toEqual({ addresses: ["192.0.2.0/28", "192.0.2.77/32"] });
    const [advertisement] = installed.objectsOfKind("L2Advertisement");
    expect(advertisement?.spec).toEqual({ ipAddressPools: [pool?.metadata.name] });
    expect(service(installed)).toMatchObject({
      type: "LoadBalancer",
      externalTrafficPolicy: "Local",
      annotations: { "metallb.io/address-pool": pool?.metadata.name },
    });
  });

  test("that runs already is left alone; pool and address are asked of it", () => {
    expect(existingPool.releaseNames).not.toContain("metallb");
    expect(service(existingPool)).toMatchObject({
      type: "LoadBalancer",
      annotations: { "metallb.io/address-pool": "edge", "metallb.io/loadBalancerIPs": "192.0.2.9" },
    });
  });

  test("has no fixed node ports", () => {
    expect(nodePorts(installed)).toEqual({ 80: undefined });
  });

  describe.skipIf(withoutTerraform)(`in Terraform's eyes ${withoutTerraform ?? ""}`, () => {
    test("gives the gateway its IP as address", () => {
      const read = outputs(installed, {
        kubernetes_service_v1: {
          status: [{ load_balancer: [{ ingress: [{ ip: "192.0.2.3", hostname: "" }] }] }],
        },
      });
      expect(read).toMatchObject({
        gateway_hostname: "",
        gateway_ip: "192.0.2.3",
        gateway_address: "192.0.2.3",
        gateway_http_port: "80",
        gateway_https_port: "",
        gateway_status_port: "",
        healthz_url: "http://192.0.2.3/healthz",
      });
    });

    test("lets clients ask Envoy's readiness only where the file says so", () => {
      const asked = exposed("{ kind: metallb, pool: { kind: existing }, exposeStatusPort: true }");
      expect(nodePorts(asked)).toHaveProperty("15021");
      expect(nodePorts(installed)).not.toHaveProperty("15021");
      expect(asked.outputs["gateway_status_port"]).toBe("15021");
      expect(installed.outputs["gateway_status_port"]).toBe("");
    });

    test("with a host name instead, as clouds give it, leaves the IP empty", () => {
      const ingress = [{ hostname: "lb-1.example.com", ip: null }];
      const read = outputs(exposed("{ kind: metallb, pool: { kind: existing } }", tls), {
        kubernetes_service_v1: { status: [{ load_balancer: [{ ingress }] }] },
        kubernetes_resources: { objects: [] },
      });
      expect(read).toMatchObject({
        gateway_hostname: "lb-1.example.com",
        gateway_ip: "",
        gateway_address: "lb-1.example.com",
        gateway_https_port: "443",
        healthz_url: "https://lb-1.example.com/healthz",
        healthz_host: "mesh.example.com",
      });
    });

    test("that has no address yet leaves them all empty", () => {
      const read = outputs(installed, { kubernetes_service_v1: serviceWithoutAddress });
      expect(read).toMatchObject({
        gateway_hostname: "",
        gateway_ip: "",
        gateway_address: "",
        healthz_url: "",
      });
    });
  });
});

describe("a load balancer of any controller", () => {
  const mesh = exposed("{ kind: load-balancer }");

  test("is asked for nothing that the file does not say, and its clients see no readiness", () => {
    expect(service(mesh)).toEqual({
      type: "LoadBalancer",
      externalTrafficPolicy: "Cluster",
      ports: [expect.objectContaining({ port: 80 })],
    });
    expect(nodePorts(mesh)).toEqual({ 80: undefined });
    expect(mesh.outputs["gateway_status_port"]).toBe("");
  });

  test("is asked for class, address, the clients let in and their addresses", () => {
    const asked = exposed(
      "{ kind: load-balancer, class: kube-vip.io/kube-vip-class, address: 192.0.2.7, preserveClientIp: true, allowedSourceRanges: [198.51.100.0/24], exposeStatusPort: true }",
    );
    expect(service(asked)).toMatchObject({
      type: "LoadBalancer",
      loadBalancerClass: "kube-vip.io/kube-vip-class",
      loadBalancerIP: "192.0.2.7",
      loadBalancerSourceRanges: ["198.51.100.0/24"],
      externalTrafficPolicy: "Local",
    });
    expect(nodePorts(asked)).toEqual({ 15021: undefined, 80: undefined });
    expect(asked.outputs["gateway_status_port"]).toBe("15021");
  });

  test("brings no release of its own", () => {
    expect(mesh.releaseNames).toEqual(exposed("{ kind: nodeport }").releaseNames);
  });

  test.skipIf(withoutTerraform)(`answers where its status says ${withoutTerraform ?? ""}`, () => {
    const ingress = [{ ip: "192.0.2.7", hostname: null }];
    const read = outputs(mesh, { kubernetes_service_v1: { status: [{ load_balancer: [{ ingress }] }] } });
    expect(read).toMatchObject({
      gateway_hostname: "",
      gateway_ip: "192.0.2.7",
      gateway_address: "192.0.2.7",
      gateway_http_port: "80",
      healthz_url: "http://192.0.2.7/healthz",
    });
  });
});

describe("the PROXY protocol", () => {
  const values = (exposure: string) => exposed(exposure).values("istio-ingress");

  test("is expected on all ports of the gateway, and understood on that of readiness", () => {
    const spoken = values("{ kind: load-balancer, proxyProtocol: true }");
    expect(parse(spoken["podAnnotations"]["proxy.istio.io/config"] as string)).toEqual({
      gatewayTopology: { proxyProtocol: {} },
      terminationDrainDuration: "30s",
    });
    expect(spoken["env"]).toEqual({ ENVOY_STATUS_PORT_ENABLE_PROXY_PROTOCOL: "true" });
  });

  test("is not expected without the key", () => {
    const silent = values("{ kind: load-balancer }");
    expect(parse(silent["podAnnotations"]["proxy.istio.io/config"] as string)).toEqual({
      terminationDrainDuration: "30s",
    });
    expect(silent).not.toHaveProperty("env");
  });
});

describe("extra annotations of a gateway's Service", () => {
  test("stand beside those of the exposure", () => {
    const pool = "{ kind: metallb, pool: { kind: existing, name: edge } }";
    const mesh = exposed(
      pool,
      "    extraAnnotations: { external-dns.alpha.kubernetes.io/hostname: a.test }\n",
    );
    expect(service(mesh).annotations).toEqual({
      "metallb.io/address-pool": "edge",
      "external-dns.alpha.kubernetes.io/hostname": "a.test",
    });
  });

  test("stand where the exposure has none, and are absent where the file has none", () => {
    const mesh = exposed("{ kind: nodeport }", '    extraAnnotations: { owner: "edge ${team}" }\n');
    expect(JSON.stringify(service(mesh).annotations)).toContain("edge");
    expect(service(exposed("{ kind: nodeport }"))).not.toHaveProperty("annotations");
  });
});

describe("a ClusterIP", () => {
  const mesh = exposed("{ kind: clusterip }");

  test("is reachable by the Service's name", () => {
    expect(service(mesh)).toMatchObject({ type: "ClusterIP" });
    expect(mesh.outputs).toMatchObject({
      gateway_hostname: "istio-ingress.istio-ingress.svc.cluster.local",
      gateway_address: "istio-ingress.istio-ingress.svc.cluster.local",
      gateway_http_port: "80",
    });
  });

  test.skipIf(withoutTerraform)(`has the Service's address as IP ${withoutTerraform ?? ""}`, () => {
    const read = outputs(mesh, { kubernetes_service_v1: { spec: [{ cluster_ip: "10.96.0.9" }] } });
    expect(read).toMatchObject({
      gateway_ip: "10.96.0.9",
      healthz_url: "http://istio-ingress.istio-ingress.svc.cluster.local/healthz",
    });
  });
});

describe("a private CA", () => {
  const mesh = exposed(
    "{ kind: clusterip }",
    `${gatewayTls}certManager: { issuers: [{ kind: self-signed-ca, name: corporate }] }\n`,
  );
  const reading = (objects: object[]) => ({
    kubernetes_service_v1: { spec: [{ cluster_ip: "10.96.0.9" }] },
    kubernetes_resources: { objects },
  });

  test.skipIf(withoutTerraform)(`is an output, from the CertificateRequest ${withoutTerraform ?? ""}`, () => {
    const pem = "-----BEGIN CERTIFICATE-----\n";
    const request = {
      metadata: { name: "istio-ingress-tls-1" },
      status: { ca: Buffer.from(pem).toString("base64") },
    };
    expect(outputs(mesh, reading([request]))["gateway_ca"]).toBe(pem);
  });

  test("that has not signed yet is an error that says where to look", () => {
    const resources = Object.values(mesh.json.data?.["kubernetes_resources"] ?? {});
    const request = resources.find(({ kind }) => kind === "CertificateRequest");
    const [condition] = (request?.["lifecycle"] as { postcondition: { error_message: string }[] })
      .postcondition;
    expect(condition?.error_message).toContain("kubectl -n istio-ingress describe certificate");
  });

  test("of somebody else's issuer is read where there is one, and not required", () => {
    const foreign = exposed("{ kind: clusterip }", tls);
    const [request] = Object.values(foreign.json.data?.["kubernetes_resources"] ?? {}).filter(
      ({ kind }) => kind === "CertificateRequest",
    );
    expect(request).toBeDefined();
    expect(request).not.toHaveProperty("lifecycle");
  });

  test("is no matter for ACME and plain HTTP", () => {
    const acme =
      "certManager: { issuers: [{ kind: acme, name: corporate, email: a@example.com, solver: { kind: http01 } }] }\n";
    expect(exposed("{ kind: clusterip }", gatewayTls + acme).outputs["gateway_ca"]).toBe("");
    expect(exposed("{ kind: clusterip }").outputs["gateway_ca"]).toBe("");
    expect(mesh.outputs["gateway_ca"]).not.toBe("");
  });
});
