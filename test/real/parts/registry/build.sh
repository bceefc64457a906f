#!/usr/bin/env bash
# build.sh FOLDER: Debian's docker-registry (distribution 2.8) as FOLDER/docker-registry. It is unpacked and not installed, for its package starts a service.
set -euo pipefail
folder=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq docker-registry 2>/dev/null || { apt-get update -qq && apt-get download -qq docker-registry; }
dpkg-deb --extract docker-registry_*.deb unpacked
mv unpacked/usr/bin/docker-registry "$folder/docker-registry"
"$folder/docker-registry" --version >/dev/null
