/**
 * One outgoing HTTP call, safely. The package decides where a call may go, how long it may take, how much of the answer
 * is read, and how often one target is called. It does not decide what is called when, with what and how often again
 * ({@code delivery}), how it is signed ({@code io.bellwire.webhook}), and knows nothing of endpoints and partners.
 *
 * <p>The path of a call:
 *
 * <ol>
 *   <li>{@link io.bellwire.outbound.OutboundClient} takes an {@link io.bellwire.outbound.OutboundCall}, checks its
 *       {@link io.bellwire.outbound.TargetUrl}, and has {@code TargetLimits} count it by the host's name.
 *   <li>{@code NameLookup} finds the addresses, on threads of its own, and {@link io.bellwire.outbound.AddressRules}
 *       checks each of them. One that is forbidden forbids the call.
 *   <li>{@link io.bellwire.outbound.OwnListeners} refuses this server itself; {@code TargetLimits} counts the call by
 *       its addresses.
 *   <li>Jetty's client, as {@code JettyClients} sets it up, sends the request on a connection to one of these {@code
 *       PinnedAddresses}: connections belong to a host with its checked addresses, and nothing is looked up again.
 *   <li>{@code CallUnderWay} reads the answer, up to 16 KiB, and passes the {@link
 *       io.bellwire.outbound.OutboundResult} on, once.
 * </ol>
 *
 * <p>To add a forbidden network: a line in {@code AddressRules}, a case in {@code AddressRulesTest}, and the list in
 * OPERATING.md. To add a reason why a call fails: a constant of {@code OutboundResult.Reason}, where it is found, and a
 * case in {@code OutboundFailuresTest}. To add an option: {@link io.bellwire.outbound.OutboundOptions}.
 */
@NullMarked
package io.bellwire.outbound;

import org.jspecify.annotations.NullMarked;
