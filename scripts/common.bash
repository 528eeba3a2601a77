# Shared by the scripts beside it, which source it from the root of the package.
# shellcheck shell=bash

# Prints a command as one could type it, then runs it.
run() {
  printf '$'
  printf ' %q' "$@"
  printf '\n'
  "$@"
}

fail() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit 1
}

# Ends the script unless there is a Swift that can build the package.
require_swift() {
  command -v swift >/dev/null || fail "swift is missing; install Swift 6.2 or later from https://www.swift.org/install"
  local version
  version=$(swift --version 2>&1 | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
  printf '%s\n' 6.2 "$version" | sort --check=quiet --version-sort ||
    fail "Swift 6.2 or later is needed, this is Swift $version"
}

# Installs Debian packages, through sudo where that is needed, and says so first.
install_packages() {
  local as_root=()
  if [[ $EUID -ne 0 ]]; then
    command -v sudo >/dev/null || return 1
    as_root=(sudo)
  fi
  command -v apt-get >/dev/null || return 1
  printf 'Installing %s.\n' "$*"
  run "${as_root[@]}" apt-get update -qq &&
    run "${as_root[@]}" apt-get install -qq --no-install-recommends "$@"
}

# The one thing that the build needs besides Swift: zlib's header.
require_zlib() {
  [[ -e /usr/include/zlib.h ]] && return
  install_packages zlib1g-dev || fail "zlib's header is missing; install the package zlib1g-dev"
}
