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

# The commit of the sources, with a mark where tracked files differ from it; nothing outside of a clone.
commit() { git describe --always --exclude '*' --abbrev=12 --dirty=+changes 2>/dev/null || true; }

# Builds a product, cifar-pipe as a rule, as it is installed, packaged and measured, in .build/release.
#
# Everything but the C library, zlib and the run time of C++ is inside. What makes it small, each measured:
#   - lld, which comes with Swift; so the result does not depend on the machine's linker either;
#   - main is all that is exported, and each function has a section, so that what nobody calls is left out;
#   - functions of the same code are one: nothing here compares addresses of functions;
#   - no table of unwinding: nothing catches an exception of C++, and debuggers follow the frame pointers.
# Calls of libraries are bound at the start, after which their table cannot be written to any more.
# Paths in the program begin at the package's directory, so that the same commit gives the same bytes but for the build's
# identifier, 20 bytes, in directories whose names are equally long; with another length three bytes of code differ, too.
build_release() {
  CIFAR_PIPE_COMMIT=$(commit) run swift build -c release --static-swift-stdlib --product "$1" --disable-local-rpath \
    -Xswiftc -use-ld=lld -Xlinker "--version-script=$PWD/packaging/exports.map" \
    -Xswiftc -Xfrontend -Xswiftc -function-sections -Xlinker --icf=all -Xlinker --no-eh-frame-hdr -Xlinker -znow \
    -Xswiftc -file-prefix-map -Xswiftc "$PWD=." -Xcc "-ffile-prefix-map=$PWD=."
}

# Copies a program without what only debuggers and compilers read: strip_program FROM TO.
strip_program() {
  # A hash of the options, paths too, that differs between directories; with it GNU's strip would take away the
  # protection of relocated data.
  if command -v llvm-objcopy >/dev/null; then
    llvm-objcopy --strip-all --remove-section=.comment --remove-section=.swift_modhash "$1" "$2"
  else
    strip --strip-all -o "$2" "$1"
  fi
}

# The oldest C library that a program starts with, such as 2.34.
needed_glibc() {
  objdump -T "$1" | sed -n 's/.*(GLIBC_\([0-9.]*\)).*/\1/p' | sort --unique --version-sort | tail -n 1
}

# The files of an installation: a line for each, with its mode, where it is, and where it goes below the prefix.
# The directory $1 holds what make_installation has made.
installation() {
  local page row='%s\t%s\t%s\n'
  # shellcheck disable=SC2059 # The format is the one above.
  {
    printf "$row" 755 "$1/cifar-pipe" bin/cifar-pipe
    for page in man/*.1; do
      printf "$row" 644 "$page" "share/man/man1/${page##*/}"
    done
    printf "$row" 644 "$1/bash" share/bash-completion/completions/cifar-pipe
    printf "$row" 644 "$1/zsh" share/zsh/site-functions/_cifar-pipe
    printf "$row" 644 "$1/fish" share/fish/vendor_completions.d/cifar-pipe.fish
    printf "$row" 644 packaging/copyright share/doc/cifar-pipe/copyright
  }
}

# Makes in the directory $1, from the program $2, what an installation has and the sources have not.
make_installation() {
  local shell
  strip_program "$2" "$1/cifar-pipe"
  for shell in bash zsh fish; do
    "$1/cifar-pipe" --generate-completion-script "$shell" >"$1/$shell"
  done
  # It is read by a shell and not run.
  sed -i '1{/^#!/d}' "$1/bash"
}

# Puts the files of an installation below the directory $2 and prints their names; $1 is as for installation.
place_installation() {
  local mode file place
  while IFS=$'\t' read -r mode file place; do
    install -D -m "$mode" "$file" "$2/$place"
    printf '%s\n' "$2/$place"
  done < <(installation "$1")
}
