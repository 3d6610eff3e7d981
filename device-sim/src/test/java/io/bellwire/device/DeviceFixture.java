package io.bellwire.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A device, its inputs as methods that return the effects, and its expected effects. */
abstract class DeviceFixture {
    static final String EPOCH = "k3v9x2m4qd";
    static final String OTHER_EPOCH = "zzzzzzzzzz";
    static final DeviceSettings SETTINGS = new DeviceSettings(600_000, 2_000, 100, 10_000);
    static final Effect SUBSCRIBE = new Effect.Subscribe();
    static final Effect FETCH_SKIPPED = new Effect.FetchSkipped();
    static final Effect CAUGHT_UP = new Effect.CaughtUp();

    final List<DeviceState> savedStates = new ArrayList<>();
    Device grill = device(DeviceState.FRESH);
    long now = 1_000;

    static Device device(DeviceState state) {
        return new Device(SETTINGS, state, new SplittableRandom(1));
    }

    static DeviceState stateAt(long revision) {
        return new DeviceState(cursor(revision), Map.of(), revision);
    }

    /** Makes a device that is connected, has acknowledged, and has nothing to fetch after {@code revision}. */
    void becomeUpToDateAt(long revision) {
        grill = device(stateAt(revision));
        becomeUpToDate();
    }

    void becomeUpToDate() {
        started();
        subscribed();
        signal(grill.state().cursor().revision());
        becomeAcknowledged();
    }

    /** What the last process may not have acknowledged is acknowledged within a second. */
    void becomeAcknowledged() {
        if (grill.state().cursor().revision() > 0) {
            assertEquals(List.of(new Effect.Ack(grill.state().cursor())), tickWhenDueBefore(now + 1_001));
            acked();
        }
    }

    List<Effect> on(Input input) {
        List<Effect> effects = grill.on(input);
        for (Effect effect : effects) {
            if (effect instanceof Effect.Save save) {
                savedStates.add(save.state());
            }
        }
        return effects;
    }

    List<Effect> started() {
        return on(new Input.Started(now));
    }

    List<Effect> subscribed() {
        return on(new Input.Subscribed(now));
    }

    List<Effect> disconnected() {
        return on(new Input.Disconnected(now));
    }

    List<Effect> ticked() {
        return on(new Input.Ticked(now));
    }

    List<Effect> tickWhenDue() {
        now = grill.wakeAtMillis();
        return ticked();
    }

    List<Effect> signal(long revision) {
        return on(new Input.SignalReceived(now, new ReceivedSignal(EPOCH, revision)));
    }

    /** A signal that carries {@code changes}, which must be consecutive. */
    List<Effect> fullSignal(FeedChange... changes) {
        return on(new Input.SignalReceived(now, withChanges(changes)));
    }

    static ReceivedSignal withChanges(FeedChange... changes) {
        DeviceCursor last = changes[changes.length - 1].cursor();
        return new ReceivedSignal(
                last.epoch(),
                last.revision(),
                0,
                List.of(),
                List.of(changes),
                new DeviceCursor(last.epoch(), last.revision() - changes.length),
                null);
    }

    List<Effect> signalWithSpread(long revision, long spreadMillis) {
        return on(new Input.SignalReceived(now, withSpread(revision, spreadMillis)));
    }

    static ReceivedSignal withSpread(long revision, long spreadMillis) {
        return new ReceivedSignal(EPOCH, revision, spreadMillis, List.of(), List.of(), null, null);
    }

    /** Ticks when the device wants to be woken, which must be before {@code millis}. */
    List<Effect> tickWhenDueBefore(long millis) {
        assertTrue(grill.wakeAtMillis() < millis, () -> "wakes at " + grill.wakeAtMillis());
        return tickWhenDue();
    }

    /** Ticks at the end of the wait after a failure, which is ten seconds at most. */
    List<Effect> tickAfterFailure() {
        return tickWhenDueBefore(now + 10_001);
    }

    /** Ticks whenever the device wants to be woken within so many milliseconds. */
    List<Effect> tickFor(long millis) {
        List<Effect> effects = new ArrayList<>();
        long until = now + millis;
        while (grill.wakeAtMillis() <= until) {
            effects.addAll(tickWhenDue());
        }
        now = until;
        return effects;
    }

    List<Effect> fetched(FetchResult result) {
        return on(new Input.Fetched(now, result));
    }

    List<Effect> page(long after, boolean upToDate, FeedChange... changes) {
        return fetched(new FetchResult.Page(List.of(changes), cursor(after + changes.length), upToDate));
    }

    List<Effect> snapshotPart(String next, long revision, OrderSnapshot... orders) {
        return fetched(new FetchResult.Snapshot(List.of(orders), new DeviceCursor(OTHER_EPOCH, revision), next));
    }

    List<Effect> reset() {
        return fetched(new FetchResult.Reset("epoch-changed", null));
    }

    /** A reset to another log, whose feed begins after {@code revision}. */
    List<Effect> reset(long revision) {
        return fetched(new FetchResult.Reset("epoch-changed", new DeviceCursor(OTHER_EPOCH, revision)));
    }

    List<Effect> saved() {
        return on(new Input.Saved(now));
    }

    List<Effect> acked() {
        return on(new Input.Acked(now, new AckResult.Accepted()));
    }

    static Effect fetch(Integer after) {
        return new Effect.FetchPage(after == null ? null : cursor(after), 0);
    }

    static Effect ack(long revision) {
        return new Effect.Ack(cursor(revision));
    }

    static FeedChange created(long revision, String orderId) {
        return new FeedChange(cursor(revision), "io.bellwire.order.created", orderId, 1, "{}");
    }

    static DeviceCursor cursor(long revision) {
        return new DeviceCursor(EPOCH, revision);
    }
}
