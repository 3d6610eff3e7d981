package io.bellwire.device;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A device, as the protocol's five rules want it: it subscribes first and fetches second, skips the poll when a signal
 * brings no news, saves state and cursor together before it acknowledges, reads on until it is up to date, and takes a
 * snapshot when its cursor cannot be continued. Each step is a pure function of the inputs so far, their times and the
 * random numbers handed in; who feeds it does what the effects say.
 *
 * <p>At most one fetch, one save and one acknowledgement are under way. To restart a device is to construct one with the
 * state that was saved last. Not thread-safe.
 */
public final class Device {
    /** A time that never comes. */
    public static final long NEVER_MILLIS = Long.MAX_VALUE;

    /** After so many failures on end, a link into a snapshot is taken to be stale and the snapshot begins again. */
    private static final int SNAPSHOT_TRIES = 5;

    private enum Reading {
        IDLE,
        FETCHING,
        SAVING
    }

    private final DeviceSettings settings;
    private final RandomGenerator random;
    private final Line line;
    private final Acks acks;
    private final Backoff fetchBackoff;
    private final SnapshotReading snapshot = new SnapshotReading();
    private final Inputs inputs = new Inputs();
    private List<Effect> effects = new ArrayList<>();

    private DeviceState state;
    private Reading reading = Reading.IDLE;
    /** The signal that no fetch has been started for. */
    private @Nullable Signal rung;
    /** A fetch is wanted besides the one under way. */
    private boolean wanted;

    private boolean everCaughtUp;
    private int resetsOnEnd;
    /** What the save under way makes true, and whether to read on after it. */
    private @Nullable DeviceState saving;

    private boolean readOn;

    private long greetingDueMillis = NEVER_MILLIS;
    private long pollDueMillis = NEVER_MILLIS;
    private long retryDueMillis = NEVER_MILLIS;
    /** Until then the server asked to be left alone. */
    private long spareUntilMillis;

    /**
     * @param state as saved last, {@link DeviceState#FRESH} for a new device
     * @param random the device's own; decides all jitter
     */
    public Device(DeviceSettings settings, DeviceState state, RandomGenerator random) {
        this.settings = settings;
        this.state = state;
        this.random = random;
        this.line = new Line(new Backoff(settings, random));
        this.acks = new Acks(new Backoff(settings, random));
        this.fetchBackoff = new Backoff(settings, random);
    }

    /** What is to be done upon {@code input}. Inputs that answer nothing that was asked are ignored. */
    public List<Effect> on(Input input) {
        effects = new ArrayList<>();
        input.accept(inputs);
        return effects;
    }

    /** When the device wants an {@link Input.Ticked}, {@link #NEVER_MILLIS} if it waits for something else. */
    public long wakeAtMillis() {
        long reads = Math.min(Math.min(greetingDueMillis, pollDueMillis), retryDueMillis);
        return Math.min(reads, Math.min(line.dialDueMillis(), acks.dueMillis()));
    }

    /** As saved last. */
    public DeviceState state() {
        return state;
    }

    private final class Inputs implements Input.Cases<Void> {
        @Override
        public Void started(Input.Started input) {
            pollDueMillis = input.atMillis() + safetyPollMillis();
            line.dial(effects);
            return done();
        }

        @Override
        public Void ticked(Input.Ticked input) {
            long at = input.atMillis();
            line.tick(at, effects);
            if (acks.tick(at)) {
                acks.ack(state.cursor(), effects);
            }
            if (retryDueMillis <= at) {
                fetch();
            }
            if (greetingDueMillis <= at) {
                greetingDueMillis = NEVER_MILLIS;
                want();
            }
            if (pollDueMillis <= at) {
                pollDueMillis = at + safetyPollMillis();
                want();
            }
            return done();
        }

        @Override
        public Void listening(Input.Listening input) {
            long at = input.atMillis();
            if (!line.up(at)) {
                return done();
            }
            // The process may have died between saving and acknowledging.
            acks.ack(state.cursor(), effects);
            // The server is back: whoever waited for it need not wait out what its absence cost.
            if (retryDueMillis != NEVER_MILLIS) {
                long soon = Math.max(at, spareUntilMillis) + fetchBackoff.firstMillis();
                retryDueMillis = Math.min(retryDueMillis, soon);
            }
            if (state.cursor() == null) {
                want();
            } else {
                greetingDueMillis = at + ((Doorbell.Signals) settings.doorbell()).greetingMillis();
            }
            return done();
        }

        @Override
        public Void cut(Input.Cut input) {
            line.down(input.atMillis());
            greetingDueMillis = NEVER_MILLIS;
            // No signals does not mean no feed: a device whose broker is unreachable reads at least once.
            if (!everCaughtUp && reading == Reading.IDLE) {
                want();
            }
            return done();
        }

        @Override
        public Void heard(Input.Heard input) {
            greetingDueMillis = NEVER_MILLIS;
            Signal signal = input.signal();
            boolean resting = reading == Reading.IDLE && retryDueMillis == NEVER_MILLIS;
            if (resting && covers(signal)) {
                everCaughtUp = true;
                effects.add(new Effect.SkipPoll());
                return done();
            }
            rung = rung != null && rung.epoch().equals(signal.epoch()) && rung.revision() > signal.revision()
                    ? rung
                    : signal;
            if (resting) {
                fetch();
            }
            return done();
        }

        @Override
        public Void answered(Input.Answered input) {
            if (reading != Reading.FETCHING) {
                return done();
            }
            reading = Reading.IDLE;
            long at = input.atMillis();
            if (input.answer() instanceof Answer.Page page && !snapshot.isUnderWay()) {
                page(at, page);
            } else if (input.answer() instanceof Answer.Snapshot part && snapshot.isUnderWay()) {
                part(part);
            } else if (input.answer() instanceof Answer.Reset) {
                reset(at);
            } else if (input.answer() instanceof Answer.Failed failed) {
                failed(at, failed.retryAfterMillis());
            } else {
                failed(at, 0);
            }
            return done();
        }

        @Override
        public Void saved(Input.Saved input) {
            DeviceState next = saving;
            if (next == null) {
                return done();
            }
            state = next;
            saving = null;
            reading = Reading.IDLE;
            if (snapshot.isUnderWay()) {
                snapshot.saved();
            } else {
                fetchBackoff.reset();
            }
            if (!snapshot.isUnderWay()) {
                acks.ack(state.cursor(), effects);
            }
            goOn(input.atMillis());
            return done();
        }

        @Override
        public Void saveFailed(Input.SaveFailed input) {
            if (saving == null) {
                return done();
            }
            saving = null;
            reading = Reading.IDLE;
            // What was read but not kept is read again.
            if (snapshot.isUnderWay()) {
                snapshot.begin();
            }
            failed(input.atMillis(), 0);
            return done();
        }

        @Override
        public Void acked(Input.Acked input) {
            if (acks.answered(input.atMillis(), input.answer())) {
                want();
            }
            if (!snapshot.isUnderWay()) {
                acks.ack(state.cursor(), effects);
            }
            return done();
        }

        @SuppressWarnings("NullAway") // Void has no other value
        private Void done() {
            return null;
        }
    }

    private void page(long at, Answer.Page page) {
        if (!page.continues(state.cursor())) {
            // To apply a page with a gap would lose what is missing for good.
            failed(at, 0);
            return;
        }
        resetsOnEnd = 0;
        readOn = !page.upToDate();
        if (page.cursor().equals(state.cursor())) {
            if (readOn) {
                // Nothing came and yet there is more: asking again at once would go on for ever.
                failed(at, 0);
            } else {
                fetchBackoff.reset();
                goOn(at);
            }
            return;
        }
        DeviceState.Draft draft = state.draft();
        List<Step> steps = new ArrayList<>(page.changes().size());
        for (Change change : page.changes()) {
            boolean news = draft.apply(change.orderId(), change.version());
            steps.add(news ? new Step.Applied(change) : new Step.Known(change));
        }
        draft.moveTo(page.cursor());
        save(draft.done(), steps);
    }

    private void part(Answer.Snapshot part) {
        List<Step> steps = new ArrayList<>(part.orders().size() + 1);
        DeviceState next = snapshot.take(part, state, steps);
        readOn = true;
        save(next, steps);
    }

    private void reset(long at) {
        snapshot.begin();
        resetsOnEnd++;
        if (resetsOnEnd == 1) {
            fetch();
        } else {
            // A server that resets whatever it has just handed out is not asked without pause.
            failed(at, 0);
        }
    }

    private void failed(long at, long retryAfterMillis) {
        retryDueMillis = at + fetchBackoff.nextMillis(retryAfterMillis);
        spareUntilMillis = at + retryAfterMillis;
        if (snapshot.isUnderWay() && fetchBackoff.failures() % SNAPSHOT_TRIES == 0) {
            snapshot.begin();
        }
    }

    private void save(DeviceState next, List<Step> steps) {
        saving = next;
        reading = Reading.SAVING;
        effects.add(new Effect.Save(next, steps, false));
    }

    private void goOn(long at) {
        if (readOn || wanted || (rung != null && !covers(rung))) {
            fetch();
            return;
        }
        rung = null;
        everCaughtUp = true;
        pollDueMillis = at + safetyPollMillis();
        effects.add(new Effect.CaughtUp());
    }

    private void want() {
        if (reading == Reading.IDLE && retryDueMillis == NEVER_MILLIS) {
            fetch();
        } else {
            wanted = true;
        }
    }

    private void fetch() {
        if (reading != Reading.IDLE) {
            return;
        }
        reading = Reading.FETCHING;
        // From here on the answer will tell more than anything heard before.
        rung = null;
        wanted = false;
        readOn = false;
        greetingDueMillis = NEVER_MILLIS;
        retryDueMillis = NEVER_MILLIS;
        effects.add(
                snapshot.isUnderWay()
                        ? new Effect.FetchSnapshot(snapshot.next())
                        : new Effect.FetchPage(state.cursor(), 0));
    }

    private boolean covers(Signal signal) {
        return state.cursor() != null && state.cursor().covers(signal);
    }

    private long safetyPollMillis() {
        long every = ((Doorbell.Signals) settings.doorbell()).safetyPolls().startMillis();
        long fifth = every / 5;
        return every - fifth + random.nextLong(2 * fifth + 1);
    }
}
