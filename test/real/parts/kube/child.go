package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"
)

// child is a part of the control plane: this binary once more, under the part's own name.
type child struct {
	cmd     *exec.Cmd
	ended   chan struct{}
	stopped atomic.Bool // its end is wanted
}

// startChild logs to dir/NAME.log. An end that nobody asked for is sent to failed, with the end of that log.
func startChild(dir, name string, args []string, failed chan<- error) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	logFile := filepath.Join(dir, name+".log")
	log, err := os.OpenFile(logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	c := &child{cmd: exec.Command(self, append([]string{name}, args...)...), ended: make(chan struct{})}
	c.cmd.Stdout, c.cmd.Stderr = log, log
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a ^C at the terminal is for us to pass on
	if _, err := c.cmd.StdinPipe(); err != nil {            // never written to: see component
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		err := c.cmd.Wait()
		if !c.stopped.Load() {
			failed <- fmt.Errorf("%s ended by itself: %v; %s ends:\n%s", name, err, logFile, tail(logFile, 2000))
		}
		close(c.ended)
	}()
	return c, nil
}

func (c *child) stop() {
	c.stopped.Store(true)
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-c.ended:
	case <-time.After(3 * time.Second):
		_ = c.cmd.Process.Kill()
		<-c.ended
	}
}

func tail(file string, limit int64) string {
	f, err := os.Open(file)
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	if size, err := f.Seek(0, io.SeekEnd); err == nil {
		_, _ = f.Seek(max(0, size-limit), io.SeekStart)
	}
	text, _ := io.ReadAll(f)
	return string(text)
}
