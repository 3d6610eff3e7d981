package io.bellwire.net;

import io.bellwire.device.DeviceCursor;
import io.bellwire.device.ReceivedSignal;
import org.jspecify.annotations.Nullable;

/** Where signals come from, whatever carries them. Shared by all devices of a process; thread-safe. */
public interface SignalSource extends AutoCloseable {
    /** For a device that has no doorbell, and never dials. */
    SignalSource NONE = new SignalSource() {
        @Override
        public Call dial(DeviceCredentials who, @Nullable DeviceCursor place, Ear ear) {
            ear.cut("there is no doorbell");
            return () -> {};
        }

        @Override
        public void close() {}
    };

    /**
     * Connects and subscribes once, without waiting for it; does not try again by itself.
     *
     * @param place where the device's feed is read up to, null if nowhere; a source may spare the server the greeting
     * @return to hang up with
     */
    Call dial(DeviceCredentials who, @Nullable DeviceCursor place, Ear ear);

    /** Gives up what the connections share. Calls that still stand may be cut. */
    @Override
    void close();

    /** One connection. Thread-safe. */
    interface Call {
        /** Ends the connection if it stands. The ear hears nothing from then on, but for what is just being said. */
        void hangUp();
    }

    /**
     * What one connection tells: listening or resumed at most once, then signals, cut exactly once unless hung up. Must
     * not block.
     */
    interface Ear {
        /** Connected, and the server has confirmed the subscription; a greeting follows. */
        void listening();

        /** Listening, and the server knows the place that was given: it greets only if there is more. */
        default void resumed() {
            listening();
        }

        void heard(ReceivedSignal signal);

        /** The connection could not be made, or is gone. */
        void cut(String why);
    }
}
