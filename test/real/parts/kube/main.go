// The real Kubernetes API in one program, on loopback, for tests. "serve" runs etcd in this process and
// kube-apiserver, kube-controller-manager and kube-scheduler as re-executions of this same binary, since each of
// them sets up logging, feature gates and metrics once for its process. "kubectl" is the client of the same release.
package main

import (
	"fmt"
	"os"
	"syscall"

	"github.com/spf13/cobra"
	_ "k8s.io/client-go/plugin/pkg/client/auth"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: pb-kube serve [flags] | pb-kube kubectl [arguments]")
		os.Exit(2)
	}
	name, args := os.Args[1], os.Args[2:]
	switch name {
	case "serve":
		os.Exit(serve(args))
	case "kubectl":
		os.Args = os.Args[1:] // kubectl looks for its plugins by these
		if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
			kubectlutil.CheckErr(err)
		}
	case "kube-apiserver":
		component(apiserver.NewAPIServerCommand(), args)
	case "kube-controller-manager":
		component(controllers.NewControllerManagerCommand(), args)
	case "kube-scheduler":
		component(scheduler.NewSchedulerCommand(), args)
	default:
		fmt.Fprintln(os.Stderr, "unknown command", name)
		os.Exit(2)
	}
}

// component runs a part of the control plane for as long as its standard input is open: "serve" holds the other
// end, and the kernel closes that even when "serve" is killed.
func component(command *cobra.Command, args []string) {
	go func() {
		var b [1]byte
		for {
			if _, err := os.Stdin.Read(b[:]); err != nil {
				_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			}
		}
	}()
	command.SetArgs(args)
	os.Exit(cli.Run(command))
}
