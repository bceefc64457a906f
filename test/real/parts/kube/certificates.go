package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"math/big"
	"net"
	"os"
	"time"

	"k8s.io/client-go/util/cert"
	"k8s.io/client-go/util/keyutil"
)

// authority signs the certificates of one trust domain; its own lies in file.
type authority struct {
	file string
	cert *x509.Certificate
	key  crypto.Signer
}

func newAuthority(path string) (*authority, error) {
	key, err := writeKey(path + ".key")
	if err != nil {
		return nil, err
	}
	ca, err := cert.NewSelfSignedCACert(cert.Config{CommonName: "pb-kube"}, key)
	if err != nil {
		return nil, err
	}
	return &authority{path + ".crt", ca, key}, writeCert(path+".crt", ca.Raw)
}

// issue writes path.crt and path.key, for a client of that name and group and for a server at 127.0.0.1.
func (a *authority) issue(path, name, group string) error {
	key, err := writeKey(path + ".key")
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 100))
	if err != nil {
		return err
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name, Organization: []string{group}},
		DNSNames:     []string{"localhost", "kubernetes.default.svc"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.IPv4(10, 96, 0, 1)},
		NotBefore:    a.cert.NotBefore,
		NotAfter:     time.Now().Add(30 * 24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}, a.cert, key.Public(), a.key)
	if err != nil {
		return err
	}
	return writeCert(path+".crt", der)
}

func writeKey(file string) (crypto.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	pem, err := keyutil.MarshalPrivateKeyToPEM(key)
	if err != nil {
		return nil, err
	}
	return key, os.WriteFile(file, pem, 0o600)
}

func writeCert(file string, der []byte) error {
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return err
	}
	pem, err := cert.EncodeCertificates(parsed)
	if err != nil {
		return err
	}
	return os.WriteFile(file, pem, 0o600)
}

func randomToken() string {
	b := make([]byte, 24)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}
