import type { Environment } from "../../config/environment";
import { nearestName } from "../../config/reading/nearest-name";
import { oneOf, quote } from "../../config/reading/problem";
import type { Finding } from "../../config/rules/rule";
import type { Check } from "../../contract/checks";

/** A Service of an application. */
export interface CallableService {
  readonly namespace: string;
  readonly name: string;
  readonly ports: readonly { readonly number: number }[];
}

/** What requests from workloads may be sent to, as far as the environment makes it. */
export interface CallableHosts {
  readonly services: readonly CallableService[];
  /** Hosts of the ServiceEntries of applications; `*.` in front stands for all names below. */
  readonly entries: readonly string[];
}

/** What checks ask from inside a workload exists: Services of applications, and hosts outside that may be called. */
export function checkedHostsExist(environment: Environment, hosts: CallableHosts): Finding[] {
  return environment.checks.flatMap((check, index): Finding[] => {
    const { request } = check;
    if (request.from === undefined) return [];
    const { hostname, port, protocol } = new URL(request.to);
    const asked = { hostname, port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port) };
    const path = ["checks", index, "request", "to"];
    const service = serviceName(hostname, request.from.split("/")[0] ?? "");
    const problem =
      service === undefined
        ? outsideProblem(environment, check, asked, hosts.entries)
        : serviceProblem(environment, service, asked, hosts.services);
    return problem === undefined ? [] : [{ path, ...problem }];
  });
}

interface Asked {
  readonly hostname: string;
  readonly port: number;
}

type Problem = Pick<Finding, "found" | "accepted" | "advice" | "severity">;

/** A Service by its name, or by a longer form of it; undefined for what can only be a host outside, or an address. */
function serviceName(hostname: string, ownNamespace: string) {
  const [, name, namespace] =
    /^([a-z0-9-]+)(?:\.([a-z0-9-]+)(?:\.svc(?:\.cluster\.local)?)?)?$/.exec(hostname) ?? [];
  return name === undefined ? undefined : { name, namespace: namespace ?? ownNamespace };
}

function serviceProblem(
  { applications }: Environment,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  { hostname, port }: Asked,
  services: readonly CallableService[],
): Problem | undefined {
  // What lies in other namespaces is not known here.
  if (!applications.some((application) => application.namespace === namespace)) return undefined;
  const inNamespace = services.filter((service) => service.namespace === namespace);
  const service = inNamespace.find((one) => one.name === name);
  if (service === undefined) {
    const names = inNamespace.map((one) => one.name);
    const meant = nearestName(name, names);
    return {
      found: quote(hostname),
      accepted:
        names.length === 0
          ? `a Service of namespace ${namespace}, for which no application has one`
          : `a Service of namespace ${namespace}: ${oneOf(names)}`,
      advice: meant === undefined ? "see that something else makes it" : `did you mean ${meant}?`,
      severity: "warning",
    };
  }
  const numbers = service.ports.map((one) => one.number);
  if (numbers.length === 0 || numbers.includes(port)) return undefined;
  const accepted = `a port of Service ${name}: ${oneOf(numbers.map(String))}`;
  return { found: `port ${port}`, accepted, advice: `write ${String(numbers[0])}`, severity: "warning" };
}

/** Where only listed hosts may be called, others answer with 502, which a check may well expect. */
function outsideProblem(
  { mesh, policies }: Environment,
  { expect }: Check,
  { hostname, port }: Asked,
  entries: readonly string[],
): Problem | undefined {
  if (mesh.outboundTraffic !== "registry-only" || /^[\d.]+$|^\[/.test(hostname)) return undefined;
  if (expect.connection === "refused" || (expect.status ?? 200) >= 400) return undefined;
  const isListed =
    policies.outbound.hosts.some((one) => one.port === port && fits(one.host, hostname)) ||
    entries.some((entry) => fits(entry, hostname)) ||
    hostname.endsWith(".cluster.local") ||
    hostname.endsWith(".svc");
  if (isListed) return undefined;
  return {
    found: `${quote(hostname)} on port ${port}`,
    accepted:
      "a host that policies.outbound.hosts lists with this port, because mesh.outboundTraffic is registry-only",
    advice: "list it there, or write what a refused request comes to: status: 502, or connection: refused",
  };
}

function fits(pattern: string, host: string): boolean {
  return pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) : pattern === host;
}
