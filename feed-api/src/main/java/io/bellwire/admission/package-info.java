/**
 * Who may come in, how many at once, and how often: what every port of the server counts before it spends anything on a
 * client. The package decides what is counted, by which key, and for how long; it does not decide how a client is
 * refused, which differs between MQTT ({@code broker}) and HTTP ({@code http}). It opens no connection and checks no
 * secret. All memory is bounded, whatever clients send.
 *
 * <p>The path of a client:
 *
 * <ol>
 *   <li>{@link io.bellwire.admission.ClientAddress} is what is counted by: an IPv4 address, or the first 64 bits of an
 *       IPv6 address, which one customer has to itself. {@link io.bellwire.admission.TrustedProxies} says whose word
 *       counts about the address of a client behind a proxy, by its {@link io.bellwire.admission.Network}.
 *   <li>{@link io.bellwire.admission.ConnectionCounts} admits the connection, or refuses it: too many in total, too
 *       many from the address, or too many in too short a time. {@link io.bellwire.admission.SilentConnections} says
 *       which one has to go if too many are there and say nothing.
 *   <li>{@link io.bellwire.admission.FailedLogins} says how long the client has to wait, before anybody looks up its
 *       secret, and is told whether the {@link io.bellwire.admission.LoginAttempt} was good.
 *   <li>{@link io.bellwire.admission.RateByKey} limits what a known client does, such as logging in.
 *   <li>{@link io.bellwire.admission.RefusalLog} logs who is refused, and why.
 * </ol>
 *
 * <p>Many devices may share one address: a site behind NAT, or all clients of a proxy. So the limits by address suit a
 * fleet of 5,000, and failed logins of one client keep no other client out that has logged in from there before.
 *
 * <p>To add a limit: a {@link io.bellwire.admission.TokenBucket} if it is a rate, a key that attackers cannot invent
 * without bound or a bound on the number of keys, its option where {@code server} or {@code broker} have theirs, and a
 * row in OPERATING.md.
 */
@NullMarked
package io.bellwire.admission;

import org.jspecify.annotations.NullMarked;
