#!/bin/sh
# Copies the registry's files out of a bucket into the volume that is mounted on $TARGET, and compares them. Needs mc and coreutils.
# Takes: BUCKET, TARGET (/registry), MC_HOST_s (address and keys, as mc reads them). Can be run again: only what differs is copied.
set -eu
prefix=docker/registry/v2

listing=$(mc --json --no-color ls "s/$BUCKET") || {
  echo "the bucket cannot be read: $listing" >&2
  exit 1
}
case $listing in
*'"docker/"'*) ;;
*)
  echo "there is no image in the bucket"
  exit 0
  ;;
esac
size=$(mc --json --no-color du "s/$BUCKET/$prefix")
size=${size##*\"size\":}
need=$((${size%%[!0-9]*} / 1024 * 12 / 10))
mkdir -p "$TARGET/$prefix"
set -- $(df -Pk "$TARGET/$prefix" | tail -n 1)
have=$(($4 + $(du -sk "$TARGET/$prefix" | cut -f 1)))
if [ "$have" -lt "$need" ]; then
  echo "the images and a fifth more take $need KiB, the volume has $have KiB" >&2
  exit 1
fi

mc --no-color mirror --quiet --overwrite --remove "s/$BUCKET/$prefix" "$TARGET/$prefix"
differing=$(mc --no-color diff "s/$BUCKET/$prefix" "$TARGET/$prefix")
if [ -n "$differing" ]; then
  echo "these differ after the copy:" >&2
  echo "$differing" >&2
  exit 1
fi
echo "copied and compared: ${size%%[!0-9]*} bytes"
