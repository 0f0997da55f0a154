// Only the folder manifests/charts/ztunnel of this module is used; Istio's programs have a folder of their own.
// Not to be tidied: no package imports it, and go.sum holds the checksum of its archive.
module istio-cdktf.example/rehearsal/tools/ztunnel

go 1.25.0

require istio.io/istio v0.0.0-20260827124520-eed52ebb66ad
