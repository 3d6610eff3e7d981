package io.bellwire.bridge;

import io.bellwire.bridge.MessageRenderer.Message;
import io.bellwire.feed.RecentChanges;
import io.bellwire.log.Cursor;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import io.bellwire.route.Routes;
import io.bellwire.route.SignalRule;
import java.util.Optional;

/** Turns what is to be signalled into messages, as the routes say. Used on the bridge's loop. */
final class SignalComposer {
    private final RecentChanges recent;
    private final RouteResolver resolver;
    private final MessageRenderer renderer;

    SignalComposer(RecentChanges recent) {
        this.recent = recent;
        EventFactsCache events = new EventFactsCache();
        this.resolver = new RouteResolver(recent, events);
        this.renderer = new MessageRenderer(recent, events);
    }

    /** Decides how the feed's new changes are signalled on the channel, as far as the routes have to be asked. */
    void route(TrackedFeed feed, ChannelState state, Routes routes) {
        Revision after = feed.locked(state::unroutedAfter);
        if (after != null) {
            RoutingDecision decision = resolver.resolve(routes, state.channel(), after, feed.head());
            feed.routed(state, decision);
        }
    }

    SignalMessage compose(FeedId feed, SendAttempt attempt) {
        Signal signal = attempt.signal();
        SignalRule rule = attempt.rule();
        Message message = renderer.render(feed, signal, rule.tier(), attempt.after(), attempt.bytesMax());
        Optional<Cursor> cursor = recent.cursorAt(feed, signal.revision());
        return new SignalMessage(message.payload(), message.tier(), cursor, rule.expirySeconds());
    }
}
