package io.bellwire.device;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

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

    private enum Activity {
        IDLE,
        FETCHING,
        SAVING
    }

    private final Doorbell doorbell;
    private final SignalConnection connection;
    private final Acknowledgements acknowledgements;
    private final RetryTimer retryTimer;
    private final FetchSpread fetchSpread;
    private final SafetyPollTimer safetyPollTimer;
    private final FetchDemand demand = new FetchDemand();
    private final SnapshotReading snapshot = new SnapshotReading();
    private final InputHandler inputHandler = new InputHandler();
    private List<Effect> effects = new ArrayList<>();

    private DeviceState state;
    private Activity activity = Activity.IDLE;
    private Effect.@Nullable Save saveUnderWay;

    private long lastFetchAtMillis;
    /** How long the last fetch asked the server to wait for a change; 0 as soon as a page has brought one. */
    private long lastFetchWaitMillis;

    private boolean hasBeenUpToDate;

    /**
     * @param state the state that was saved last, {@link DeviceState#FRESH} for a new device
     * @param random the device's own; decides all jitter
     */
    public Device(DeviceSettings settings, DeviceState state, RandomGenerator random) {
        RetryAfterHold hold = new RetryAfterHold();
        this.doorbell = settings.doorbell();
        this.state = state;
        this.connection = new SignalConnection(doorbell, new JitteredBackoff(settings, random));
        this.acknowledgements = new Acknowledgements(new JitteredBackoff(settings, random), hold);
        this.retryTimer = new RetryTimer(new JitteredBackoff(settings, random), hold);
        this.fetchSpread = new FetchSpread(random);
        this.safetyPollTimer = new SafetyPollTimer(doorbell, random, new JitteredBackoff(settings, random));
    }

    /** Takes {@code input} and returns what is to be done, in order. Results that nothing asked for are ignored. */
    public List<Effect> on(Input input) {
        effects = new ArrayList<>();
        input.accept(inputHandler);
        return effects;
    }

    /** When the device needs an {@link Input.Ticked}; {@link #NEVER_MILLIS} if it only waits for other inputs. */
    public long wakeAtMillis() {
        long fetchDue =
                Math.min(Math.min(safetyPollTimer.dueMillis(), retryTimer.dueMillis()), fetchSpread.dueMillis());
        return Math.min(fetchDue, Math.min(connection.dueMillis(), acknowledgements.dueMillis()));
    }

    /** The state that was saved last. */
    public DeviceState state() {
        return state;
    }

    private final class InputHandler implements Input.Handler {
        @Override
        public void started(Input.Started input) {
            if (doorbell instanceof Doorbell.Signals) {
                safetyPollTimer.restart(input.atMillis());
                connection.connect(effects);
            } else {
                requireFetch(input.atMillis());
            }
        }

        @Override
        public void ticked(Input.Ticked input) {
            long at = input.atMillis();
            boolean greetingIsMissing = connection.tick(at, effects);
            if (acknowledgements.takeDueRetry(at)) {
                acknowledgements.acknowledge(at, state.cursor(), effects);
            }
            if (retryTimer.dueMillis() <= at || fetchSpread.dueMillis() <= at) {
                fetch(at, 0);
            }
            if (greetingIsMissing) {
                requireFetch(at);
            }
            if (safetyPollTimer.dueMillis() <= at) {
                safetyPollTimer.pollStarted(at, connection.isSubscribed() && mayFetchAtOnce());
                if (doorbell instanceof Doorbell.LongPoll poll && mayFetchAtOnce()) {
                    fetch(at, poll.waitMillis());
                } else {
                    requireFetch(at);
                }
            }
        }

        @Override
        public void subscribed(Input.Subscribed input) {
            long at = input.atMillis();
            if (!connection.subscribed(at)) {
                return;
            }
            // The process may have died between saving and acknowledging.
            acknowledgements.acknowledge(at, state.cursor(), effects);
            retryTimer.shorten(at);
            if (state.cursor() == null) {
                requireFetch(at);
            } else {
                connection.expectGreeting(at);
            }
        }

        @Override
        public void disconnected(Input.Disconnected input) {
            connection.disconnected(input.atMillis());
            safetyPollTimer.disconnected(input.atMillis());
            // The feed may be reachable though the broker is not: the device fetches at least once.
            if (!hasBeenUpToDate && activity == Activity.IDLE) {
                requireFetch(input.atMillis());
            }
        }

        @Override
        public void signalReceived(Input.SignalReceived input) {
            connection.greetingArrived();
            ReceivedSignal signal = input.signal();
            if (state.cursor() != null && state.cursor().covers(signal)) {
                if (mayFetchAtOnce()) {
                    hasBeenUpToDate = true;
                    effects.add(new Effect.FetchSkipped());
                }
                return;
            }
            safetyPollTimer.signalReceived();
            demand.signalReceived(signal);
            if (activity == Activity.IDLE) {
                beginNext(input.atMillis());
            }
        }

        @Override
        public void fetched(Input.Fetched input) {
            if (activity != Activity.FETCHING) {
                return;
            }
            activity = Activity.IDLE;
            long at = input.atMillis();
            FetchResult result = input.result();
            if (result instanceof FetchResult.Page page && !snapshot.isUnderWay()) {
                takePage(at, page);
            } else if (result instanceof FetchResult.Snapshot part && snapshot.isUnderWay()) {
                takeSnapshotPart(part);
            } else if (result instanceof FetchResult.Reset reset) {
                beginSnapshot(at, reset);
            } else if (result instanceof FetchResult.Failed failed) {
                retryLater(at, failed.retryAfterMillis());
            } else {
                retryLater(at, 0);
            }
        }

        @Override
        public void saved(Input.Saved input) {
            Effect.Save save = saveUnderWay;
            if (save == null) {
                return;
            }
            state = save.state();
            saveUnderWay = null;
            activity = Activity.IDLE;
            if (!save.fromSignal()) {
                demand.fetchSucceeded();
                if (snapshot.isUnderWay()) {
                    snapshot.partSaved();
                } else {
                    retryTimer.resetBackoff();
                }
            }
            if (!snapshot.isUnderWay()) {
                acknowledgements.acknowledge(input.atMillis(), state.cursor(), effects);
            }
            beginNext(input.atMillis());
        }

        @Override
        public void saveFailed(Input.SaveFailed input) {
            if (saveUnderWay == null) {
                return;
            }
            saveUnderWay = null;
            activity = Activity.IDLE;
            snapshot.partNotSaved();
            retryLater(input.atMillis(), 0);
        }

        @Override
        public void acked(Input.Acked input) {
            if (acknowledgements.completed(input.atMillis(), input.result())) {
                requireFetch(input.atMillis());
            }
            if (!snapshot.isUnderWay()) {
                acknowledgements.acknowledge(input.atMillis(), state.cursor(), effects);
            }
        }
    }

    private void takePage(long at, FetchResult.Page page) {
        if (!page.continues(state.cursor())) {
            // Applying a page with a gap would lose the missing changes for good.
            retryLater(at, 0);
            return;
        }
        snapshot.cursorWasAccepted();
        safetyPollTimer.pageReceived(page.changes().size(), effects);
        if (!page.cursor().equals(state.cursor())) {
            lastFetchWaitMillis = 0;
            if (!page.upToDate()) {
                demand.requireFetch();
            }
            DeviceState.Draft draft = state.draft();
            List<Step> steps = draft.applyAll(page.changes());
            draft.setCursor(page.cursor());
            save(draft.build(), steps, false);
        } else if (page.upToDate()) {
            retryTimer.resetBackoff();
            demand.fetchSucceeded();
            beginNext(at);
        } else {
            // An empty page that claims to have more behind it: fetching again at once could go on for ever.
            retryLater(at, 0);
        }
    }

    private void takeSnapshotPart(FetchResult.Snapshot part) {
        List<Step> steps = new ArrayList<>(part.orders().size() + 1);
        DeviceState next = snapshot.takePart(part, state, steps);
        demand.requireFetch();
        save(next, steps, false);
    }

    private void beginSnapshot(long at, FetchResult.Reset reset) {
        demand.requireFetch();
        if (snapshot.begin(reset)) {
            fetch(at, 0);
        } else {
            retryLater(at, 0);
        }
    }

    private void retryLater(long at, long retryAfterMillis) {
        demand.fetchFailed();
        fetchSpread.cancel();
        safetyPollTimer.fetchFailed();
        retryTimer.startAfterFailure(at, retryAfterMillis);
        snapshot.fetchFailed(retryTimer.failures());
    }

    private void save(DeviceState next, List<Step> steps, boolean fromSignal) {
        Effect.Save save = new Effect.Save(next, steps, fromSignal);
        saveUnderWay = save;
        activity = Activity.SAVING;
        effects.add(save);
    }

    /** Begins the next fetch or save, if one is needed and need not wait. To be called only when none is under way. */
    private void beginNext(long at) {
        DeviceCursor cursor = state.cursor();
        ReceivedSignal signal = demand.signal();
        boolean mayFetch = !retryTimer.isRunning();
        if (!snapshot.isUnderWay() && demand.isMetBy(cursor)) {
            becomeUpToDate(at);
        } else if (mayFetch && demand.isUnconditional() && !fetchSpread.isRunning()) {
            fetch(at, 0);
        } else if (cursor != null && signal != null && signal.continues(cursor) && !snapshot.isUnderWay()) {
            DeviceState.Draft draft = state.draft();
            List<Step> steps = draft.applyAll(signal.changesAfter(cursor));
            save(draft.build(), steps, true);
        } else if (mayFetch && signal != null && !fetchSpread.delay(at, signal.spreadMillis())) {
            fetch(at, 0);
        }
    }

    private void becomeUpToDate(long at) {
        hasBeenUpToDate = true;
        retryTimer.cancel();
        fetchSpread.cancel();
        safetyPollTimer.restart(at);
        effects.add(new Effect.CaughtUp());
        if (doorbell instanceof Doorbell.LongPoll poll
                && (lastFetchWaitMillis == 0
                        || safetyPollTimer.serverWaited(at, lastFetchAtMillis, lastFetchWaitMillis))) {
            fetch(at, poll.waitMillis());
        }
    }

    private boolean mayFetchAtOnce() {
        return activity == Activity.IDLE && !retryTimer.isRunning() && !fetchSpread.isRunning();
    }

    /** Has the feed fetched now, or as soon as possible, whatever signals say. */
    private void requireFetch(long at) {
        demand.requireFetch();
        if (mayFetchAtOnce()) {
            fetch(at, 0);
        }
    }

    /**
     * Begins a fetch unless a fetch or a save is under way, or the server has asked to wait.
     *
     * @param maxWaitMillis how long the server may wait for a change before it answers
     */
    private void fetch(long at, long maxWaitMillis) {
        if (activity != Activity.IDLE) {
            return;
        }
        fetchSpread.cancel();
        if (retryTimer.startIfHeld(at)) {
            demand.requireFetch();
            return;
        }
        activity = Activity.FETCHING;
        demand.fetchStarted();
        connection.greetingArrived();
        retryTimer.cancel();
        lastFetchAtMillis = at;
        lastFetchWaitMillis = maxWaitMillis;
        effects.add(
                snapshot.isUnderWay()
                        ? new Effect.FetchSnapshot(snapshot.nextLink())
                        : new Effect.FetchPage(state.cursor(), maxWaitMillis));
    }
}
