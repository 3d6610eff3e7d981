package io.bellwire.device;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The state machine of one device: takes inputs, returns the effects that its caller has to carry out, and follows the
 * rules of DEVICES.md. The device subscribes first and fetches second. It does not fetch if a signal brings no news, or
 * brings the changes themselves. It saves state and cursor in one step, fetches until it is up to date, and
 * acknowledges then. If its cursor cannot be continued, it takes a snapshot and reads the feed from the earliest change
 * on.
 *
 * <p>Effects depend only on the inputs so far, their times and the random numbers. At most one fetch, one save and one
 * acknowledgement are under way. To restart a device, construct one with the state that was saved last. Not
 * thread-safe.
 */
public final class Device {
    /** A time that never comes. */
    public static final long NEVER_MILLIS = Long.MAX_VALUE;

    /**
     * The least spread of acknowledgements that many devices may send at the same moment and that nobody waits for: of
     * long polls, which the server answers all at once, and of what the last process may not have acknowledged.
     */
    private static final long ACK_SPREAD_MILLIS = 1_000;

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
        this.connection = new SignalConnection(doorbell, new JitteredBackoff(settings, random), random);
        this.acknowledgements = new Acknowledgements(new JitteredBackoff(settings, random), hold, random);
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

    /** Acknowledges what is saved, within {@code spreadMillis} if nothing more is to be read at once. */
    private void acknowledge(long atMillis, long spreadMillis) {
        DeviceCursor position = reading.state().cursor();
        if (reading.isInSnapshot()) {
            return;
        }
        if (reading.goesOn()) {
            acknowledgements.readGoesOn(atMillis, position, effects);
        } else {
            acknowledgements.readEnded(atMillis, position, spreadMillis, effects);
        }
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
            acknowledgements.sendIfDue(at, reading.state().cursor(), effects);
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
            reading.subscribed(at);
            if (reading.state().cursor() == null) {
                reading.requireFetch(at, effects);
            } else {
                // and acknowledge then, because the process may have died between saving and acknowledging
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
            DeviceCursor position = reading.state().cursor();
            if (position != null && position.covers(input.signal())) {
                acknowledge(
                        input.atMillis(),
                        Math.max(ACK_SPREAD_MILLIS, input.signal().spreadMillis()));
            }
        }

        @Override
        public void fetched(Input.Fetched input) {
            boolean isUpToDate = reading.fetched(input.atMillis(), input.result(), effects);
            if (isUpToDate) {
                acknowledge(input.atMillis(), ACK_SPREAD_MILLIS);
            }
        }

        @Override
        public void saved(Input.Saved input) {
            if (!reading.saved()) {
                return;
            }
            reading.beginNext(input.atMillis(), effects);
            boolean isLongPoll = doorbell instanceof Doorbell.LongPoll;
            acknowledge(input.atMillis(), isLongPoll ? ACK_SPREAD_MILLIS : reading.lastSaveSpreadMillis());
        }

        @Override
        public void saveFailed(Input.SaveFailed input) {
            reading.saveFailed(input.atMillis(), input.stored());
        }

        @Override
        public void acked(Input.Acked input) {
            if (acknowledgements.completed(input.atMillis(), input.result())) {
                reading.requireFetch(input.atMillis(), effects);
            }
            acknowledgements.sendIfDue(input.atMillis(), reading.state().cursor(), effects);
        }
    }
}
