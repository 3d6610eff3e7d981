package io.bellwire.world;

import io.bellwire.device.DeviceId;

/**
 * What stands where the bridge stands: hears of commits, of positions and of who comes and goes, and rings over
 * {@link Wires}. The world calls it on its one thread.
 */
public interface Ringer extends AutoCloseable {
    /** The device's feed has grown to {@code head} by {@code added} changes. */
    void committed(DeviceId device, long head, int added);

    /** A feed answer carried changes up to {@code revision}. */
    void received(DeviceId device, long revision);

    /** The device says that it is done up to {@code revision}. */
    void processed(DeviceId device, long revision);

    /** The device's subscription is confirmed. */
    void subscribed(DeviceId device);

    /** The device's connection is gone. */
    void disconnected(DeviceId device);

    /** Falls silent: the server has died. */
    @Override
    void close();

    /** Makes one for each life of the server; it knows nothing but what it can ask the log. */
    interface Maker {
        Ringer make(WorldLog log, Wires wires, VirtualScheduler scheduler, java.util.random.RandomGenerator random);
    }
}
