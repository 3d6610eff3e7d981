package io.bellwire.receiver;

import static io.bellwire.receiver.CallFixture.SECRET;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;

/** A receiver in memory, without sockets. Thread-safe. */
final class RightReceiver implements ReceiverServer.Handler {
    private final Receiver receiver;
    private int count;

    RightReceiver() {
        this(ReceiverSettings.of(ReceiverKey.parse(SECRET)));
    }

    RightReceiver(ReceiverSettings settings) {
        this.receiver = new Receiver(settings, List.of(), new SplittableRandom(7));
    }

    static ReceiverServer.Reply reply(ReceiverAnswer answer) {
        return new ReceiverServer.Reply(answer, Duration.ZERO, false);
    }

    @Override
    public synchronized ReceiverServer.Reply handle(ReceivedRequest request) {
        count++;
        Instant now = Clock.systemUTC().instant();
        Receiver.Plan plan = receiver.receive(request, now, now);
        receiver.commit(plan);
        return new ReceiverServer.Reply(plan.answer(), plan.delay(), plan.isDropped());
    }

    /** How many requests there were. */
    synchronized int count() {
        return count;
    }
}
