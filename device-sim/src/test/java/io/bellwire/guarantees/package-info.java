/**
 * Tests of the guarantees of PROTOCOL.md that need all parts together, each under its number, with real servers, agents and
 * sockets. Guarantees 1 and 2 concern only the log and are tested beside it; the seeded worlds of {@code io.bellwire.world}
 * test 3 and 4 under far worse faults.
 */
package io.bellwire.guarantees;
