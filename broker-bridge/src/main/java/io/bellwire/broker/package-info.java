/**
 * The embedded MQTT broker behind {@link io.bellwire.broker.SignalBroker}: it lets devices in, keeps everything away from
 * Moquette that a device has no business sending, and rings one device at a time. Apart from the assembly that has to sit
 * in Moquette's own package, this is the only place that knows which broker it is.
 */
@NullMarked
package io.bellwire.broker;

import org.jspecify.annotations.NullMarked;
