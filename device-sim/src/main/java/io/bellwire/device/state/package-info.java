/**
 * Stores what a device must not forget, its {@code DeviceState}, so that it survives the end of the device's process.
 * It does not decide what is stored, or when: {@link io.bellwire.device.Device} does. A save that fails is repeated:
 * the agent asks the store what it has now, and the device goes on from there.
 *
 * <p>To add another store, for example a database in which an application also does its own work: implement {@link
 * io.bellwire.device.state.StateStore}, and save state and work in one transaction.
 */
@NullMarked
package io.bellwire.device.state;

import org.jspecify.annotations.NullMarked;
