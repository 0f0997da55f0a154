import { type ApiClient } from "../api/client";
import { endpointSlice, type EndpointSlice, service, type Service } from "../api/objects";
import { Watch } from "../api/watch";
import { DnsServer } from "./dns-server";
import { LoadBalancers, type LoadBalancerOptions } from "./load-balancer";
import { serviceNames } from "./service-names";
import { ServiceProxy } from "./service-proxy";
import { type Listener, listenersOf } from "./service-table";

export interface ClusterNetworkOptions extends Omit<LoadBalancerOptions, "onChange"> {
  readonly api: Pick<ApiClient, "get" | "stream" | "patch">;
  readonly nodeAddresses: readonly string[];
  readonly resolverAddresses: readonly string[];
}

/** Services, their names and their load balancers: all that makes an address answer. */
export class ClusterNetwork {
  private readonly services: Watch<Service>;
  private readonly slices: Watch<EndpointSlice>;
  private readonly proxy: ServiceProxy;
  private readonly loadBalancers: LoadBalancers;
  private readonly dns: DnsServer;
  private names = new Map<string, string[]>();
  private scheduled = false;

  constructor(private readonly options: ClusterNetworkOptions) {
    const { api, onProblem } = options;
    const schedule = () => {
      this.schedule();
    };
    this.proxy = new ServiceProxy(onProblem);
    this.loadBalancers = new LoadBalancers({ ...options, onChange: schedule });
    this.services = new Watch({
      api,
      path: "/api/v1/services",
      read: service,
      onChange: (changed, change) => {
        this.loadBalancers.onService(changed, change);
        schedule();
      },
      onProblem,
    });
    this.slices = new Watch({
      api,
      path: "/apis/discovery.k8s.io/v1/endpointslices",
      read: endpointSlice,
      onChange: schedule,
      onProblem,
    });
    this.dns = new DnsServer((name) => {
      const loadBalancer = this.loadBalancers.resolve(name);
      return loadBalancer === undefined ? this.names.get(name) : [loadBalancer];
    }, onProblem);
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.dns.listen(this.options.resolverAddresses);
    await Promise.all([this.services.run(signal), this.slices.run(signal)]);
    this.loadBalancers.close();
    this.dns.close();
    this.proxy.close();
  }

  /** Many changes come at once: the tables are made anew once for all of them. */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      const services = [...this.services.objects.values()];
      const slices = [...this.slices.objects.values()];
      this.names = serviceNames(services, slices);
      this.proxy.apply(this.withNamedLoadBalancers(services, slices));
    });
  }

  /** A load balancer with a name keeps its address out of the Service's status, so it is added here. */
  private withNamedLoadBalancers(
    services: readonly Service[],
    slices: readonly EndpointSlice[],
  ): Map<string, Listener> {
    const answered = services.map((each) => {
      const ip = this.loadBalancers.addressOf(each);
      return ip === undefined ? each : { ...each, status: { loadBalancer: { ingress: [{ ip }] } } };
    });
    return listenersOf(answered, slices, this.options.nodeAddresses);
  }
}
