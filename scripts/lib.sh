# What the other scripts share: where things are, which java, and when to build. To be sourced, from any directory.
# shellcheck shell=bash

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

# Builds if a jar is missing or older than what it is made from. The time of the last build is kept in a file of its own:
# touching the jars would make the JVM leave the class-data-sharing archive alone.
build_if_needed() {
  local stale='' module jars stamp=$root/broker-bridge/target/built
  [[ -f $stamp ]] || stale=yes
  for module in feed-api broker-bridge device-sim; do
    jars=("$root/$module/target/$module"-*.jar)
    if [[ $stale || ! -f ${jars[0]} ]] ||
      [[ -n $(find "$root/pom.xml" "$root/$module/pom.xml" "$root/$module/src/main" -newer "$stamp" -print -quit) ]]; then
      stale=yes
    fi
  done
  if [[ $stale ]]; then
    echo "Building first (mvn package without tests; the first time Maven also downloads what is needed)..."
    (cd "$root" && mvn -B -q -Dmaven.test.skip=true -Dspotless.check.skip=true package)
    : >"$stamp"
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
