package io.bellwire.device;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The state machine of one device: takes inputs, returns the effects that its caller has to carry out, and follows the
 * rules of DEVICES.md. The device subscribes first and fetches second. It does not fetch if a signal brings no news, or
 * brings the changes themselves. It saves state and cursor in one step before it acknowledges, and fetches until it is
 * up to date. If its cursor cannot be continued, it takes a snapshot and reads the feed from the earliest change on.
 *
 * <p>Effects depend only on the inputs so far, their times and the random numbers. At most one fetch, one save and one
 * acknowledgement are under way. To restart a device, construct one with the state that was saved last. Not
 * thread-safe.
 */
public final class Device {
    /** A time that never comes. */
    public static final long NEVER_MILLIS = Long.MAX_VALUE;

    private final Doorbell doorbell;
    private final SignalConnection connection;
    private final Acknowledgements acknowledgements;
    private final FeedReading reading;
    private final InputHandler inputHandler = new InputHandler();
    private List<Effect> effects = new ArrayList<>();

    /**
     * @param state the state that was saved last, {@link DeviceState#FRESH} for a new device
     * @param random the device's own; decides all jitter
     */
    public Device(DeviceSettings settings, DeviceState state, RandomGenerator random) {
        RetryAfterHold hold = new RetryAfterHold();
        this.doorbell = settings.doorbell();
        this.connection = new SignalConnection(doorbell, new JitteredBackoff(settings, random));
        this.acknowledgements = new Acknowledgements(new JitteredBackoff(settings, random), hold);
        this.reading = new FeedReading(settings, state, connection, hold, random);
    }

    /** Takes {@code input} and returns what is to be done, in order. Ignores results that it has not asked for. */
    public List<Effect> on(Input input) {
        effects = new ArrayList<>();
        input.accept(inputHandler);
        return effects;
    }

    /** When the device needs an {@link Input.Ticked}; {@link #NEVER_MILLIS} if it only waits for other inputs. */
    public long wakeAtMillis() {
        return Math.min(reading.dueMillis(), Math.min(connection.dueMillis(), acknowledgements.dueMillis()));
    }

    /** The state that was saved last. */
    public DeviceState state() {
        return reading.state();
    }

    private void acknowledge(long atMillis) {
        acknowledgements.acknowledge(atMillis, reading.state().cursor(), effects);
    }

    private final class InputHandler implements Input.Handler {
        @Override
        public void started(Input.Started input) {
            if (doorbell instanceof Doorbell.Signals) {
                reading.startSafetyPolls(input.atMillis());
                connection.connect(effects);
            } else {
                reading.requireFetch(input.atMillis(), effects);
            }
        }

        @Override
        public void ticked(Input.Ticked input) {
            long at = input.atMillis();
            boolean greetingIsMissing = connection.tick(at, effects);
            if (acknowledgements.takeDueRetry(at)) {
                acknowledge(at);
            }
            reading.fetchIfDue(at, effects);
            if (greetingIsMissing) {
                reading.requireFetch(at, effects);
            }
            reading.pollIfDue(at, effects);
        }

        @Override
        public void subscribed(Input.Subscribed input) {
            long at = input.atMillis();
            if (!connection.subscribed(at)) {
                return;
            }
            // The process may have died between saving and acknowledging.
            acknowledge(at);
            reading.subscribed(at);
            if (reading.state().cursor() == null) {
                reading.requireFetch(at, effects);
            } else {
                connection.expectGreeting(at);
            }
        }

        @Override
        public void disconnected(Input.Disconnected input) {
            connection.disconnected(input.atMillis());
            reading.disconnected(input.atMillis(), effects);
        }

        @Override
        public void signalReceived(Input.SignalReceived input) {
            connection.greetingArrived();
            reading.signalReceived(input.atMillis(), input.signal(), effects);
        }

        @Override
        public void fetched(Input.Fetched input) {
            reading.fetched(input.atMillis(), input.result(), effects);
        }

        @Override
        public void saved(Input.Saved input) {
            if (!reading.saved()) {
                return;
            }
            if (!reading.isInSnapshot()) {
                acknowledge(input.atMillis());
            }
            reading.beginNext(input.atMillis(), effects);
        }

        @Override
        public void saveFailed(Input.SaveFailed input) {
            reading.saveFailed(input.atMillis());
        }

        @Override
        public void acked(Input.Acked input) {
            if (acknowledgements.completed(input.atMillis(), input.result())) {
                reading.requireFetch(input.atMillis(), effects);
            }
            if (!reading.isInSnapshot()) {
                acknowledge(input.atMillis());
            }
        }
    }
}
