/**
 * What a device does, without any I/O: inputs with their time go in, effects come out. {@link io.bellwire.device.Device}
 * is the whole of the protocol's five rules; who drives it owns the network, the disk and the clock.
 */
@NullMarked
package io.bellwire.device;

import org.jspecify.annotations.NullMarked;
