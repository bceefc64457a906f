package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// defaultControllers act on API objects alone. None judges nodes by their heartbeats, as no kubelet sends any.
var defaultControllers = strings.Join([]string{
	"namespace-controller", "garbage-collector-controller",
	"serviceaccount-controller", "serviceaccount-token-controller", "root-ca-certificate-publisher-controller",
	"clusterrole-aggregation-controller", "resourcequota-controller",
	"deployment-controller", "replicaset-controller", "replicationcontroller-controller", "statefulset-controller",
	"daemonset-controller", "job-controller", "cronjob-controller", "ttl-after-finished-controller", "disruption-controller",
	"endpoints-controller", "endpointslice-controller",
	"persistentvolume-binder-controller", "persistentvolume-expander-controller",
	"persistentvolumeclaim-protection-controller", "persistentvolume-protection-controller",
}, ",")

// plane is the running control plane.
type plane struct {
	opts      options
	creds     *credentials
	port      int
	failed    chan error
	apiserver *child
	others    []*child
}

// reservePort binds a free port on 127.0.0.1, without listening, for as long as this process lives: kube-apiserver
// shares it. So no other program takes it before the first start, nor during an outage, when it refuses connections.
func reservePort() (int, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	const reusePort = 15 // SO_REUSEPORT, which package syscall does not name
	if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, reusePort, 1); err != nil {
		return 0, err
	}
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return 0, err
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		return 0, err
	}
	return name.(*syscall.SockaddrInet4).Port, nil
}

func (p *plane) server() string {
	return fmt.Sprintf("https://%s", net.JoinHostPort("127.0.0.1", fmt.Sprint(p.port)))
}

func (p *plane) runs(controller string) bool {
	return slices.Contains(strings.Split(p.opts.controllers, ","), controller)
}

func (p *plane) startAPIServer() (err error) {
	c := p.creds
	args := []string{
		"--etcd-servers=unix://" + etcdSocket(p.opts.dataDir), "--storage-media-type=application/vnd.kubernetes.protobuf",
		"--bind-address=127.0.0.1", fmt.Sprint("--secure-port=", p.port), "--permit-port-sharing",
		"--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none", "--service-cluster-ip-range=10.96.0.0/16",
		"--tls-cert-file=" + c.file("apiserver.crt"), "--tls-private-key-file=" + c.file("apiserver.key"),
		"--client-ca-file=" + c.ca.file, "--token-auth-file=" + c.file("tokens.csv"), "--authorization-mode=RBAC",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + c.file("service-accounts.key"), "--service-account-signing-key-file=" + c.file("service-accounts.key"),
		"--kubelet-certificate-authority=" + c.ca.file, "--kubelet-preferred-address-types=InternalIP",
		"--kubelet-client-certificate=" + c.file("kubelet-client.crt"), "--kubelet-client-key=" + c.file("kubelet-client.key"),
		"--requestheader-client-ca-file=" + c.frontProxy.file, "--requestheader-allowed-names=front-proxy-client",
		"--requestheader-username-headers=X-Remote-User", "--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--proxy-client-cert-file=" + c.file("front-proxy-client.crt"), "--proxy-client-key-file=" + c.file("front-proxy-client.key"),
		"--allow-privileged", "--profiling=false",
		"--feature-gates=APIServerIdentity=false,UnknownVersionInteroperabilityProxy=false", // its lease is written every few seconds: the store's revision shall count the tests' writes
	}
	// Admission that leaves a controller the rest of the work is off where that controller is: pods wait for a
	// default service account, new nodes keep a not-ready taint.
	var off []string
	if !p.runs("serviceaccount-controller") {
		off = append(off, "ServiceAccount")
	}
	if !p.runs("node-lifecycle-controller") {
		off = append(off, "TaintNodesByCondition")
	}
	if len(off) > 0 {
		args = append(args, "--disable-admission-plugins="+strings.Join(off, ","))
	}
	p.apiserver, err = startChild(p.opts.dataDir, "kube-apiserver", append(args, strings.Fields(p.opts.apiserverArgs)...), p.failed)
	return err
}

// startOthers starts what runs beside kube-apiserver.
func (p *plane) startOthers() error {
	common := []string{
		"--kubeconfig=" + p.creds.controlKubeconfig, "--authentication-skip-lookup", "--bind-address=127.0.0.1", "--secure-port=0",
		"--leader-elect=false", "--kube-api-qps=500", "--kube-api-burst=1000", "--profiling=false",
	}
	if p.opts.controllers != "none" {
		controller, err := startChild(p.opts.dataDir, "kube-controller-manager", append([]string{
			"--controllers=" + p.opts.controllers, "--service-account-private-key-file=" + p.creds.file("service-accounts.key"),
			"--root-ca-file=" + p.creds.ca.file, "--pvclaimbinder-sync-period=2s", "--namespace-sync-period=1m",
		}, common...), p.failed)
		if err != nil {
			return err
		}
		p.others = append(p.others, controller)
	}
	if p.opts.scheduler {
		scheduler, err := startChild(p.opts.dataDir, "kube-scheduler", common, p.failed)
		if err != nil {
			return err
		}
		p.others = append(p.others, scheduler)
	}
	return nil
}

// waitServing returns once kube-apiserver is ready and, as it says so a little early, the default namespace stands.
func (p *plane) waitServing(ctx context.Context, cfg *rest.Config) error {
	client, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return err
	}
	return p.poll(ctx, "kube-apiserver", func() error {
		if _, err := client.RESTClient().Get().AbsPath("/readyz").DoRaw(ctx); err != nil {
			return err
		}
		_, err := client.CoreV1().Namespaces().Get(ctx, "default", metav1.GetOptions{})
		return err
	})
}

// waitControllers returns once the controllers have given the default namespace what every namespace gets.
func (p *plane) waitControllers(ctx context.Context, cfg *rest.Config) error {
	if !p.runs("serviceaccount-controller") {
		return nil
	}
	client, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return err
	}
	return p.poll(ctx, "kube-controller-manager", func() error {
		_, err := client.CoreV1().ServiceAccounts("default").Get(ctx, "default", metav1.GetOptions{})
		return err
	})
}

func (p *plane) poll(ctx context.Context, log string, done func() error) error {
	for {
		err := done()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			log = filepath.Join(p.opts.dataDir, log+".log")
			return errors.Join(ctx.Err(), err, fmt.Errorf("%s ends:\n%s", log, tail(log, 2000)))
		case err := <-p.failed:
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (p *plane) stop() {
	for _, other := range p.others {
		other.stop()
	}
	if p.apiserver != nil {
		p.apiserver.stop()
	}
}
