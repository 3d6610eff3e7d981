package io.bellwire.bridge;

import io.bellwire.bridge.MessageRenderer.Message;
import io.bellwire.bridge.SignalState.Stroke;
import io.bellwire.feed.RecentChanges;
import io.bellwire.log.Cursor;
import io.bellwire.route.Routes;
import io.bellwire.route.SignalRule;
import java.util.Optional;

/** Turns what a doorbell wants to tell into what is rung, as the routes say. Used on the bridge's loop. */
final class SignalComposer {
    private final RecentChanges recent;
    private final RouteResolver judge;
    private final MessageRenderer messages;

    SignalComposer(RecentChanges recent) {
        this.recent = recent;
        EventFactsCache events = new EventFactsCache();
        this.judge = new RouteResolver(recent, events);
        this.messages = new MessageRenderer(recent, events);
    }

    /** Tells the doorbell how its news ring, as far as that has to be looked up. */
    void judge(ChannelEntry bell, Routes routes) {
        long after = bell.with(SignalState::unjudgedAfter);
        if (after >= 0) {
            long head = bell.with(SignalState::head);
            RoutingDecision verdict = judge.judge(routes, bell.line, bell.feed, after, head);
            bell.tell(doorbell -> doorbell.judged(verdict));
        }
    }

    SignalMessage compose(ChannelEntry bell, Stroke stroke) {
        Signal signal = stroke.signal();
        SignalRule rule = stroke.rule();
        Message message = messages.message(bell.feed, signal, rule.tier(), stroke.after(), stroke.bytesMax());
        Optional<Cursor> cursor = recent.cursorAt(bell.feed, signal.revision());
        return new SignalMessage(message.payload(), message.tier(), cursor, rule.expirySeconds());
    }
}
