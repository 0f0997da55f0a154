/** A valid environment that uses every option of a cluster that exists. */
export const maximalEnvironment = `target:
  kind: existing
  clusterName: kvm-1
  kubernetesVersion: "1.35"
  platform: k3s
  connection:
    kind: host
    host: https://kube.example.com:6443
    clusterCaCertificatePath: ca.pem
    exec: { command: oidc-login, args: [get-token], env: { REALM: lab } }
mesh:
  istioVersion: 1.31.4
  mtls: permissive
  trustDomain: mesh.example.com
  outboundTraffic: registry-only
  accessLogs: text
  namespaces:
    - { name: shop, mtls: strict }
    - { name: legacy, podSecurity: baseline }
  removedNamespaces: [former]
  cni: { values: { logging: { level: debug } } }
  istiod:
    replicas: { min: 2, max: 3 }
    resources: { requests: { cpu: "1", memory: 3Gi }, limits: { cpu: "2", memory: 4Gi } }
    values: { traceSampling: 5 }
  proxyResources: { requests: { cpu: 50m, memory: 64Mi }, limits: { cpu: "1", memory: 1Gi } }
  baseValues: { base: { excludedCRDs: [wasmplugins.extensions.istio.io] } }
gateways:
  - name: ingress
    exposure: { kind: nodeport, statusNodePort: 30012 }
    tls: { issuer: lab-ca, hosts: ["*.example.com"], minimumVersion: "1.3" }
    ports:
      - { kind: http, name: admin, port: 8080, hosts: [admin.example.com], nodePort: 30080 }
      - { kind: https, name: partner, port: 8443 }
      - { kind: grpc, name: orders, port: 9000 }
      - { kind: tcp, name: mongo, port: 27017 }
      - { kind: passthrough, name: vault, port: 8200, hosts: [vault.example.com] }
    replicas: { min: 2, max: 2 }
    resources: { requests: { cpu: 200m, memory: 256Mi }, limits: { cpu: "2", memory: 1Gi } }
    values: { labels: { team: edge } }
  - name: public
    exposure: { kind: metallb, exposeStatusPort: true, address: 192.0.2.3, pool: { kind: install, addresses: [192.0.2.0/28] } }
    tls: { issuer: le-dns, hosts: [mesh.example.com] }
  - name: internal
    exposure: { kind: clusterip }
    targetCpuPercent: 65
    extraAnnotations: { owner: edge }
    drainSeconds: 20
  - name: egress
    direction: egress
    exposure: { kind: nodeport, httpNodePort: 30020, httpsNodePort: 30021 }
    ports: [{ kind: tcp, name: postgres, port: 5432, nodePort: 30022 }]
certManager:
  issuers:
    - { kind: self-signed-ca, name: lab-ca, commonName: Lab, durationDays: 90 }
    - { kind: ca, name: own, secretName: corporate-ca }
    - { kind: acme, name: le, email: a@example.com, solver: { kind: http01 } }
    - kind: acme
      name: le-dns
      server: https://acme-staging-v02.api.letsencrypt.org/directory
      email: a@example.com
      solver: { kind: dns01, provider: { kind: cloudflare, apiTokenSecret: { name: cf, key: token } } }
  values: { extraArgs: ["--v=4"] }
health: { path: /live, host: up.example.com }
applications:
  - { name: books, path: applications/bookinfo, files: [bookinfo.yaml], namespace: shop }
checks:
  - name: the shop answers
    request: { gateway: ingress, host: shop.example.com, path: /cart, headers: { end-user: jason }, body: hello }
    expect: { workload: cart, headers: { server: envoy, x-id: { matches: "^[0-9]+$" } }, body: welcome }
  - name: the orders are found
    request: { from: shop/cart, to: "http://orders.shop:8080/" }
    expect: { body: { matches: "order [0-9]+" } }
  - name: nothing is said of the database
    request: { from: shop/cart, to: "http://orders.shop:8080/" }
    expect: { body: { lacks: postgres } }
  - name: the old shop leads to the new one
    request: { host: shop.example.com, path: /old }
    expect: { redirect: /cart }
charts:
  source: { kind: oci, registry: oci://mirror.example.com/charts }
  images: { registry: registry.example.com/mirror, pullSecrets: [pull] }
backend: { kind: s3, bucket: states, region: eu-central-1, keyPrefix: mesh/, kmsKeyId: alias/states, roleArn: "arn:aws:iam::111122223333:role/states" }
`;
