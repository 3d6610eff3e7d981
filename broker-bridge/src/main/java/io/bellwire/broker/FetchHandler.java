package io.bellwire.broker;

import io.bellwire.log.DeviceId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Reads feeds for devices that ask over MQTT because they cannot do HTTP. Thread-safe. */
public interface FetchHandler {
    /**
     * Reads one page. Called on a broker thread: never blocks. The stage completes with the answer for the device,
     * which is a page or a problem.
     *
     * @param request the bytes that the device has sent, unchecked
     * @param bodyBytesMax the longest body that the device can take
     */
    CompletionStage<Answer> fetch(DeviceId device, byte[] request, int bodyBytesMax);

    /** The answer for a device that asks again before it was answered. */
    Answer busy();

    /**
     * A page or a problem. Immutable by agreement.
     *
     * @param properties user properties, by name; each name and value of a few dozen characters at most
     * @param readWithin how long the device may take to read it before its connection is closed
     * @param written called once, when the answer is written or will never be
     */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere; a page is too large to copy without need
    record Answer(
            String contentType, byte[] body, Map<String, String> properties, Duration readWithin, Runnable written) {
        public Answer {
            properties = Map.copyOf(properties);
        }
    }
}
