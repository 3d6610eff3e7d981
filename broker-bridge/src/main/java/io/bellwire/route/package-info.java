/**
 * Routes decide into which further feeds an event is written, and how a change is signalled: on which topic, with how
 * much in the message, and how soon after the signal before. They are read from a file that ROUTES.md describes, and
 * can be read again while the server runs. Without a file, every change is signalled with a plain signal on its
 * device's own topic. What a message contains, and when it is sent, is up to {@code io.bellwire.bridge}.
 *
 * <p>The main path: (1) {@link io.bellwire.route.RoutesFile} reads the file into {@link io.bellwire.route.Routes};
 * with its escalations, which {@code io.bellwire.escalation} carries out; (2) {@link io.bellwire.route.ActiveRoutes} holds the current ones and replaces them all at once; (3) the log asks
 * {@code Routes} for the feeds of an event, the bridge for the {@link io.bellwire.route.SignalRule} of a change, the
 * broker for the topics of a device.
 */
@NullMarked
package io.bellwire.route;

import org.jspecify.annotations.NullMarked;
