/**
 * Conformance: numbered cases, each of which checks one rule of PROTOCOL.md against any running server. A case knows
 * only the wire contract, registers its own devices, disables them at its end, and says in one line what it expected
 * and what came.
 *
 * <p>{@link io.bellwire.certify.Certifier} runs the cases of {@code ConformanceCases} one after the other; each works
 * with a {@code CaseContext} and throws {@code RuleViolation} if the server breaks the rule;
 * {@link io.bellwire.certify.Certificate} holds the outcomes.
 *
 * <p>To add a case: append it to its group, such as {@code FeedCases.ALL}; add its row to the table in PROTOCOL.md,
 * section Conformance, which {@code ConformanceTableTest} compares; and add a server that breaks the rule to
 * {@code FeedFaults} or its like, which {@code BrokenHttpTest} or {@code BrokenMqttTest} demands.
 */
@NullMarked
package io.bellwire.certify;

import org.jspecify.annotations.NullMarked;
