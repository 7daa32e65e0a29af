#!/bin/sh
# make image: builds the container image without a registry and without Docker, and runs it once.
#
# Needs root, buildah and debootstrap (apt-get install buildah debootstrap). The base is made from
# Debian's own packages; with Docker or Podman and a registry, the Dockerfile alone is enough.
#
# What this can't show: chroot isolation gives no network of its own, no resource limits, and a root
# file system that could be written. That the image lives with a read-only root is shown as far as
# it goes: it runs as a user that owns nothing but /data, and the script checks that nothing outside
# /data and /tmp was written. HEALTHCHECK is in the image, but nothing here acts on it.
set -eu

say() { printf '%s\n' "$*"; }
die() { say "make image: $*" >&2; exit 1; }

[ "$(id -u)" = 0 ] || die "needs root for debootstrap and buildah"
for program in buildah debootstrap; do
    command -v "$program" >/dev/null || die "needs $program: apt-get install buildah debootstrap"
done

here=$(cd "$(dirname "$0")/.." && pwd)
suite=${SUITE:-bookworm}
work=$(mktemp -d "${TMPDIR:-/tmp}/saarbot-image.XXXXXX")
store="--root $work/storage --runroot $work/run --storage-driver vfs"
container=

finish() {
    [ -z "$container" ] || buildah $store umount "$container" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

say "1/4 base system ($suite) ..."
debootstrap --variant=minbase --include=python3-venv,ca-certificates "$suite" "$work/base" \
    ${MIRROR:+"$MIRROR"} >"$work/debootstrap.log" 2>&1 \
    || { tail -n 20 "$work/debootstrap.log" >&2; die "debootstrap failed"; }
tar -C "$work/base" -c . >"$work/base.tar"
rm -rf "$work/base"
scratch=$(buildah $store from scratch)
buildah $store add -q "$scratch" "$work/base.tar" / >/dev/null
buildah $store config --env PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$scratch"
buildah $store commit -q "$scratch" localhost/saarbot-base >/dev/null
buildah $store rm "$scratch" >/dev/null
rm -f "$work/base.tar"

say "2/4 image ..."
# The build uses this machine's own settings for pip and its certificates, read-only.
mounts="-v /etc/ssl/certs:/etc/ssl/certs:ro"
for path in ${PIP_FILES:-}; do
    mounts="$mounts -v $path:$path:ro"
done
buildah $store build --isolation chroot --pull-never --network host --format docker $mounts \
    --build-arg BASE=localhost/saarbot-base -t saarbot "$here" >"$work/build.log" 2>&1 \
    || { tail -n 30 "$work/build.log" >&2; die "the build failed"; }
size=$(buildah $store images --format '{{.Size}}' localhost/saarbot)

say "3/4 one run ..."
container=$(buildah $store from --pull-never localhost/saarbot)
root=$(buildah $store mount "$container")
# Stamped before, so that everything written by the run can be told apart.
touch "$work/before"
in_image() { buildah $store run --isolation chroot --network host "$container" -- "$@"; }

version=$(in_image saarbot --version)
user=$(in_image sh -c 'id -u')
[ "$user" = 10001 ] || die "the image runs as user $user"
in_image sh -c 'cd /data && saarbot demo --headless' >"$work/demo.log" 2>&1 \
    || { tail -n 30 "$work/demo.log" >&2; die "the headless demo failed in the image"; }

say "4/4 what was written ..."
written=$(find "$root" -xdev -newer "$work/before" -type f \
    ! -path "$root/data/*" ! -path "$root/tmp/*" ! -path "$root/run/*" | sed "s|^$root||")
[ -z "$written" ] || die "written outside /data and /tmp: $written"

say "$version, $size, user $user; the headless demo ended well and wrote only under /data and /tmp."
