package io.bellwire.device;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A device, as the protocol's five rules want it: it subscribes first and fetches second, skips the poll when a signal
 * brings no news or brings the changes themselves, saves state and cursor together before it acknowledges, reads on until
 * it is up to date, and when its cursor cannot be continued takes a snapshot and reads the feed from where it begins. Each step is a pure function of the inputs
 * so far, their times and the random numbers handed in; who feeds it does what the effects say.
 *
 * <p>At most one fetch, one save and one acknowledgement are under way. To restart a device is to construct one with the
 * state that was saved last. Not thread-safe.
 */
public final class Device {
    /** A time that never comes. */
    public static final long NEVER_MILLIS = Long.MAX_VALUE;

    private enum Reading {
        IDLE,
        FETCHING,
        SAVING
    }

    private final Doorbell doorbell;
    private final SignalConnection line;
    private final Acknowledgements acks;
    private final RetryTimer retry;
    private final FetchSpread spread;
    private final SafetyPollTimer lookout;
    private final FetchDemand need = new FetchDemand();
    private final SnapshotReading snapshot = new SnapshotReading();
    private final Inputs inputs = new Inputs();
    private List<Effect> effects = new ArrayList<>();

    private DeviceState state;
    private Reading reading = Reading.IDLE;
    /** What the save under way makes true. */
    private Effect.@Nullable Save saving;

    private long askedAtMillis;
    /** How long the server was asked to wait for news before it gave the last answer; 0 also if there was news. */
    private long waitMillis;

    private boolean everCaughtUp;

    /**
     * @param state as saved last, {@link DeviceState#FRESH} for a new device
     * @param random the device's own; decides all jitter
     */
    public Device(DeviceSettings settings, DeviceState state, RandomGenerator random) {
        RetryAfterHold spared = new RetryAfterHold();
        this.doorbell = settings.doorbell();
        this.state = state;
        this.line = new SignalConnection(doorbell, new JitteredBackoff(settings, random));
        this.acks = new Acknowledgements(new JitteredBackoff(settings, random), spared);
        this.retry = new RetryTimer(new JitteredBackoff(settings, random), spared);
        this.spread = new FetchSpread(random);
        this.lookout = new SafetyPollTimer(doorbell, random, new JitteredBackoff(settings, random));
    }

    /** What is to be done upon {@code input}. Inputs that answer nothing that was asked are ignored. */
    public List<Effect> on(Input input) {
        effects = new ArrayList<>();
        input.accept(inputs);
        return effects;
    }

    /** When the device wants an {@link Input.Ticked}, {@link #NEVER_MILLIS} if it waits for something else. */
    public long wakeAtMillis() {
        long reads = Math.min(Math.min(lookout.dueMillis(), retry.dueMillis()), spread.dueMillis());
        return Math.min(reads, Math.min(line.dueMillis(), acks.dueMillis()));
    }

    /** As saved last. */
    public DeviceState state() {
        return state;
    }

    private final class Inputs implements Input.Cases {
        @Override
        public void started(Input.Started input) {
            if (doorbell instanceof Doorbell.Signals) {
                lookout.restart(input.atMillis());
                line.dial(effects);
            } else {
                want(input.atMillis());
            }
        }

        @Override
        public void ticked(Input.Ticked input) {
            long at = input.atMillis();
            boolean ungreeted = line.tick(at, effects);
            if (acks.tick(at)) {
                acks.ack(at, state.cursor(), effects);
            }
            if (retry.dueMillis() <= at || spread.dueMillis() <= at) {
                fetch(at, 0);
            }
            if (ungreeted) {
                want(at);
            }
            if (lookout.dueMillis() <= at) {
                lookout.look(at, line.isUp() && isResting());
                if (doorbell instanceof Doorbell.LongPoll poll && isResting()) {
                    fetch(at, poll.waitMillis());
                } else {
                    want(at);
                }
            }
        }

        @Override
        public void listening(Input.Listening input) {
            long at = input.atMillis();
            if (!line.up(at)) {
                return;
            }
            // The process may have died between saving and acknowledging.
            acks.ack(at, state.cursor(), effects);
            retry.sooner(at);
            if (state.cursor() == null) {
                want(at);
            } else {
                line.awaitGreeting(at);
            }
        }

        @Override
        public void cut(Input.Cut input) {
            line.down(input.atMillis());
            lookout.lineDown(input.atMillis());
            // No signals does not mean no feed: a device whose broker is unreachable reads at least once.
            if (!everCaughtUp && reading == Reading.IDLE) {
                want(input.atMillis());
            }
        }

        @Override
        public void heard(Input.Heard input) {
            line.greeted();
            ReceivedSignal signal = input.signal();
            if (state.cursor() != null && state.cursor().covers(signal)) {
                if (isResting()) {
                    everCaughtUp = true;
                    effects.add(new Effect.SkipPoll());
                }
                return;
            }
            lookout.announced();
            need.hear(signal);
            if (reading == Reading.IDLE) {
                goOn(input.atMillis());
            }
        }

        @Override
        public void answered(Input.Answered input) {
            if (reading != Reading.FETCHING) {
                return;
            }
            reading = Reading.IDLE;
            long at = input.atMillis();
            if (input.answer() instanceof FetchResult.Page page && !snapshot.isUnderWay()) {
                page(at, page);
            } else if (input.answer() instanceof FetchResult.Snapshot part && snapshot.isUnderWay()) {
                part(part);
            } else if (input.answer() instanceof FetchResult.Reset reset) {
                reset(at, reset);
            } else if (input.answer() instanceof FetchResult.Failed failed) {
                failed(at, failed.retryAfterMillis());
            } else {
                failed(at, 0);
            }
        }

        @Override
        public void saved(Input.Saved input) {
            Effect.Save kept = saving;
            if (kept == null) {
                return;
            }
            state = kept.state();
            saving = null;
            reading = Reading.IDLE;
            if (!kept.straight()) {
                need.answered();
                if (snapshot.isUnderWay()) {
                    snapshot.saved();
                } else {
                    retry.succeeded();
                }
            }
            if (!snapshot.isUnderWay()) {
                acks.ack(input.atMillis(), state.cursor(), effects);
            }
            goOn(input.atMillis());
        }

        @Override
        public void saveFailed(Input.SaveFailed input) {
            if (saving == null) {
                return;
            }
            saving = null;
            reading = Reading.IDLE;
            snapshot.lost();
            failed(input.atMillis(), 0);
        }

        @Override
        public void acked(Input.Acked input) {
            if (acks.answered(input.atMillis(), input.answer())) {
                want(input.atMillis());
            }
            if (!snapshot.isUnderWay()) {
                acks.ack(input.atMillis(), state.cursor(), effects);
            }
        }
    }

    private void page(long at, FetchResult.Page page) {
        if (!page.continues(state.cursor())) {
            // To apply a page with a gap would lose what is missing for good.
            failed(at, 0);
            return;
        }
        snapshot.continued();
        lookout.found(page.changes().size(), effects);
        if (!page.cursor().equals(state.cursor())) {
            waitMillis = 0;
            if (!page.upToDate()) {
                need.want();
            }
            DeviceState.Draft draft = state.draft();
            List<Step> steps = draft.take(page.changes());
            draft.moveTo(page.cursor());
            save(draft.done(), steps, false);
        } else if (page.upToDate()) {
            retry.succeeded();
            need.answered();
            goOn(at);
        } else {
            // Nothing came and yet there is more: asking again at once would go on for ever.
            failed(at, 0);
        }
    }

    private void part(FetchResult.Snapshot part) {
        List<Step> steps = new ArrayList<>(part.orders().size() + 1);
        DeviceState next = snapshot.take(part, state, steps);
        need.want();
        save(next, steps, false);
    }

    private void reset(long at, FetchResult.Reset reset) {
        need.want();
        if (snapshot.reset(reset)) {
            fetch(at, 0);
        } else {
            failed(at, 0);
        }
    }

    private void failed(long at, long retryAfterMillis) {
        need.failed();
        spread.over();
        lookout.failed();
        retry.failed(at, retryAfterMillis);
        snapshot.failed(retry.failures());
    }

    private void save(DeviceState next, List<Step> steps, boolean straight) {
        Effect.Save save = new Effect.Save(next, steps, straight);
        saving = save;
        reading = Reading.SAVING;
        effects.add(save);
    }

    /** Nothing is under way: what comes next? */
    private void goOn(long at) {
        DeviceCursor cursor = state.cursor();
        ReceivedSignal rung = need.rung();
        boolean mayAsk = !retry.isWaiting();
        if (!snapshot.isUnderWay() && need.isMet(cursor)) {
            rest(at);
        } else if (mayAsk && need.isUrgent() && !spread.isWaiting()) {
            fetch(at, 0);
        } else if (cursor != null && rung != null && rung.continues(cursor) && !snapshot.isUnderWay()) {
            DeviceState.Draft draft = state.draft();
            List<Step> steps = draft.take(rung.changesAfter(cursor));
            save(draft.done(), steps, true);
        } else if (mayAsk && rung != null && !spread.await(at, rung.spreadMillis())) {
            fetch(at, 0);
        }
    }

    private void rest(long at) {
        everCaughtUp = true;
        retry.over();
        spread.over();
        lookout.restart(at);
        effects.add(new Effect.CaughtUp());
        if (doorbell instanceof Doorbell.LongPoll poll
                && (waitMillis == 0 || lookout.waited(at, askedAtMillis, waitMillis))) {
            fetch(at, poll.waitMillis());
        }
    }

    private boolean isResting() {
        return reading == Reading.IDLE && !retry.isWaiting() && !spread.isWaiting();
    }

    private void want(long at) {
        need.want();
        if (isResting()) {
            fetch(at, 0);
        }
    }

    /** Asks the feed, and the server to wait so long with the answer if there is no news. */
    private void fetch(long at, long longest) {
        if (reading != Reading.IDLE) {
            return;
        }
        spread.over();
        if (retry.spares(at)) {
            need.want();
            return;
        }
        reading = Reading.FETCHING;
        need.asked();
        line.greeted();
        retry.over();
        askedAtMillis = at;
        waitMillis = longest;
        effects.add(
                snapshot.isUnderWay()
                        ? new Effect.FetchSnapshot(snapshot.next())
                        : new Effect.FetchPage(state.cursor(), longest));
    }
}
