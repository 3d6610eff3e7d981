/**
 * The thin layer between a device and the world: MQTT by either of two clients, HTTP by the JDK's, timers, and the agent
 * that drives one {@link io.bellwire.device.Device} with them. Threads and connections are shared by all devices of a
 * process.
 */
@NullMarked
package io.bellwire.net;

import org.jspecify.annotations.NullMarked;
