/**
 * The embedded MQTT broker behind {@link io.bellwire.broker.SignalBroker}. It decides which clients may connect, what
 * they may send and how much of it may wait, and which topics they may subscribe to; it does not decide when a device
 * is signalled. Only this package, and the classes that have to be in Moquette's own package, depend on which broker it
 * is.
 *
 * <p>The path of a connection, beginning with {@code BrokerRun}, which listens and replaces everything at a restart:
 *
 * <ol>
 *   <li>{@code ProxyHeader} reads the client's address if the connection is from a trusted proxy. {@code Admission} gives
 *       {@code AdmittedClient} its place, within the limits of {@code ConnectionCounts} of the package {@code
 *       admission}, or one in which it is told why it is refused. {@code CanaryPorts} knows the watchdog's own.
 *       {@code TlsHandlers} adds TLS, except for these. {@code WebSocketHandshake} and {@code WebSocketFrames} open a WebSocket, and {@code PacketFramer} cuts the
 *       stream into packets.
 *   <li>{@code ConnectionGuard} gets every packet. It ends the connection with a {@code ConnectionRefusal} if the
 *       client sends what a device may not send.
 *   <li>CONNECT: {@code Login} checks what the client asks for, {@code LoginCheck} whether it has to wait, and
 *       {@link io.bellwire.broker.DeviceAuthenticator} the secret. {@code RefusalLog} logs who is refused.
 *       {@code SessionCommands} has Moquette open the session; {@code ConnAcks} makes the CONNACK. {@code Connections}
 *       closes an older connection of the same client id, and notifies {@link io.bellwire.broker.SessionListener}.
 *   <li>SUBSCRIBE and UNSUBSCRIBE: {@code SubscriptionFilters} compares the filters with the topics that
 *       {@link io.bellwire.broker.DeviceTopics} gives for the device, and makes the answer to those that are refused.
 *       Moquette gets only the others.
 *   <li>While an answer is due, {@code InboundHold} holds back what the client sends. PUBLISH is refused, or is a
 *       request for a page of the feed ({@code FetchOverMqtt}).
 *   <li>{@code GracefulClose} closes a connection after a last packet.
 * </ol>
 *
 * <p>The path of a signal:
 *
 * <ol>
 *   <li>{@link io.bellwire.broker.EmbeddedBroker} makes an {@code OutgoingSignal} of it.
 *   <li>{@code MoquetteSessions} puts all signals for one session loop into one {@code PublicationBatch}.
 *   <li>In that loop's turn, Moquette's post office finds the subscription in {@code ExactSubscriptions} and has the
 *       session write to the channel.
 *   <li>On the event loop, the connection's {@code ConnectionGuard} sends it; from then on it counts as written.
 *   <li>A signal of the batch that no guard has sent by then was dropped.
 * </ol>
 *
 * <p>{@code Watchdog} restarts the broker if a {@code Canary}, a client of its own on each session loop, gets no signal
 * for several rounds, sooner if the loop does nothing else either.
 *
 * <p>To add a reason to refuse a client: a constant in {@code ConnectionRefusal} with its codes and its reason in
 * words, the check in {@code Login} (CONNECT) or {@code ConnectionGuard} (any other packet), a case in {@code
 * ConnectTest} or {@code HostileDeviceTest}, and the table in PROTOCOL.md, section 10.1. Signals have QoS 0, so no
 * client leaves any unconfirmed. To add a limit: {@link io.bellwire.broker.BrokerOptions}, and its option in {@code
 * serve}.
 */
@NullMarked
package io.bellwire.broker;

import org.jspecify.annotations.NullMarked;
