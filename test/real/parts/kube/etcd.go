package main

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"go.etcd.io/etcd/server/v3/storage/wal"
)

// startEtcd keeps its data in dir/etcd, begun as a copy of template where that is given. Clients come over a unix
// socket in dir, which no other user of the machine can open.
func startEtcd(dir, template string) (*embed.Etcd, error) {
	data := filepath.Join(dir, "etcd")
	if _, err := os.Stat(data); template != "" && errors.Is(err, fs.ErrNotExist) {
		if err := os.CopyFS(data, os.DirFS(template)); err != nil {
			return nil, err
		}
		if err := os.Chmod(data, 0o700); err != nil {
			return nil, err
		}
	}
	wal.SegmentSizeBytes = 4 << 20 // etcd fills whole segments ahead; 64 MB is much to copy
	cfg := embed.NewConfig()
	cfg.Dir = data
	cfg.LogLevel = "warn"
	cfg.LogOutputs = []string{filepath.Join(dir, "etcd.log")}
	cfg.UnsafeNoFsync = true             // the data lives no longer than the tests
	cfg.TickMs, cfg.ElectionMs = 10, 100 // a lone member elects itself after one election timeout
	cfg.ListenClientUrls = []url.URL{{Scheme: "unix", Path: etcdSocket(dir)}}
	nowhere := []url.URL{{Scheme: "http", Host: "127.0.0.1:0"}} // no peers; and etcd will not advertise a socket's path
	cfg.ListenPeerUrls, cfg.AdvertisePeerUrls, cfg.AdvertiseClientUrls = nowhere, nowhere, nowhere
	cfg.InitialCluster = cfg.InitialClusterFromName(cfg.Name)
	etcd, err := embed.StartEtcd(cfg)
	if err != nil {
		return nil, err
	}
	select {
	case <-etcd.Server.ReadyNotify():
		return etcd, nil
	case err = <-etcd.Err():
	case <-time.After(time.Minute):
		err = errors.New("etcd is not ready after a minute")
	}
	etcd.Close()
	return nil, err
}

func etcdSocket(dir string) string { return filepath.Join(dir, "etcd.sock") }
