package io.bellwire.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The reading of the feed: decides when to fetch, applies what a fetch or a signal has brought to the state, and asks
 * to save it. At most one fetch or one save is under way. Not thread-safe.
 */
final class FeedReading {
    private enum Activity {
        IDLE,
        FETCHING,
        SAVING
    }

    private final Doorbell doorbell;
    private final SignalConnection connection;
    private final RetryTimer retryTimer;
    private final FetchSpread fetchSpread;
    private final SafetyPollTimer safetyPollTimer;
    private final FetchDemand demand = new FetchDemand();
    private final SnapshotReading snapshot = new SnapshotReading();

    private DeviceState state;
    private Activity activity = Activity.IDLE;
    private Effect.@Nullable Save saveUnderWay;

    private long lastSaveSpreadMillis;
    private long lastFetchAtMillis;
    /** How long the last fetch asked the server to wait for a change; 0 as soon as a page has brought one. */
    private long lastFetchWaitMillis;

    private boolean hasBeenUpToDate;

    /** @param connection need not wait for the greeting any more once a fetch begins */
    FeedReading(
            DeviceSettings settings,
            DeviceState state,
            SignalConnection connection,
            RetryAfterHold hold,
            RandomGenerator random) {
        this.doorbell = settings.doorbell();
        this.state = state;
        this.connection = connection;
        this.retryTimer = new RetryTimer(new JitteredBackoff(settings, random), hold);
        this.fetchSpread = new FetchSpread(random);
        this.safetyPollTimer = new SafetyPollTimer(doorbell, random, new JitteredBackoff(settings, random));
    }

    /** The state that was saved last. */
    DeviceState state() {
        return state;
    }

    /** Whether a page is being fetched or changes are being saved; a long poll waits for the next ones. */
    boolean goesOn() {
        return activity == Activity.SAVING || (activity == Activity.FETCHING && lastFetchWaitMillis == 0);
    }

    /** The spread that the server has asked for with the changes that were saved last; 0 if they were fetched. */
    long lastSaveSpreadMillis() {
        return lastSaveSpreadMillis;
    }

    /** Whether a snapshot is being read, so that the cursor is an old one. */
    boolean isInSnapshot() {
        return snapshot.isUnderWay();
    }

    /** When {@link #fetchIfDue} or {@link #pollIfDue} is due. */
    long dueMillis() {
        return Math.min(Math.min(safetyPollTimer.dueMillis(), retryTimer.dueMillis()), fetchSpread.dueMillis());
    }

    /** Starts the interval to the first safety poll. */
    void startSafetyPolls(long atMillis) {
        safetyPollTimer.restart(atMillis);
    }

    /** Fetches if the wait after a failure or for a spread is over. */
    void fetchIfDue(long atMillis, List<Effect> effects) {
        if (retryTimer.dueMillis() <= atMillis || fetchSpread.dueMillis() <= atMillis) {
            fetch(atMillis, 0, effects);
        }
    }

    /** Fetches if a safety poll, a poll or the next long poll is due. */
    void pollIfDue(long atMillis, List<Effect> effects) {
        if (safetyPollTimer.dueMillis() <= atMillis) {
            safetyPollTimer.pollStarted(atMillis, connection.isSubscribed() && mayFetchAtOnce());
            if (doorbell instanceof Doorbell.LongPoll poll && mayFetchAtOnce()) {
                fetch(atMillis, poll.waitMillis(), effects);
            } else {
                requireFetch(atMillis, effects);
            }
        }
    }

    /** Fetches now, or as soon as possible, whatever signals say. */
    void requireFetch(long atMillis, List<Effect> effects) {
        demand.requireFetch();
        if (mayFetchAtOnce()) {
            fetch(atMillis, 0, effects);
        }
    }

    void subscribed(long atMillis) {
        retryTimer.shorten(atMillis);
    }

    void disconnected(long atMillis, List<Effect> effects) {
        safetyPollTimer.disconnected(atMillis);
        // The feed may be reachable though the broker is not: the device fetches at least once.
        if (!hasBeenUpToDate && activity == Activity.IDLE) {
            requireFetch(atMillis, effects);
        }
    }

    void signalReceived(long atMillis, ReceivedSignal signal, List<Effect> effects) {
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
            beginNext(atMillis, effects);
        }
    }

    /**
     * Takes the result of the fetch under way; ignored if there is none. Returns whether the device turned out to have
     * everything already.
     */
    boolean fetched(long atMillis, FetchResult result, List<Effect> effects) {
        if (activity != Activity.FETCHING) {
            return false;
        }
        activity = Activity.IDLE;
        if (result instanceof FetchResult.Page page && !snapshot.isUnderWay()) {
            return takePage(atMillis, page, effects);
        } else if (result instanceof FetchResult.Snapshot part && snapshot.isUnderWay()) {
            takeSnapshotPart(atMillis, part, effects);
        } else if (result instanceof FetchResult.Reset reset) {
            beginSnapshot(atMillis, reset, effects);
        } else if (result instanceof FetchResult.Failed failed) {
            retryLater(atMillis, failed.retryAfterMillis());
        } else {
            retryLater(atMillis, 0);
        }
        return false;
    }

    private boolean takePage(long atMillis, FetchResult.Page page, List<Effect> effects) {
        if (!page.continues(state.cursor())) {
            // Applying a page with a gap would lose the missing changes for good.
            retryLater(atMillis, 0);
            return false;
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
            lastSaveSpreadMillis = 0;
            save(new Effect.Save(draft.build(), steps, false), effects);
            return false;
        }
        if (!page.upToDate()) {
            // An empty page that claims to have more behind it: fetching again at once could go on for ever.
            retryLater(atMillis, 0);
            return false;
        }
        retryTimer.resetBackoff();
        demand.fetchSucceeded();
        beginNext(atMillis, effects);
        return true;
    }

    private void takeSnapshotPart(long atMillis, FetchResult.Snapshot part, List<Effect> effects) {
        if (snapshot.leadsBack(part)) {
            snapshot.partNotSaved();
            retryLater(atMillis, 0);
            return;
        }
        List<Step> steps = new ArrayList<>(part.orders().size() + 1);
        DeviceState next = snapshot.takePart(part, state, steps);
        demand.requireFetch();
        save(new Effect.Save(next, steps, false), effects);
    }

    private void beginSnapshot(long atMillis, FetchResult.Reset reset, List<Effect> effects) {
        if (snapshot.begin(reset)) {
            fetch(atMillis, 0, effects);
        } else {
            retryLater(atMillis, 0);
        }
    }

    private void retryLater(long atMillis, long retryAfterMillis) {
        demand.fetchFailed();
        fetchSpread.cancel();
        safetyPollTimer.fetchFailed();
        retryTimer.startAfterFailure(atMillis, retryAfterMillis);
        snapshot.fetchFailed(retryTimer.failures());
    }

    private void save(Effect.Save save, List<Effect> effects) {
        saveUnderWay = save;
        activity = Activity.SAVING;
        effects.add(save);
    }

    /**
     * The save under way has succeeded; returns false if there is none. {@link #beginNext} is to be called after it.
     */
    boolean saved() {
        Effect.Save save = saveUnderWay;
        if (save == null) {
            return false;
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
        return true;
    }

    /**
     * The save under way has failed; ignored if there is none.
     *
     * @param stored the state that the store has; null if that is not known
     */
    void saveFailed(long atMillis, @Nullable DeviceState stored) {
        if (saveUnderWay == null) {
            return;
        }
        if (stored != null) {
            if (!Objects.equals(stored.cursor(), state.cursor())) {
                // an earlier save took effect: the reset was the answer to a cursor that the device has left
                snapshot.abandon();
            }
            state = stored;
        }
        saveUnderWay = null;
        activity = Activity.IDLE;
        snapshot.partNotSaved();
        retryLater(atMillis, 0);
    }

    /** Begins the next fetch or save, if one is needed and need not wait. To be called only when none is under way. */
    void beginNext(long atMillis, List<Effect> effects) {
        DeviceCursor cursor = state.cursor();
        ReceivedSignal signal = demand.signal();
        boolean mayFetch = !retryTimer.isRunning();
        if (!snapshot.isUnderWay() && demand.isMetBy(cursor)) {
            becomeUpToDate(atMillis, effects);
        } else if (mayFetch && demand.isUnconditional() && !fetchSpread.isRunning()) {
            fetch(atMillis, 0, effects);
        } else if (cursor != null && signal != null && signal.continues(cursor) && !snapshot.isUnderWay()) {
            DeviceState.Draft draft = state.draft();
            List<Step> steps = draft.applyAll(signal.changesAfter(cursor));
            lastSaveSpreadMillis = signal.spreadMillis();
            save(new Effect.Save(draft.build(), steps, true), effects);
        } else if (mayFetch && signal != null && !fetchSpread.delay(atMillis, signal.spreadMillis())) {
            fetch(atMillis, 0, effects);
        }
    }

    private void becomeUpToDate(long atMillis, List<Effect> effects) {
        hasBeenUpToDate = true;
        retryTimer.cancel();
        fetchSpread.cancel();
        safetyPollTimer.restart(atMillis);
        effects.add(new Effect.CaughtUp());
        if (doorbell instanceof Doorbell.LongPoll poll
                && (lastFetchWaitMillis == 0
                        || safetyPollTimer.serverWaited(atMillis, lastFetchAtMillis, lastFetchWaitMillis))) {
            fetch(atMillis, poll.waitMillis(), effects);
        }
    }

    private boolean mayFetchAtOnce() {
        return activity == Activity.IDLE && !retryTimer.isRunning() && !fetchSpread.isRunning();
    }

    /**
     * Begins a fetch unless a fetch or a save is under way, or the server has asked to wait.
     *
     * @param waitMillis how long the server is asked to wait for a change before it answers
     */
    private void fetch(long atMillis, long waitMillis, List<Effect> effects) {
        if (activity != Activity.IDLE) {
            return;
        }
        fetchSpread.cancel();
        if (retryTimer.startIfHeld(atMillis)) {
            return;
        }
        activity = Activity.FETCHING;
        demand.fetchStarted();
        connection.greetingArrived();
        retryTimer.cancel();
        lastFetchAtMillis = atMillis;
        lastFetchWaitMillis = waitMillis;
        effects.add(
                snapshot.isUnderWay()
                        ? new Effect.FetchSnapshot(snapshot.nextLink())
                        : new Effect.FetchPage(state.cursor(), waitMillis));
    }
}
