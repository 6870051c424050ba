#!/usr/bin/env bash
# Installs the Debian or Ubuntu packages that are missing: `system_packages.sh run` or `... test`.
# Without the right to install it prints the command and goes on: the libraries may be there
# under other names.
set -euo pipefail

wanted=(
    python3-venv
    libegl1 libgl1 libgl1-mesa-dri libopengl0
    libdbus-1-3 libfontconfig1 libglib2.0-0
    libx11-xcb1 libxkbcommon-x11-0
    libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0
    libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-xfixes0 libxcb-xinerama0 libxcb-xkb1
    fonts-noto-core fonts-noto-cjk
)
case "${1:-}" in
    run) ;;
    test) wanted+=(xvfb xauth) ;;
    *) echo "usage: $0 run|test" >&2; exit 2 ;;
esac

command -v apt-get >/dev/null || exit 0

# With what packages provide, because some have been renamed (libglib2.0-0t64).
installed=" $(dpkg-query --show --showformat '${db:Status-Status} ${Package} ${Provides}\n' |
    sed -n 's/^installed //p' | tr ',\n' '  ') "
missing=()
for package in "${wanted[@]}"; do
    [[ $installed == *" $package "* ]] || missing+=("$package")
done
((${#missing[@]})) || exit 0

if [[ $(id -u) == 0 ]]; then
    as_root=()
elif sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
else
    echo "Missing system packages. Please run:" >&2
    echo "    sudo apt-get install ${missing[*]}" >&2
    exit 0
fi
echo "Installing system packages: ${missing[*]}"
"${as_root[@]}" apt-get update --quiet --quiet
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --quiet --quiet --no-install-recommends "${missing[@]}"
