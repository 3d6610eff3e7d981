# Shared by the other scripts: paths, the choice of java, and when to build. To be sourced, from any directory.
# shellcheck shell=bash

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

# Builds if a jar is missing or older than what it is made from. The time of the last build is kept in a file of its own:
# touching the jars would make the JVM leave the class-data-sharing archive alone.
build_if_needed() {
  local stale='' module jars stamp=$root/broker-bridge/target/built
  for module in feed-api broker-bridge device-sim; do
    jars=("$root/$module/target/$module"-*.jar)
    [[ -f $stamp ]] || stamp=${jars[0]} # built by Maven itself
    if [[ $stale || ! -f ${jars[0]} ]] ||
      [[ -n $(find "$root/pom.xml" "$root/$module/pom.xml" "$root/$module/src/main" -newer "$stamp" -print -quit) ]]; then
      stale=yes
    fi
  done
  if [[ $stale ]]; then
    echo "Building first (mvn package without tests; the first time Maven also downloads what is needed)..."
    (cd "$root" && mvn -B -q -Dmaven.test.skip=true -Dspotless.check.skip=true package)
    : >"$root/broker-bridge/target/built"
  fi
}

# The one jar of a module, or an error that says what to do.
jar_of() {
  local jars=("$root/$1/target/$1"-*.jar)
  if [[ ! -f ${jars[0]} ]]; then
    echo "$1 is not built: run mvn -DskipTests package, or scripts/demo" >&2
    return 1
  fi
  printf '%s' "${jars[0]}"
}

# Where the archive of what a server's JVM has loaded and learnt is, for this JVM: see scripts/train.
archive_of_jvm() {
  local home version=''
  home=$(dirname -- "$(dirname -- "$(readlink -f "$(command -v "$java")")")")
  if [[ -f $home/release ]]; then
    version=$(sed -nE 's/^JAVA_VERSION="([^"]*)".*/\1/p' "$home/release")
  fi
  printf '%s' "$root/broker-bridge/target/trained/${version:-unknown}"
}

# Whether the JVM of such an archive keeps profiles in it too.
learns_from_training() {
  local version=${1##*/}
  version=${version%%.*}
  [[ $version =~ ^[0-9]+$ ]] && ((version >= 25))
}

# Whether an option is among the arguments: given --name "$@"
given() {
  local option name=$1
  shift
  for option in "$@"; do
    [[ $option == "$name" || $option == "$name"=* ]] && return 0
  done
  return 1
}

# Runs a fleet against a server of its own in a fresh temporary data folder, and leaves nothing behind: its arguments are
# those of scripts/sim fleet. Ends the script with the fleet's exit code.
run_fleet() {
  build_if_needed
  data=$(mktemp -d "${TMPDIR:-/tmp}/bellwire-demo.XXXXXX")
  sim=
  code=0
  clean_up() {
    trap '' INT TERM
    if [[ $sim ]]; then
      # It takes the server with it; if it cannot, the server goes as soon as its pipe to the simulator closes.
      kill -TERM "$sim" 2>/dev/null || true
      wait "$sim" 2>/dev/null || true
    elif [[ $code != 0 && -s $data/server.log ]]; then
      mv -- "$data/server.log" "$data.server.log"
      echo "The server's log: $data.server.log" >&2
    fi
    rm -rf -- "$data"
  }
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM

  if [[ -t 1 && -z ${CI:-} ]]; then
    export BELLWIRE_PROGRESS=${BELLWIRE_PROGRESS:-bar}
  fi
  echo "Starting a server and a fleet of devices..."
  local server
  printf -v server '%q --data-dir %q' "$root/scripts/serve" "$data/log"
  # In the background, so that a signal is dealt with at once and not when the run is over.
  "$root/scripts/sim" fleet --server "$server" --server-log "$data/server.log" "$@" &
  sim=$!
  wait "$sim" || code=$?
  sim=
  exit "$code"
}
