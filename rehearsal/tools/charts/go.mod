// Only the folder deploy/charts/cert-manager of this module is used: its programs cannot be built as a module.
// Not to be tidied: no package imports it, and go.sum holds the checksum of its archive.
module istio-cdktf.example/rehearsal/tools/charts

go 1.25.0

require github.com/cert-manager/cert-manager v1.21.2
