#!/bin/sh
# make image: builds the container image without a registry and without Docker, and runs it once.
#
# Needs root, buildah and debootstrap (apt-get install buildah debootstrap). The base is made from
# Debian's own packages; with Docker or Podman and a registry, the Dockerfile alone is enough.
#
# What this can't show: buildah's chroot isolation runs the image on a root file system that could be
# written, on the machine's own network and without limits. So after the run that buildah makes, the
# same files are run once more in a mount namespace whose root is read-only, with only /data and /tmp
# writable. Nothing here acts on HEALTHCHECK as Docker would; its command is run once by hand.
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
in_image() { buildah $store run --isolation chroot --network host "$container" -- "$@"; }

version=$(in_image saarbot --version)
user=$(in_image sh -c 'id -u')
[ "$user" = 10001 ] || die "the image runs as user $user"
in_image sh -c 'cd /data && saarbot demo --headless' >"$work/demo.log" 2>&1 \
    || { tail -n 30 "$work/demo.log" >&2; die "the headless demo failed in the image"; }

# The image's own health check, against the image's own bot.
probe=$(buildah $store inspect --type image --format '{{index .Docker.Config.Healthcheck.Test 3}}' \
    localhost/saarbot) || die "the image has no health check"
cat >"$root/data/saarbot.yaml" <<'YAML'
data_dir: /data/var
http: {listen: 127.0.0.1:8080}
adapters: {webchat: {}}
neighbourhoods: {munsterbilzen: {name: Munsterbilzen, preset: bilzen}}
YAML
chmod 0644 "$root/data/saarbot.yaml"
cat >"$root/data/healthy.sh" <<'SH'
saarbot run -c /data/saarbot.yaml 2>/data/run.log &
bot=$!
for _ in $(seq 100); do
    kill -0 $bot 2>/dev/null || break
    if python3 -c "$1" 2>/dev/null; then healthy=1; break; fi
    sleep 0.2
done
kill -TERM $bot 2>/dev/null
wait $bot && [ "${healthy:-}" ]
SH
in_image sh /data/healthy.sh "$probe" >"$work/run.log" 2>&1 \
    || { cat "$work/run.log" "$root/data/run.log" >&2; die "saarbot run was not healthy in the image"; }

say "4/4 one run with a read-only root ..."
mkdir "$work/data" && chown 10001:10001 "$work/data" && chmod 0700 "$work/data"
cat >"$work/readonly.sh" <<'SH'
set -e
root=$1 data=$2
mount --bind "$root" "$root"
mount --bind "$data" "$root/data"
mount -t tmpfs tmpfs "$root/tmp"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -o remount,ro,bind "$root"
path=/opt/saarbot/bin:/usr/local/bin:/usr/bin:/bin
in_root() { chroot --userspec=10001:10001 "$root" env -i PATH="$path" sh -c "$1"; }
if in_root 'touch /opt/saarbot/x' 2>/dev/null || touch "$root/x" 2>/dev/null; then
    echo "the root could be written"; exit 1
fi
in_root 'cd /data && saarbot demo --headless'
SH
unshare --mount --pid --fork sh "$work/readonly.sh" "$root" "$work/data" >"$work/readonly.log" 2>&1 \
    || { tail -n 30 "$work/readonly.log" >&2; die "the image doesn't live with a read-only root"; }

say "$version, $size, user $user: the headless demo ended well, also with a read-only root;"
say "run was healthy by the image's own check and stopped cleanly."
