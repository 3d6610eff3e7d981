/**
 * The benchmark behind {@code scripts/bench}: what the server does, and beside each figure what this machine could do at
 * best for the same bytes. No test: it asserts nothing, and reads real clocks.
 */
package io.bellwire.bench;
