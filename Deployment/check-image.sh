#!/usr/bin/env bash
# What `docker build` and `docker run --read-only` would do, on a machine without a container engine: the steps of the Dockerfile's last
# stage in a fresh Debian, then the program there as the user it names, on a root that cannot be written.
# usage: Deployment/check-image.sh [ROOT]     as root; ROOT (.build/image) is made once by debootstrap and used again
set -euo pipefail
cd "$(dirname "$0")/.."
root=$(realpath -m "${1:-.build/image}")
dockerfile=Deployment/Dockerfile
# The last stage, each instruction on a line of its own.
stage=$(sed -e ':a' -e '/\\$/{N;s/\\\n//;ba' -e '}' "$dockerfile" | awk '/^FROM/ {text = ""} {text = text $0 "\n"} END {printf "%s", text}')
instruction() { awk -v name="$1" '$1 == name {sub("^" name " +", ""); print}' <<<"$stage"; }
release=$(instruction FROM | sed -E 's/^debian:([a-z]+).*/\1/')
user=$(instruction USER) folder=$(instruction WORKDIR)

if [ ! -e "$root/.installed" ]; then
    command -v debootstrap >/dev/null || Scripts/install-system-packages.sh debootstrap
    rm -rf "$root"
    debootstrap --variant=minbase "$release" "$root" http://deb.debian.org/debian
    cp /etc/resolv.conf "$root/etc/"
    chroot "$root" bash -ec "$(instruction RUN)"
    touch "$root/.installed"
fi

swift build -c release --product troupe --static-swift-stdlib
target=$root$(instruction COPY | awk '{print $NF}')
rm -rf "$target" && mkdir -p "$target"
cp .build/release/troupe "$target" && cp -r .build/release/*.resources "$target"

export root user folder
unshare --mount --pid --fork --mount-proc bash -euo pipefail <<'INSIDE'
mount --bind "$root" "$root" && mount -o remount,ro,bind "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/tmp"
mount -t tmpfs -o "uid=$user,gid=$user" tmpfs "$root$folder"
inside() { chroot --userspec="$user:$user" "$root" env -i HOME="$folder" PATH=/usr/bin:/bin "$@"; }
! inside touch /opt/note 2>/dev/null || { echo "the root can be written"; exit 1; }
inside sh -c "cd $folder && exec /opt/troupe/troupe doctor"
inside sh -c "cd $folder && TROUPE_HTTP=127.0.0.1:18080 TROUPE_EMULATOR=127.0.0.1:18081 exec /opt/troupe/troupe run" &
bot=$!
for _ in $(seq 120); do
    if (exec 3<>/dev/tcp/127.0.0.1/18080; printf 'GET /readyz HTTP/1.0\r\n\r\n' >&3; grep -q '^HTTP/1.[01] 200' <&3) 2>/dev/null; then
        kill -TERM "$(pgrep -x troupe)"
        wait "$bot"
        echo "the image's steps make a Troupe that is ready as user $user on a read-only root, and ends when told"
        exit 0
    fi
    sleep 0.5
done
echo "not ready within a minute"
exit 1
INSIDE
