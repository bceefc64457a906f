#!/usr/bin/env bash
# build.sh DIR: writes DIR/minio and DIR/mc (AGPL, from Go modules: for tests only) and DIR/docker-registry (Debian's, unpacked without
# being installed: its package would start it). Two minutes of two cores' work without a build cache.
set -euo pipefail
out=$(realpath "$1")
cd "$(dirname "$0")"
export GOFLAGS="-buildvcs=false -trimpath -p=2"
go build -o "$out/" -ldflags '-s -w' github.com/minio/minio github.com/minio/mc

package=$(mktemp -d)
trap 'rm -rf "$package"' EXIT
cd "$package"
apt-get download -qq docker-registry || { apt-get update -qq && apt-get download -qq docker-registry; }
dpkg -x docker-registry_*.deb .
install -m 755 usr/bin/docker-registry "$out/docker-registry"
