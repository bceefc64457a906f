package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"k8s.io/client-go/util/cert"
	streaming "k8s.io/cri-streaming/pkg/streaming/remotecommand"
	utilexec "k8s.io/utils/exec"
)

// kubelet stands in for the kubelets of all nodes whose status names 127.0.0.1 and its port: no container runs,
// what pods/log and pods/exec answer is told by podsFile, read anew for each request. Each exec leaves a line in callsFile.
type kubelet struct {
	port                int
	podsFile, callsFile string
	mu                  sync.Mutex
}

// container is what one container answers; podsFile maps patterns (as of path.Match) of NAMESPACE/POD/CONTAINER to these.
type container struct {
	Log         string      `json:"log"`
	PreviousLog string      `json:"previousLog"`
	Exec        []execution `json:"exec"`
}

// execution is what one command line prints and returns; with Run, that command is run on this machine and answers.
type execution struct {
	Argv     []string `json:"argv"`
	Stdout   string   `json:"stdout"`
	Stderr   string   `json:"stderr"`
	ExitCode int      `json:"exitCode"`
	DelayMs  int      `json:"delayMs"`
	Run      []string `json:"run"`
}

func startKubelet(dir string, creds *credentials) (*kubelet, error) {
	k := &kubelet{podsFile: filepath.Join(dir, "pods.json"), callsFile: filepath.Join(dir, "exec-calls.jsonl")}
	for file, text := range map[string]string{k.podsFile: "{}\n", k.callsFile: ""} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	own, err := tls.LoadX509KeyPair(creds.file("kubelet.crt"), creds.file("kubelet.key"))
	if err != nil {
		return nil, err
	}
	clients, err := cert.NewPool(creds.ca.file)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	k.port = listener.Addr().(*net.TCPAddr).Port
	mux := http.NewServeMux()
	mux.HandleFunc("/containerLogs/{namespace}/{pod}/{container}", k.logs)
	mux.HandleFunc("/exec/{namespace}/{pod}/{container}", k.exec)
	server := &http.Server{
		Handler:  mux,
		ErrorLog: log.New(io.Discard, "", 0),
		// Streams are upgraded connections, which HTTP/2 has not.
		TLSConfig: &tls.Config{
			Certificates: []tls.Certificate{own}, ClientCAs: clients, ClientAuth: tls.RequireAndVerifyClientCert, NextProtos: []string{"http/1.1"},
		},
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
	}
	go func() { _ = server.ServeTLS(listener, "", "") }()
	return k, nil
}

func containerName(req *http.Request) string {
	return strings.Join([]string{req.PathValue("namespace"), req.PathValue("pod"), req.PathValue("container")}, "/")
}

// find gives what the container answers; of several patterns that match, the longest counts.
func (k *kubelet) find(name string) (container, error) {
	text, err := os.ReadFile(k.podsFile)
	if err != nil {
		return container{}, err
	}
	var pods map[string]container
	if err := json.Unmarshal(text, &pods); err != nil {
		return container{}, fmt.Errorf("%s: %w", k.podsFile, err)
	}
	var patterns []string
	for pattern := range pods {
		if matches, _ := path.Match(pattern, name); matches {
			patterns = append(patterns, pattern)
		}
	}
	if len(patterns) == 0 {
		return container{}, fmt.Errorf("no test said what container %s answers", name)
	}
	sort.Slice(patterns, func(i, j int) bool { return len(patterns[i]) > len(patterns[j]) })
	return pods[patterns[0]], nil
}

func (k *kubelet) logs(w http.ResponseWriter, req *http.Request) {
	c, err := k.find(containerName(req))
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	text := c.Log
	if req.FormValue("previous") == "true" {
		text = c.PreviousLog
	}
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	if wanted, err := strconv.Atoi(req.FormValue("tailLines")); err == nil && wanted < len(lines) {
		lines = lines[len(lines)-wanted:]
	}
	_, _ = io.WriteString(w, strings.Join(lines, ""))
}

func (k *kubelet) exec(w http.ResponseWriter, req *http.Request) {
	opts, err := streaming.NewOptions(req)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	streaming.ServeExec(w, req, k, containerName(req), "", "", req.Form["command"], opts,
		time.Hour, 30*time.Second, streaming.SupportedStreamingProtocols)
}

// ExecInContainer is called with the streams open.
func (k *kubelet) ExecInContainer(ctx context.Context, name, _, _ string, argv []string, in io.Reader, out, errOut io.WriteCloser,
	_ bool, _ <-chan streaming.TerminalSize, _ time.Duration) error {
	c, err := k.find(name)
	if err != nil {
		k.record(name, argv, false)
		return err
	}
	at := slices.IndexFunc(c.Exec, func(e execution) bool { return slices.Equal(e.Argv, argv) })
	k.record(name, argv, at >= 0)
	if at < 0 {
		return fmt.Errorf("no test said what %q prints in container %s", argv, name)
	}
	e := c.Exec[at]
	select {
	case <-time.After(time.Duration(e.DelayMs) * time.Millisecond):
	case <-ctx.Done():
		return ctx.Err()
	}
	if len(e.Run) > 0 {
		return runHere(ctx, e.Run, in, out, errOut)
	}
	if out != nil {
		_, _ = io.WriteString(out, e.Stdout)
	}
	if errOut != nil {
		_, _ = io.WriteString(errOut, e.Stderr)
	}
	if e.ExitCode != 0 {
		return utilexec.CodeExitError{Err: fmt.Errorf("exit status %d", e.ExitCode), Code: e.ExitCode}
	}
	return nil
}

func runHere(ctx context.Context, argv []string, in io.Reader, out, errOut io.Writer) error {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, errOut
	cmd.WaitDelay = time.Second // the client may keep its stdin open after the command has ended
	err := cmd.Run()
	if exit, ok := err.(*exec.ExitError); ok {
		return utilexec.CodeExitError{Err: err, Code: exit.ExitCode()}
	}
	return err
}

func (k *kubelet) record(name string, argv []string, known bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	line, _ := json.Marshal(map[string]any{"container": name, "argv": argv, "known": known})
	f, err := os.OpenFile(k.callsFile, os.O_APPEND|os.O_WRONLY, 0o600)
	if err == nil {
		_, _ = f.Write(append(line, '\n'))
		f.Close()
	}
}
