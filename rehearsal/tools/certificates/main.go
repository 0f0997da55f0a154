// Command certificates does for a rehearsal what a public authority does for the world: programs that end TLS get
// certificates of their names from it, and every pod trusts it.
//
//	certificates authority FOLDER            writes ca.crt and ca.key
//	certificates issue FOLDER TO NAME...     writes tls.crt and tls.key into TO
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "certificates:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "authority":
		return makeAuthority(args[1])
	case len(args) > 3 && args[0] == "issue":
		return issue(args[1], args[2], args[3:])
	default:
		return errors.New("usage: certificates authority FOLDER | certificates issue FOLDER TO NAME...")
	}
}

func makeAuthority(folder string) error {
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: "rehearsal"},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	return create(template, nil, filepath.Join(folder, "ca"))
}

func issue(folder, to string, names []string) error {
	authority, err := tls.LoadX509KeyPair(filepath.Join(folder, "ca.crt"), filepath.Join(folder, "ca.key"))
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "stand-in"},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, name := range names {
		if address := net.ParseIP(name); address != nil {
			template.IPAddresses = append(template.IPAddresses, address)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	return create(template, &authority, filepath.Join(to, "tls"))
}

// create signs a certificate, by itself where no authority does, and writes it and its new key as PEM.
func create(template *x509.Certificate, authority *tls.Certificate, stem string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return err
	}
	template.SerialNumber = serial
	template.NotBefore = time.Now().Add(-time.Hour)
	template.NotAfter = time.Now().AddDate(1, 0, 0)
	parent, signer := template, crypto.PrivateKey(key)
	if authority != nil {
		parent, signer = authority.Leaf, authority.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		return err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(stem), 0o700); err != nil {
		return err
	}
	if err := write(stem+".key", "PRIVATE KEY", keyDER, 0o600); err != nil {
		return err
	}
	return write(stem+".crt", "CERTIFICATE", der, 0o644)
}

func write(path, kind string, der []byte, mode os.FileMode) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), mode)
}
