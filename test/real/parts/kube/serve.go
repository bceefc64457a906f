package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/component-base/version"
)

type options struct {
	dataDir, template, crds, controllers, apiserverArgs string
	scheduler                                           bool
	timeout                                             time.Duration
}

// ready is the line printed, as JSON, once all is up.
type ready struct {
	Ready       bool              `json:"ready"`
	Server      string            `json:"server"`
	Version     string            `json:"version"`
	Kubeconfig  string            `json:"kubeconfig"`
	CAFile      string            `json:"caFile"`
	Tokens      map[string]string `json:"tokens"`
	CRDs        int               `json:"crds"`
	KubeletPort int               `json:"kubeletPort"`
	PodsFile    string            `json:"podsFile"`
	CallsFile   string            `json:"callsFile"`
	DataDir     string            `json:"dataDir"`
	PID         int               `json:"pid"`
	Millis      map[string]int64  `json:"ms"`
}

func serve(args []string) int {
	var o options
	f := flag.NewFlagSet("serve", flag.ExitOnError)
	f.StringVar(&o.dataDir, "data-dir", "", "keep data, credentials and logs here (default: a temporary folder, removed at the end)")
	f.StringVar(&o.template, "template", "", "begin with a copy of this etcd folder")
	f.StringVar(&o.crds, "crds", "", "comma-separated folders with CRDs to install")
	f.StringVar(&o.controllers, "controllers", "none", `"none", "default", or a list as for kube-controller-manager`)
	f.BoolVar(&o.scheduler, "scheduler", false, "run kube-scheduler")
	f.StringVar(&o.apiserverArgs, "apiserver-args", "", "more kube-apiserver flags, separated by spaces")
	f.DurationVar(&o.timeout, "timeout", 3*time.Minute, "give up when not ready by then")
	_ = f.Parse(args)
	if o.controllers == "default" {
		o.controllers = defaultControllers
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "pb-kube:", err)
		return 1
	}
	return 0
}

func run(ctx context.Context, o options) (err error) {
	begin, millis := time.Now(), map[string]int64{}
	mark := func(name string) { millis[name] = time.Since(begin).Milliseconds() }
	if o.dataDir == "" {
		if o.dataDir, err = os.MkdirTemp("", "pb-kube-"); err != nil {
			return err
		}
		defer os.RemoveAll(o.dataDir)
	}
	if o.dataDir, err = filepath.Abs(o.dataDir); err != nil {
		return err
	}
	crds, err := readCRDs(o.crds)
	if err != nil {
		return err
	}
	// From here on the end of our standard input ends us, in the middle of a start as well.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	commands := readCommands(os.Stdin, cancel)

	etcd, err := startEtcd(o.dataDir, o.template)
	if err != nil {
		return err
	}
	defer etcd.Close()
	mark("etcd")

	p := &plane{opts: o, failed: make(chan error, 8)}
	defer p.stop()
	if p.port, err = reservePort(); err != nil {
		return err
	}
	if p.creds, err = newCredentials(o.dataDir, p.server()); err != nil {
		return err
	}
	kubelet, err := startKubelet(o.dataDir, p.creds)
	if err != nil {
		return err
	}
	cfg, err := clientConfig(p.creds.kubeconfig)
	if err != nil {
		return err
	}
	if err := p.bringUp(ctx, cfg, func(ctx context.Context) error { return installCRDs(ctx, cfg, crds) }, mark); err != nil {
		if ctx.Err() != nil {
			return nil // told to stop
		}
		return err
	}

	out := json.NewEncoder(os.Stdout)
	_ = out.Encode(ready{
		Ready: true, Server: p.server(), Version: version.Get().GitVersion, Kubeconfig: p.creds.kubeconfig, CAFile: p.creds.ca.file,
		Tokens: p.creds.tokens, CRDs: len(crds), KubeletPort: kubelet.port, PodsFile: kubelet.podsFile, CallsFile: kubelet.callsFile,
		DataDir: o.dataDir, PID: os.Getpid(), Millis: millis,
	})
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-p.failed:
			return err
		case err := <-etcd.Err():
			return err
		case command := <-commands:
			_ = out.Encode(p.obey(ctx, command, cfg, etcd.Server.KV().Rev))
		}
	}
}

func (p *plane) bringUp(ctx context.Context, cfg *rest.Config, install func(context.Context) error, mark func(string)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, p.opts.timeout, errors.New("not ready in time"))
	defer cancel()
	if err := p.startAPIServer(); err != nil {
		return err
	}
	if err := p.waitServing(ctx, cfg); err != nil {
		return err
	}
	mark("apiserver")
	if err := p.startOthers(); err != nil {
		return err
	}
	if err := install(ctx); err != nil {
		return err
	}
	mark("crds")
	err := p.waitControllers(ctx, cfg)
	mark("ready")
	return err
}

func clientConfig(kubeconfig string) (*rest.Config, error) {
	cfg, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	cfg.QPS, cfg.Burst = 500, 1000
	cfg.WarningHandler = rest.NoWarnings{} // published CRDs name formats that no server knows
	return cfg, nil
}
