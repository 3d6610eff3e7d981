package io.bellwire.bridge;

import io.bellwire.bridge.Doorbell.Stroke;
import io.bellwire.bridge.Messages.Message;
import io.bellwire.feed.RecentChanges;
import io.bellwire.log.Cursor;
import io.bellwire.route.RingRule;
import io.bellwire.route.Routes;
import java.util.Optional;

/** Turns what a doorbell wants to tell into what is rung, as the routes say. Used on the bridge's loop. */
final class Composer {
    private final RecentChanges recent;
    private final Judge judge;
    private final Messages messages;

    Composer(RecentChanges recent) {
        this.recent = recent;
        KeptEvents events = new KeptEvents();
        this.judge = new Judge(recent, events);
        this.messages = new Messages(recent, events);
    }

    /** Tells the doorbell how its news ring, as far as that has to be looked up. */
    void judge(Bell bell, Routes routes) {
        long after = bell.with(Doorbell::unjudgedAfter);
        if (after >= 0) {
            long head = bell.with(Doorbell::head);
            Verdict verdict = judge.judge(routes, bell.line, bell.feed, after, head);
            bell.tell(doorbell -> doorbell.judged(verdict));
        }
    }

    Ring compose(Bell bell, Stroke stroke) {
        Signal signal = stroke.signal();
        RingRule rule = stroke.rule();
        Message message = messages.message(bell.feed, signal, rule.tier(), stroke.after(), stroke.bytesMax());
        Optional<Cursor> cursor = recent.cursorAt(bell.feed, signal.revision());
        return new Ring(message.payload(), message.tier(), cursor, rule.expirySeconds());
    }
}
