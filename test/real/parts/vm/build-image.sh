#!/usr/bin/env bash
# build-image.sh DIR: writes DIR/{vmlinuz,root.ext4,id_ed25519,id_ed25519.pub}, all that an emulated test host boots from.
# A kernel and a small root file system from Debian packages; what makes the guest special lies in guest/ beside this file.
set -euo pipefail
guest=$(realpath "$(dirname "$0")/guest")
out=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
packages=openssh-server,sudo,udev,kmod,util-linux,iproute2,procps,e2fsprogs,xfsprogs,dosfstools,gdisk,parted,lvm2,mdadm,cryptsetup-bin

# The cloud kernel has NVMe and ext4 built in: it mounts the root disk without an initrd.
kernel=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -1)
(cd "$work" && apt-get download -qq "$kernel" 2>/dev/null && dpkg-deb -x "$kernel"_*.deb kernel)
cp "$work"/kernel/boot/vmlinuz-* "$out/vmlinuz"

mkdir "$root"
mmdebstrap --quiet --variant=minbase --include="$packages" \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  bookworm - | tar -C "$root" -x
mkdir -p "$root/lib/modules"
cp -a "$work"/kernel/lib/modules/* "$root/lib/modules/"
chroot "$root" depmod "$(ls "$root/lib/modules")"

# As on RHCOS: sh and the system's tools, no Python (xfsprogs and parted bring it for scripts that nothing here runs).
rm -rf "$root"/usr/bin/python3* "$root"/usr/lib/python3* "$root"/usr/share/python3*
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/etc/ssh/ssh_host_*

# core is the administrator, ops must give a password to become root, plain may not become root at all.
ssh-keygen -q -t ed25519 -N '' -C pb-test -f "$out/id_ed25519"
for user in core ops plain; do
  chroot "$root" useradd --create-home --shell /bin/bash "$user"
  install -d -m 700 "$root/home/$user/.ssh"
  install -m 600 "$out/id_ed25519.pub" "$root/home/$user/.ssh/authorized_keys"
  chroot "$root" chown -R "$user:$user" "/home/$user/.ssh"
done
echo 'ops:ops-pw' | chroot "$root" chpasswd
install -m 440 "$guest/sudoers" "$root/etc/sudoers.d/pb-test"
install -m 644 "$guest/sshd.conf" "$root/etc/ssh/sshd_config.d/pb-test.conf"
install -m 755 "$guest/host-init" "$guest/reboot" "$root/usr/sbin/"

# Not fsynced and journal-less: the image is only ever a read-only base.
truncate -s 900M "$out/root.ext4"
mke2fs -q -t ext4 -O ^has_journal -E lazy_itable_init=1 -L root -d "$root" "$out/root.ext4"
