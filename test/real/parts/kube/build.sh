#!/usr/bin/env bash
# build.sh DIR: writes DIR/pb-kube (the program), DIR/crds (what it installs) and DIR/template (etcd's data with the CRDs in it).
# All of Kubernetes is compiled: 5 minutes on two cores without a build cache, half a minute with one.
set -euo pipefail
out=$(realpath "$1")
cd "$(dirname "$0")"
# For every go command here, vet and test too: another value compiles all of it once more.
export GOFLAGS="-buildvcs=false -trimpath -p=2"

version=$(go list -m -f '{{.Version}}' k8s.io/kubernetes)
minor=${version#v*.}
stamp=k8s.io/component-base/version
go build -o "$out/pb-kube" -ldflags \
  "-s -w -X $stamp.gitVersion=$version -X $stamp.gitMajor=1 -X $stamp.gitMinor=${minor%%.*} -X $stamp.gitTreeState=clean" .

mkdir "$out/crds"
cp crds/own/*.yaml "$out/crds"
while read -r entry; do
  case $entry in
    '' | '#'*) ;;
    *@*) module=${entry%@*} dir=$(go mod download -json "$entry" | sed -n 's/^\t"Dir": "\(.*\)",\{0,1\}$/\1/p') ;;
    *)
      for file in $dir/$entry; do # the entry is a pattern
        name=${file#"$dir/"}
        install -m 644 "$file" "$out/crds/$(basename "$module")-${name//\//-}"
      done
      ;;
  esac
done < crds.list

data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
mkfifo "$data/commands" "$data/answers"
"$out/pb-kube" serve --data-dir "$data" --crds "$out/crds" < "$data/commands" > "$data/answers" &
exec 3> "$data/commands"
read -r _ < "$data/answers" # the line that says it is ready
exec 3>&-
wait $!
mv "$data/etcd" "$out/template"
