module istio-cdktf.example/rehearsal/tools/certificates

go 1.26.0
