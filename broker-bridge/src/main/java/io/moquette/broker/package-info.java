/**
 * What reaches into Moquette's own package, as small as it can be: Moquette's sessions and their loops without its
 * server, for {@code io.bellwire.broker} alone. It decides nothing about clients; decision 2 ({@code
 * broker-bridge/decisions}) says what Moquette does, what the guard does in its place, and why.
 *
 * <p>{@link io.moquette.broker.MoquetteSessions} assembles Moquette with {@code SessionLoops} and {@code
 * ExactSubscriptions}. It gives each connection a {@link io.moquette.broker.MoquetteSession}, which takes
 * packets, and publishes a {@link io.moquette.broker.Publication} in the {@code PublicationBatch} of the client's loop.
 */
@NullMarked
package io.moquette.broker;

import org.jspecify.annotations.NullMarked;
