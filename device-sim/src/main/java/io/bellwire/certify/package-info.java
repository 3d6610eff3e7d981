/**
 * Conformance: numbered cases, each of which checks one rule of PROTOCOL.md against any running server. A case knows
 * only the wire contract, registers its own devices and partners, disables them at its end, and says in one line what it expected
 * and what came.
 *
 * <p>The path of a run:
 *
 * <ol>
 *   <li>{@code CertifyCommand} (package {@code sim}) reads the options and makes a {@link
 *       io.bellwire.certify.Certifier};
 *   <li>the certifier runs the cases of {@code ConformanceCases} one after the other, each with a {@code CaseContext}
 *       of its own;
 *   <li>a case asks the context for a {@code TestDevice}, a {@code TestPartner}, an {@code HttpCaller} or an {@code MqttConnection}, does what
 *       its rule is about, and throws {@code RuleViolation} if the server breaks the rule, or {@code SkippedCase} if it
 *       cannot be checked;
 *   <li>{@link io.bellwire.certify.Certificate} collects the outcomes; the exit code is 0 only if no case has failed.
 * </ol>
 *
 * <p>{@link io.bellwire.certify.MqttBytes} and {@link io.bellwire.certify.MqttPacket} write and read raw MQTT; the
 * fakes in this module's tests use them too. Event streams are parsed by {@link io.bellwire.device.net.SseParser}.
 *
 * <p>To add a case:
 *
 * <ol>
 *   <li>a {@code ConformanceCase} with the next free number in the class of its subject, such as {@code FeedCases}.
 *       Numbers and ids never change;
 *   <li>its row in PROTOCOL.md, section 16, which {@code ConformanceTableTest} compares;
 *   <li>a server that breaks the rule in {@code FeedFaults} or its like, which {@code BrokenHttpTest} or
 *       {@code BrokenMqttTest} demands.
 * </ol>
 */
@NullMarked
package io.bellwire.certify;

import org.jspecify.annotations.NullMarked;
