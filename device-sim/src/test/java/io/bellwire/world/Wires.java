package io.bellwire.world;

import io.bellwire.device.DeviceId;
import io.bellwire.device.Signal;

/** Carries signals to devices, or loses them. */
public interface Wires {
    /** Sends one signal over the device's connection; returns false if it has none. */
    boolean ring(DeviceId device, Signal signal);
}
