package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"

	"k8s.io/client-go/rest"
)

// answer is the JSON line that each command gets.
type answer struct {
	Command  string `json:"command"`
	OK       bool   `json:"ok"`
	Error    string `json:"error,omitempty"`
	Revision int64  `json:"revision,omitempty"`
}

// readCommands passes on one command a line. "quit" and the end of the input (our starter's death, too) call stop.
func readCommands(in io.Reader, stop func()) <-chan string {
	commands := make(chan string)
	go func() {
		defer stop()
		for lines := bufio.NewScanner(in); lines.Scan(); {
			command := strings.TrimSpace(lines.Text())
			if command == "quit" {
				return
			}
			commands <- command
		}
	}()
	return commands
}

// obey makes an outage and ends it, or tells the store's revision: a write of any client moves it.
func (p *plane) obey(ctx context.Context, command string, cfg *rest.Config, revision func() int64) answer {
	var err error
	a := answer{Command: command}
	switch command {
	case "stop apiserver":
		if p.apiserver == nil {
			err = errors.New("it is not running")
		} else {
			p.apiserver.stop()
			p.apiserver = nil
		}
	case "start apiserver":
		if p.apiserver != nil {
			err = errors.New("it is running")
		} else if err = p.startAPIServer(); err == nil {
			limited, cancel := context.WithTimeout(ctx, p.opts.timeout)
			err = p.waitServing(limited, cfg)
			cancel()
		}
	case "revision":
		a.Revision = revision()
	default:
		err = errors.New("unknown command")
	}
	if a.OK = err == nil; !a.OK {
		a.Error = err.Error()
	}
	return a
}
