package main

import (
	"fmt"
	"os"
	"path/filepath"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// credentials are made anew at each start; the files lie in dir.
type credentials struct {
	dir               string
	ca                *authority
	frontProxy        *authority
	tokens            map[string]string
	kubeconfig        string
	controlKubeconfig string
}

func (c *credentials) file(name string) string { return filepath.Join(c.dir, name) }

func newCredentials(dataDir, server string) (*credentials, error) {
	// "admin" may do all; "nobody" is a user that no role is bound to, for real refusals.
	c := &credentials{
		dir:    filepath.Join(dataDir, "pki"),
		tokens: map[string]string{"admin": randomToken(), "nobody": randomToken()},
	}
	c.kubeconfig, c.controlKubeconfig = filepath.Join(dataDir, "kubeconfig"), c.file("control.kubeconfig")
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return nil, err
	}
	var err error
	if c.ca, err = newAuthority(c.file("ca")); err != nil {
		return nil, err
	}
	if c.frontProxy, err = newAuthority(c.file("front-proxy-ca")); err != nil {
		return nil, err
	}
	for _, issue := range []struct {
		by                *authority
		file, name, group string
	}{
		{c.ca, "apiserver", "kube-apiserver", ""},
		{c.ca, "kubelet", "system:node:stub", "system:nodes"},
		{c.ca, "kubelet-client", "kube-apiserver-kubelet-client", "system:masters"},
		{c.ca, "admin", "kubernetes-admin", "system:masters"},
		{c.ca, "control", "control-plane", "system:masters"},
		{c.frontProxy, "front-proxy-client", "front-proxy-client", ""},
	} {
		if err := issue.by.issue(c.file(issue.file), issue.name, issue.group); err != nil {
			return nil, err
		}
	}
	if _, err := writeKey(c.file("service-accounts.key")); err != nil {
		return nil, err
	}
	lines := fmt.Sprintf("%s,token-admin,1,\"system:masters\"\n%s,nobody,2\n", c.tokens["admin"], c.tokens["nobody"])
	if err := os.WriteFile(c.file("tokens.csv"), []byte(lines), 0o600); err != nil {
		return nil, err
	}
	if err := c.writeKubeconfig(c.controlKubeconfig, server, "control"); err != nil {
		return nil, err
	}
	return c, c.writeKubeconfig(c.kubeconfig, server, "admin")
}

// writeKubeconfig names a context for the certificate's user, and "token-…" ones for the users with tokens.
func (c *credentials) writeKubeconfig(file, server, user string) error {
	config := clientcmdapi.NewConfig()
	config.Clusters["pb-kube"] = &clientcmdapi.Cluster{Server: server, CertificateAuthority: c.ca.file}
	config.AuthInfos[user] = &clientcmdapi.AuthInfo{ClientCertificate: c.file(user + ".crt"), ClientKey: c.file(user + ".key")}
	for name, token := range c.tokens {
		config.AuthInfos["token-"+name] = &clientcmdapi.AuthInfo{Token: token}
	}
	for name := range config.AuthInfos {
		config.Contexts[name] = &clientcmdapi.Context{Cluster: "pb-kube", AuthInfo: name, Namespace: "default"}
	}
	config.CurrentContext = user
	if err := clientcmdapi.FlattenConfig(config); err != nil { // a kubeconfig may be copied away from its folder
		return err
	}
	return clientcmd.WriteToFile(*config, file)
}
