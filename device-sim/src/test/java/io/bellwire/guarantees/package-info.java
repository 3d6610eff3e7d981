/**
 * The guarantees of PROTOCOL.md that need all parts together, each under its number: real server, real agents, real
 * sockets. Guarantees 1 and 2 are the log's own and are held beside it; 3 and 4 are held under far worse faults by
 * the seeded worlds too.
 */
package io.bellwire.guarantees;
