package io.bellwire.world;

import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceId;
import io.bellwire.device.ReceivedSignal;
import io.bellwire.device.net.SignalListener;
import io.bellwire.feed.SignalStream;
import io.bellwire.log.Cursor;
import io.bellwire.log.FeedId;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One connection of a device, with the state of both its ends. One thread. */
final class WorldConnection implements SignalStream {
    private final WorldNetwork network;
    private final WorldDevice device;
    private final SignalListener listener;
    private final boolean isStream;
    private final @Nullable DeviceCursor lastEventId;
    private Optional<Cursor> checkedLastEventId = Optional.empty();
    private String secret = "";
    private boolean subscribed;
    private boolean closed;

    /**
     * @param isStream whether it is an event stream, and not MQTT
     * @param cursor what a stream begins with; null for none
     */
    WorldConnection(
            WorldNetwork network,
            WorldDevice device,
            SignalListener listener,
            boolean isStream,
            @Nullable DeviceCursor cursor) {
        this.network = network;
        this.device = device;
        this.listener = listener;
        this.isStream = isStream;
        this.lastEventId = isStream ? cursor : null;
    }

    DeviceId device() {
        return device.id();
    }

    SignalListener listener() {
        return listener;
    }

    boolean isStream() {
        return isStream;
    }

    /** Whether it is subscribed to the topic of alarms too. */
    boolean hasAlarms() {
        return device.hasAlarms();
    }

    /** Whether the stream goes on from a cursor. */
    boolean isResumed() {
        return lastEventId != null;
    }

    boolean isSubscribed() {
        return subscribed;
    }

    /** The secret that it was opened with. */
    String secret() {
        return secret;
    }

    void openWith(String sent) {
        secret = sent;
    }

    /** The server has admitted the device. */
    void subscribe() {
        subscribed = true;
    }

    /** Whether the device's end is closed. */
    boolean isClosed() {
        return closed;
    }

    /** Closes the device's end. */
    void close() {
        closed = true;
    }

    /** The server has opened the stream, and checks what the reader says it has. */
    void openStream(Predicate<Cursor> isValid) {
        checkedLastEventId = Optional.ofNullable(lastEventId)
                .flatMap(cursor -> Cursor.parse(cursor.toString()))
                .filter(isValid);
    }

    /** Sends a signal over this connection. */
    void transmit(ReceivedSignal signal) {
        device.transmit(this, signal);
    }

    @Override
    public FeedId feed() {
        return WorldServer.feedId(device.id());
    }

    @Override
    public Optional<Cursor> lastEventId() {
        return checkedLastEventId;
    }

    @Override
    public Offered offer(byte[] payload, Optional<Cursor> cursor, boolean isPlain) {
        if (device.happens(network.faults().signalLoss() / 10)) {
            return Offered.CONGESTED;
        }
        ReceivedSignal signal = network.observeSignal(device.id().value(), null, payload);
        if (signal != null) {
            transmit(signal);
        }
        return Offered.TAKEN;
    }
}
