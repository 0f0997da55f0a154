// Command kubelet-server is the part of a kubelet that the API server talks to: logs, exec and port-forward of
// the pods that a rehearsal runs.
//
// The streaming is the kubelet's own. What differs is what a container is: the rehearsal keeps a folder for each
// pod, `<namespace>_<pod>`, with `<container>.log`, `<container>.pid` while the container's program runs, and
// `network`, the pod's network namespace.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	remotecommandconsts "k8s.io/apimachinery/pkg/util/remotecommand"
	"k8s.io/kubelet/pkg/cri/streaming/portforward"
	"k8s.io/kubelet/pkg/cri/streaming/remotecommand"
)

const idleTimeout = 4 * time.Hour

func main() {
	listen := flag.String("listen", "", "addresses of the nodes, with port, separated by commas")
	folder := flag.String("pods", "", "folder of the pods")
	certificate := flag.String("cert", "", "file of the serving certificate")
	key := flag.String("key", "", "file of its key")
	clientCA := flag.String("client-ca", "", "file of the CA that clients' certificates are signed by")
	flag.Parse()
	config, err := tlsConfig(*certificate, *key, *clientCA)
	if err == nil {
		err = serve(strings.Split(*listen, ","), config, handler(pods{folder: *folder}))
	}
	fmt.Fprintln(os.Stderr, "kubelet-server:", err)
	os.Exit(1)
}

// serve returns when one of the addresses is not served any more.
func serve(addresses []string, config *tls.Config, handler http.Handler) error {
	ended := make(chan error)
	for _, address := range addresses {
		server := &http.Server{Addr: address, Handler: handler, TLSConfig: config}
		go func() { ended <- server.ListenAndServeTLS("", "") }()
	}
	return <-ended
}

// tlsConfig asks for a certificate of the cluster's own, as a kubelet does.
func tlsConfig(certificate, key, clientCA string) (*tls.Config, error) {
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		return nil, err
	}
	pem, err := os.ReadFile(clientCA)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New(clientCA + " holds no certificate")
	}
	return &tls.Config{
		Certificates: []tls.Certificate{pair},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    pool,
		MinVersion:   tls.VersionTLS12,
	}, nil
}

func handler(pods pods) http.Handler {
	mux := http.NewServeMux()
	history := newHistory(pods.folder)
	go history.run()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", func(w http.ResponseWriter, r *http.Request) {
		options, err := logOptionsOf(r.URL.Query())
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		container := container{pods, podOf(r), r.PathValue("container")}
		w.Header().Set("Content-Type", "text/plain")
		if err := writeLogs(r.Context(), w, container, options, history); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	exec := func(w http.ResponseWriter, r *http.Request) {
		options, err := remotecommand.NewOptions(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		remotecommand.ServeExec(w, r, pods, podOf(r), "", r.PathValue("container"), r.URL.Query()["command"], options,
			idleTimeout, remotecommandconsts.DefaultStreamCreationTimeout, remotecommandconsts.SupportedStreamingProtocols)
	}
	mux.HandleFunc("GET /exec/{namespace}/{pod}/{container}", exec)
	mux.HandleFunc("POST /exec/{namespace}/{pod}/{container}", exec)
	forward := func(w http.ResponseWriter, r *http.Request) {
		options, err := portforward.NewV4Options(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		portforward.ServePortForward(w, r, pods, podOf(r), "", options,
			idleTimeout, remotecommandconsts.DefaultStreamCreationTimeout, portforward.SupportedProtocols)
	}
	mux.HandleFunc("GET /portForward/{namespace}/{pod}", forward)
	mux.HandleFunc("POST /portForward/{namespace}/{pod}", forward)
	return mux
}

// podOf is the name of the pod's folder.
func podOf(r *http.Request) string {
	return r.PathValue("namespace") + "_" + r.PathValue("pod")
}
