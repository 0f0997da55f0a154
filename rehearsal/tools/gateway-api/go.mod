// Only the folder charts/gateway-crds-helm of this module is used.
// Not to be tidied: no package imports it, and go.sum holds the checksum of its archive.
module istio-cdktf.example/rehearsal/tools/gateway-api

go 1.25.0

require github.com/envoyproxy/gateway v1.9.0
