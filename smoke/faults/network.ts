import type { Fault } from "./fault";

/** Faults of name resolution and of connections. */
export const networkFaults = {
  "dns-not-published": {
    title: "The name does not exist yet",
    settles: "by-itself",
    next: "wait: a new load balancer's name takes minutes; if it stays, check the record and its zone",
  },
  "dns-not-found": {
    title: "The name does not exist",
    settles: "by-itself",
    next: "check the record, and that this machine uses the resolver that knows the zone",
  },
  "dns-no-address": {
    title: "The name has no address",
    settles: "by-itself",
    next: "add an A or AAAA record: the name exists, with other records only",
  },
  "dns-unspecified": {
    title: "The name stands for 0.0.0.0 or ::, which is nobody's address",
    settles: "maybe",
    next: "check the record; if it is right, a filter between this machine and the zone answers in its place",
  },
  "dns-cached-absence": {
    title: "The name exists, but this machine's resolver still says it does not",
    settles: "by-itself",
    next: "wait until the resolver's cached answer ends (the zone's SOA minimum), or flush its cache",
  },
  "dns-servfail": {
    title: "The resolver failed",
    settles: "maybe",
    next: "check the zone's delegation and DNSSEC: the resolver reached a server and got no usable answer",
  },
  "dns-refused": {
    title: "The resolver refuses to answer",
    settles: "maybe",
    next: "use a resolver that answers this machine",
  },
  "dns-silent": {
    title: "The resolver does not answer",
    settles: "maybe",
    next: "check this machine's network and its resolver (UDP and TCP port 53)",
  },
  "tcp-refused": {
    title: "Connection refused",
    settles: "maybe",
    next: "something answers at the address, but nothing listens on the port: check the Service's ports and that the gateway's pods are ready",
  },
  "tcp-timed-out": {
    title: "Connection timed out",
    settles: "maybe",
    next: "packets are dropped: check security groups, network security groups, firewalls, and that the load balancer has healthy targets",
  },
  "tcp-unreachable": {
    title: "Address unreachable",
    settles: "maybe",
    next: "there is no route from this machine to the address: check the VPN, the subnet, or whether the address is internal",
  },
  "tcp-failed": {
    title: "Connection failed",
    settles: "maybe",
    next: "see what the operating system answered",
  },
} as const satisfies Record<string, Fault>;
